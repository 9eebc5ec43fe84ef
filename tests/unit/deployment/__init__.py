"""What will be deployed, read from what the framework really packages."""
