"""A data set's own settings, and all that people put in their place."""

from __future__ import annotations

from dataclasses import replace

import pytest

from pipeline.errors import InputError
from pipeline.run_settings import RunSettings
from pipeline.sidecar import MOST_BYTES, read_sidecar


def test_a_sidecar_replaces_only_what_it_names() -> None:
    defaults = RunSettings(epochs=9, seed=5)

    settings = read_sidecar(b'{"epochs": 2, "weights": "none"}', key="k", defaults=defaults)

    assert settings == replace(defaults, epochs=2, weights="none")


def test_numbers_in_a_sidecar_may_be_written_as_text() -> None:
    assert read_sidecar(b'{"views": "2"}', key="k", defaults=RunSettings()).views == 2


def test_an_empty_sidecar_changes_nothing() -> None:
    assert read_sidecar(b"{}", key="k", defaults=RunSettings()) == RunSettings()


@pytest.mark.parametrize("value", ["true", "1.0", "null", "[1]", '"1e3"', "10000000000000000"])
def test_a_sidecar_s_number_must_be_whole(value: str) -> None:
    with pytest.raises(InputError, match=r"dogs\.json: epochs="):
        read_sidecar(
            f'{{"epochs": {value}}}'.encode(), key="datasets/dogs.json", defaults=RunSettings()
        )


@pytest.mark.parametrize("name", ["bucket", "role_arn", "Epochs", "training_instance"])
def test_a_sidecar_cannot_change_the_deployment(name: str) -> None:
    with pytest.raises(InputError, match=f"sets '{name}', which does not exist"):
        read_sidecar(f'{{"{name}": "x"}}'.encode(), key="k", defaults=RunSettings())


def test_a_byte_order_mark_harms_nobody() -> None:
    assert read_sidecar(b'\xef\xbb\xbf{"views": 2}', key="k", defaults=RunSettings()).views == 2


def test_a_sidecar_may_be_as_long_as_it_may_be() -> None:
    assert read_sidecar(b"{}".ljust(MOST_BYTES), key="k", defaults=RunSettings()) == RunSettings()


@pytest.mark.parametrize(
    ("body", "sentence"),
    [
        (b"[" * 60_000, "nests brackets too deeply to be read: give one JSON object"),
        (b'{"epochs": ' + b"[" * 500 + b"]" * 500 + b"}", "epochs=[…] is not a whole number"),
        (b'{"epochs": {"a": 1}}', "epochs={…} is not a whole number"),
        (b" " * (MOST_BYTES + 1), "is longer than the 64 KiB that settings may have: shorten"),
        (b'{"backbone": "' + b"x" * 60_000 + b'"}', "…"),
        (b'{"' + b"x" * 60_000 + b'": 1}', "which does not exist"),
        (b'{"epochs": ' + b"9" * 60_000 + b"}", "is not a whole number from 1 to 500"),
        (b'{"epochs": 1e999}', "epochs=inf is not a whole number"),
        (b'{"epochs": NaN}', "is not valid JSON (NaN is no number of JSON): mend or remove it"),
        (b'{"epochs": -Infinity}', "(-Infinity is no number of JSON)"),
        (b'{"epochs": 1, "epochs": 2}', "is not valid JSON ('epochs' is set twice): mend"),
        ('{"epochs": 5}'.encode("utf-16"), "is not UTF-8 text (its byte 0 is none): save it as"),
        (b'{"backbone": "a\\u001b[31m"}', r"backbone='a\x1b[31m' is not one of torchvision's"),
        (b'{"backbone": ["resnet50", "resnet51"]}', "backbone='resnet51' is not one of torch"),
        (b'{"backbone": ["resnet50", "resnet50"]}', "is not a list of different values"),
        (b'{"backbone": ["a", "b", "c", "d", "e"]}', "is not a list of 1 to 4 values"),
        (b'{"tuning_job": 3}', "did you mean tuning_jobs, tuning_epochs?"),
        (b"", "is not valid JSON"),
    ],
)
def test_what_is_no_settings_ends_in_one_short_sentence(body: bytes, sentence: str) -> None:
    with pytest.raises(InputError) as raised:
        read_sidecar(body, key="datasets/dogs.json", defaults=RunSettings())

    assert str(raised.value).startswith("datasets/dogs.json")
    assert sentence in str(raised.value)
    assert len(str(raised.value)) < 350


def test_a_key_s_control_characters_are_seen_in_the_sentence() -> None:
    with pytest.raises(InputError, match=r"datasets/a\\x1b\[2J\.json is not valid JSON"):
        read_sidecar(b"{", key="datasets/a\x1b[2J.json", defaults=RunSettings())
