"""Between SageMaker and the programs: arguments, folders, errors, the exit."""
