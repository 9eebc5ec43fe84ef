"""Every request to the account may do what its signer's policies say."""

from __future__ import annotations

import pytest

from localcloud.aws.account import NUMBER, REGION, Clients
from tests.support.account_roles import SESSION, Allowed, refused, sentence


def test_the_caller_s_identity_is_told_truly(administrator: Clients, worker: Allowed) -> None:
    whoever = administrator["sts"].get_caller_identity()
    session = worker()["sts"].get_caller_identity()

    assert (whoever["Arn"], whoever["Account"]) == (f"arn:aws:iam::{NUMBER}:user/local", NUMBER)
    assert session["Arn"] == SESSION
    assert session["UserId"].endswith(":one")


def test_a_role_may_do_what_its_policy_allows(worker: Allowed) -> None:
    s3 = worker(("s3:GetObject", "arn:aws:s3:::bucket/*"))["s3"]

    assert s3.get_object(Bucket="bucket", Key="here")["Body"].read() == b"x"


def test_s3_refuses_in_its_own_words(worker: Allowed) -> None:
    s3 = worker()["s3"]

    assert refused(s3.put_object, Bucket="bucket", Key="k", Body=b"x" * 100_000) == (
        403,
        "AccessDenied",
        sentence("s3:PutObject", '"arn:aws:s3:::bucket/k"'),
    )
    assert refused(s3.head_object, Bucket="bucket", Key="here")[:2] == (403, "403")


def test_who_may_not_list_a_bucket_is_not_told_what_is_missing(worker: Allowed) -> None:
    reading = ("s3:GetObject", "arn:aws:s3:::bucket/*")
    blind = worker(reading)["s3"]

    assert refused(blind.get_object, Bucket="bucket", Key="gone")[:2] == (403, "AccessDenied")
    assert refused(blind.head_object, Bucket="bucket", Key="gone")[:2] == (403, "403")
    seeing = worker(reading, ("s3:ListBucket", "arn:aws:s3:::bucket"))["s3"]
    assert refused(seeing.get_object, Bucket="bucket", Key="gone")[:2] == (404, "NoSuchKey")


def test_a_version_that_is_missing_is_told_to_who_may_list_the_bucket(worker: Allowed) -> None:
    reading = ("s3:GetObjectVersion", "arn:aws:s3:::bucket/*")
    gone = {"Bucket": "bucket", "Key": "here", "VersionId": "gone"}

    blind = worker(reading)["s3"]
    assert refused(blind.get_object, **gone)[:2] == (403, "AccessDenied")
    seeing = worker(reading, ("s3:ListBucket", "arn:aws:s3:::bucket"))["s3"]
    assert refused(seeing.get_object, **gone)[:2] == (404, "NoSuchVersion")


def test_comparing_what_is_overwritten_takes_the_right_to_read_it(worker: Allowed) -> None:
    writing = ("s3:PutObject", "arn:aws:s3:::bucket/*")
    place = {"Bucket": "bucket", "Key": "here", "IfMatch": '"another"'}

    assert refused(worker(writing)["s3"].put_object, **place)[:2] == (403, "AccessDenied")
    reading = ("s3:GetObject", "arn:aws:s3:::bucket/*")
    both = worker(writing, reading)["s3"]
    assert refused(both.put_object, **place)[:2] == (412, "PreconditionFailed")


@pytest.mark.parametrize("keys", [("here", "a"), ("here",), ("a",)])
def test_a_deletion_of_many_is_refused_key_by_key(
    worker: Allowed, administrator: Clients, keys: tuple[str, ...]
) -> None:
    administrator["s3"].put_object(Bucket="bucket", Key="a", Body=b"x")
    s3 = worker(("s3:DeleteObject", "arn:aws:s3:::bucket/a"))["s3"]

    answer = s3.delete_objects(Bucket="bucket", Delete={"Objects": [{"Key": key} for key in keys]})

    assert {found["Key"] for found in answer.get("Deleted", [])} == set(keys) & {"a"}
    errors = {found["Key"]: found["Code"] for found in answer.get("Errors", [])}
    assert errors == dict.fromkeys(set(keys) & {"here"}, "AccessDenied")
    assert administrator["s3"].head_object(Bucket="bucket", Key="here")


def test_other_services_refuse_in_theirs(worker: Allowed, address: str) -> None:
    clients = worker()
    queue = f"arn:aws:sqs:{REGION}:{NUMBER}:letters"
    topic = f"arn:aws:sns:{REGION}:{NUMBER}:news"
    function = f"arn:aws:lambda:{REGION}:{NUMBER}:function:f"
    group = f"arn:aws:logs:{REGION}:{NUMBER}:log-group:g:log-stream:"

    assert refused(
        clients["sqs"].send_message, QueueUrl=clients.queue_url(queue), MessageBody="x"
    ) == (
        403,
        "AccessDenied",
        sentence("sqs:sendmessage", queue),
    )
    assert refused(clients["sns"].publish, TopicArn=topic, Message="x") == (
        403,
        "AuthorizationError",
        sentence("SNS:Publish", topic),
    )
    assert refused(clients["lambda"].invoke, FunctionName="f") == (
        403,
        "AccessDeniedException",
        sentence("lambda:InvokeFunction", function),
    )
    assert refused(clients["logs"].create_log_group, logGroupName="g") == (
        400,
        "AccessDeniedException",
        sentence("logs:CreateLogGroup", group),
    )


def test_what_nobody_has_mapped_is_the_administrator_s(
    worker: Allowed, administrator: Clients
) -> None:
    everything = worker(("*", "*"))

    _, code, message = refused(everything["cloudformation"].list_stacks)

    assert code == "AccessDenied"
    assert "does not know which permissions this request takes" in message
    assert administrator["cloudformation"].list_stacks()["StackSummaries"] == []
