"""The boundary of a job: what ends it badly becomes one sentence where SageMaker looks."""

from __future__ import annotations

import sys
import traceback
from collections.abc import Callable
from pathlib import Path

from training_code.job.errors import InputError

LONGEST_SENTENCE = 1024  # SageMaker cuts there


def run_job(work: Callable[[], None], report: Path) -> int:
    """Run, and give the exit code."""
    try:
        work()
    except InputError as error:
        return _end_badly(str(error), report)
    except Exception as error:  # the job's boundary: a bug ends it as well, with its traceback
        traceback.print_exc()
        return _end_badly(f"{type(error).__name__}: {error}", report)
    return 0


def _end_badly(sentence: str, report: Path) -> int:
    """Write the sentence to the report file and to stderr."""
    line = " ".join(sentence.split())[:LONGEST_SENTENCE]
    print(line, file=sys.stderr, flush=True)
    report.parent.mkdir(parents=True, exist_ok=True)
    report.write_text(line, encoding="utf-8")
    return 1
