"""SageMaker Runtime: three ways to invoke an endpoint, told apart by the path."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from urllib.parse import unquote

from botocore.model import OperationModel, Shape, StructureShape

from localcloud.sagemaker.api.validation import validate_shape
from localcloud.sagemaker.endpoints.endpoints import Endpoints
from localcloud.sagemaker.endpoints.errors import refused
from localcloud.sagemaker.endpoints.event_stream import payload_parts
from localcloud.sagemaker.endpoints.invocation import Invocation, Invoked
from localcloud.sagemaker.region.errors import ApiError
from localcloud.sagemaker.region.shapes import Json, model_of, names

PATH = re.compile(r"/endpoints/([^/]+)/([a-z-]+)")
OPERATIONS = {
    "invocations": "InvokeEndpoint",
    "async-invocations": "InvokeEndpointAsync",
    "invocations-response-stream": "InvokeEndpointWithResponseStream",
}
VARIANT = "x-Amzn-Invoked-Production-Variant"
NOT_HERE = names("""TargetModel TargetContainerHostname InferenceComponentName SessionId
    EnableExplanations""")


@dataclass(frozen=True, kw_only=True)
class Reply:
    """An answer over HTTP; its body comes in pieces where it is a stream."""

    status: int = 200
    content_type: str
    body: bytes | Iterable[bytes]
    headers: Mapping[str, str] = field(default_factory=dict)


def invoked_at(path: str) -> tuple[str, str] | None:
    """The operation and the endpoint of a request, or None if its path is none of the runtime's."""
    found = PATH.fullmatch(path)
    if found is None or found.group(2) not in OPERATIONS:
        return None
    return OPERATIONS[found.group(2)], unquote(found.group(1))


class RuntimeApi:
    def __init__(self, endpoints: Endpoints) -> None:
        self._endpoints = endpoints
        self._ways = {
            "InvokeEndpoint": self._invoke,
            "InvokeEndpointAsync": self._invoke_later,
            "InvokeEndpointWithResponseStream": self._invoke_streaming,
        }

    def answer(
        self, operation: str, endpoint: str, headers: Mapping[str, str], body: bytes
    ) -> Reply:
        request = _parsed(model_of("sagemaker-runtime", operation), endpoint, headers, body)
        for member in NOT_HERE:
            if member in request:
                raise refused(f"The local cloud does not support {member}: leave it out.")
        return self._ways[operation](request)

    def _invoke(self, request: Json) -> Reply:
        invoked = self._invoked(request)
        answer = invoked.answer
        headers = {VARIANT: invoked.variant}
        return Reply(content_type=answer.content_type, body=answer.body, headers=headers)

    def _invoke_streaming(self, request: Json) -> Reply:
        invoked = self._invoked(request)
        headers = {
            VARIANT: invoked.variant,
            "X-Amzn-SageMaker-Content-Type": invoked.answer.content_type,
        }
        parts = payload_parts(invoked.answer.body)
        kind = "application/vnd.amazon.eventstream"
        return Reply(content_type=kind, body=parts, headers=headers)

    def _invoke_later(self, request: Json) -> Reply:
        accepted = self._endpoints.get(request["EndpointName"]).accept(request)
        headers = {"X-Amzn-SageMaker-OutputLocation": str(accepted.output)}
        if accepted.failure:
            headers["X-Amzn-SageMaker-FailureLocation"] = str(accepted.failure)
        body = json.dumps({"InferenceId": accepted.inference_id}).encode()
        return Reply(status=202, content_type="application/json", body=body, headers=headers)

    def _invoked(self, request: Json) -> Invoked:
        endpoint = self._endpoints.get(request["EndpointName"])
        return endpoint.invoke(Invocation.asked(request))


def _parsed(model: OperationModel, name: str, headers: Mapping[str, str], body: bytes) -> Json:
    """The request's members from path, headers and body, as the operation's shape has them."""
    shape = model.input_shape
    assert isinstance(shape, StructureShape)
    given = {header.lower(): value for header, value in headers.items()}
    request: Json = {"EndpointName": name}
    for member, inner in shape.members.items():
        place = inner.serialization.get("name", "").lower()
        if inner.serialization.get("location") == "header" and place in given:
            request[member] = whole(inner, given[place])
    if body or model.name != "InvokeEndpointAsync":
        request["Body"] = body
        _check_size(shape.members["Body"], body)
    try:
        validate_shape(shape, request)
    except ApiError as error:
        raise refused(error.message) from error
    return request


def whole(shape: Shape, text: str) -> str | int:
    return int(text) if shape.type_name == "integer" and text.isdigit() else text


def _check_size(shape: Shape, body: bytes) -> None:
    most = shape.metadata.get("max")
    if most is not None and len(body) > most:
        raise refused(f"The request's body of {len(body)} bytes exceeds {most} bytes.")
