"""The policies of a deployed stack, and every part of them that can be taken away."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from botocore.exceptions import ClientError

from localcloud.iam.evaluation import Need, Policies, decide
from localcloud.iam.policies import Policy, Statement, read_policy
from localcloud.iam.principals import Principal

Client = Callable[[str], Any]  # boto3's, by the name of the service


@dataclass(frozen=True, kw_only=True)
class Attached:
    """A policy, by the logical name of what it is attached to."""

    owner: str
    arn: str
    statements: Policy
    of_identity: bool


@dataclass(frozen=True, kw_only=True)
class Part:
    """One statement, or one of its actions, resources or values, and the policy without it."""

    name: str
    attached: Attached
    without: Policy


def deployed_policies(client: Client, stack: str) -> list[Attached]:
    pages = client("cloudformation").get_paginator("list_stack_resources")
    resources = [
        (found["ResourceType"], found["LogicalResourceId"], found.get("PhysicalResourceId", ""))
        for page in pages.paginate(StackName=stack)
        for found in page["StackResourceSummaries"]
    ]
    return [
        attached
        for kind, logical, physical in resources
        if kind in _READERS and logical != "ServerlessDeploymentBucket"
        for attached in _READERS[kind](client, logical, physical)
    ]


def _role(client: Client, logical: str, name: str) -> Iterator[Attached]:
    role = client("iam").get_role(RoleName=name)["Role"]
    trust = _read(role["AssumeRolePolicyDocument"])
    yield Attached(
        owner=f"trust of {logical}", arn=role["Arn"], statements=trust, of_identity=False
    )
    for policy in client("iam").list_role_policies(RoleName=name)["PolicyNames"]:
        found = client("iam").get_role_policy(RoleName=name, PolicyName=policy)
        statements = _read(found["PolicyDocument"])
        yield Attached(owner=logical, arn=role["Arn"], statements=statements, of_identity=True)


def _queue(client: Client, logical: str, url: str) -> Iterator[Attached]:
    found = client("sqs").get_queue_attributes(QueueUrl=url, AttributeNames=["All"])["Attributes"]
    if "Policy" in found:
        statements = read_policy(found["Policy"])
        yield _on_resource(logical, found["QueueArn"], statements)


def _bucket(client: Client, logical: str, name: str) -> Iterator[Attached]:
    document = client("s3").get_bucket_policy(Bucket=name)["Policy"]
    yield _on_resource(logical, f"arn:aws:s3:::{name}", read_policy(document))


def _function(client: Client, logical: str, name: str) -> Iterator[Attached]:
    lambda_ = client("lambda")
    arn = lambda_.get_function(FunctionName=name)["Configuration"]["FunctionArn"]
    try:
        document = json.loads(lambda_.get_policy(FunctionName=name)["Policy"])
    except ClientError:
        return  # nobody but its own poller invokes it
    known = {"Sid", "Effect", "Principal", "Action", "Resource", "Condition"}
    statements = [{key: one[key] for key in one if key in known} for one in document["Statement"]]
    yield _on_resource(logical, arn, read_policy(json.dumps({"Statement": statements})))


def _read(document: Any) -> Policy:
    """As IAM's API gives it: boto3 has parsed some of them."""
    return read_policy(document if isinstance(document, str) else json.dumps(document))


def _on_resource(owner: str, arn: str, statements: Policy) -> Attached:
    return Attached(owner=owner, arn=arn, statements=statements, of_identity=False)


_READERS: Mapping[str, Callable[[Client, str, str], Iterator[Attached]]] = {
    "AWS::IAM::Role": _role,
    "AWS::SQS::Queue": _queue,
    "AWS::S3::Bucket": _bucket,
    "AWS::Lambda::Function": _function,
}


def parts(attached: Attached) -> Iterator[Part]:
    """Each statement as a whole first, then what several of it could do without."""
    for index, statement in enumerate(attached.statements):
        before, after = attached.statements[:index], attached.statements[index + 1 :]
        name = f"{attached.owner}: {_spoken(statement)}"
        yield Part(name=name, attached=attached, without=(*before, *after))
        for what, smaller in _smaller(statement):
            without = (*before, smaller, *after)
            yield Part(name=f"{name}, {what}", attached=attached, without=without)


def _spoken(statement: Statement) -> str:
    values = [value for condition in statement.conditions for value in condition.values]
    resources = " ".join(map(_short, statement.resources))
    told = f"{statement.effect} {' '.join(statement.actions)} on {resources}"
    return f"{told} if {' '.join(values)}" if values else told


def _short(arn: str) -> str:
    """Without the account and the bucket's whole name."""
    return re.sub("^kennel-local-[0-9]+-[a-z0-9-]+", "bucket", arn.split(":", 5)[-1])


def _smaller(statement: Statement) -> Iterator[tuple[str, Statement]]:
    for action, rest in _one_less(statement.actions):
        yield action, replace(statement, actions=rest)
    for resource, rest in _one_less(statement.resources):
        yield _short(resource), replace(statement, resources=rest)
    for index, condition in enumerate(statement.conditions):
        for value, rest in _one_less(condition.values):
            changed = list(statement.conditions)
            changed[index] = replace(condition, values=rest)
            yield f"{condition.key} {value}", replace(statement, conditions=tuple(changed))


def _one_less(values: tuple[str, ...]) -> Iterator[tuple[str, tuple[str, ...]]]:
    for index, value in enumerate(values if len(values) > 1 else ()):
        yield value, values[:index] + values[index + 1 :]


def is_missed(
    part: Part, policies: Sequence[Attached], allowed: Sequence[tuple[Principal, Need]]
) -> bool:
    """Whether one of the requests that were allowed would be denied without the part."""
    return any(
        who.kind != "user"  # the administrator, who needs no policy
        and _concerns(part.attached, who, need)
        and not decide(who, need, _policies(part, policies, who, need)).allowed
        for who, need in allowed
    )


def _concerns(attached: Attached, who: Principal, need: Need) -> bool:
    if attached.of_identity:
        return who.identity == attached.arn
    return need.resource == attached.arn or need.resource.startswith(f"{attached.arn}/")


def _policies(part: Part, policies: Sequence[Attached], who: Principal, need: Need) -> Policies:
    holding = [
        part.without if one == part.attached else one.statements
        for one in policies
        if one.of_identity and _concerns(one, who, need)
    ]
    around = [
        part.without if one == part.attached else one.statements
        for one in policies
        if not one.of_identity and _concerns(one, who, need)
    ]
    return Policies(
        identity=tuple(holding), resource=tuple(found for policy in around for found in policy)
    )
