"""What a deploy writes into the environment of every function."""

from __future__ import annotations

NEEDED = {
    "AWS_REGION": "eu-west-1",
    "KENNEL_SERVICE": "kennel",
    "KENNEL_STAGE": "dev",
    "KENNEL_BUCKET": "bucket",
    "KENNEL_TABLE": "table",
    "KENNEL_TOPIC_ARN": "arn:topic",
    "KENNEL_ROLE_ARN": "arn:role",
    "KENNEL_DEAD_LETTERS_URL": "https://queue",
    "KENNEL_TRAINING_IMAGE": "training",
    "KENNEL_INFERENCE_IMAGE": "inference",
}
