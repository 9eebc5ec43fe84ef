"""A model that answers images, and images for it."""

from __future__ import annotations

from tests.support.sagemaker_engine import BUCKET, Cloud, new_name

INFERENCE = """
import os

def model_fn(model_dir):
    return open(os.path.join(model_dir, "weights.txt")).read()

def input_fn(body, content_type):
    if bytes(body) == b"broken":
        raise ValueError("not an image")
    return bytes(body).decode()

def predict_fn(data, model):
    return f"{data}*{model}"

def output_fn(prediction, accept):
    return f'{{"answer": "{prediction}", "batch": "{os.environ["SAGEMAKER_BATCH"]}"}}'
"""


def images(cloud: Cloud, **contents: str) -> str:
    """Uploads the images; returns the prefix they share."""
    prefix = f"dropped/{new_name('batch')}/input/"
    for name, text in contents.items():
        cloud.put(f"{prefix}{name}.jpg", text)
    return f"s3://{BUCKET}/{prefix}"
