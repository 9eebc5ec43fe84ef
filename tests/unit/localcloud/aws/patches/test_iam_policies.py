"""Policies of a deployed role are JSON for whoever asks."""

from __future__ import annotations

from tests.support.fixture_service import Deployed


def test_a_deployed_role_s_policy_is_answered_as_it_was_written(deployed: Deployed) -> None:
    iam = deployed.clients["iam"]
    roles = iam.list_roles()["Roles"]
    name = next(r["RoleName"] for r in roles if "lambdaRole" in r["RoleName"])
    [policy] = iam.list_role_policies(RoleName=name)["PolicyNames"]

    document = iam.get_role_policy(RoleName=name, PolicyName=policy)["PolicyDocument"]

    assert document["Statement"][0]["Effect"] == "Allow"
