"""What an engine asks of its authority: permissions of callers, and the roles of jobs."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import ClientError

from localcloud.sagemaker.api.permissions import permissions
from localcloud.sagemaker.region.settings import Settings
from tests.fakes.authority import NotingAuthority
from tests.support.engine_server import engine
from tests.support.sagemaker_engine import ROLE, Cloud, new_name

SETTINGS = Settings(
    folder=Path(),
    environments=Path(),
    aws_endpoint_url="",
    region="us-east-1",
    account="123456789012",
    quotas={},
)


def arn(resource: str) -> str:
    return SETTINGS.arn(*resource.split("/", 1))


def needed(operation: str, **request: Any) -> list[tuple[str, str]]:
    return [(p.action, p.resource) for p in permissions(operation, request, SETTINGS)]


@pytest.mark.parametrize(
    ("operation", "request_", "resource"),
    [
        ("DescribeTrainingJob", {"TrainingJobName": "x"}, arn("training-job/x")),
        ("StopProcessingJob", {"ProcessingJobName": "x"}, arn("processing-job/x")),
        (
            "ListTrainingJobsForHyperParameterTuningJob",
            {"HyperParameterTuningJobName": "x"},
            arn("hyper-parameter-tuning-job/x"),
        ),
        ("DeleteModel", {"ModelName": "x"}, arn("model/x")),
        ("InvokeEndpointAsync", {"EndpointName": "x"}, arn("endpoint/x")),
        ("UpdateEndpointWeightsAndCapacities", {"EndpointName": "x"}, arn("endpoint/x")),
        ("CreateModelPackage", {"ModelPackageGroupName": "x"}, arn("model-package/x")),
        (
            "UpdateModelPackage",
            {"ModelPackageArn": arn("model-package/x/1")},
            arn("model-package/x/1"),
        ),
        (
            "AssociateTrialComponent",
            {"TrialComponentName": "x", "TrialName": "y"},
            arn("experiment-trial-component/x"),
        ),
        ("AddTags", {"ResourceArn": arn("model/x")}, arn("model/x")),
        ("ListTrainingJobs", {}, "*"),
        ("Search", {"Resource": "TrainingJob"}, "*"),
    ],
)
def test_an_operation_acts_on_a_resource(
    operation: str, request_: dict[str, Any], resource: str
) -> None:
    assert needed(operation, **request_) == [(f"sagemaker:{operation}", resource)]


def test_a_creation_also_tags_and_passes_its_role() -> None:
    request = {
        "HyperParameterTuningJobName": "x",
        "TrainingJobDefinition": {"RoleArn": ROLE},
        "Tags": [{"Key": "a", "Value": "b"}],
    }
    tuning = arn("hyper-parameter-tuning-job/x")

    assert needed("CreateHyperParameterTuningJob", **request) == [
        ("sagemaker:CreateHyperParameterTuningJob", tuning),
        ("sagemaker:AddTags", tuning),
        ("iam:PassRole", ROLE),
    ]


def test_a_role_is_passed_to_sagemaker() -> None:
    request = {"ModelName": "x", "ExecutionRoleArn": ROLE}

    *_, passing = permissions("CreateModel", request, SETTINGS)

    assert passing.context["iam:PassedToService"] == ("sagemaker.amazonaws.com",)


@pytest.fixture
def authority() -> NotingAuthority:
    return NotingAuthority()


@pytest.fixture
def judged(
    cloud: Cloud, authority: NotingAuthority, moto_url: str, tmp_path: Path
) -> Iterator[Cloud]:
    """An engine with an authority, over the account of the others."""
    server = engine(tmp_path, moto_url, authority=authority)
    server.start()
    yield Cloud(moto_url, server, tmp_path)
    server.stop()


SHOW = "echo $AWS_ACCESS_KEY_ID $AWS_SESSION_TOKEN"


def test_a_job_works_with_its_role_s_keys(judged: Cloud, authority: NotingAuthority) -> None:
    name = judged.process(SHOW)

    job = judged.ended("processing", name)

    assert job["ProcessingJobStatus"] == "Completed"
    assert f"ROLEKEY {ROLE}" in judged.log("ProcessingJobs", name)
    assert (ROLE, arn(f"processing-job/{name}")) in authority.assumed
    assert "iam:PassRole" in {permission.action for permission in authority.asked}


def test_who_may_not_create_a_job_creates_none(judged: Cloud, authority: NotingAuthority) -> None:
    authority.forbidden.add("sagemaker:CreateProcessingJob")

    with pytest.raises(ClientError, match=r"AccessDeniedException.*somebody is not authorized"):
        judged.process(SHOW)

    assert judged.sagemaker.list_processing_jobs()["ProcessingJobSummaries"] == []


def test_a_job_whose_role_cannot_be_assumed_never_exists(
    judged: Cloud, authority: NotingAuthority
) -> None:
    authority.forbidden.add(ROLE)

    with pytest.raises(ClientError, match=f"Could not assume role {ROLE}"):
        judged.process(SHOW)

    assert judged.sagemaker.list_processing_jobs()["ProcessingJobSummaries"] == []


def test_an_endpoint_is_invoked_only_by_who_may(judged: Cloud, authority: NotingAuthority) -> None:
    authority.forbidden.add("sagemaker:InvokeEndpoint")

    with pytest.raises(ClientError, match="AccessDeniedException"):
        judged.runtime.invoke_endpoint(EndpointName=new_name("endpoint"), Body=b"x")
