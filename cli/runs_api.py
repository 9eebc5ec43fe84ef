"""Kennel's HTTP API, with requests signed as IAM wants them (Signature Version 4)."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, urlencode

from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.exceptions import HTTPClientError, NoCredentialsError, NoRegionError
from botocore.httpsession import URLLib3Session

from cli.failures import CREDENTIALS_MEND
from cli.mistakes import Mistake

if TYPE_CHECKING:
    import boto3
    from botocore.awsrequest import AWSPreparedRequest, AWSResponse

PATIENCE_SECONDS = 35  # API Gateway itself gives up after 29
PAUSES = (0.3, 1.0)
ID_LENGTH = 10  # of a run's id
NO_RUN = (
    "There is no run yet: `kennel upload ZIP` starts one. In the first minutes after a first "
    "deploy S3 does not tell of uploads: the run of such a zip begins within ten minutes."
)


@dataclass(frozen=True)
class Health:
    """Which run serves, if any, and how many images wait for a document."""

    serving: str | None
    version: int | None
    waiting: int


class RunsApi:
    def __init__(self, url: str, session: boto3.Session) -> None:
        self._url = url
        self._session = session
        self._http = URLLib3Session(timeout=PATIENCE_SECONDS)

    def health(self) -> Health:
        answer = self._answer("GET", "/health")
        serving = answer["serving"] or {}
        return Health(serving.get("run"), serving.get("version"), answer["images"]["waiting"])

    def about(self) -> dict[str, Any]:
        """/health as it is."""
        return self._answer("GET", "/health")

    def runs(self) -> Iterator[dict[str, Any]]:
        """Newest first, as the API sends them, page after page."""
        query: dict[str, str] = {}
        while True:
            page = self._answer("GET", "/runs", query)
            yield from page["runs"]
            following = page.get("next")  # a deployment of an earlier version sends one page
            if following is None:
                return
            query = {"next": following}

    def newest(self, number: int) -> list[dict[str, Any]]:
        """Of these only, which is one page."""
        runs: list[dict[str, Any]] = self._answer("GET", "/runs", {"limit": str(number)})["runs"]
        return runs

    def run(self, run: str) -> dict[str, Any]:
        return self._answer("GET", f"/runs/{run}")

    def stop(self, run: str) -> dict[str, Any]:
        return self._answer("POST", f"/runs/{run}/stop")

    def image(self, key: str) -> dict[str, Any]:
        """What became of the newest edition of an image."""
        return self._answer("GET", "/predictions", {"key": key})

    def named(self, text: str | None) -> dict[str, Any]:
        """The run that `text` is, or is the only beginning of; without one, the newest."""
        if text is None:
            return self.run(self._newest())
        if len(text) == ID_LENGTH and text.isalnum():
            return self.run(text)
        matching = [run["run"] for run in self.runs() if run["run"].startswith(text)]
        if len(matching) == 1:
            return self.run(matching[0])
        if not matching:
            raise Mistake(f"There is no run {text!r}: `kennel runs` lists them.")
        raise Mistake(f"{text!r} begins {len(matching)} runs ({', '.join(matching)}): say more.")

    def _newest(self) -> str:
        for run in self.newest(1):
            newest: str = run["run"]
            return newest
        raise Mistake(NO_RUN)

    def _answer(
        self, method: str, path: str, query: Mapping[str, str] | None = None
    ) -> dict[str, Any]:
        # A blank as %20: what is signed as "+" is another text to AWS.
        asked = urlencode(query or {}, quote_via=quote, safe="")
        response = self._sent(method, f"{path}?{asked}" if asked else path)
        if response.status_code >= 400:
            raise self._refused(response.status_code, response.content)
        try:
            answer: dict[str, Any] = json.loads(response.content)
        except ValueError as error:
            raise Mistake(
                f"{self._url}{path} does not answer like Kennel: check KENNEL_URL."
            ) from error
        return answer

    def _sent(self, method: str, path: str) -> AWSResponse:
        """A GET is worth a second try; whether a POST had its effect is not known."""
        for wait in PAUSES if method == "GET" else ():
            try:
                response = self._http.send(self.signed(method, path))
            except HTTPClientError:
                time.sleep(wait)
                continue
            if response.status_code < 500:
                return response
            time.sleep(wait)
        return self._http.send(self.signed(method, path))

    def signed(self, method: str, path: str) -> AWSPreparedRequest:
        credentials, region = self._session.get_credentials(), self._session.region_name
        if credentials is None:
            raise NoCredentialsError
        if region is None:
            raise NoRegionError
        request = AWSRequest(method=method, url=self._url + path)
        SigV4Auth(credentials.get_frozen_credentials(), "execute-api", region).add_auth(request)
        return request.prepare()

    def _refused(self, status: int, body: bytes) -> Mistake:
        said = _said(body)
        if status in (401, 403):
            return Mistake(_denied(self._url, said or ""))
        if said and status < 500:
            return Mistake(said if said.endswith(".") else f"{said}.")
        return Mistake(
            f"{self._url} answered with {status} ({said or 'no reason given'}): the function's log "
            "says why; is KENNEL_URL right?"
        )


def _denied(url: str, said: str) -> str:
    """API Gateway answers 403 to whom it does not know, to whom it knows, and to unknown paths."""
    if "not authorized" in said:
        return f"{said.rstrip('.')}: ask for the right execute-api:Invoke on {url}."
    if said == "Missing Authentication Token":
        return f"{url} knows no such path: check KENNEL_URL, which ends in the stage's name."
    return (
        f"{url} does not accept the credentials ({said or 'no reason given'}): {CREDENTIALS_MEND}."
    )


def _said(body: bytes) -> str | None:
    """The message of `{"error": {"code", "message"}}`, or of API Gateway's own `{"message"}`."""
    try:
        answer = json.loads(body)
    except ValueError:
        return None
    if not isinstance(answer, Mapping):
        return None
    error = answer.get("error")
    if isinstance(error, Mapping):
        answer = error
    message = answer.get("message") or answer.get("Message")  # as a policy's refusal spells it
    return str(message) if message else None
