"""The instances of a training job at work: side by side, and what they leave becomes one."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Event

from localcloud.sagemaker.containers.process import Exit
from localcloud.sagemaker.containers.training_container import TrainingContainer

Run = Callable[[TrainingContainer], Exit]


def run_all(containers: Sequence[TrainingContainer], run: Run, lost: Event) -> list[Exit]:
    """How each ended; as soon as one fails, the others are lost as well."""

    def run_one(container: TrainingContainer) -> Exit:
        try:
            ended = run(container)
        except BaseException:
            lost.set()
            raise
        if _has_failed(ended):
            lost.set()
        return ended

    lost.clear()
    if len(containers) == 1:
        return [run_one(containers[0])]
    with ThreadPoolExecutor(len(containers), thread_name_prefix="instance") as pool:
        return list(pool.map(run_one, containers))


def _has_failed(ended: Exit) -> bool:
    return ended.how == "exited" and ended.code != 0


def deciding(exits: Sequence[Exit]) -> int:
    """Which instance's end is the job's: the one that failed, else one that was ended."""
    failed = (number for number, ended in enumerate(exits) if _has_failed(ended))
    cut_off = (number for number, ended in enumerate(exits) if ended.how != "exited")
    return next(failed, next(cut_off, 0))


def gather(containers: Sequence[TrainingContainer]) -> None:
    """Moves what the others have written to the first one; where names meet, its file stays."""
    first, *others = (container.layout for container in containers)
    for other in others:
        _merge(other.model, first.model)
        _merge(other.output / "data", first.output / "data")


def _merge(source: Path, target: Path) -> None:
    for path in sorted(source.rglob("*")):
        place = target / path.relative_to(source)
        if path.is_dir():
            place.mkdir(exist_ok=True)
        elif not place.exists():
            path.rename(place)
