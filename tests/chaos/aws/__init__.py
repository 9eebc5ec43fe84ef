"""AWS in memory, below botocore: what Kennel's adapters call, as strict as the real one there."""
