"""Whose request it is: users, sessions, resource policies that name them, and nobody."""

from __future__ import annotations

import json
from typing import Any

import boto3
import requests

from localcloud.aws.account import NUMBER, REGION, Clients
from localcloud.iam.sessions import Credentials
from tests.support.account_roles import ROLE, Allowed, assumed, refused


def test_a_user_s_own_key_is_judged_by_the_user_s_policies(
    administrator: Clients, address: str
) -> None:
    iam = administrator["iam"]
    iam.create_user(UserName="ann")
    key = iam.create_access_key(UserName="ann")["AccessKey"]
    sqs = boto3.client(
        "sqs",
        endpoint_url=address,
        region_name=REGION,
        aws_access_key_id=key["AccessKeyId"],
        aws_secret_access_key=key["SecretAccessKey"],
    )
    send: Any = {"QueueUrl": f"{address}/{NUMBER}/letters", "MessageBody": "x"}

    assert f"User: arn:aws:iam::{NUMBER}:user/ann is" in refused(sqs.send_message, **send)[2]
    allowed = {"Effect": "Allow", "Action": "sqs:*", "Resource": "*"}
    document = json.dumps({"Version": "2012-10-17", "Statement": [allowed]})
    iam.put_user_policy(UserName="ann", PolicyName="p", PolicyDocument=document)
    assert sqs.send_message(**send)["MessageId"]


def test_a_queue_s_policy_lets_a_role_in(worker: Allowed, administrator: Clients) -> None:
    clients = worker()
    url = clients.queue_url("letters")
    statement = {"Effect": "Allow", "Principal": {"AWS": ROLE}, "Action": "*", "Resource": "*"}

    administrator["sqs"].set_queue_attributes(
        QueueUrl=url, Attributes={"Policy": json.dumps({"Statement": [statement]})}
    )

    assert clients["sqs"].send_message(QueueUrl=url, MessageBody="x")["MessageId"]


def test_an_explicit_deny_holds_for_the_administrator_too(administrator: Clients) -> None:
    administrator["s3"].create_bucket(Bucket="closed")
    resource = "arn:aws:s3:::closed/*"
    statement = {"Effect": "Deny", "Principal": "*", "Action": "s3:*", "Resource": resource}
    document = json.dumps({"Statement": [statement]})
    administrator["s3"].put_bucket_policy(Bucket="closed", Policy=document)

    answer = refused(administrator["s3"].put_object, Bucket="closed", Key="k")

    assert answer[2].endswith("with an explicit deny in a resource-based policy")


def test_nobody_s_keys_open_nothing(administrator: Clients, address: str) -> None:
    good = assumed(administrator)
    unknown = Clients(address, _with(good, key="ASIAUNKNOWN"))
    tampered = Clients(address, _with(good, token="other"))

    for clients in (unknown, tampered):
        assert refused(clients["s3"].list_buckets)[1] == "InvalidAccessKeyId"
        assert refused(clients["dynamodb"].list_tables)[1] == "UnrecognizedClientException"
        assert refused(clients["sts"].get_caller_identity)[1] == "InvalidClientTokenId"


def _with(credentials: Credentials, **changes: str) -> Credentials:
    fields: dict[str, Any] = vars(credentials) | changes
    return Credentials(**fields)


def test_unsigned_requests_are_refused(administrator: Clients, address: str) -> None:
    assert requests.get(f"{address}/bucket/here", timeout=5).status_code == 403
    answer = requests.post(address, data={"Action": "ListTopics"}, timeout=5)
    assert (answer.status_code, "MissingAuthenticationToken" in answer.text) == (403, True)
    assert requests.post(f"{address}/moto-api/reset", timeout=5).status_code == 403
    assert administrator["s3"].head_object(Bucket="bucket", Key="here")


def test_a_presigned_address_is_its_signer_s(worker: Allowed) -> None:
    s3 = worker(("s3:GetObject", "arn:aws:s3:::bucket/here"))["s3"]

    def read(key: str) -> int:
        url = s3.generate_presigned_url("get_object", Params={"Bucket": "bucket", "Key": key})
        return requests.get(url, timeout=5).status_code

    assert (read("here"), read("other")) == (200, 403)


def test_a_role_is_assumed_only_by_whom_it_trusts(administrator: Clients, worker: Allowed) -> None:
    everything = worker(("sts:*", "*"))
    trust = {"Effect": "Allow", "Principal": {"Service": "x"}, "Action": "sts:AssumeRole"}
    administrator["iam"].create_role(
        RoleName="closed", AssumeRolePolicyDocument=json.dumps({"Statement": [trust]})
    )

    arn = ROLE.replace("worker", "closed")

    for clients in (administrator, everything):
        answer = refused(clients["sts"].assume_role, RoleArn=arn, RoleSessionName="one")
        assert "because no resource-based policy allows the sts:AssumeRole" in answer[2]
