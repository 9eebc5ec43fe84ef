"""Training has ended: serve the test split through the model, then decide whether it serves."""

from __future__ import annotations

from dataclasses import replace

from pipeline.errors import JobFailed
from pipeline.evaluation import Evaluation
from pipeline.events import EvaluationEnded, TrainingEnded
from pipeline.images import Champion
from pipeline.names import job_name, run_key
from pipeline.ports import Services
from pipeline.run import Model, Run
from pipeline.steps.attempts import try_again_after_fault
from pipeline.steps.batches import start_batch
from pipeline.steps.comparison import compare, refer_to_test_images
from pipeline.steps.conclusion import conclude
from pipeline.steps.jobs import start_job
from pipeline.steps.ledger import change_run, find_run
from pipeline.steps.notices import announce
from pipeline.steps.progress import fail_with_job, follow
from pipeline.steps.report_page import complete_report
from pipeline.steps.reports import unpack_reports


def start_evaluation(event: TrainingEnded, services: Services) -> None:
    run = follow(
        event,
        services,
        entering="evaluating",
        learn=lambda run: _with_model(run, services),
    )
    if run:
        create_evaluation(run, services)


def create_evaluation(run: Run, services: Services) -> Run:
    """The model, then the job over the test split; each waits for its quota."""
    # A model that is there is not asked for again: that would end the wait for the next quota.
    if "model" not in run.jobs:
        run = start_job(run, "model", services)
    if "model" not in run.jobs:
        return run
    return start_job(run, "evaluation", services)


def finish_evaluation(event: EvaluationEnded, services: Services) -> None:
    """Writes evaluation.json; a model that serves what training said serves, another does not.

    A job that left test images out for which it may yet have an answer is tried again.
    """
    run = find_run(event.run, services)
    if run.state == "serving":
        announce(run, services)
        start_batch(services)
    if not run.is_about(event.kind, event.attempt):
        return
    if event.status != "Completed":
        fail_with_job(run, event, services)
        return
    evaluation = compare(run, services)
    services.objects.write(run_key(run.id, "evaluation.json"), evaluation.as_json())
    parity = evaluation.parity
    if parity.awaited and run.is_working:
        # It says nothing yet about the model, whose training may have taken hours.
        try_again_after_fault(run, event.kind, parity.sentence(), services)
    elif not parity.compared:
        job = run.job_name(event.kind, services.settings)
        conclude(run, "failed", f"{job} has completed without a single prediction", services)
    else:
        complete_report(run, evaluation, services)  # before anybody is told where it lies
        if _decide(run, evaluation, services).state == "serving":
            start_batch(services)


def _decide(run: Run, evaluation: Evaluation, services: Services) -> Run:
    measured = {"test_accuracy": evaluation.accuracy, "test_loss": evaluation.loss}
    champion: Champion | None = None

    def decided(found: Run) -> Run | None:
        nonlocal champion
        champion = None
        if not found.waits_as(run):
            return None
        known = replace(found, metrics={**found.metrics, **measured})
        now = services.clock.now()
        if not evaluation.parity.passed:
            return known.end("declined", reason=evaluation.parity.sentence(), at=now)
        before = services.runs.champion()
        newer = _newer_than(run, before, services)
        if newer:
            return known.end("declined", reason=newer, at=now)
        champion = _champion_after(before, run, evaluation.digest, services)
        assert run.model is not None, f"run {run.id} has been evaluated without a model"
        model = replace(run.model, digest=champion.digest, version=champion.version)
        return replace(known, model=model).advance_to("serving", at=now)

    def save(decision: Run, found: Run) -> Run:
        """A serving run takes the place of the one before in the same transaction."""
        if champion is None:
            return services.runs.save(decision, replacing=found)
        at = decision.timeline[-1].time
        return services.runs.promote(decision, replacing=found, champion=champion, at=at)

    return announce(change_run(run.id, decided, services, save=save), services)


def _newer_than(run: Run, before: Champion | None, services: Services) -> str | None:
    """Why the run does not take the place of the one that serves, if its zip is the older one."""
    serving = services.runs.find(before.run) if before else None
    if serving is None or serving.uploaded <= run.uploaded:
        return None
    return f"a newer upload serves: {serving.upload.key}, run {serving.id}"


def _champion_after(before: Champion | None, run: Run, digest: str, services: Services) -> Champion:
    return Champion(
        run=run.id,
        version=before.version + 1 if before else 1,
        model_name=job_name(services.settings, "model", run.id),
        digest=digest,
    )


def _with_model(run: Run, services: Services) -> Run:
    """The artifact, and the reports that training packed beside it, as objects of their own."""
    name = run.job_name("training", services.settings)
    outcome = services.jobs.outcome("training", name)
    if outcome is None or outcome.artifact is None:
        raise JobFailed(name, f"{name} has completed without a model artifact")
    folder = outcome.artifact.removeprefix(f"s3://{services.settings.bucket}/").rpartition("/")[0]
    reports = unpack_reports(
        run.id,
        f"{folder}/output.tar.gz",
        classes=len(run.dataset.classes),
        job=name,
        services=services,
    )
    refer_to_test_images(run, reports.parts, services)
    kept = {n: reports.metrics[n] for n in ("validation_accuracy", "validation_loss")}
    return replace(
        run,
        model=Model(artifact=outcome.artifact),
        metrics={**run.metrics, **kept},
        findings=tuple(reports.findings),
    )
