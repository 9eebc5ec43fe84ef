"""Where S3 judges otherwise than with yes or no: one answer a deleted key, and hidden absences."""

from __future__ import annotations

import io
from collections.abc import Iterable, Sequence
from xml.sax.saxutils import escape

from werkzeug.test import run_wsgi_app

from localcloud.aws.applications import Application, Environ, Start, answering
from localcloud.iam.authority import AccessDenied, Authority
from localcloud.iam.evaluation import Need
from localcloud.iam.principals import Principal
from localcloud.iam.requests import answers, s3
from localcloud.iam.requests.answers import Answer
from localcloud.iam.requests.request import Request


def hiding(
    application: Application, authority: Authority, caller: Principal, request: Request
) -> Application:
    """Say "forbidden" instead of "not there" to who may not list the bucket, as S3 does."""

    def answer(environ: Environ, start: Start) -> Iterable[bytes]:
        body, status, headers = run_wsgi_app(application, environ)
        if status.startswith("404") and request.path.strip("/").count("/"):
            try:
                authority.require(caller, s3.find_need(request.path))
            except AccessDenied as denial:
                return answering(answers.denied("s3", request, denial))(environ, start)
        start(status, headers.to_wsgi_list())
        return body

    return answer


def deleting(
    application: Application, authority: Authority, caller: Principal, request: Request
) -> Application:
    """Delete what may be deleted; the answer names the others with their error."""
    keys = list(s3.deleted(request.body))
    denied = [
        key
        for key, need in zip(keys, s3.needs(request), strict=True)
        if not _is_allowed(authority, caller, need)
    ]
    if not denied:
        return application
    if len(denied) == len(keys):
        body = f"<DeleteResult>{_errors(denied)}</DeleteResult>".encode()
        return answering(Answer(status=200, body=body, headers={"Content-Type": "application/xml"}))

    def answer(environ: Environ, start: Start) -> Iterable[bytes]:
        kept = _deletion([key for key in keys if key not in denied])
        environ["wsgi.input"], environ["CONTENT_LENGTH"] = io.BytesIO(kept), str(len(kept))
        parts, status, headers = run_wsgi_app(application, environ, buffered=True)
        body = b"".join(parts)
        body = body.replace(b"</DeleteResult>", f"{_errors(denied)}</DeleteResult>".encode())
        headers["Content-Length"] = str(len(body))
        start(status, headers.to_wsgi_list())
        return [body]

    return answer


def _is_allowed(authority: Authority, caller: Principal, need: Need) -> bool:
    try:
        authority.require(caller, need)
    except AccessDenied:
        return False
    return True


def _deletion(keys: Sequence[tuple[str, str]]) -> bytes:
    objects = "".join(
        f"<Object><Key>{escape(key)}</Key>"
        + (f"<VersionId>{version}</VersionId>" if version else "")
        + "</Object>"
        for key, version in keys
    )
    return f"<Delete>{objects}</Delete>".encode()


def _errors(keys: Sequence[tuple[str, str]]) -> str:
    return "".join(
        f"<Error><Key>{escape(key)}</Key><Code>AccessDenied</Code>"
        "<Message>Access Denied</Message></Error>"
        for key, _ in keys
    )
