"""Waiting for the run of an upload."""

from __future__ import annotations

import boto3
import pytest

from cli.mistakes import Mistake
from cli.run_start import wait_for_run
from cli.runs_api import RunsApi
from tests.support.cli_service import Service


def test_who_waits_in_vain_is_told_of_the_first_minutes_and_what_begins_the_run(
    service: Service,
) -> None:
    api = RunsApi(service.url, boto3.Session("local", "local", region_name="us-east-1"))

    with pytest.raises(Mistake, match="first five minutes of a new deployment") as mistake:
        wait_for_run(api, "datasets/nobody-told.zip", (), patience=0)

    assert "reconcile finds them" in str(mistake.value)
