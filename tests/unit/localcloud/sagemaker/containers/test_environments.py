"""How long the packages that requirements ask for are kept."""

from __future__ import annotations

import os
import time
from pathlib import Path

from localcloud.sagemaker.containers.environments import KEPT_SECONDS, Environment, Environments
from localcloud.sagemaker.containers.requirements import Requirements


def test_what_no_job_asks_for_any_more_is_forgotten(tmp_path: Path) -> None:
    installed: list[Environment] = []

    def make(job: str, package: str) -> None:
        file = tmp_path / job / "requirements.txt"
        file.parent.mkdir()
        file.write_text(package)
        environments.make(tmp_path / job / "own", Requirements(file), installed.append)

    def grow_old() -> None:
        long_ago = time.time() - KEPT_SECONDS - 1
        for kept in (tmp_path / "kept").iterdir():
            os.utime(kept, (long_ago, long_ago))

    environments = Environments(tmp_path / "kept")
    make("one", "not-there-one")
    make("two", "not-there-two")
    grow_old()
    make("again", "not-there-one")

    environments.forget_unused()

    make("once-more", "not-there-one")
    assert len(installed) == 2
    make("two-again", "not-there-two")
    assert len(installed) == 3
