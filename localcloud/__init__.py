"""The one-machine cloud: AWS's services, Lambda and SageMaker for one deployed service."""
