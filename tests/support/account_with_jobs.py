"""An account with SageMaker in it, in a process of its own, where jobs work as their roles."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from localcloud.aws.moto_server import MotoServer
from localcloud.execution_roles import ExecutionRoles
from tests.support.engine_server import engine


@contextmanager
def running_account_with_jobs(folder: Path) -> Iterator[tuple[str, str, str]]:
    """The addresses of the account, of SageMaker and of its runtime."""
    command = [sys.executable, "-m", "tests.support.account_with_jobs", str(folder)]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        account, sagemaker, runtime = process.stdout.readline().split()
        yield account, sagemaker, runtime
        process.stdin.close()  # which ends it


def main(folder: str) -> None:
    account = MotoServer()
    account.start()
    sagemaker = engine(Path(folder), account.url, authority=ExecutionRoles(account.authority))
    sagemaker.start()
    print(account.url, sagemaker.url, sagemaker.runtime_url, flush=True)
    sys.stdin.read()
    sagemaker.stop()
    account.stop()


if __name__ == "__main__":
    main(sys.argv[1])
