from __future__ import annotations

import pytest

from pipeline.errors import SettingRefused
from pipeline.run_settings import RunSettings, run_settings
from pipeline.settings import read_settings
from tests.support.function_environment import NEEDED


def test_what_is_left_out_has_its_default() -> None:
    settings = read_settings(NEEDED)

    assert (settings.region, settings.stage) == ("eu-west-1", "dev")
    assert settings.batch_images_most == 250_000
    assert settings.run == RunSettings()


def test_what_is_set_is_read_in_its_own_type() -> None:
    given = {"KENNEL_MAX_INSTANCES": "7", "KENNEL_EPOCHS": "3", "KENNEL_DEBUGGER": "native"}

    settings = read_settings(NEEDED | given)

    assert settings.max_instances == 7
    assert settings.run == RunSettings(epochs=3, debugger="native")


@pytest.mark.parametrize("variable", sorted(NEEDED))
def test_a_missing_variable_is_named(variable: str) -> None:
    given = {name: value for name, value in NEEDED.items() if name != variable}

    with pytest.raises(SettingRefused, match=f"{variable}='' is not set"):
        read_settings(given)


@pytest.mark.parametrize(
    ("variable", "value", "wanted"),
    [
        ("KENNEL_SERVICE", "kennel1", "1 to 6 lower-case letters or digits"),
        ("KENNEL_SERVICE", "9lives", "1 to 6 lower-case letters or digits"),
        ("KENNEL_STAGE", "staging1", "1 to 7 lower-case letters or digits"),
        ("KENNEL_STAGE", "Dev", "1 to 7 lower-case letters or digits"),
        ("KENNEL_MAX_INSTANCES", "ten", "a whole number from 1 to 100"),
        ("KENNEL_BATCH_IMAGES_MOST", "0", "a whole number from 1 to 1000000"),
        ("KENNEL_MAX_IMAGE_MB", "101", "a whole number from 1 to 100"),
        ("KENNEL_MAX_IMAGE_MB", "1.5", "a whole number"),
        ("KENNEL_PREDICT_FROM", "photos/*", "empty, or like bucket,other/photos/"),
        ("KENNEL_TUNING_INSTANCE", "m5.xlarge", "a SageMaker instance type such as ml.m5.xlarge"),
        ("KENNEL_WEIGHTS", "random", "one of auto, none"),
        (
            "KENNEL_BACKBONE",
            "../etc",
            "one of torchvision's classification models, such as resnet50",
        ),
        ("KENNEL_SEED", "-1", "a whole number from 0"),
    ],
)
def test_a_wrong_value_is_refused_with_its_variable_and_rule(
    variable: str, value: str, wanted: str
) -> None:
    with pytest.raises(SettingRefused) as raised:
        read_settings(NEEDED | {variable: value})

    assert str(raised.value).startswith(f"{variable}={value!r} is not {wanted}")


def test_an_empty_setting_of_runs_is_left_to_the_preset() -> None:
    given = {"KENNEL_PRESET": "resnet18-adamw", "KENNEL_BACKBONE": "", "KENNEL_EPOCHS": ""}

    assert read_settings(NEEDED | given).run == run_settings(
        {"preset": "resnet18-adamw"}, defaults=RunSettings()
    )


def test_lists_and_objects_are_their_json_as_text() -> None:
    given = {"KENNEL_RANGES": '{"lr": [0.001, 0.01], "hidden_units": [128]}'}

    ranges = read_settings(NEEDED | given).run.ranges

    assert (ranges["lr"], ranges["hidden_units"]) == ((0.001, 0.01), 128)
    assert ranges["dropout"] == RunSettings().ranges["dropout"]


def test_images_are_not_forgotten_while_the_search_for_untold_ones_still_meets_them() -> None:
    given = {"KENNEL_IMAGES_LOOKBACK_DAYS": "7", "KENNEL_IMAGES_MEMORY_DAYS": "7"}

    with pytest.raises(SettingRefused, match="images_memory_days=7 is not more than"):
        read_settings(NEEDED | given)


def test_settings_cannot_be_changed_once_read() -> None:
    settings = read_settings(NEEDED)

    with pytest.raises(AttributeError):
        settings.bucket = "another"  # type: ignore[misc]  # frozen, which is the point
