"""SageMaker's API and its Runtime over HTTP: from a request to an operation's answer."""

from __future__ import annotations

import json
from uuid import uuid4

from localcloud.sagemaker.api.operations import Api
from localcloud.sagemaker.api.runtime_api import Reply, RuntimeApi, invoked_at
from localcloud.sagemaker.endpoints.errors import ModelError
from localcloud.sagemaker.http.connection import Front
from localcloud.sagemaker.http.messages import Request, Response
from localcloud.sagemaker.region.errors import ApiError
from localcloud.sagemaker.region.shapes import Json

FAULTS = "/faults"  # POST replaces what goes wrong
JSON_CONTENT = "application/x-amz-json-1.1"
BODY_LIMIT = 25 * 1024 * 1024  # of InvokeEndpoint; no other request comes near it
CODES = {
    408: "RequestTimeoutException",
    413: "RequestEntityTooLargeException",
    500: "InternalFailure",
}


def front(api: Api) -> Front:
    runtime = RuntimeApi(api.endpoints)
    return Front(
        name="sagemaker",
        answer=lambda request: answered(request, api, runtime),
        refuse=refusal,
        body_limit=BODY_LIMIT,
    )


def answered(request: Request, api: Api, runtime: RuntimeApi) -> Response:
    try:
        if api.metrics.knows(request.method, request.path):
            asked = _parsed(request.body)
            api.permit(dict(request.headers), request.path.strip("/"), asked)
            return _json_response(200, api.metrics.call(request.path, asked))
        if request.method != "POST":
            raise ApiError("UnknownOperationException", "Operations are POST requests.", status=404)
        headers = dict(request.headers)
        if invoked := invoked_at(request.path):
            operation, endpoint = invoked
            api.permit(headers, operation, {"EndpointName": endpoint})
            return response(runtime.answer(operation, endpoint, headers, request.body))
        asked = _parsed(request.body)
        if request.path == FAULTS:
            return _json_response(200, api.suffer(asked))
        operation = request.header("x-amz-target").removeprefix("SageMaker.")
        api.permit(headers, operation, asked)
        return _json_response(200, api.call(operation, asked))
    except ModelError as error:
        return _json_response(error.status, _model_error_body(error), error.code)
    except ApiError as error:
        content = {"__type": error.code, "message": error.message}
        return _json_response(error.status, content, error.code)


def refusal(status: int, reason: str) -> Response:
    """What is no request, or what the engine failed at, in the shape of SageMaker's errors."""
    code = CODES.get(status, "BadRequestException")
    return _json_response(status, {"__type": code, "message": reason}, code)


def _json_response(status: int, content: Json, error: str = "") -> Response:
    headers = {"x-amzn-ErrorType": error} if error else {}
    body = json.dumps(content).encode()
    return response(Reply(status=status, content_type=JSON_CONTENT, body=body, headers=headers))


def response(reply: Reply) -> Response:
    own = {"Content-Type": reply.content_type, "x-amzn-RequestId": str(uuid4())}
    return Response(
        status=reply.status, headers=list({**own, **reply.headers}.items()), body=reply.body
    )


def _parsed(body: bytes) -> Json:
    try:
        request = json.loads(body or b"{}")
    except ValueError as error:
        raise ApiError("SerializationException", "The request is not JSON.") from error
    if not isinstance(request, dict):
        raise ApiError("SerializationException", "The request is not a JSON object.")
    return request


def _model_error_body(error: ModelError) -> Json:
    return {
        "Message": error.message,
        "OriginalStatusCode": error.original_status,
        "OriginalMessage": error.original_message,
    }
