"""The setting `recorder`: what jobs read of it, and what is refused before they start."""

from __future__ import annotations

import pytest

from pipeline.errors import SettingRefused
from pipeline.run_settings import RUN_RULES
from pipeline.structured_rules import as_text
from training_code.job.errors import InputError
from training_code.recorder.settings import (
    BOUNDS,
    COLLECTIONS,
    TRIAL,
    RecorderSettings,
    read_settings,
)

RULE = RUN_RULES["recorder"]


def test_off_is_none_and_default_is_the_program_s_own() -> None:
    assert read_settings("off", TRIAL) is None
    assert read_settings("default", TRIAL) == read_settings("", TRIAL) == TRIAL


def test_quick_steps_are_kept_less_often_unless_it_is_asked_for() -> None:
    asked = read_settings('{"steps": 1}', RecorderSettings())

    assert RecorderSettings().paced(quick=True).steps > RecorderSettings().paced(quick=False).steps
    assert asked is not None
    assert asked.paced(quick=True).steps == asked.paced(quick=False).steps == 1


@pytest.mark.parametrize(
    "given",
    [
        "default",
        {},
        {"steps": 5, "tensors": 0, "system_ms": 0, "trace": 20},
        {"system_ms": 100, "collections": ["gradients", "relu_output"]},
        {"collections": ["gradients"]},
        {"collections": list(COLLECTIONS)},
        {name: least for name, (least, _) in BOUNDS.items()},
        {name: most for name, (_, most) in BOUNDS.items()},
    ],
)
def test_what_the_upload_takes_the_job_reads(given: object) -> None:
    text = as_text(RULE.read("recorder", given))

    read = read_settings(text, RecorderSettings())

    assert read is not None
    if isinstance(given, dict):
        told = {name: list(v) if isinstance(v, tuple) else v for name, v in vars(read).items()}
        assert given.items() <= told.items()


@pytest.mark.parametrize(
    ("given", "named"),
    [
        ("sometimes", "recorder='sometimes'"),
        ({"steps": -1}, "recorder.steps=-1"),
        ({"steps": 1.5}, "recorder.steps=1.5"),
        ({"steps": True}, "recorder.steps=True"),
        ({"trace": 21}, "recorder.trace=21"),
        ({"system_ms": 99}, "recorder.system_ms=99"),
        ({"collections": ["losses"]}, "recorder.collections='losses'"),
        ({"tensor": 5}, "'tensor'"),
    ],
)
def test_what_the_upload_refuses_the_job_refuses_too(given: object, named: str) -> None:
    with pytest.raises(InputError, match=r"recorder") as refused:
        read_settings(as_text(given), RecorderSettings())
    with pytest.raises(SettingRefused, match=r"recorder"):
        RULE.read("recorder", given)

    assert named in str(refused.value)
