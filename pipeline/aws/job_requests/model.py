"""The model and the transform jobs that predict with it. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from pipeline.aws.job_requests.channels import BATCH_MANIFEST, DataType
from pipeline.aws.job_requests.tags import tags
from pipeline.images import Batch
from pipeline.names import batch_key, job_name, run_key, uri
from pipeline.run import Run
from pipeline.service_limits import MEBIBYTE, PAYLOADS_IN_FLIGHT_MB
from pipeline.settings import Settings

if TYPE_CHECKING:
    from mypy_boto3_sagemaker.literals import TransformInstanceTypeType
    from mypy_boto3_sagemaker.type_defs import (
        CreateModelInputTypeDef,
        CreateTransformJobRequestTypeDef,
    )

# An answer is a few kB of JSON even for 1,000 classes.
TIMEOUT_SECONDS = 60


def model_request(run: Run, settings: Settings) -> CreateModelInputTypeDef:
    assert run.model is not None, f"run {run.id} has no artifact yet"
    most_bytes = str(PAYLOADS_IN_FLIGHT_MB * MEBIBYTE)
    return {
        "ModelName": job_name(settings, "model", run.id),
        "ExecutionRoleArn": settings.role_arn,
        "Tags": tags(settings, "model", run.id),
        "PrimaryContainer": {
            "Image": settings.inference_image,
            "ModelDataUrl": run.model.artifact,
            "Environment": {
                "SAGEMAKER_PROGRAM": "inference.py",
                "SAGEMAKER_SUBMIT_DIRECTORY": "/opt/ml/model/code",
                "SAGEMAKER_CONTAINER_LOG_LEVEL": "20",
                "SAGEMAKER_REGION": settings.region,
                "SAGEMAKER_MODEL_SERVER_WORKERS": "1",
                "SAGEMAKER_MODEL_SERVER_TIMEOUT": str(TIMEOUT_SECONDS),
                # TorchServe has limits of its own and does not hear of MaxPayloadInMB.
                "TS_MAX_REQUEST_SIZE": most_bytes,
                "TS_MAX_RESPONSE_SIZE": most_bytes,
            },
        },
    }


def evaluation_request(run: Run, settings: Settings) -> CreateTransformJobRequestTypeDef:
    """Batch Transform over the test split: what training said must come out of serving too."""
    request = _transform(
        run.job_name("evaluation", settings),
        model=job_name(settings, "model", run.id),
        source=("S3Prefix", uri(settings.bucket, run_key(run.id, "test/"))),
        output=uri(settings.bucket, run_key(run.id, "evaluation/")),
        # The preparation took every image that could be decoded: one is sent at a time, as large
        # as SageMaker sends at all, or a large one would fail the job.
        payload_mb=PAYLOADS_IN_FLIGHT_MB,
        settings=settings,
    )
    return {**request, "Tags": tags(settings, "evaluation", run.id)}


def batch_request(batch: Batch, settings: Settings) -> CreateTransformJobRequestTypeDef:
    request = _transform(
        job_name(settings, "batch", batch.id),
        model=batch.champion.model_name,
        source=("ManifestFile", uri(settings.bucket, batch_key(batch.id, BATCH_MANIFEST))),
        output=uri(settings.bucket, batch_key(batch.id, "output/")),
        payload_mb=settings.max_image_mb,
        settings=settings,
    )
    return {**request, "Tags": tags(settings, "batch")}


def _transform(
    name: str,
    *,
    model: str,
    source: tuple[DataType, str],
    output: str,
    payload_mb: int,
    settings: Settings,
) -> CreateTransformJobRequestTypeDef:
    data_type, location = source
    concurrent = max(1, min(4, PAYLOADS_IN_FLIGHT_MB // payload_mb))
    return {
        "TransformJobName": name,
        "ModelName": model,
        "MaxConcurrentTransforms": concurrent,
        "MaxPayloadInMB": payload_mb,
        "BatchStrategy": "SingleRecord",
        "ModelClientConfig": {"InvocationsTimeoutInSeconds": TIMEOUT_SECONDS},
        "TransformInput": {
            "DataSource": {"S3DataSource": {"S3DataType": data_type, "S3Uri": location}},
            # One content type serves the whole job: what the bytes are is seen from the bytes.
            "ContentType": "application/x-image",
            "CompressionType": "None",
            "SplitType": "None",
        },
        "TransformOutput": {
            "S3OutputPath": output,
            "Accept": "application/json",
            "AssembleWith": "None",
        },
        "TransformResources": {
            "InstanceType": cast("TransformInstanceTypeType", settings.transform_instance),
            "InstanceCount": 1,
        },
    }
