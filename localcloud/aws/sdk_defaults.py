"""What SageMaker's SDKs expect of an account beside its endpoints: a bucket and a role.

Both SDKs ask STS for the account's number, and simulate the policies of the role that they are
given, at addresses that they have built in. Neither is asked where the SDKs' own configuration
names a bucket and the roles, as it does here.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from botocore.exceptions import ClientError

from localcloud.aws.account import NUMBER, REGION, Clients

BUCKET = f"sagemaker-{REGION}-{NUMBER}"  # the name that the SDKs would choose
ROLE = "AmazonSageMaker-ExecutionRole"  # the name that SageMaker's console begins with
ROLE_ARN = f"arn:aws:iam::{NUMBER}:role/service-role/{ROLE}"

# As AmazonSageMakerFullAccess has it: buckets by their name, everything else that jobs touch.
_POLICY = {
    "Version": "2012-10-17",
    "Statement": [
        {
            "Effect": "Allow",
            "Action": [
                "s3:AbortMultipartUpload",
                "s3:DeleteObject",
                "s3:GetObject",
                "s3:PutObject",
            ],
            "Resource": ["arn:aws:s3:::*SageMaker*", "arn:aws:s3:::*sagemaker*"],
        },
        {"Effect": "Allow", "Action": ["s3:GetBucketLocation", "s3:ListBucket"], "Resource": "*"},
        {
            "Effect": "Allow",
            "Action": ["cloudwatch:PutMetricData", "ecr:*", "logs:*", "sagemaker:*"],
            "Resource": "*",
        },
    ],
}
_TRUST = {
    "Version": "2012-10-17",
    "Statement": [
        {
            "Effect": "Allow",
            "Principal": {"Service": "sagemaker.amazonaws.com"},
            "Action": "sts:AssumeRole",
        }
    ],
}


def provide(clients: Clients, config: Path) -> dict[str, str]:
    """The bucket, the role and the SDKs' configuration; the variables that lead the SDKs to it."""
    _make_bucket(clients)
    _make_role(clients["iam"])
    config.write_text(json.dumps(_configuration(), indent=1))  # JSON is YAML
    return {
        "SAGEMAKER_USER_CONFIG_OVERRIDE": str(config),
        # SDK 3 refuses a role unless IAM's policy simulator, which moto lacks, approves of it.
        "SAGEMAKER_VALIDATE_ROLE": "false",
    }


def _make_bucket(clients: Clients) -> None:
    try:
        clients["s3"].create_bucket(Bucket=BUCKET)
    except ClientError as error:
        if error.response["Error"]["Code"] != "BucketAlreadyOwnedByYou":
            raise


def _make_role(iam: Any) -> None:
    iam.create_role(
        RoleName=ROLE, Path="/service-role/", AssumeRolePolicyDocument=json.dumps(_TRUST)
    )
    iam.put_role_policy(RoleName=ROLE, PolicyName="jobs", PolicyDocument=json.dumps(_POLICY))


def _configuration() -> dict[str, Any]:
    """In the schema that both SDKs share."""
    role = {"RoleArn": ROLE_ARN}
    return {
        "SchemaVersion": "1.0",
        "SageMaker": {
            "PythonSDK": {
                "Modules": {
                    "Session": {"DefaultS3Bucket": BUCKET},
                    "TelemetryOptOut": True,  # it would go to a public address
                }
            },
            "TrainingJob": role,
            "ProcessingJob": role,
            "Model": {"ExecutionRoleArn": ROLE_ARN},
        },
    }
