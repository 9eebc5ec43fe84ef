"""Whatever SageMaker bills carries the tags by which a bill is divided."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from pipeline.aws.job_requests.model import batch_request, evaluation_request, model_request
from pipeline.aws.job_requests.preparation import preparation_request
from pipeline.aws.job_requests.training import training_request
from pipeline.aws.job_requests.tuning import tuning_request
from pipeline.images import Batch
from tests.fakes.surroundings import NOON
from tests.support.job_outputs import BEST_VALUES
from tests.support.samples import CHAMPION, SETTINGS, run_in

RUN = run_in("evaluating", hyperparameters=BEST_VALUES)
OF_A_RUN = {
    "preparation": preparation_request(RUN, SETTINGS),
    "tuning": tuning_request(RUN, SETTINGS),
    "training": training_request(RUN, SETTINGS),
    "model": model_request(RUN, SETTINGS),
    "evaluation": evaluation_request(RUN, SETTINGS),
}


def tags_of(request: Mapping[str, Any]) -> dict[str, str]:
    return {tag["Key"]: tag["Value"] for tag in request["Tags"]}


@pytest.mark.parametrize("kind", OF_A_RUN)
def test_a_run_s_jobs_and_its_model_name_service_stage_kind_and_run(kind: str) -> None:
    assert tags_of(OF_A_RUN[kind]) == {
        "kennel-service": SETTINGS.service,
        "kennel-stage": SETTINGS.stage,
        "kennel-kind": kind,
        "kennel-run": RUN.id,
    }


def test_a_batch_belongs_to_no_run() -> None:
    request = batch_request(
        Batch(champion=CHAMPION, lists=("waiting/a",), number=1, began=NOON), SETTINGS
    )

    assert tags_of(request) == {
        "kennel-service": SETTINGS.service,
        "kennel-stage": SETTINGS.stage,
        "kennel-kind": "batch",
    }
