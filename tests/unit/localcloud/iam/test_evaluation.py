"""The evaluation logic of IAM's user guide, within one account."""

from __future__ import annotations

import json
from typing import Any

import pytest

from localcloud.iam.conditions import UnsupportedPolicy
from localcloud.iam.evaluation import Need, Policies, decide
from localcloud.iam.policies import Policy, read_policy
from localcloud.iam.principals import Principal

ACCOUNT = "123456789012"
ROLE = f"arn:aws:iam::{ACCOUNT}:role/worker"
SESSION = Principal.session(ROLE, "one")
EVENTS = Principal.service("events.amazonaws.com")
QUEUE = f"arn:aws:sqs:us-east-1:{ACCOUNT}:letters"
SEND = Need(action="sqs:SendMessage", resource=QUEUE)


def policy(*statements: dict[str, Any]) -> Policy:
    return read_policy(json.dumps({"Version": "2012-10-17", "Statement": statements}))


def statement(effect: str = "Allow", **elements: Any) -> dict[str, Any]:
    action = {} if "NotAction" in elements else {"Action": "sqs:SendMessage"}
    resource = {} if "NotResource" in elements else {"Resource": QUEUE}
    return {"Effect": effect, **action, **resource, **elements}


def ending(
    identity: Policy = (),
    resource: Policy = (),
    *,
    principal: Principal = SESSION,
    need: Need = SEND,
) -> str:
    """Why not; empty when allowed."""
    return decide(principal, need, Policies(identity=(identity,), resource=resource)).because


NOBODY_ALLOWS = "because no identity-based policy allows the sqs:SendMessage action"


def test_what_nobody_allows_is_denied() -> None:
    assert ending() == NOBODY_ALLOWS


def test_an_identity_policy_is_enough() -> None:
    assert ending(policy(statement())) == ""


@pytest.mark.parametrize("principal", ["*", {"AWS": ROLE}, {"AWS": SESSION.arn}, {"AWS": ["*"]}])
def test_a_resource_policy_that_names_the_caller_is_enough(principal: Any) -> None:
    assert ending(resource=policy(statement(Principal=principal))) == ""


@pytest.mark.parametrize("root", [ACCOUNT, f"arn:aws:iam::{ACCOUNT}:root"])
def test_a_resource_policy_that_names_the_account_leaves_it_to_identity_policies(root: str) -> None:
    shared = policy(statement(Principal={"AWS": root}))

    assert ending(resource=shared) == NOBODY_ALLOWS
    assert ending(policy(statement()), shared) == ""


def test_a_resource_policy_for_somebody_else_says_nothing() -> None:
    other = {"AWS": f"arn:aws:iam::{ACCOUNT}:role/other"}

    assert ending(resource=policy(statement(Principal=other))) == NOBODY_ALLOWS
    assert ending(resource=policy(statement(Principal={"Service": "s3.amazonaws.com"})))


def test_an_explicit_deny_wins() -> None:
    allowed, denied = policy(statement()), policy(statement(), statement("Deny"))
    closed = policy(statement("Deny", Principal="*"))

    assert ending(denied) == "with an explicit deny in an identity-based policy"
    assert ending(allowed, closed) == "with an explicit deny in a resource-based policy"


def test_not_action_and_not_resource_leave_out() -> None:
    assert ending(policy(statement(NotAction="iam:*"))) == ""
    assert ending(policy(statement(NotAction="sqs:*"))) == NOBODY_ALLOWS
    assert ending(policy(statement(NotResource="arn:aws:s3:::*"))) == ""
    assert ending(policy(statement(NotResource=QUEUE))) == NOBODY_ALLOWS


def test_all_conditions_of_a_statement_must_hold() -> None:
    condition = {"StringEquals": {"aws:PrincipalAccount": ACCOUNT}, "Bool": {"a:b": "true"}}
    guarded = policy(statement(Condition=condition))
    told = Need(action=SEND.action, resource=QUEUE, context={"a:b": ("true",)})

    assert ending(guarded) == NOBODY_ALLOWS
    assert ending(guarded, need=told) == ""


def test_a_service_needs_the_resource_s_policy() -> None:
    own = policy(statement())
    condition = {"ArnLike": {"aws:SourceArn": f"arn:aws:events:*:{ACCOUNT}:rule/kennel-*"}}
    invited = policy(statement(Principal={"Service": EVENTS.identity}, Condition=condition))

    def sent_by(rule: str) -> str:
        arn = f"arn:aws:events:us-east-1:{ACCOUNT}:rule/{rule}"
        need = Need(action=SEND.action, resource=QUEUE, context={"aws:SourceArn": (arn,)})
        return ending(own, invited, principal=EVENTS, need=need)

    assert sent_by("kennel-x") == ""
    assert sent_by("x") == "because no resource-based policy allows the sqs:SendMessage action"


def test_a_trust_policy_must_speak_for_whoever_assumes_a_role() -> None:
    need = Need(action="sts:AssumeRole", resource=ROLE)
    everything = policy({"Effect": "Allow", "Action": "*", "Resource": "*"})
    trust = {"Effect": "Allow", "Action": "sts:AssumeRole"}
    user = Principal.user(ACCOUNT, "local")

    def assumed(principal: Any) -> str:
        return ending(
            everything, policy({**trust, "Principal": principal}), principal=user, need=need
        )

    assert assumed({"Service": "lambda.amazonaws.com"}).startswith("because no resource-based")
    assert assumed({"AWS": ACCOUNT}) == ""
    assert assumed({"AWS": user.arn}) == ""


def test_loopback_is_a_secure_transport() -> None:
    insecure = {"Bool": {"aws:SecureTransport": "false"}}

    assert ending(policy(statement(), statement("Deny", Condition=insecure))) == ""


@pytest.mark.parametrize(
    "element",
    [
        {"NotPrincipal": "*"},
        {"Principal": {"Federated": "x"}},
        {"Resource": "arn:aws:s3:::b/${aws:username}/*"},
    ],
)
def test_what_cannot_be_judged_is_refused(element: dict[str, Any]) -> None:
    with pytest.raises(UnsupportedPolicy):
        policy(statement(**element))
