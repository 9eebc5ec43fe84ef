"""The model and the transform jobs that predict with it. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from pipeline.aws.job_requests.tags import tags
from pipeline.images import Batch, Champion
from pipeline.lakes import Lake
from pipeline.names import batch_key, job_name, run_key, uri
from pipeline.references import ACCEPT, CONTENT_TYPE
from pipeline.run import Run
from pipeline.service_limits import MEBIBYTE, PAYLOADS_IN_FLIGHT_MB
from pipeline.settings import Settings

if TYPE_CHECKING:
    from mypy_boto3_sagemaker.literals import TransformInstanceTypeType
    from mypy_boto3_sagemaker.type_defs import (
        CreateModelInputTypeDef,
        CreateTransformJobRequestTypeDef,
    )

# One line is read, decoded and predicted by all cores; the second waits at the door meanwhile.
CONCURRENT_LINES = 2
# A line of references has some kB, its answer with 1,000 probabilities an image less than 1 MB.
LINE_MB = 6
# The container answers within 240 s, whatever the images are (inference_code).
LINE_SECONDS = 300
# SageMaker counts the time at the door as well.
INVOCATION_SECONDS = LINE_SECONDS * CONCURRENT_LINES


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
                "SAGEMAKER_MODEL_SERVER_TIMEOUT": str(LINE_SECONDS),
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
        source=uri(settings.bucket, run_key(run.id, "evaluation/input/")),
        output=uri(settings.bucket, run_key(run.id, "evaluation/output/")),
        instances=1,
        settings=settings,
    )
    return {**request, "Tags": tags(settings, "evaluation", run.id)}


def batch_request(batch: Batch, settings: Settings) -> CreateTransformJobRequestTypeDef:
    request = _transform(
        job_name(settings, "batch", batch.id),
        model=batch.champion.model_name,
        source=uri(settings.bucket, batch_key(batch.id, "input/")),
        output=uri(settings.bucket, batch_key(batch.id, "output/")),
        instances=batch.instances,
        settings=settings,
    )
    return {**request, "Tags": tags(settings, "batch")}


def lake_request(
    lake: Lake, champion: Champion, attempt: int, *, instances: int, settings: Settings
) -> CreateTransformJobRequestTypeDef:
    """Images that already lie somewhere: the input is what is still without an answer."""
    folder = uri(settings.bucket, lake.key(f"attempts/{attempt}/"))
    request = _transform(
        lake.job_name(settings, attempt),
        model=champion.model_name,
        source=f"{folder}input/",
        output=f"{folder}answers/",  # not output/, of which on_part_predicted is told
        instances=instances,
        settings=settings,
    )
    return {**request, "Tags": tags(settings, "lake")}


def _transform(
    name: str,
    *,
    model: str,
    source: str,
    output: str,
    instances: int,
    settings: Settings,
) -> CreateTransformJobRequestTypeDef:
    """A request for each line of the parts below `source`: pipeline/references.py makes them."""
    return {
        "TransformJobName": name,
        "ModelName": model,
        "MaxConcurrentTransforms": CONCURRENT_LINES,
        "MaxPayloadInMB": LINE_MB,
        "BatchStrategy": "SingleRecord",
        "ModelClientConfig": {"InvocationsTimeoutInSeconds": INVOCATION_SECONDS},
        "TransformInput": {
            "DataSource": {"S3DataSource": {"S3DataType": "S3Prefix", "S3Uri": source}},
            "ContentType": CONTENT_TYPE,
            "CompressionType": "None",
            "SplitType": "Line",
        },
        "TransformOutput": {"S3OutputPath": output, "Accept": ACCEPT, "AssembleWith": "Line"},
        "TransformResources": {
            "InstanceType": cast("TransformInstanceTypeType", settings.transform_instance),
            "InstanceCount": instances,
        },
    }
