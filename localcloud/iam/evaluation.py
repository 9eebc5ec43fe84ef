"""AWS's evaluation logic inside one account: may this principal do this, and if not, why."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Literal

from localcloud.iam.conditions import Context
from localcloud.iam.patterns import action_matches, arn_matches
from localcloud.iam.policies import Policy, Statement
from localcloud.iam.principals import Principal

# A role's trust policy must speak, whatever the caller's own policies say.
_ASSUME_ROLE = "sts:assumerole"
_Grant = Literal["direct", "delegated", "none"]


@dataclass(frozen=True, kw_only=True)
class Need:
    """One permission that a request takes."""

    action: str
    resource: str
    context: Context = field(default_factory=dict)


@dataclass(frozen=True)
class Decision:
    allowed: bool
    # The end of AWS's sentence, empty when allowed.
    because: str = ""


ALLOWED = Decision(True)


@dataclass(frozen=True, kw_only=True)
class Policies:
    """What is attached to the caller, and what is attached to the resource."""

    identity: tuple[Policy, ...] = ()
    resource: Policy = ()


def decide(principal: Principal, need: Need, policies: Policies) -> Decision:
    context = {**_global_context(principal), **need.context}
    wanted = Need(action=need.action, resource=need.resource, context=context)
    own = {one.effect for policy in policies.identity for one in policy if _applies(one, wanted)}
    if "Deny" in own:
        return Decision(False, "with an explicit deny in an identity-based policy")
    told = {
        (one.effect, _grant(one, principal)) for one in policies.resource if _applies(one, wanted)
    }
    if told & {("Deny", "direct"), ("Deny", "delegated")}:
        return Decision(False, "with an explicit deny in a resource-based policy")
    if ("Allow", "direct") in told:
        return ALLOWED
    needs_resource = principal.kind == "service" or need.action.lower() == _ASSUME_ROLE
    if needs_resource and ("Allow", "delegated") not in told:
        return Decision(False, f"because no resource-based policy allows the {need.action} action")
    if "Allow" in own:
        return ALLOWED
    return Decision(False, f"because no identity-based policy allows the {need.action} action")


def _global_context(principal: Principal) -> Context:
    """Keys that every request has. Loopback counts as a secure transport: nobody can listen in."""
    secure = {"aws:SecureTransport": ("true",)}
    if principal.kind == "service":
        return {**secure, "aws:PrincipalIsAWSService": ("true",)}
    return {
        **secure,
        "aws:PrincipalIsAWSService": ("false",),
        "aws:PrincipalArn": (principal.identity,),
        "aws:PrincipalAccount": (principal.account,),
    }


def _grant(statement: Statement, principal: Principal) -> _Grant:
    """Naming an account leaves it to the account's own policies, naming anyone else does not."""
    named = statement.principals
    if named is None:
        return "none"
    if principal.kind == "service":
        return "direct" if named.anybody or principal.identity in named.services else "none"
    if named.anybody or {principal.identity, principal.arn} & set(named.accounts):
        return "direct"
    root = f"arn:aws:iam::{principal.account}:root"
    return "delegated" if root in named.accounts else "none"


def _applies(statement: Statement, need: Need) -> bool:
    return (
        _concerns(statement.actions, statement.not_actions, need.action, action_matches)
        and _concerns_resource(statement, need.resource)
        and all(condition.holds(need.context) for condition in statement.conditions)
    )


def _concerns_resource(statement: Statement, arn: str) -> bool:
    if not statement.resources and not statement.not_resources:
        return True  # a role's trust policy: its resource is the role that it stands in
    return _concerns(statement.resources, statement.not_resources, arn, arn_matches)


def _concerns(
    wanted: tuple[str, ...],
    unwanted: tuple[str, ...],
    text: str,
    matches: Callable[[str, str], bool],
) -> bool:
    if unwanted:
        return not any(matches(pattern, text) for pattern in unwanted)
    return any(matches(pattern, text) for pattern in wanted)
