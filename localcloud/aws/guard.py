"""Before moto: every request is somebody's, and is judged by the deployed policies or refused."""

from __future__ import annotations

import io
from collections.abc import Iterable, Mapping
from datetime import timedelta
from urllib.parse import parse_qsl

from localcloud.aws import s3_guard
from localcloud.aws.account import NUMBER
from localcloud.aws.applications import Application, Environ, Start, answering
from localcloud.aws.directory import hash_key
from localcloud.iam.authority import AccessDenied, Authority
from localcloud.iam.evaluation import Need
from localcloud.iam.principals import Principal
from localcloud.iam.requests import answers
from localcloud.iam.requests.answers import Answer
from localcloud.iam.requests.needs import needs
from localcloud.iam.requests.request import Claim, Region, Request, Unmapped
from localcloud.iam.sessions import KeyExpired, UnknownKey

# Addresses of moto itself, which it would answer before it looks at any signature.
_NOT_OF_AWS = ("/moto-api", "/latest/")
_ANSWERED_HERE = ("GetCallerIdentity", "AssumeRole")
_HOUR = "3600"  # seconds: how long a role is assumed for, unless the request says otherwise


class Guard:
    """A WSGI application in front of another."""

    def __init__(self, application: Application, authority: Authority) -> None:
        self._application = application
        self._authority = authority

    def __call__(self, environ: Environ, start: Start) -> Iterable[bytes]:
        request = _request(environ)
        claim = Claim.read(request.headers, request.query)
        service = claim.service if claim else _unsigned_service(request)
        try:
            application = self._judged(claim, request)
        except UnknownKey:
            application = answering(answers.refused(service, request, answers.UNKNOWN))
        except KeyExpired:
            application = answering(answers.refused(service, request, answers.EXPIRED))
        except AccessDenied as denial:
            application = answering(answers.denied(service, request, denial))
        except Unmapped as unmapped:
            application = answering(answers.forbidden(service, request, unmapped.sentence))
        return application(environ, start)

    def _judged(self, claim: Claim | None, request: Request) -> Application:
        """What answers the request; an exception when nothing may."""
        if request.path.startswith(_NOT_OF_AWS):
            raise Unmapped(f"{request.path} is no address of AWS")
        if claim is None:
            service = _unsigned_service(request)
            return answering(answers.refused(service, request, answers.UNSIGNED))
        caller = self._authority.signer(claim.key, claim.token).principal
        wanted = self._needs(claim, request, caller)
        if claim.service == "s3" and request.method == "POST" and "delete" in request.query:
            return s3_guard.deleting(self._application, self._authority, caller, request)
        self._authority.require(caller, *wanted)
        if claim.service == "sts" and request.form().get("Action") in _ANSWERED_HERE:
            return answering(self._sts_answer(request.form(), caller))
        if claim.service == "s3" and not self._authority.is_administrator(caller):
            return s3_guard.hiding(self._application, self._authority, caller, request)
        return self._application

    def _needs(self, claim: Claim, request: Request, caller: Principal) -> tuple[Need, ...]:
        region = Region(account=NUMBER, name=claim.region, hash_key=hash_key)
        try:
            return needs(claim.service, request, region)
        except Unmapped:
            if self._authority.is_administrator(caller):
                return ()  # who may do everything may do what nobody has mapped
            raise

    def _sts_answer(self, form: Mapping[str, str], caller: Principal) -> Answer:
        if form["Action"] == "GetCallerIdentity":
            return answers.caller_identity(caller)
        lasting = timedelta(seconds=int(form.get("DurationSeconds", _HOUR)))
        session = self._authority.assume(form["RoleArn"], form["RoleSessionName"], lasting)
        return answers.assumed(session)


def _unsigned_service(request: Request) -> str:
    """Unsigned requests are S3's, as objects may be public, unless they name an operation."""
    return "" if request.target or request.body else "s3"


def _request(environ: Environ) -> Request:
    headers = {
        name[5:].replace("_", "-").lower(): value
        for name, value in environ.items()
        if name.startswith("HTTP_")
    }
    query = dict(parse_qsl(environ.get("QUERY_STRING", ""), keep_blank_values=True))
    claim = Claim.read(headers, query)
    # An object's content decides nothing and may be large.
    is_content = claim is not None and claim.service == "s3" and environ["REQUEST_METHOD"] == "PUT"
    return Request(
        method=environ["REQUEST_METHOD"],
        path=environ["PATH_INFO"].encode("latin-1").decode("utf-8", "replace"),
        query=query,
        headers=headers,
        body=b"" if is_content else _body(environ),
    )


def _body(environ: Environ) -> bytes:
    """The body, which whoever comes next may read again."""
    content = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
    environ["wsgi.input"] = io.BytesIO(content)
    return bytes(content)
