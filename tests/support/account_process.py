"""The local cloud's account alone, in a process of its own: moto's state and patches are global."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from localcloud.aws import mishaps
from localcloud.aws.moto_server import MotoServer


@contextmanager
def running_account(faults: Mapping[str, float] | None = None) -> Iterator[str]:
    """Its address; nothing is deployed in it."""
    command = [sys.executable, "-m", "tests.support.account_process", json.dumps(faults or {})]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        yield process.stdout.readline().strip()
        process.stdin.close()  # which ends it


def main(faults: str) -> None:
    mishaps.suffer(json.loads(faults))
    server = MotoServer()
    server.start()
    print(server.url, flush=True)
    sys.stdin.read()
    server.stop()


if __name__ == "__main__":
    main(sys.argv[1])
