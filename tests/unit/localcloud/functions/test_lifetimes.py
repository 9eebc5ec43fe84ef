"""How many processes a function has, how long they live, and what is tried again."""

from __future__ import annotations

import json
import os
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from localcloud.functions.function import FailurePolicy
from localcloud.functions.invocation import (
    ASYNC_LIMIT,
    SYNC_LIMIT,
    PayloadTooLarge,
    Throttled,
)
from tests.support.function_programs import PID, Runner
from tests.support.waiting import eventually

COUNT_AND_FAIL = """
    import json, pathlib

    def handler(event, context):
        tries = pathlib.Path(event["file"])
        tries.write_text((tries.read_text() if tries.exists() else "") + "x")
        if len(tries.read_text()) < event["works_at"]:
            raise ValueError("not yet")
"""


MEET = """
    import pathlib, time

    def handler(event, context):
        pathlib.Path(event["here"]).touch()
        while not pathlib.Path(event["go"]).exists():
            time.sleep(0.01)
"""


def test_a_function_runs_in_as_many_processes_as_it_has_places(
    runner: Runner, tmp_path: Path
) -> None:
    functions = runner(MEET, reserved=2)
    go = tmp_path / "go"

    def event(name: str) -> bytes:
        return json.dumps({"here": str(tmp_path / name), "go": str(go)}).encode()

    with ThreadPoolExecutor() as callers:
        for name in ("a", "b"):
            callers.submit(functions.invoke, "f", event(name))
        eventually(lambda: (tmp_path / "a").exists() and (tmp_path / "b").exists())
        with pytest.raises(Throttled):
            functions.invoke("f", event("c"))
        go.touch()


@pytest.mark.parametrize(("size", "call"), [(SYNC_LIMIT, "invoke"), (ASYNC_LIMIT, "invoke_later")])
def test_a_payload_above_lambdas_limit_is_refused(runner: Runner, size: int, call: str) -> None:
    functions = runner(PID)

    with pytest.raises(PayloadTooLarge, match=str(size)):
        getattr(functions, call)("f", b" " * (size + 1))


def test_an_answer_above_lambdas_limit_is_an_error(runner: Runner) -> None:
    functions = runner("def handler(event, context): return 'x' * 7_000_000")

    outcome = functions.invoke("f", b"{}")

    assert outcome.document["errorType"] == "Function.ResponseSizeTooLarge"


def test_an_idle_process_is_ended(runner: Runner) -> None:
    functions = runner(PID, idle_seconds=0.1)

    pid = functions.invoke("f", b"{}").document

    assert eventually(lambda: not Path(f"/proc/{pid}").exists())


def test_a_closed_service_has_no_processes(runner: Runner) -> None:
    functions = runner(PID)
    pid = functions.invoke("f", b"{}").document

    functions.close()

    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)


def test_closing_does_not_wait_for_a_running_function(runner: Runner, tmp_path: Path) -> None:
    functions = runner(MEET)
    here = tmp_path / "here"
    functions.invoke_later("f", json.dumps({"here": str(here), "go": "/never"}).encode())
    eventually(here.exists)

    functions.close()


def test_a_failed_asynchronous_invocation_is_tried_again(runner: Runner, tmp_path: Path) -> None:
    functions = runner(COUNT_AND_FAIL)
    tries = tmp_path / "tries"

    functions.invoke_later("f", json.dumps({"file": str(tries), "works_at": 2}).encode())

    assert eventually(lambda: tries.exists() and tries.read_text() == "xx")


def test_an_asynchronous_invocation_is_tried_as_often_as_its_policy_says(
    runner: Runner, tmp_path: Path, printed: list[str]
) -> None:
    functions = runner(COUNT_AND_FAIL, policy=FailurePolicy(retries=1))
    first, second = tmp_path / "first", tmp_path / "second"

    functions.invoke_later("f", json.dumps({"file": str(first), "works_at": 9}).encode())
    eventually(lambda: sum(line.startswith("REPORT") for line in printed) == 2)
    functions.invoke_later("f", json.dumps({"file": str(second), "works_at": 1}).encode())
    eventually(second.exists)

    assert first.read_text() == "xx"
