"""Who may call the API: API Gateway's IAM authorizer, and its own leave to invoke a function."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass

from localcloud.aws.account import NUMBER, REGION
from localcloud.iam.authority import AccessDenied, Authority
from localcloud.iam.evaluation import Need
from localcloud.iam.principals import Principal
from localcloud.iam.sessions import KeyExpired, UnknownKey
from localcloud.rest import signature
from localcloud.rest.claims import Forbidden
from localcloud.rest.routes import Match, RestApi
from localcloud.sagemaker.http.messages import Request, Response

_GATEWAY = "apigateway.amazonaws.com"
_PARAMETER = re.compile(r"\{[^}]*\}")


@dataclass(frozen=True, kw_only=True)
class Caller:
    key: str
    principal: Principal


class Gatekeeper:
    def __init__(self, api: RestApi, authority: Authority) -> None:
        self._api = api
        self._authority = authority

    def admit(self, request: Request, below: str) -> Caller:
        """The signer of a request to the path `below` its stage, if he may invoke that.

        Raises `Forbidden` for what is wrong with the signature, else `AccessDenied`.
        """
        claim = signature.verify(request, self._secret_of)
        caller = self._authority.signer(claim.key, claim.token).principal
        place = self._place(request.method, below)
        self._authority.require(caller, Need(action="execute-api:Invoke", resource=place))
        return Caller(key=claim.key, principal=caller)

    def check_invocation(self, request: Request, match: Match) -> None:
        """Raise `AccessDenied` unless the function lets this API invoke it."""
        need = Need(
            action="lambda:InvokeFunction",
            resource=f"arn:aws:lambda:{REGION}:{NUMBER}:function:{match.route.function}",
        )
        resource = _PARAMETER.sub("*", match.route.resource)
        source = self._place(request.method, resource)
        self._authority.require_service(_GATEWAY, need, source=source)

    def _place(self, method: str, path: str) -> str:
        api = f"arn:aws:execute-api:{REGION}:{NUMBER}:{self._api.id}"
        return f"{api}/{self._api.stage}/{method}/{path.removeprefix('/')}"

    def _secret_of(self, key: str, token: str) -> str | None:
        try:
            return self._authority.signer(key, token).secret
        except UnknownKey:
            return None
        except KeyExpired as error:
            message = "The security token included in the request is expired"
            raise Forbidden(message, "ExpiredTokenException") from error


def denied(denial: AccessDenied) -> Response:
    """API Gateway hides most of the account's number, and capitalizes the message's name."""
    hidden = denial.need.resource.replace(NUMBER, f"********{NUMBER[-4:]}")
    body = {"Message": denial.sentence(denial.need.action, hidden)}
    headers = [
        ("Content-Type", "application/json"),
        ("x-amzn-ErrorType", "AccessDeniedException"),
    ]
    return Response(status=403, headers=headers, body=json.dumps(body).encode())
