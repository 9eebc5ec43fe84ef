"""How long each function's import takes in its deployed package.

The baseline is what every function needs, `import boto3` and Powertools' Logger alone, timed in the
same run. A function may take 1.5 times as long. Fresh processes in turn, and their own CPU time:
an import waits for nothing, so what else the machine does must not count.

    make setup && .venv/bin/python benchmarks/imports.py
"""

from __future__ import annotations

import argparse
import fcntl
import os
import statistics
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Mapping, Sequence
from pathlib import Path

PROJECT = Path(__file__).parents[1]
LAMBDA_RUNTIME = PROJECT / ".venv/lambda-runtime"
MOST = 1.5
BASELINE = "boto3 and Logger alone"
TIMED = """
import time
began = time.process_time()
{statement}
print(time.process_time() - began)
"""


def main() -> int:
    arguments = parser().parse_args()
    with tempfile.TemporaryDirectory() as folder:
        root = unpacked(arguments.package or packaged(Path(folder)), Path(folder) / "task")
        seconds = timings(statements(root), root, repetitions=arguments.repetitions)
    return report(seconds)


def parser() -> argparse.ArgumentParser:
    made = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    made.add_argument("--package", type=Path, help="a packaged zip; default: package stage local")
    made.add_argument("--repetitions", type=int, default=9)
    return made


def packaged(folder: Path) -> Path:
    """The zip that a deploy of stage local uploads."""
    serverless = PROJECT / "node_modules/.bin/serverless"
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    # The lock that a deploy into the local cloud takes: both write beside serverless.yml.
    with (PROJECT / "serverless.yml").open() as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        subprocess.run(
            [serverless, "package", "--stage", "local", "--package", folder / "made"],
            cwd=PROJECT,
            env=os.environ | {"PATH": path},
            check=True,
            stdout=subprocess.DEVNULL,
        )
    return folder / "made" / "kennel.zip"


def unpacked(archive: Path, folder: Path) -> Path:
    with zipfile.ZipFile(archive) as opened:
        opened.extractall(folder)
    return folder


def statements(root: Path) -> dict[str, str]:
    """What is timed: the baseline, and the handler module of each function."""
    names = sorted(path.stem for path in (root / "handlers").glob("[!_]*.py"))
    handlers = {name: f"import handlers.{name}" for name in names}
    return {BASELINE: "import boto3; from aws_lambda_powertools import Logger", **handlers}


def timings(
    statements: Mapping[str, str], root: Path, *, repetitions: int
) -> dict[str, Sequence[float]]:
    for statement in statements.values():
        import_seconds(statement, root)  # compiles bytecode and fills the page cache, untimed
    rounds = [
        {name: import_seconds(statement, root) for name, statement in statements.items()}
        for _ in range(repetitions)
    ]
    return {name: [seconds[name] for seconds in rounds] for name in statements}


def import_seconds(statement: str, root: Path) -> float:
    """Only what the package and Lambda itself bring can be imported, as in the local cloud."""
    done = subprocess.run(
        [sys.executable, "-S", "-s", "-c", TIMED.format(statement=statement)],
        cwd=root,
        env={"PYTHONPATH": f"{root}{os.pathsep}{LAMBDA_RUNTIME}"},
        check=True,
        capture_output=True,
        text=True,
    )
    return float(done.stdout)


def report(seconds: Mapping[str, Sequence[float]]) -> int:
    """The exit status: 0 if every function is fast enough."""
    medians = {name: statistics.median(values) for name, values in seconds.items()}
    for name, median in medians.items():
        ratio = median / medians[BASELINE]
        verdict = "" if ratio <= MOST else f"  more than {MOST}"
        print(f"{name:24} {median * 1000:7.1f} ms  {ratio:5.2f}{verdict}")
    return 0 if max(medians.values()) <= MOST * medians[BASELINE] else 1


if __name__ == "__main__":
    sys.exit(main())
