"""The SageMaker API: requests judged by botocore's models, operations, the server."""
