"""Requests as botocore's signers sign them and as they arrive."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import urlsplit

from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

from localcloud.aws.account import REGION
from localcloud.sagemaker.http.messages import Request
from localcloud.sagemaker.keys import ADMINISTRATOR

URL = "http://127.0.0.1:8000/local/runs/a%20b?x=1&y=%C3%A4&empty=&x=0"
BODY = b'{"a": 1}'
LOCAL = Credentials(ADMINISTRATOR.key, ADMINISTRATOR.secret)


def signed(
    signer: SigV4Auth | None = None,
    *,
    method: str = "POST",
    url: str = URL,
    body: bytes = BODY,
    headers: Mapping[str, str] | None = None,
) -> Request:
    """Signed for API Gateway with the local key, unless another signer is given."""
    given = headers or {"Content-Type": "application/json"}
    request = AWSRequest(method, url, data=body, headers=given)
    (signer or SigV4Auth(LOCAL, "execute-api", REGION)).add_auth(request)
    address = urlsplit(str(request.url))
    sent = {name: value for name, value in request.headers.items() if name.lower() != "host"}
    return Request(
        method=method,
        path=address.path,
        query=address.query,
        headers=[("Host", address.netloc), *sent.items(), ("User-Agent", "any")],
        body=request.data or b"",  # a signer for addresses moves a body of JSON into the query
    )
