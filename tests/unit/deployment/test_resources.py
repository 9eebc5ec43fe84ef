"""The bucket, the queues and the table keep data safe, and not for ever."""

from __future__ import annotations

from typing import Any

from tests.support.compiled_template import Template


def lifecycle(template: Template) -> dict[str, Any]:
    rules = template.properties("Bucket")["LifecycleConfiguration"]["Rules"]
    return {rule["Id"]: rule for rule in rules}


def test_the_bucket_is_private_encrypted_and_versioned(template: Template) -> None:
    bucket = template.properties("Bucket")

    assert set(bucket["PublicAccessBlockConfiguration"].values()) == {True}
    assert bucket["BucketEncryption"]["ServerSideEncryptionConfiguration"]
    assert bucket["VersioningConfiguration"] == {"Status": "Enabled"}


def test_the_bucket_refuses_what_is_not_encrypted_on_its_way(template: Template) -> None:
    (statement,) = template.properties("BucketPolicy")["PolicyDocument"]["Statement"]

    assert (statement["Effect"], statement["Action"]) == ("Deny", "s3:*")
    assert statement["Condition"] == {"Bool": {"aws:SecureTransport": "false"}}


def test_trial_outputs_batches_old_versions_and_incomplete_uploads_end(
    template: Template,
) -> None:
    rules = lifecycle(template)

    assert rules["tuning-trials"]["ExpirationInDays"] > 0
    assert rules["batches"]["ExpirationInDays"] > 0
    assert rules["old-versions"]["NoncurrentVersionExpiration"]["NoncurrentDays"] > 0
    assert rules["incomplete-uploads"]["AbortIncompleteMultipartUpload"]


def test_no_lifecycle_prefix_has_a_wildcard_which_s3_would_take_literally(
    template: Template,
) -> None:
    assert not [rule for rule in lifecycle(template).values() if "*" in rule.get("Prefix", "")]


def test_nothing_but_trials_and_copies_expires_while_it_is_current(template: Template) -> None:
    expiring = {name for name, rule in lifecycle(template).items() if "ExpirationInDays" in rule}

    assert expiring == {"tuning-trials", "batches", "checked-zips"}
    assert lifecycle(template)["tuning-trials"]["TagFilters"], "without it whole runs would expire"


def test_the_bucket_and_the_table_outlive_the_stack_but_not_a_failed_first_deploy(
    template: Template,
) -> None:
    for name in ("Bucket", "Table"):
        assert template.body["Resources"][name]["DeletionPolicy"] == "RetainExceptOnCreate"
        assert template.body["Resources"][name]["UpdateReplacePolicy"] == "Retain"


def test_the_table_can_be_restored_and_costs_nothing_idle(template: Template) -> None:
    table = template.properties("Table")

    assert table["BillingMode"] == "PAY_PER_REQUEST"
    assert table["PointInTimeRecoverySpecification"] == {"PointInTimeRecoveryEnabled": True}
    assert "SSESpecification" not in table, "any would choose a KMS key that is charged for"


def test_every_queue_but_the_last_hands_on_what_cannot_be_taken(template: Template) -> None:
    queues = {queue["QueueName"]: queue for _, queue in template.resources("AWS::SQS::Queue")}

    last = {name for name, queue in queues.items() if "RedrivePolicy" not in queue}

    assert last == {"kennel-dev-dead-letters"}
    assert queues["kennel-dev-dead-letters"]["MessageRetentionPeriod"] == 14 * 24 * 3600


def test_only_the_own_bucket_and_rules_may_send_into_the_queues(template: Template) -> None:
    for _, policy in template.resources("AWS::SQS::QueuePolicy"):
        for statement in policy["PolicyDocument"]["Statement"]:
            source = next(
                condition["aws:SourceArn"]
                for operator, condition in statement["Condition"].items()
                if operator.startswith("Arn")
            )
            assert "kennel-dev-" in source


def test_an_address_is_subscribed_only_if_one_is_set(template: Template) -> None:
    subscription = template.body["Resources"]["TopicSubscription"]

    assert subscription["Condition"] == "HasNotificationAddress"
    assert template.body["Conditions"]["HasNotificationAddress"] == {
        "Fn::Not": [{"Fn::Equals": ["", ""]}]
    }


def test_the_template_takes_no_parameters_which_the_first_change_set_would_send_in_vain(
    template: Template,
) -> None:
    assert "Parameters" not in template.body
