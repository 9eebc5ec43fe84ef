"""Functions run under AWS's own runtime client and fail as they do on Lambda."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from localcloud.functions.function import FailurePolicy
from localcloud.functions.invocation import (
    ASYNC_LIMIT,
    SYNC_LIMIT,
    FunctionNotFound,
    PayloadTooLarge,
    Throttled,
)
from localcloud.functions.service import LambdaService
from tests.support.waiting import eventually

Runner = Callable[..., LambdaService]

PID = """
    import os

    def handler(event, context):
        return os.getpid()
"""
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


def test_a_function_answers_its_event(runner: Runner) -> None:
    functions = runner("""
        def handler(event, context):
            return {"hello": event["name"], "by": context.function_name}
    """)

    outcome = functions.invoke("f", b'{"name": "Rex"}')

    assert not outcome.failed
    assert outcome.document == {"hello": "Rex", "by": "f"}


def test_a_function_is_found_by_its_arn(runner: Runner) -> None:
    functions = runner(PID)

    outcome = functions.invoke("arn:aws:lambda:us-east-1:123456789012:function:f:$LATEST", b"{}")

    assert isinstance(outcome.document, int)


def test_an_unknown_function_is_not_found(runner: Runner) -> None:
    functions = runner(PID)

    with pytest.raises(FunctionNotFound, match="g"):
        functions.invoke("g", b"{}")


def test_a_warm_process_is_used_again(runner: Runner) -> None:
    functions = runner(PID)

    pids = {functions.invoke("f", b"{}").document for _ in range(3)}

    assert len(pids) == 1


def test_an_exception_is_reported_and_the_process_lives_on(runner: Runner) -> None:
    functions = runner("""
        import os

        def handler(event, context):
            if event["bad"]:
                raise KeyError(os.getpid())
            return os.getpid()
    """)

    failed = functions.invoke("f", b'{"bad": true}')
    answered = functions.invoke("f", b'{"bad": false}')

    assert failed.failed
    assert failed.document["errorType"] == "KeyError"
    assert failed.document["errorMessage"] == str(answered.document)


def test_a_crash_fails_its_invocation_only(runner: Runner) -> None:
    functions = runner("""
        import os

        def handler(event, context):
            if event["bad"]:
                os._exit(3)
            return "fine"
    """)

    crashed = functions.invoke("f", b'{"bad": true}')
    answered = functions.invoke("f", b'{"bad": false}')

    assert crashed.document["errorType"] == "Runtime.ExitError"
    assert crashed.document["errorMessage"].endswith("exit status 3")
    assert answered.document == "fine"


def test_a_function_that_takes_too_long_is_killed(runner: Runner, printed: list[str]) -> None:
    functions = runner(
        """
        import os, time

        def handler(event, context):
            print("pid", os.getpid())
            time.sleep(60)
        """,
        timeout=0.3,
    )

    outcome = functions.invoke("f", b"{}")

    assert outcome.document["errorType"] == "Sandbox.Timedout"
    assert outcome.document["errorMessage"].endswith("Task timed out after 0.30 seconds")
    pid = next(line.split()[1] for line in printed if line.startswith("pid "))
    assert not Path(f"/proc/{pid}").exists()


def test_a_module_that_cannot_be_imported_is_reported(runner: Runner) -> None:
    functions = runner("import nothing_of_that_name")

    outcome = functions.invoke("f", b"{}")

    assert outcome.failed
    assert outcome.document["errorType"] == "Runtime.ImportModuleError"
    assert "nothing_of_that_name" in outcome.document["errorMessage"]


def test_a_function_has_what_lambda_has_and_no_more(runner: Runner) -> None:
    functions = runner("""
        import importlib.util

        def handler(event, context):
            return [name for name in event if importlib.util.find_spec(name)]
    """)

    outcome = functions.invoke("f", json.dumps(["boto3", "moto", "localcloud", "typer"]).encode())

    assert outcome.document == ["boto3"]


def test_a_functions_environment_is_lambdas(
    runner: Runner, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OF_THE_CALLER", "yes")
    functions = runner(
        """
        import os

        def handler(event, context):
            return dict(os.environ) | {"cwd": os.getcwd()}
        """,
        environment={"OWN": "1", "AWS_LAMBDA_FUNCTION_NAME": "another"},
    )

    seen = functions.invoke("f", b"{}").document

    assert (seen["OWN"], seen["AWS_LAMBDA_FUNCTION_NAME"]) == ("1", "f")
    assert seen["cwd"] == seen["LAMBDA_TASK_ROOT"]
    assert "OF_THE_CALLER" not in seen


def test_what_is_printed_lies_between_start_and_end(runner: Runner, printed: list[str]) -> None:
    functions = runner("""
        def handler(event, context):
            print("one")
            print("two")
    """)

    outcome = functions.invoke("f", b"{}")

    assert [line.split()[0] for line in printed] == ["START", "one", "two", "END", "REPORT"]
    assert outcome.log.splitlines() == printed


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
