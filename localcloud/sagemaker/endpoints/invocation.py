"""One invocation of a model, in whichever of the three ways it was asked for."""

from __future__ import annotations

from dataclasses import dataclass

from localcloud.sagemaker.containers.model_container import Answer
from localcloud.sagemaker.region.shapes import Json

SECONDS = 60.0  # how long the runtime waits for a container


@dataclass(frozen=True, kw_only=True)
class Invocation:
    body: bytes
    content_type: str = ""
    accept: str = ""
    custom_attributes: str = ""
    inference_id: str = ""
    target_variant: str = ""
    seconds: float = SECONDS

    @classmethod
    def asked(cls, request: Json, *, seconds: float = SECONDS) -> Invocation:
        return cls(
            body=request.get("Body", b""),
            content_type=request.get("ContentType", ""),
            accept=request.get("Accept", ""),
            custom_attributes=request.get("CustomAttributes", ""),
            inference_id=request.get("InferenceId", ""),
            target_variant=request.get("TargetVariant", ""),
            seconds=seconds,
        )

    def headers(self) -> dict[str, str]:
        """What the container gets to see of the request."""
        passed = {
            "Content-Type": self.content_type,
            "Accept": self.accept,
            "X-Amzn-SageMaker-Custom-Attributes": self.custom_attributes,
            "X-Amzn-SageMaker-Inference-Id": self.inference_id,
        }
        return {name: value for name, value in passed.items() if value}


@dataclass(frozen=True)
class Invoked:
    """The model's answer, and the variant that gave it."""

    answer: Answer
    variant: str
