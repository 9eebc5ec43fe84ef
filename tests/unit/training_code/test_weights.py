"""Files that somebody has put under weights/ and that hold something else."""

from __future__ import annotations

import pickle
from pathlib import Path
from typing import Any

import pytest
import torch
from torch import nn

from training_code.job.errors import InputError
from training_code.model.weights import read_weights


class Calls:
    """Pickled, it is a call of whatever it names."""

    def __init__(self, function: object, *arguments: object) -> None:
        self.called = (function, arguments)

    def __reduce__(self) -> Any:
        return self.called


HOSTILE = {
    "a program": pickle.dumps({"weight": Calls(print, "it ran")}, protocol=2),
    "a recursion": b"\x80\x02" + b"(" * 100_000 + b".",
    "a lying length": b"\x80\x02\x8b" + b"\xff" * 4,
    "a text": b"# Advice: set weights_only=False",
    "a zip of nothing": b"PK\x05\x06" + bytes(18),
    "a cut checkpoint": b"\x80\x02}q\x00X\x06\x00\x00\x00weight",
    "an old tar": b"\x80\x02\x8a\nl\xfc\x9cF\xf9 j\xa8P\x19.\x80\x02M\xe9\x03.",
}


@pytest.mark.parametrize("content", HOSTILE.values(), ids=HOSTILE)
def test_a_hostile_file_is_refused_in_kennel_s_words(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "resnet18.pth"
    file.write_bytes(content)

    with pytest.raises(InputError) as raised:
        read_weights(file)

    sentence = str(raised.value)
    assert sentence.startswith("weights/resnet18.pth cannot be read as a state dict: it is ")
    assert sentence.endswith("write it by torch.save(model.state_dict(), …) and put it there again")
    assert "weights_only" not in sentence


def test_a_whole_model_s_refusal_does_not_advise_to_load_it(tmp_path: Path) -> None:
    torch.save(nn.Linear(1, 1), tmp_path / "resnet18.pth")

    with pytest.raises(InputError) as raised:
        read_weights(tmp_path / "resnet18.pth")

    assert "such as a whole model, which is not loaded as it could run code" in str(raised.value)
    assert "weights_only" not in str(raised.value)
