"""What AWS's CloudFormation refuses, and how its operations on a stack end."""
