"""Endpoints to test with: models that add their version to what they are sent."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from tests.support.sagemaker_engine import Cloud, new_name
from tests.support.waiting import eventually

INFERENCE = """
def model_fn(model_dir):
    return "{version}"

def input_fn(body, content_type):
    text = body if isinstance(body, str) else bytes(body).decode()  # the toolkit decodes CSV
    if text == "broken":
        raise ValueError("not an image")
    return text

def predict_fn(data, model):
    return data + model

def output_fn(prediction, accept):
    return prediction, "text/plain"
"""


def config(cloud: Cloud, version: str = "!", **request: Any) -> str:
    """A configuration with one variant, AllTraffic."""
    model = cloud.model(INFERENCE.replace("{version}", version))
    return config_of(cloud, {"AllTraffic": (model, 1.0)}, **request)


def config_of(cloud: Cloud, variants: Mapping[str, tuple[str, float]], **request: Any) -> str:
    """A configuration with these variants, each with its model and its weight."""
    name = new_name("config")
    production = [
        {
            "VariantName": variant,
            "ModelName": model,
            "InitialInstanceCount": 1,
            "InstanceType": "ml.m5.xlarge",
            "InitialVariantWeight": weight,
        }
        for variant, (model, weight) in variants.items()
    ]
    cloud.sagemaker.create_endpoint_config(
        EndpointConfigName=name, ProductionVariants=production, **request
    )
    return name


def in_service(cloud: Cloud, name: str, config_name: str) -> dict[str, Any]:
    """What Describe answers as soon as the endpoint serves by that configuration."""

    def described() -> dict[str, Any]:
        answer: dict[str, Any] = cloud.sagemaker.describe_endpoint(EndpointName=name)
        return answer

    wanted = ("InService", config_name)
    return eventually(
        described, lambda found: (found["EndpointStatus"], found["EndpointConfigName"]) == wanted
    )


@contextmanager
def served(cloud: Cloud, config_name: str) -> Iterator[str]:
    """An endpoint in service, deleted afterwards."""
    name = new_name("endpoint")
    cloud.sagemaker.create_endpoint(EndpointName=name, EndpointConfigName=config_name)
    in_service(cloud, name, config_name)
    yield name
    cloud.sagemaker.delete_endpoint(EndpointName=name)
