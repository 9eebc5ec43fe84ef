"""docs/http.md names each route and content type, and its example works."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from inference_code.decoding import DECODERS
from inference_code.encoding import ENCODERS
from tests.support.cli_service import serving

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "http.md").read_text()


def routes() -> list[str]:
    """Of the functions, as the page writes them."""
    events = re.finditer(
        r'- http: { method: (?P<method>\w+), path: "?(?P<path>[^",]+)',
        (ROOT / "serverless.yml").read_text(),
    )
    return [f"{event['method'].upper()} {event['path']}" for event in events]


@pytest.mark.parametrize("name", [*routes(), *DECODERS, *ENCODERS])
def test_each_route_and_content_type_is_named(name: str) -> None:
    assert f"`{name}`" in PAGE


def test_there_are_routes() -> None:
    assert len(routes()) >= 4


def test_the_example_in_python_signs_a_request() -> None:
    (program,) = re.findall(r"```python\n(.*?)```", PAGE, flags=re.DOTALL)
    keys = {"AWS_ACCESS_KEY_ID": "local", "AWS_SECRET_ACCESS_KEY": "local"}

    with serving() as service:
        service.answers["GET /runs?limit=10"] = {"runs": [], "next": None}
        done = subprocess.run(
            [sys.executable, "-c", program],
            env={"KENNEL_URL": service.url, "AWS_DEFAULT_REGION": "us-east-1", **keys},
            capture_output=True,
            text=True,
            timeout=60,
        )

    assert done.stdout == '{"runs": [], "next": null}\n', done.stderr
    ((_, headers),) = service.requests
    signature = {name.lower(): value for name, value in headers.items()}["authorization"]
    assert "us-east-1/execute-api/aws4_request" in signature
