"""Every part of every deployed policy is needed: without it, something of the stories would fail.

Runs behind all stories, over what the local cloud has judged while they ran.
"""

from __future__ import annotations

import fnmatch
from fnmatch import fnmatchcase
from pathlib import Path

import pytest

from localcloud.iam.journal import read_journal
from tests.support.deployed_policies import deployed_policies, is_missed, parts
from tests.support.service import Service

# Parts that no story reaches, by a pattern of their names, and why they stay.
NO_EVENT = "a zip of which no event told: tests/unit/pipeline/steps/test_untold_uploads.py"
NOT_CREATED = "a preparation that was never created: tests/unit/pipeline/steps/test_reconcile.py"
NO_REPORT = "without it a job that left no report fails the function, not the run"
REFUSED = "a batch that SageMaker refuses for good: tests/unit/pipeline/steps/test_batches.py"
UNANSWERED = "images without an answer wait again: tests/unit/pipeline/steps/test_unanswered.py"
NO_EVENT_OF_PARTS = "a part whose own event is lost: tests/unit/pipeline/steps/test_parts.py"
PART_IS_LATE = "a part that is settled after its job's end: tests/unit/pipeline/steps/test_parts.py"
TWO_EDITIONS = "where two documents meet: tests/unit/pipeline/steps/test_documents.py"
NO_ANSWERS = "jobs in a row that answer nothing: tests/unit/pipeline/steps/test_batch_ends.py"
SIDE_BY_SIDE = "a second batch in flight, a setting: tests/unit/pipeline/steps/test_next_batch.py"
UNTOLD = "images of which no event told: tests/unit/pipeline/steps/test_untold_images.py"
STOPPED_LATER = "runs that are stopped later: tests/unit/pipeline/steps/test_stopping.py"
BEING_CREATED = "a run that is stopped while its job is created: tests/unit/pipeline/steps"
LONG_ENDED = "runs that ended hours ago: tests/unit/pipeline/steps/test_rounds.py"
KEPT_OUT = "a tuning whose trials a quota kept out: tests/unit/pipeline/aws/test_no_room.py"
LEFT_OVER = (
    "images that wait when no other function runs: tests/unit/pipeline/steps/test_reconcile.py"
)
UNREACHED = {
    "Bucket: Deny s3:* *": "whatever comes to the local cloud is as good as TLS",
    "JobsRole: Allow ecr:* *": "images are pulled on AWS only",
    "JobsRole: * s3:prefix *": "SageMaker may list what a manifest names; the engine does not",
    "JobsRole: *, bucket/wheels/*": "wheels of one's own are a setting",
    "JobsRole: *, s3:AbortMultipartUpload": "an upload in parts that fails",
    "JobsRole: *, logs:DescribeLogStreams": "AWS's documentation asks for it",
    "OnPreparationEndedRole: Allow s3:ListBucket *": NO_REPORT,
    "OnTrainingEndedRole: Allow s3:ListBucket *": NO_REPORT,
    "ReconcileRole: *, sagemaker:ListTrainingJobsForHyperParameterTuningJob": KEPT_OUT,
    "*Role: Allow sagemaker:AddTags *, sagemaker:Stop*": BEING_CREATED,
    "ReconcileRole: * if look, dynamodb:DeleteItem": LONG_ENDED,
    "OnImagesDroppedRole: Allow sns:Publish *": REFUSED,
    "OnImagesDroppedRole: * on bucket/batches/*, s3:GetObject": SIDE_BY_SIDE,
    "OnTransformEndedRole: Allow s3:PutObject on bucket/waiting/*": UNANSWERED,
    "OnTransformEndedRole: Allow s3:*Object on bucket/predictions/*": NO_EVENT_OF_PARTS,
    "OnTransformEndedRole: Allow s3:GetObject on bucket/images/*": TWO_EDITIONS,
    "OnPartPredictedRole: Allow s3:GetObject on bucket/images/*": TWO_EDITIONS,
    "OnPartPredictedRole: Allow s3:GetObject on bucket/predictions/*": TWO_EDITIONS,
    "OnPartPredictedRole: * on bucket/waiting/*": PART_IS_LATE,
    "OnPartPredictedRole: Allow dynamodb:GetItem * if champion": PART_IS_LATE,
    "OnPartPredictedRole: * if flights, dynamodb:PutItem": PART_IS_LATE,
    "OnPartPredictedRole: *CreateTransformJob on *": PART_IS_LATE,
    "OnPartPredictedRole: Allow sns:Publish *": NO_ANSWERS,
    "OnPartPredictedRole: Allow sqs:SendMessage *": "a part that fails its function three times",
    "ReconcileRole: *bucket/code/*": NOT_CREATED,
    "ReconcileRole: *CreateProcessingJob *": NOT_CREATED,
    "ReconcileRole: *bucket/checked/*": NO_EVENT,
    "ReconcileRole: *bucket/datasets/*": NO_EVENT,
    "ReconcileRole: *bucket/weights/*": NO_EVENT,
    "ReconcileRole: *CreateTransformJob on transform-job/kennel-local-batch-*": LEFT_OVER,
    "ReconcileRole: *if flights, dynamodb:PutItem": LEFT_OVER,
    "ReconcileRole: *bucket/batches/*": LEFT_OVER,
    "ReconcileRole: Allow s3:*Object on bucket/waiting/*": LEFT_OVER,
    "ReconcileRole: Allow s3:*Object on bucket/predictions/*": LEFT_OVER,
    "ReconcileRole: Allow s3:GetObject on bucket/images/*": TWO_EDITIONS,
    "ReconcileRole: * if image*": UNTOLD,
    "ReconcileRole: Allow sqs:SendMessage *": "a reconcile that failed three times",
    "ExpireLogsRole: Allow sqs:SendMessage *": "an expiry that failed three times",
    "ExpireLogsRole: Allow logs:DeleteLogStream *": "no log of the stories is old enough",
    "ExpireUnderscorelogsLambdaFunction: *": "it is due once a day",
    "DeliveryFailuresQueue: *": "EventBridge reaches every function",
    "ServeDashboardRole: *sagemaker:StopTransformJob on *, *": STOPPED_LATER,
}


@pytest.fixture
def judged(service: Service, decisions: Path, request: pytest.FixtureRequest) -> Path:
    ran = {item.path for item in request.session.items}
    stories = set(Path(__file__).parent.glob("test_*.py"))
    if missing := {path.name for path in stories - ran}:
        pytest.skip(f"run together with all stories, also {', '.join(sorted(missing))}")
    return decisions


def test_without_any_part_of_a_policy_something_fails(service: Service, judged: Path) -> None:
    policies = deployed_policies(service.client, "kennel-local")
    allowed = [(who, need) for who, need, passed in read_journal(judged) if passed]
    everything = [part for attached in policies for part in parts(attached)]

    unheard = [part.name for part in everything if not is_missed(part, policies, allowed)]

    print(f"{len(everything)} parts taken away, {len(unheard)} missed by nobody")
    assert [name for name in unheard if not any(fnmatchcase(name, p) for p in UNREACHED)] == []
    names = [part.name for part in everything]
    assert [pattern for pattern in UNREACHED if not fnmatch.filter(names, pattern)] == []
