"""A role of an account without a service, its sessions, and what they are refused."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from botocore.exceptions import ClientError

from localcloud.aws.account import NUMBER, Clients
from localcloud.iam.principals import Principal
from localcloud.iam.sessions import Credentials

ROLE = f"arn:aws:iam::{NUMBER}:role/worker"
SESSION = f"arn:aws:sts::{NUMBER}:assumed-role/worker/one"
Allowed = Callable[..., Clients]


def assumed(clients: Clients) -> Credentials:
    answer = clients["sts"].assume_role(RoleArn=ROLE, RoleSessionName="one")["Credentials"]
    return Credentials(
        key=answer["AccessKeyId"],
        secret=answer["SecretAccessKey"],
        token=answer["SessionToken"],
        expires=answer["Expiration"],
        principal=Principal.session(ROLE, "one"),
    )


def refused(call: Callable[..., Any], **parameters: Any) -> tuple[int, str, str]:
    with pytest.raises(ClientError) as caught:
        call(**parameters)
    answer: Any = caught.value.response
    error = answer["Error"]
    return answer["ResponseMetadata"]["HTTPStatusCode"], error["Code"], error.get("Message", "")


def sentence(action: str, resource: str) -> str:
    return (
        f"User: {SESSION} is not authorized to perform: {action} on resource: {resource} "
        f"because no identity-based policy allows the {action} action"
    )
