"""Kennel's HTTP API, with requests signed as IAM wants them (Signature Version 4)."""

from __future__ import annotations

import json
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

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

    def runs(self) -> list[dict[str, Any]]:
        """Newest first, as the API sends them."""
        runs: list[dict[str, Any]] = self._answer("GET", "/runs")["runs"]
        return runs

    def run(self, run: str) -> dict[str, Any]:
        return self._answer("GET", f"/runs/{run}")

    def stop(self, run: str) -> dict[str, Any]:
        return self._answer("POST", f"/runs/{run}/stop")

    def named(self, text: str | None) -> dict[str, Any]:
        """The run that `text` is, or is the only beginning of; without one, the newest."""
        runs = self.runs()
        if text is None:
            return self.run(_newest(runs))
        matching = [run["run"] for run in runs if run["run"].startswith(text)]
        if text in matching or len(matching) == 1:
            return self.run(text if text in matching else matching[0])
        if not matching:
            raise Mistake(f"There is no run {text!r}: `kennel runs` lists them.")
        raise Mistake(f"{text!r} begins {len(matching)} runs ({', '.join(matching)}): say more.")

    def _answer(self, method: str, path: str) -> dict[str, Any]:
        response = self._sent(method, path)
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
        if status in (401, 403):
            return Mistake(f"{self._url} does not accept the credentials: {CREDENTIALS_MEND}.")
        said = _said(body)
        if said and status < 500:
            return Mistake(said if said.endswith(".") else f"{said}.")
        return Mistake(
            f"{self._url} answered with {status} ({said or 'no reason given'}): the function's log "
            "says why; is KENNEL_URL right?"
        )


def _newest(runs: list[dict[str, Any]]) -> str:
    if not runs:
        raise Mistake(NO_RUN)
    newest: str = runs[0]["run"]
    return newest


def _said(body: bytes) -> str | None:
    """The message of `{"error": {"code", "message"}}`, or of API Gateway's own `{"message"}`."""
    try:
        answer = json.loads(body)
    except ValueError:
        return None
    if not isinstance(answer, Mapping):
        return None
    error = answer.get("error")
    message = error.get("message") if isinstance(error, Mapping) else answer.get("message")
    return str(message) if message else None
