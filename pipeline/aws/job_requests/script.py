"""What SageMaker's training toolkit needs to run our code: script mode. Pure."""

from __future__ import annotations

from pipeline.names import CODE, uri
from pipeline.run import Run
from pipeline.settings import Settings

BUNDLE = "sourcedir.tar.gz"


def bundle_key(digest: str) -> str:
    return f"{CODE}{digest}/{BUNDLE}"


def script_parameters(program: str, run: Run, settings: Settings) -> dict[str, str]:
    """Hyperparameters by which the toolkit finds the program; every value a string."""
    return {
        "sagemaker_program": program,
        "sagemaker_submit_directory": uri(settings.bucket, bundle_key(run.source)),
        "sagemaker_container_log_level": "20",
        "sagemaker_region": settings.region,
    }


def training_resources(instance: str) -> dict[str, str | int]:
    return {"InstanceType": instance, "InstanceCount": 1, "VolumeSizeInGB": 30}
