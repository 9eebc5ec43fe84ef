"""Functions run under AWS's own runtime client and fail as they do on Lambda."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from localcloud.functions.invocation import (
    FunctionNotFound,
)
from tests.support.function_programs import PID, Runner


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
