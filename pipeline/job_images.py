"""Which of the default images a job on an instance of some type runs in. Pure."""

from __future__ import annotations

import re

# The default training image, and the same one built for GPUs; docs/decisions/0001 lists both.
GPU_VARIANTS = {
    "pytorch:2.13-cpu-amzn2023-sagemaker": "pytorch:2.13-cu133-amzn2023-sagemaker",
}


def has_gpu(instance: str) -> bool:
    """As instance types are called: ml.g5.xlarge, ml.p4d.24xlarge."""
    return re.match(r"ml\.[gp]\d", instance) is not None


def has_gpu_variant(image: str, instance: str) -> bool:
    """Only default images: of others nobody knows what they are called for a GPU.

    CUDA 13 has left the GPUs of p2 and p3 behind.
    """
    return image.rpartition("/")[2] in GPU_VARIANTS and not re.match(r"ml\.p[23]\.", instance)


def image_on(instance: str, image: str) -> str:
    """The image itself, or its variant for the GPU that the instance has."""
    if not has_gpu(instance) or not has_gpu_variant(image, instance):
        return image
    registry, slash, name = image.rpartition("/")
    return f"{registry}{slash}{GPU_VARIANTS[name]}"
