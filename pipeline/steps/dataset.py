"""A data set has arrived: judge it by its central directory, then prepare or refuse it."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace

from pipeline import sidecar
from pipeline.errors import InputError
from pipeline.events import DatasetUploaded
from pipeline.gate import corrections
from pipeline.gate.corrections import Corrections
from pipeline.gate.inspection import Judgement, inspect_dataset
from pipeline.gate.ranged_file import RangedFile
from pipeline.gate.report import DatasetReport, refused_report
from pipeline.gate.upload_names import Misnamed, require_name_of_zip
from pipeline.names import (
    VERDICT,
    checked_folder,
    corrections_key,
    run_key,
    sidecar_key,
    weights_key,
)
from pipeline.ports import ObjectVanished, Services
from pipeline.quoting import shown
from pipeline.run import Dataset, Moment, Run, State
from pipeline.run_settings import RunSettings
from pipeline.service_limits import LONGEST_KEY
from pipeline.steps.code import with_code
from pipeline.steps.conclusion import conclude
from pipeline.steps.jobs import start_job
from pipeline.steps.ledger import change_run, log_state
from pipeline.steps.notices import announce

REPORT = "dataset_report.json"
CHECKED_ZIP = "dataset.zip"
MOST_WARNINGS = 20
LONGEST_WARNING = 600


def accept_dataset(upload: DatasetUploaded, services: Services) -> None:
    """Refuses it with a report, or starts its run; the same upload twice is the same run."""
    if not upload.begins_run:
        return
    run = services.runs.find(upload.run) or _begin(upload, services)
    if run.undelivered == "preparing":
        run = _begin_again(run, services)
    run = announce(run, services)
    if run.state == "preparing":
        create_preparation(run, services)


def create_preparation(run: Run, services: Services) -> Run:
    """The jobs' code and their zip are in the bucket before the first of them starts."""
    run = with_code(run, services)
    try:
        _keep_checked_zip(run, services)
    except ObjectVanished:
        reason = (
            f"{shown(run.upload.key)} was deleted or overwritten before the run had a copy of it: "
            "upload it again"
        )
        return conclude(run, "failed", reason, services)
    return start_job(run, "preparation", services)


def _keep_checked_zip(run: Run, services: Services) -> None:
    """The version that was judged, where no upload overwrites it: a job can ask for no version."""
    folder = checked_folder(run.id)
    if not services.objects.list(folder):
        upload = run.upload
        services.objects.copy(
            f"{folder}{CHECKED_ZIP}", upload.key, version=upload.version, etag=upload.etag
        )


def told(warnings: Sequence[str]) -> tuple[str, ...]:
    """The first of them, each bounded, as they go with a run; the report has all."""
    kept = tuple(shown(text, LONGEST_WARNING) for text in warnings[:MOST_WARNINGS])
    further = len(warnings) - len(kept)
    return (*kept, f"{further:,} further warnings are in the report.") if further else kept


def _begin(upload: DatasetUploaded, services: Services) -> Run:
    run = services.runs.add(_judge(upload, services))
    log_state(run, services)
    return run


def _begin_again(run: Run, services: Services) -> Run:
    """A redriven upload: its first delivery may have ended before the data set was judged."""
    judged = _judge(run.upload, services)

    def resumed(found: Run) -> Run | None:
        if found.undelivered != "preparing":
            return None
        timeline = (*found.timeline, *judged.timeline)
        return replace(judged, timeline=timeline, jobs=found.jobs, told=found.told)

    return change_run(run.id, resumed, services)


def _judge(upload: DatasetUploaded, services: Services) -> Run:
    """The run as it begins, with its report in the bucket, and the verdict if it is accepted."""
    try:
        require_name_of_zip(upload.key)
        settings = _settings_of(upload, services)
        judgement = _inspect(upload, services)
    except (InputError, ObjectVanished) as error:
        settings, judgement = services.settings.run, Judgement(_refusal(upload, error), None)
    report = judgement.report
    body = json.dumps(report.as_json(), ensure_ascii=False, indent=1)
    services.objects.write(run_key(upload.run, REPORT), body.encode())
    if judgement.verdict:
        told = judgement.verdict.as_json(key=upload.key, version=upload.version, etag=upload.etag)
        body = json.dumps(told, ensure_ascii=False)
        services.objects.write(run_key(upload.run, VERDICT), body.encode())
    return _judged(upload, settings, report, services)


def _settings_of(upload: DatasetUploaded, services: Services) -> RunSettings:
    key = sidecar_key(upload.key)
    body = _beside(key, sidecar.MOST_BYTES, services)
    if body is None:
        return services.settings.run
    return sidecar.read_sidecar(body, key=key, defaults=services.settings.run)


def _corrections_of(upload: DatasetUploaded, services: Services) -> Corrections:
    key = corrections_key(upload.key)
    body = _beside(key, corrections.MOST_BYTES, services)
    return Corrections() if body is None else corrections.read_corrections(body, key=key)


def _beside(key: str, most: int, services: Services) -> bytes | None:
    """What lies beside a zip, if anything does; a byte more than allowed shows one too long."""
    if len(key.encode()) > LONGEST_KEY:  # longer than the zip's: there can be none
        return None
    try:
        return services.objects.read_range(key, 0, most + 1, version=None)
    except ObjectVanished:
        return None


def _inspect(upload: DatasetUploaded, services: Services) -> Judgement:
    def read_range(offset: int, length: int) -> bytes:
        return services.objects.read_range(
            upload.key, offset, offset + length, version=upload.version
        )

    return inspect_dataset(
        RangedFile(upload.size, read_range),
        key=upload.key,
        corrections=_corrections_of(upload, services),
    )


def _refusal(upload: DatasetUploaded, error: Exception) -> DatasetReport:
    if isinstance(error, ObjectVanished):
        message = f"{shown(upload.key)} was deleted before it was read: upload it again."
        return refused_report(upload.key, upload.size, rule="readable", message=message)
    rule = "name" if isinstance(error, Misnamed) else "settings"
    return refused_report(upload.key, upload.size, rule=rule, message=str(error))


def _judged(
    upload: DatasetUploaded, settings: RunSettings, report: DatasetReport, services: Services
) -> Run:
    wanted = settings.backbones if settings.weights == "auto" else ()
    keys = [weights_key(backbone) for backbone in wanted]
    state: State = "preparing" if report.accepted else "rejected"
    return Run(
        id=upload.run,
        upload=upload,
        settings=settings,
        source=services.source.digest,
        timeline=(Moment(state, services.clock.now()),),
        reason=report.reason or None,
        dataset=Dataset(
            # What was refused may be called by anything, and the ledger's items are bounded.
            classes=report.classes if report.accepted else (),
            counts=report.counts,
            warnings=told([found.message for found in report.warnings]),
        ),
        weights=tuple(key for key in keys if services.objects.exists(key)),
    )
