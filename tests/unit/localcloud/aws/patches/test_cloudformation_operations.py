"""CloudFormation undoes what fails, and keeps what it is told to keep."""

from __future__ import annotations

import pytest
from botocore.exceptions import ClientError

from localcloud.aws.account import Clients
from tests.support.stacks import QUEUE, TAKEN, create, failure, queues, status, update


def test_a_name_that_exists_fails_and_all_that_was_made_is_taken_back(account: Clients) -> None:
    create(account, {"Taken": TAKEN, "Made": QUEUE})

    assert failure(account) == (
        "Taken",
        "Resource of type 'AWS::SQS::Queue' with identifier 'taken' already exists.",
    )
    assert (status(account), queues(account)) == ("ROLLBACK_COMPLETE", {"taken"})


@pytest.mark.parametrize(
    ("policy", "left"),
    [("Delete", set()), ("RetainExceptOnCreate", set()), ("Retain", {"made"})],
)
def test_a_first_creation_leaves_what_is_retained_and_no_more(
    account: Clients, policy: str, left: set[str]
) -> None:
    create(account, {"Made": QUEUE | {"DeletionPolicy": policy}, "Taken": TAKEN})

    assert queues(account) == {"taken"} | left


def test_what_was_retained_fails_the_next_try(account: Clients) -> None:
    create(account, {"Made": QUEUE | {"DeletionPolicy": "Retain"}, "Taken": TAKEN})
    account["cloudformation"].delete_stack(StackName="s")

    create(account, {"Made": QUEUE})

    assert failure(account)[0] == "Made"


def test_a_stack_that_was_rolled_back_can_only_be_deleted(account: Clients) -> None:
    create(account, {"Taken": TAKEN, "Made": QUEUE})

    with pytest.raises(ClientError, match="is in ROLLBACK_COMPLETE state and can not be updated"):
        update(account, {"Made": QUEUE})
    account["cloudformation"].delete_stack(StackName="s")
    create(account, {"Made": QUEUE})

    assert status(account) == "CREATE_COMPLETE"


def test_an_update_that_fails_puts_everything_back(account: Clients) -> None:
    create(account, {"Made": QUEUE})

    slow = {"QueueName": "made", "VisibilityTimeout": 99}
    new = {"Type": "AWS::SQS::Queue", "Properties": {"QueueName": "new"}}
    changed = {"New": new, "Made": QUEUE | {"Properties": slow}, "Taken": TAKEN}
    update(account, changed)

    assert (status(account), queues(account)) == ("UPDATE_ROLLBACK_COMPLETE", {"taken", "made"})
    url = account["sqs"].get_queue_url(QueueName="made")["QueueUrl"]
    attributes = account["sqs"].get_queue_attributes(QueueUrl=url, AttributeNames=["All"])
    assert attributes["Attributes"]["VisibilityTimeout"] == "30"


@pytest.mark.parametrize("policy", ["Retain", "RetainExceptOnCreate"])
def test_what_is_retained_outlives_its_place_in_the_template_and_the_stack(
    account: Clients, policy: str
) -> None:
    kept = {"Type": "AWS::SQS::Queue", "Properties": {"QueueName": "kept"}}
    create(account, {"Kept": kept | {"DeletionPolicy": policy}, "Made": QUEUE})

    update(account, {"Made": QUEUE})
    account["cloudformation"].delete_stack(StackName="s")

    assert queues(account) == {"taken", "kept"}


def test_what_its_condition_does_not_want_any_more_goes(account: Clients) -> None:
    extra = {"Type": "AWS::SQS::Queue", "Properties": {"QueueName": "extra"}, "Condition": "Wanted"}
    resources = {"Made": QUEUE, "Extra": extra}
    create(account, resources, template={"Conditions": {"Wanted": {"Fn::Equals": ["a", "a"]}}})
    assert queues(account) == {"taken", "made", "extra"}

    update(account, resources, template={"Conditions": {"Wanted": {"Fn::Equals": ["", "a"]}}})

    assert queues(account) == {"taken", "made"}
