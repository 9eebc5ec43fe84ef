"""The model and the transform jobs that predict with it. Pure."""

from __future__ import annotations

from typing import Any

from pipeline.aws.job_requests.tags import tags
from pipeline.images import Batch
from pipeline.names import RunId, batch_key, job_name, run_key, uri
from pipeline.run import Run
from pipeline.settings import Settings

MEBIBYTE = 1024 * 1024
# SageMaker's bound on MaxConcurrentTransforms times MaxPayloadInMB, and so on one payload.
PAYLOADS_IN_FLIGHT_MB = 100
# An answer is a few kB of JSON even for 1,000 classes.
TIMEOUT_SECONDS = 60


def model_request(run: Run, settings: Settings) -> dict[str, Any]:
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


def evaluation_request(run: RunId, settings: Settings) -> dict[str, Any]:
    """Batch Transform over the test split: what training said must come out of serving too."""
    request = _transform(
        job_name(settings, "evaluation", run),
        model=job_name(settings, "model", run),
        source=("S3Prefix", uri(settings.bucket, run_key(run, "test/"))),
        output=uri(settings.bucket, run_key(run, "evaluation/")),
        # The preparation took every image that could be decoded: one is sent at a time, as large
        # as SageMaker sends at all, or a large one would fail the job.
        payload_mb=PAYLOADS_IN_FLIGHT_MB,
        settings=settings,
    )
    return {**request, "Tags": tags(settings, "evaluation", run)}


def batch_request(batch: Batch, settings: Settings) -> dict[str, Any]:
    request = _transform(
        job_name(settings, "batch", batch.id),
        model=batch.champion.model_name,
        source=("ManifestFile", uri(settings.bucket, batch_key(batch.id, "manifest.json"))),
        output=uri(settings.bucket, batch_key(batch.id, "output/")),
        payload_mb=settings.max_image_mb,
        settings=settings,
    )
    return {**request, "Tags": tags(settings, "batch")}


def _transform(
    name: str,
    *,
    model: str,
    source: tuple[str, str],
    output: str,
    payload_mb: int,
    settings: Settings,
) -> dict[str, Any]:
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
        "TransformResources": {"InstanceType": settings.transform_instance, "InstanceCount": 1},
    }
