"""What all of SageMaker's kinds share: records, quotas, events, objects, logs."""
