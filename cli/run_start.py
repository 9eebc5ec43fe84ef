"""The run that an upload begins: it appears when the gate has looked at the zip."""

from __future__ import annotations

import time
from collections.abc import Collection

from cli.mistakes import Mistake
from cli.runs_api import NO_RUN, RunsApi
from cli.terminal import notes, say

POLL_SECONDS = 0.5
LOOKED_AT = 50
PATIENCE_SECONDS = 120
FIRST_PATIENCE_SECONDS = 660  # reconcile finds within ten minutes what S3 did not tell of


def run_ids(api: RunsApi) -> frozenset[str]:
    """Of the newest runs: one that is not among them later on has begun since."""
    return frozenset(run["run"] for run in api.newest(LOOKED_AT))


def wait_for_any(api: RunsApi, patience: float = FIRST_PATIENCE_SECONDS) -> None:
    """Returns when there is a run: one of a zip that was just put there begins in a moment."""
    deadline = time.monotonic() + patience
    told = False
    while not api.newest(1):
        if time.monotonic() >= deadline:
            raise Mistake(NO_RUN)
        if not told:
            say(notes(), "there is no run yet: waiting for the first one")
            told = True
        time.sleep(POLL_SECONDS)


def wait_for_run(
    api: RunsApi, key: str, before: Collection[str], patience: float = PATIENCE_SECONDS
) -> str:
    """The run of the data set `key` that did not exist before."""
    deadline = time.monotonic() + patience
    while time.monotonic() < deadline:
        for run in api.newest(LOOKED_AT):
            if (run["dataset"] or {}).get("key") == key and run["run"] not in before:
                begun: str = run["run"]
                return begun
        time.sleep(POLL_SECONDS)
    raise Mistake(
        f"No run of {key} has begun after {patience:.0f} s. In the first five minutes of a new "
        "deployment S3 does not tell of uploads: reconcile finds them at its next turn, within ten "
        "minutes, and `kennel runs` shows the run. Else on_dataset_uploaded has failed, and its "
        "log says why."
    )
