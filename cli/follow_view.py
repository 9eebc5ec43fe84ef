"""A run's progress as a person watches it, and as a log tells it. Pure: progress in, text out."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime

from rich.console import Console, Group, RenderableType
from rich.padding import Padding
from rich.spinner import Spinner
from rich.table import Table
from rich.text import Text

from cli.pace import Pace
from cli.run_progress import Epoch, Progress
from cli.run_status import RunStatus, counted, percent, span
from cli.terminal import COLOURS, line, table, words
from cli.trials import Trial
from cli.trials_view import trial_line, trial_table
from pipeline.run import WORKING

LAST_EPOCHS = 8


def happenings(before: Progress | None, now: Progress) -> Iterator[str]:
    """One line for everything that is new; the first time, all that is known.

    How a run has failed is not among it: that is what the command ends with.
    """
    yield from _new_states(before.run if before else None, now.run)
    known_warnings = before.run.warnings if before else ()
    yield from (f"beware: {text}" for text in now.run.warnings if text not in known_warnings)
    if now.pace and _is_news(before.pace if before else None, now.pace):
        yield pace_line(now.pace, now.pace.seconds_left(now.pace.at))
    told = {trial.number: trial for trial in before.trials} if before else {}
    yield from (
        trial_line(trial, now.trials_asked_for)
        for trial in now.trials
        if not trial.is_working and _was_working(told.get(trial.number))
    )
    complete = [epoch for epoch in now.epochs if epoch.is_complete]
    known = sum(epoch.is_complete for epoch in before.epochs) if before else 0
    yield from (epoch_line(epoch) for epoch in complete[known:])
    yield from (f"rule {found}" for found in now.findings[len(before.findings) if before else 0 :])
    if now.run.ended_well and (before is None or before.run.is_working):
        yield outcome(now.run)


def outcome(run: RunStatus) -> str:
    """The last word on a run, with the figures or the reason."""
    said = [f"run {run.run} is {run.state}"]
    if run.reason:
        said.append(run.reason.rstrip("."))
    if "test_accuracy" in run.metrics:
        said.append(f"test accuracy {percent(run.metrics['test_accuracy'])}")
    return ": ".join(said[:2]) + "".join(f", {word}" for word in said[2:])


def pace_line(pace: Pace, seconds_left: float | None) -> str:
    said = f"{pace.work} {pace.done:,} of {pace.total:,} {pace.unit}"
    return said + _left(seconds_left)


def epoch_line(epoch: Epoch) -> str:
    said = f"epoch {epoch.number}: train loss {epoch.train_loss:.4f}"
    said += f" accuracy {percent(epoch.train_accuracy)}"
    if epoch.valid_loss is None:
        return said
    return said + f", valid loss {epoch.valid_loss:.4f} accuracy {percent(epoch.valid_accuracy)}"


def view(progress: Progress, now: datetime, console: Console) -> RenderableType:
    """The whole run on one screen."""
    run = progress.run
    parts: list[RenderableType] = [_title(run, now)]
    for state in _stages(run):
        parts.append(_stage(progress, state, now))
        searched = "preparing" if run.searches_in_job else "tuning"
        if state == searched and progress.trials:
            parts.append(
                Padding(trial_table(progress.trials, progress.best, console), (0, 0, 0, 4))
            )
        if state == "training" and progress.epochs:
            parts.append(Padding(_epoch_table(progress.epochs, console), (0, 0, 0, 4)))
        if state == "preparing" and run.warnings:
            parts.append(Padding(words("\n".join(run.warnings), "yellow"), (0, 0, 0, 4)))
        if state == "training" and progress.findings:
            parts.append(Padding(words("\n".join(progress.findings), "yellow"), (0, 0, 0, 4)))
    if run.ended_well:
        parts.append(words(outcome(run), COLOURS[run.state]))
    return Group(*parts)


def _new_states(before: RunStatus | None, now: RunStatus) -> Iterator[str]:
    known = len(before.timeline) if before else 0
    for moment in now.timeline[known:]:
        if moment.state in WORKING:
            yield f"{moment.state} (since {moment.time:%H:%M:%S} UTC)"
    if now.counts and (before is None or before.counts != now.counts):
        yield _dataset(now)
    known_wait = before.quota_wait if before else None
    if now.quota_wait and now.quota_wait != known_wait:
        yield now.quota_wait.sentence()
    if known_wait and not now.quota_wait and now.is_working:
        yield "SageMaker has taken the job"


def _left(seconds: float | None) -> str:
    return "" if seconds is None else f", {span(seconds)} left"


def _is_news(before: Pace | None, now: Pace) -> bool:
    """Each work when it begins, and then each tenth of it: a log is no progress bar."""
    if before is None or before.work != now.work or now.share < before.share:
        return True
    return int(10 * now.share) > int(10 * before.share)


def _was_working(trial: Trial | None) -> bool:
    return trial is None or trial.is_working


def _title(run: RunStatus, now: datetime) -> Text:
    end = now if run.is_working else run.timeline[-1].time
    took = f"  {span((end - run.began).total_seconds())}"
    return line(("run ", "dim"), (run.run, "bold"), f"  {run.dataset}", (took, "dim"))


def _stages(run: RunStatus) -> list[str]:
    """Those it went through, and while it works those that are still to come."""
    been = {moment.state for moment in run.timeline}
    left_out = {"tuning"} if run.searches_in_job else set()
    return [
        state for state in WORKING if state in been or (run.is_working and state not in left_out)
    ]


def _stage(progress: Progress, state: str, now: datetime) -> RenderableType:
    run = progress.run
    seconds = run.seconds_in(state, now)
    if seconds is None:
        return words(f"  · {state}", "dim")
    text = line(f"{state:<11}", (f"{span(seconds):>10}  ", "dim"), _remark(progress, state, now))
    if run.state == state:
        return Padding(Spinner("dots", text=text, style="cyan"), (0, 0, 0, 2))
    mark = ("✔ ", "green") if _went_well(run, state) else ("✘ ", "red")
    return line("  ", mark, text)


def _went_well(run: RunStatus, state: str) -> bool:
    """Whether the run left the state for the next one."""
    states = [moment.state for moment in run.timeline]
    following = states[states.index(state) + 1 :]
    return bool(following) and following[0] not in ("failed", "rejected", "stopped", "declined")


def _remark(progress: Progress, state: str, now: datetime) -> str:
    run = progress.run
    if run.state == state and run.quota_wait:
        return run.quota_wait.sentence()
    left = _left(progress.seconds_left(now)) if run.state == state else ""
    if state == "preparing":
        if run.state != state and progress.best and run.searches_in_job:
            return f"{_dataset(run)}, {_searched(progress)}"
        if run.state == state and progress.pace:
            return pace_line(progress.pace, None) + left
        return _dataset(run)
    if state == "tuning" and progress.trials:
        return _searched(progress) + left
    if state == "training":
        return _training_remark(progress, left)
    accuracy = run.metrics.get("test_accuracy")
    return f"test accuracy {percent(accuracy)}" if state == "evaluating" and accuracy else ""


def _searched(progress: Progress) -> str:
    done = sum(not trial.is_working for trial in progress.trials)
    best = progress.best
    said = f"{done} of {progress.trials_asked_for} trials"
    return said + (f", best loss {best.loss:.4f}" if best and best.loss is not None else "")


def _training_remark(progress: Progress, left: str) -> str:
    """The epochs, the best of them so far, and what is counted within one or after the last."""
    said = []
    if progress.epochs:
        said.append(f"{len(progress.epochs)} of {progress.run.settings['epochs']} epochs")
    best = progress.best_epoch
    if best and best.valid_loss is not None:
        said.append(f"best loss {best.valid_loss:.4f} in epoch {best.number}")
    if progress.pace:
        said.append(pace_line(progress.pace, None))
    return ", ".join(said) + left


def _dataset(run: RunStatus) -> str:
    return f"{len(run.classes)} classes, {counted(run.counts)}" if run.counts else ""


def _epoch_table(epochs: Sequence[Epoch], console: Console) -> Table:
    columns = (">epoch", ">train loss", ">accuracy", ">valid loss", ">accuracy")
    rows = [
        (
            str(epoch.number),
            f"{epoch.train_loss:.4f}",
            percent(epoch.train_accuracy),
            "" if epoch.valid_loss is None else f"{epoch.valid_loss:.4f}",
            percent(epoch.valid_accuracy),
        )
        for epoch in epochs[-LAST_EPOCHS:]
    ]
    return table(console, columns, rows)
