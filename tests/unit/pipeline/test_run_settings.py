"""A run's settings: defaults, presets, and what is given beside them."""

from __future__ import annotations

import json
import re
from dataclasses import asdict, replace
from pathlib import Path

import pytest

from pipeline.errors import SettingRefused
from pipeline.presets import PRESETS
from pipeline.run_settings import RUN_RULES, RunSettings, run_settings, stored_run_settings


def chosen(**given: object) -> RunSettings:
    return run_settings(given, defaults=RunSettings())


@pytest.mark.parametrize("preset", PRESETS)
def test_a_preset_is_what_its_values_would_be_if_they_were_given(preset: str) -> None:
    assert chosen(preset=preset) == chosen(**{**PRESETS[preset], "preset": preset})


def test_the_defaults_are_allowed_by_the_rules() -> None:
    assert run_settings(asdict(RunSettings()), defaults=RunSettings(epochs=7)) == RunSettings()


def test_what_is_given_beside_a_preset_is_its_own_value() -> None:
    settings = chosen(preset="resnet152-mlp", epochs=3, ranges={"dropout": 0.1})

    assert (settings.backbone, settings.epochs) == ("resnet152", 3)
    assert settings.ranges["dropout"] == 0.1
    assert settings.ranges["hidden_units"] == (128, 256)


def test_a_preset_takes_the_deployment_s_recipe_back_but_not_the_rest() -> None:
    deployed = replace(chosen(preset="resnet18-adamw"), weights="none", seed=7)

    settings = run_settings({"preset": "default"}, defaults=deployed)

    assert settings == RunSettings(weights="none", seed=7)


def test_a_hidden_layer_can_be_required() -> None:
    assert chosen(ranges={"hidden_units": [128, 256]}).ranges["hidden_units"] == (128, 256)
    assert chosen(ranges={"hidden_units": 128}).ranges["hidden_units"] == 128


def test_an_unknown_preset_is_refused_with_those_that_there_are() -> None:
    with pytest.raises(SettingRefused, match="preset='fast' is not one of default, quick, resn"):
        chosen(preset="fast")


@pytest.mark.parametrize("preset", PRESETS)
def test_settings_come_back_from_the_ledger_s_json(preset: str) -> None:
    settings = chosen(preset=preset, ranges={"lr": {"values": [0.1, 0.2]}})

    assert stored_run_settings(json.loads(json.dumps(asdict(settings)))) == settings


def test_settings_of_an_older_run_have_the_defaults_of_what_is_newer() -> None:
    assert stored_run_settings({"backbone": "resnet18", "gone": 1}) == RunSettings(
        backbone="resnet18"
    )


def test_every_setting_has_a_rule() -> None:
    assert set(RUN_RULES) == set(asdict(RunSettings()))


def test_the_documentation_names_every_setting_and_preset() -> None:
    page = (Path(__file__).parents[3] / "docs" / "settings.md").read_text()
    first_columns = [line.split("|")[1] for line in page.splitlines() if line.startswith("| `")]

    named = set(re.findall(r"`([^`]+)`", " ".join(first_columns)))
    assert {*RUN_RULES, *PRESETS, *RunSettings().ranges} <= named
