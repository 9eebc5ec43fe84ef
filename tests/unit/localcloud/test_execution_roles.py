"""SageMaker's callers are judged by the account's policies; jobs work as roles that trust it."""

from __future__ import annotations

from typing import Any

from localcloud.execution_roles import ExecutionRoles
from localcloud.iam.principals import Principal
from localcloud.sagemaker.region.authority import Permission
from localcloud.sagemaker.region.errors import ApiError
from tests.fakes.directory import FakeDirectory

ROLE = "arn:aws:iam::123456789012:role/jobs"
JOB = "arn:aws:sagemaker:us-east-1:123456789012:training-job/kennel-x"
CREATE = Permission(action="sagemaker:CreateTrainingJob", resource=JOB)


def headers(key: str, token: str = "") -> dict[str, str]:
    scope = f"{key}/20261124/us-east-1/sagemaker/aws4_request"
    return {"Authorization": f"AWS4-HMAC-SHA256 Credential={scope}", "X-Amz-Security-Token": token}


def trusting(**condition: Any) -> list[dict[str, Any]]:
    statement = {
        "Effect": "Allow",
        "Principal": {"Service": "sagemaker.amazonaws.com"},
        "Action": "sts:AssumeRole",
        "Condition": condition,
    }
    return [statement]


def refusal(call: Any, *arguments: Any) -> tuple[str, str]:
    """The error's code and message; two empty words if there is none."""
    try:
        call(*arguments)
    except ApiError as error:
        return error.code, error.message
    return "", ""


def test_the_administrator_may_do_everything() -> None:
    roles = ExecutionRoles(FakeDirectory().authority())

    assert refusal(roles.check, headers("local"), [CREATE]) == ("", "")


def test_nobody_else_is_let_in() -> None:
    roles = ExecutionRoles(FakeDirectory().authority())

    assert refusal(roles.check, {}, [])[0] == "MissingAuthenticationTokenException"
    assert refusal(roles.check, headers("ASIAX"), [])[0] == "UnrecognizedClientException"


def test_a_role_s_keys_may_do_what_its_policy_says() -> None:
    statement = {"Effect": "Allow", "Action": "sagemaker:Create*", "Resource": JOB}
    directory = FakeDirectory(identity={ROLE: [statement]}, resource={ROLE: trusting()})
    roles = ExecutionRoles(directory.authority())
    keys = roles.keys_of(ROLE, JOB)
    stop = Permission(action="sagemaker:StopTrainingJob", resource=JOB)
    sentence = (
        f"User: {Principal.session(ROLE, 'SageMaker').arn} is not authorized to perform: "
        f"sagemaker:StopTrainingJob on resource: {JOB} because no identity-based policy allows "
        "the sagemaker:StopTrainingJob action"
    )

    roles.check(headers(keys.key, keys.token or ""), [CREATE])

    assert refusal(roles.check, headers(keys.key, keys.token or ""), [CREATE, stop]) == (
        "AccessDeniedException",
        sentence,
    )


def test_a_role_that_does_not_trust_sagemaker_is_not_assumed() -> None:
    for trust in ([], trusting(StringEquals={"aws:SourceAccount": "210987654321"})):
        roles = ExecutionRoles(FakeDirectory(resource={ROLE: trust}).authority())

        code, message = refusal(roles.keys_of, ROLE, JOB)

        assert code == "ValidationException"
        assert message.startswith(f"Could not assume role {ROLE}.")


def test_trust_may_depend_on_the_job() -> None:
    trust = trusting(
        ArnLike={"aws:SourceArn": "arn:aws:sagemaker:*:*:training-job/kennel-*"},
        StringEquals={"aws:SourceAccount": "123456789012"},
    )
    roles = ExecutionRoles(FakeDirectory(resource={ROLE: trust}).authority())

    assert roles.keys_of(ROLE, JOB) == roles.keys_of(ROLE, f"{JOB}-2")
    assert refusal(roles.keys_of, ROLE, JOB.replace("kennel", "other"))
