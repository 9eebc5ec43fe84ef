from __future__ import annotations

from pipeline.events import BatchEnded, EvaluationEnded
from pipeline.names import BatchId
from pipeline.steps.transform import finish_transform
from tests.fakes.services import fake_services
from tests.support.batch_story import drop
from tests.support.job_outputs import leave_evaluation
from tests.support.samples import CHAMPION, run_in


def test_the_end_of_a_test_decides_on_its_run() -> None:
    run = run_in("evaluating")
    services = fake_services(run)
    leave_evaluation(services, run)

    finish_transform(EvaluationEnded(run.id, "Completed"), services)

    assert services.run(run).state == "serving"


def test_the_end_of_a_batch_starts_the_next_one() -> None:
    services = fake_services(champion=CHAMPION)
    drop(services, "images/rex.jpg")

    finish_transform(BatchEnded(BatchId("b"), "Completed"), services)

    assert len(services.images.in_flight()) == 1
