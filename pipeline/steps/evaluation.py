"""Training has ended: serve the test split through the model, then decide whether it serves."""

from __future__ import annotations

import json
from dataclasses import replace

from pipeline.documents import scored_answer
from pipeline.errors import JobFailed
from pipeline.evaluation import Evaluation, Scored, Served, evaluate
from pipeline.events import EvaluationEnded, TrainingEnded
from pipeline.images import Champion, WaitingImage
from pipeline.job_reports import MOST_BYTES, reports_in
from pipeline.names import job_name, run_key
from pipeline.ports import ObjectVanished, Services
from pipeline.references import chunks, dump_part, load_rows, part_name
from pipeline.run import Model, Run
from pipeline.service_limits import MEBIBYTE, PAYLOADS_IN_FLIGHT_MB
from pipeline.steps.batches import start_batch
from pipeline.steps.conclusion import conclude
from pipeline.steps.jobs import start_job
from pipeline.steps.ledger import change_run, find_run
from pipeline.steps.notices import announce
from pipeline.steps.progress import fail_with_job, follow

NEEDED_REPORTS = {"metrics.json", "test_predictions.jsonl"}
TEST_PREDICTIONS = "training/test_predictions.jsonl"


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
    _write_parts(run, services)
    return start_job(run, "evaluation", services)


def finish_evaluation(event: EvaluationEnded, services: Services) -> None:
    """Writes evaluation.json; a model that serves what training said serves, another does not."""
    run = find_run(event.run, services)
    if run.state == "serving":
        announce(run, services)
        start_batch(services)
    if not run.is_about(event.kind, event.attempt):
        return
    if event.status != "Completed":
        fail_with_job(run, event, services)
        return
    try:
        served = _served(run, services)
        evaluation = evaluate(_trained(run, services), served, run.dataset.classes, run.id)
    except JobFailed as error:
        conclude(run, "failed", str(error), services)
        return
    services.objects.write(run_key(run.id, "evaluation.json"), evaluation.as_json())
    decided = _decide(run, evaluation, next(iter(served.values())).digest, services)
    if decided.state == "serving":
        start_batch(services)


def _decide(run: Run, evaluation: Evaluation, digest: str, services: Services) -> Run:
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
        champion = _champion_after(before, run, digest, services)
        assert run.model is not None, f"run {run.id} has been evaluated without a model"
        model = replace(run.model, digest=digest, version=champion.version)
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
    try:
        reports = reports_in(services.objects.read(f"{folder}/output.tar.gz"))
    except ObjectVanished as error:
        raise JobFailed(name, f"{name} has completed without its reports") from error
    lacking = ", ".join(sorted(NEEDED_REPORTS - reports.keys()))
    if lacking:
        raise JobFailed(
            name, f"{name} has completed without {lacking} of {MOST_BYTES} bytes at most"
        )
    services.objects.write_many(
        {run_key(run.id, f"training/{report}"): body for report, body in reports.items()}
    )
    metrics = json.loads(reports["metrics.json"])
    kept = {n: metrics[n] for n in ("validation_accuracy", "validation_loss")}
    return replace(run, model=Model(artifact=outcome.artifact), metrics={**run.metrics, **kept})


def _write_parts(run: Run, services: Services) -> None:
    """References to the test split, as the job reads them; may be repeated."""
    folder = run_key(run.id, "test/")
    images = [
        WaitingImage(key=found.key, size=found.size, etag=found.etag)
        for found in services.objects.newest(folder)
    ]
    for number, some in enumerate(chunks(images, services.settings.part_images)):
        body = dump_part(
            some,
            bucket=services.settings.bucket,
            # The preparation took every image that could be decoded: each is sent.
            max_bytes=PAYLOADS_IN_FLIGHT_MB * MEBIBYTE,
            probabilities=True,
        )
        key = run_key(run.id, f"evaluation/input/{part_name(number)}.jsonl")
        services.objects.write(key, body, content_type="application/jsonlines")


def _trained(run: Run, services: Services) -> list[Scored]:
    lines = services.objects.read(run_key(run.id, TEST_PREDICTIONS)).decode().splitlines()
    rows = map(json.loads, lines)
    return [Scored(row["object"], row["label"], tuple(row["probabilities"])) for row in rows]


def _served(run: Run, services: Services) -> dict[str, Served]:
    """Object name to the serving path's answer.

    Raises:
        JobFailed: the transform job completed without a single answer.
    """
    served = {}
    keys = services.objects.list(run_key(run.id, "evaluation/output/"))
    for body in services.objects.read_many(keys).values():
        for row in map(scored_answer, load_rows(body)):
            if row is not None and row["probabilities"]:
                name = row["key"].rpartition("/")[2]
                model = row["model"]
                served[name] = Served(tuple(row["probabilities"]), model["run"], model["digest"])
    if not served:
        job = run.job_name("evaluation", services.settings)
        raise JobFailed(job, f"{job} has completed without a single prediction")
    return served
