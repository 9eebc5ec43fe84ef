"""A model registry to test with: groups, and versions that serve a model's archive."""

from __future__ import annotations

from typing import Any

from tests.support.sagemaker_engine import IMAGE, Cloud, new_name
from tests.support.tar_archives import targz

INSTANCES = {
    "SupportedTransformInstanceTypes": ["ml.m5.xlarge"],
    "SupportedRealtimeInferenceInstanceTypes": ["ml.m5.xlarge"],
}


def group(cloud: Cloud, **request: Any) -> str:
    name = new_name("group")
    cloud.sagemaker.create_model_package_group(ModelPackageGroupName=name, **request)
    return name


def specification(cloud: Cloud, inference: str = "", **environment: str) -> dict[str, Any]:
    url = cloud.put(
        f"packages/{new_name('archive')}/model.tar.gz", targz({"code/inference.py": inference})
    )
    container = {
        "Image": IMAGE,
        "ModelDataUrl": url,
        "Environment": {"SAGEMAKER_PROGRAM": "inference.py", **environment},
    }
    return {"Containers": [container], "SupportedContentTypes": ["image/jpeg"]}


def version(cloud: Cloud, group_name: str, **request: Any) -> str:
    """The ARN of a new version."""
    request = {"InferenceSpecification": specification(cloud), **request}
    answer = cloud.sagemaker.create_model_package(ModelPackageGroupName=group_name, **request)
    return str(answer["ModelPackageArn"])
