"""Users, roles and resource policies, as moto keeps them."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from moto.awslambda.models import lambda_backends
from moto.dynamodb.models import dynamodb_backends
from moto.iam.models import iam_backends
from moto.s3.models import s3_backends
from moto.sns.models import sns_backends
from moto.sqs.models import sqs_backends

from localcloud.aws.account import NUMBER, REGION
from localcloud.iam.authority import Signer
from localcloud.iam.principals import Principal

# What else moto leaves in the statements of a function's policy.
_STATEMENT = {"Sid", "Effect", "Principal", "Action", "Resource", "Condition"}


class MotoDirectory:
    """Implements `Directory`: read at each request, so that a change of a policy holds at once."""

    def key_of_user(self, key: str) -> Signer | None:
        found = _iam().access_keys.get(key)
        if found is None or not found.user_name or found.status != "Active":
            return None
        principal = Principal.user(NUMBER, found.user_name)
        return Signer(principal=principal, secret=found.secret_access_key)

    def identity_policies(self, identity: str) -> Iterator[str]:
        for holder in _holders(identity):
            yield from map(_text, holder.policies.values())
            yield from (_text(policy.document) for policy in holder.managed_policies.values())

    def resource_policy(self, arn: str) -> str | None:
        parts = arn.split(":", 5)
        if len(parts) < 6 or parts[2] not in _RESOURCE_POLICIES:
            return None
        return _RESOURCE_POLICIES[parts[2]](parts[5])


def hash_key(table: str) -> str | None:
    found = dynamodb_backends[NUMBER][REGION].tables.get(table)
    return found.hash_key_attr if found else None


def _iam() -> Any:
    return iam_backends[NUMBER]["aws"]


def _holders(identity: str) -> Iterator[Any]:
    """Whatever policies are attached to that hold for the identity."""
    yield from _roles(identity)
    user = _iam().users.get(identity.rpartition("/")[2])
    if user and user.arn == identity:
        yield user
        yield from _iam().get_groups_for_user(user.name)


def _roles(arn: str) -> list[Any]:
    """The role with that ARN, if there is one."""
    return [role for role in list(_iam().get_roles()) if role.arn == arn]


def _bucket_policy(resource: str) -> str | None:
    bucket = s3_backends[NUMBER]["aws"].buckets.get(resource.partition("/")[0])
    return bucket.policy.decode() if bucket and bucket.policy else None


def _queue_policy(resource: str) -> str | None:
    queue = sqs_backends[NUMBER][REGION].queues.get(resource)
    return queue.policy if queue else None


def _topic_policy(resource: str) -> str | None:
    topic = sns_backends[NUMBER][REGION].topics.get(f"arn:aws:sns:{REGION}:{NUMBER}:{resource}")
    return topic.policy if topic else None


def _function_policy(resource: str) -> str | None:
    name = resource.removeprefix("function:").partition(":")[0]
    function = lambda_backends[NUMBER][REGION]._lambdas._functions.get(name)
    if function is None or not function["latest"]:
        return None
    statements = [
        {name: value for name, value in statement.items() if name in _STATEMENT}
        for statement in function["latest"].policy.statements
    ]
    return json.dumps({"Statement": statements})


def _trust_policy(resource: str) -> str | None:
    roles = _roles(f"arn:aws:iam::{NUMBER}:{resource}")
    return _text(roles[0].assume_role_policy_document) if roles else None


_RESOURCE_POLICIES: Mapping[str, Callable[[str], str | None]] = {
    "iam": _trust_policy,
    "lambda": _function_policy,
    "s3": _bucket_policy,
    "sns": _topic_policy,
    "sqs": _queue_policy,
}


def _text(document: Any) -> str:
    return document if isinstance(document, str) else json.dumps(document)
