"""The model card: what is written is what is read."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from inference_code.card import BadModelCard, ModelCard
from tests.support.cards import example_card


def test_a_card_is_read_as_it_was_written(tmp_path: Path) -> None:
    card = example_card()
    card.write(tmp_path)

    assert ModelCard.read(tmp_path) == card


def test_fields_of_a_later_version_are_ignored(tmp_path: Path) -> None:
    example_card().write(tmp_path)
    path = tmp_path / "model.json"
    fields = json.loads(path.read_text())
    fields["preprocessing"]["gamma"] = 2
    path.write_text(json.dumps({**fields, "later": True}))

    assert ModelCard.read(tmp_path) == example_card()


@pytest.mark.parametrize("change", [{"schema": "kennel.model/2"}, {"classes": None}])
def test_a_card_of_another_kind_is_refused(tmp_path: Path, change: dict[str, object]) -> None:
    example_card().write(tmp_path)
    path = tmp_path / "model.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | change))

    with pytest.raises(BadModelCard, match=r"model\.json is no kennel\.model/1 model card"):
        ModelCard.read(tmp_path)


def test_a_missing_card_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BadModelCard):
        ModelCard.read(tmp_path)
