"""The test's job has completed and left images out: another job may have them."""

from __future__ import annotations

from pipeline.events import EvaluationEnded
from pipeline.run import Run
from pipeline.steps.evaluation import finish_evaluation
from pipeline.steps.reconcile import reconcile_all
from tests.fakes.services import FakeServices, fake_services
from tests.support.job_outputs import leave_evaluation
from tests.support.samples import run_in

ONE_OF_TWO = {"00000.jpg": [0.9, 0.1]}


def end_attempt(services: FakeServices, run: Run, attempt: int) -> None:
    """The job of that attempt has completed, and is told of."""
    services.jobs.end(services.run(run).job_name("evaluation", services.settings), "Completed")
    finish_evaluation(EvaluationEnded(run.id, "Completed", attempt=attempt), services)


def begin_next_attempt(services: FakeServices) -> None:
    services.clock.advance(hours=1)
    reconcile_all(services)


def test_the_model_serves_when_the_next_job_has_all_images() -> None:
    run = run_in("evaluating")
    services = fake_services(run)
    leave_evaluation(services, run, ONE_OF_TWO)

    end_attempt(services, run, 0)

    assert services.run(run).state == "evaluating"
    begin_next_attempt(services)
    leave_evaluation(services, run)
    end_attempt(services, run, 1)
    assert services.run(run).state == "serving"


def test_the_end_of_a_job_that_left_images_out_may_be_told_twice() -> None:
    run = run_in("evaluating")
    services = fake_services(run)
    leave_evaluation(services, run, ONE_OF_TWO)

    for _ in range(2):
        end_attempt(services, run, 0)

    assert services.run(run).attempt("evaluation") == 1


def test_a_run_whose_jobs_all_leave_an_image_out_fails_and_names_it() -> None:
    run = run_in("evaluating")
    services = fake_services(run)
    leave_evaluation(services, run, ONE_OF_TWO)

    for attempt in range(services.settings.job_attempts):
        end_attempt(services, run, attempt)
        begin_next_attempt(services)

    assert services.run(run).state == "failed"
    assert (services.run(run).reason or "").endswith(
        "failed, as it did 3 times: "
        "1 test images have no prediction, the first is 00001.jpg (it has no answer)"
    )
    document = services.objects.json(f"runs/{run.id}/evaluation.json")
    assert document["parity"]["missing"] == ["00001.jpg"]
