"""Lambda's Invoke runs the deployed function.

moto runs functions in Docker or pretends; here they run under the local cloud's own runner.
"""

from __future__ import annotations

from urllib.parse import unquote

from moto.awslambda.responses import LambdaResponse

from localcloud.aws import connected
from localcloud.aws.patches.patch import Patch


def _invoke(response: LambdaResponse) -> connected.Answer:
    body = response.body
    status, headers, answer = connected.functions().invoke(
        unquote(response.path.rsplit("/", 2)[-2]),
        body if isinstance(body, bytes) else body.encode(),
        kind=response.headers.get("X-Amz-Invocation-Type", "RequestResponse"),
        tail=response.headers.get("X-Amz-Log-Type") == "Tail",
    )
    # moto takes the status from this header and ignores the one that is returned.
    return status, headers | {"status": str(status)}, answer


PATCHES = (Patch(LambdaResponse, "invoke", _invoke),)
