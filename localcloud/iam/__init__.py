"""IAM: who asks, what policies say, and what AWS would decide."""
