"""What may go wrong on AWS and does so in this local cloud, as `--faults` names it."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

from localcloud.aws import mishaps
from localcloud.sagemaker.region.faults import Faults, check_number

VARIABLE = "KENNEL_LOCAL_FAULTS"
S3_EVENTS_AFTER = "s3-events-after"  # seconds until EventBridge hears of a bucket's objects
OF_ACCOUNT = (S3_EVENTS_AFTER, *mishaps.SHARES)


def read_faults(text: str | None) -> dict[str, float]:
    """Of `name=number,...` or of a file with one of them a line; by default of the environment.

    Raises:
        ValueError: a sentence about what is wrong with it.
    """
    text = os.environ.get(VARIABLE, "") if text is None else text
    if text and "=" not in text:
        text = _content(Path(text))
    lines = (line.partition("#")[0] for line in text.replace(",", "\n").splitlines())
    faults = dict(_fault(line.strip()) for line in lines if line.strip())
    _check(faults)
    return faults


def _check(faults: Mapping[str, float]) -> None:
    known = (*Faults.names(), *OF_ACCOUNT)
    for name in faults:
        if name not in known:
            raise ValueError(f"{name} is no fault: choose of {', '.join(known)}")
    check_number(S3_EVENTS_AFTER, faults.get(S3_EVENTS_AFTER, 0.0), time=True)
    for name in mishaps.SHARES:
        check_number(name, faults.get(name, 0.0), time=False)
    engine_faults(faults)


def engine_faults(faults: Mapping[str, float]) -> Faults:
    return Faults.named({name: v for name, v in faults.items() if name not in OF_ACCOUNT})


def _content(path: Path) -> str:
    if not path.is_file():
        raise ValueError(f"{path} is neither name=number,... nor a file of such lines")
    return path.read_text()


def _fault(line: str) -> tuple[str, float]:
    name, _, value = line.partition("=")
    try:
        return name.strip(), float(value)
    except ValueError:
        raise ValueError(f"{line!r} is not name=number") from None
