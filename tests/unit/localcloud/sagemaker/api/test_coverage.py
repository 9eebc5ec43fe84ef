"""The page of operations tells the truth, and what is never there is an empty list."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import requests
from botocore import xform_name
from botocore.exceptions import ClientError

from localcloud.sagemaker.api import coverage
from localcloud.sagemaker.api.empty_lists import NEVER_THERE
from localcloud.sagemaker.region.shapes import operation_model
from tests.support.sagemaker_engine import Cloud

PAGE = Path(__file__).parents[5] / "docs" / "sagemaker-operations.md"


def test_the_page_shows_the_table_of_operations(capsys: pytest.CaptureFixture[str]) -> None:
    coverage.main()

    assert PAGE.read_text() == capsys.readouterr().out, "print it again, as it says"


def test_what_is_never_there_is_an_empty_list(cloud: Cloud) -> None:
    for name in NEVER_THERE:
        answer = getattr(cloud.sagemaker, xform_name(name))()

        lists = {member: found for member, found in answer.items() if member != "ResponseMetadata"}
        assert list(lists.values()) == [[]], name
        assert (shape := operation_model(name).input_shape)
        assert not shape.required_members, name


def test_empty_lists_check_their_requests_too(cloud: Cloud) -> None:
    headers = {"X-Amz-Target": "SageMaker.ListPipelines"}

    answer = requests.post(
        cloud.server.url, json.dumps({"MaxResults": 0}), headers=headers, timeout=10
    )

    assert answer.status_code == 400
    assert "greater than or equal to 1" in answer.json()["message"]


def test_what_is_missing_is_told_in_one_sentence(cloud: Cloud) -> None:
    with pytest.raises(ClientError, match="CreateHub is not supported by the local cloud"):
        cloud.sagemaker.create_hub(HubName="x", HubDescription="x")
