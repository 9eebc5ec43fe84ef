"""An engine with the settings of its tests."""

from __future__ import annotations

from pathlib import Path

from localcloud.sagemaker.api.server import SageMakerServer
from localcloud.sagemaker.region.authority import Authority
from tests.support.sagemaker_engine import ACCOUNT, REGION


def engine(folder: Path, moto_url: str, *, authority: Authority | None = None) -> SageMakerServer:
    return SageMakerServer(
        folder=folder,
        aws_endpoint_url=moto_url,
        region=REGION,
        account=ACCOUNT,
        quotas={"training": 20, "processing": 20, "transform": 20, "endpoint": 20},
        stop_grace_seconds=3.0,
        authority=authority,
    )
