"""`kennel weights upload`: a state dict arrives under the name of its backbone."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import torch

from tests.support.cli_service import BUCKET, Kennel


def saved(path: Path) -> Path:
    torch.save({"weight": torch.zeros(2)}, path)
    return path


@pytest.mark.parametrize("name", ["resnet18.pth", "resnet18-f37072fd.pth", "mine.pth"])
def test_weights_arrive_under_their_backbone(
    kennel: Kennel, s3: Any, tmp_path: Path, name: str
) -> None:
    file = saved(tmp_path / name)
    named = ("--backbone", "resnet18") if name == "mine.pth" else ()

    result = kennel("weights", "upload", file, *named)

    assert result.exit_code == 0, result.output
    body = s3.get_object(Bucket=BUCKET, Key="weights/resnet18.pth")["Body"].read()
    assert body == file.read_bytes()
    assert f"uploaded s3://{BUCKET}/weights/resnet18.pth" in result.stdout


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("resnet51.pth",), "'resnet51' is no torchvision model: name one by --backbone"),
        (("resnet51.pth", "--backbone", "resnet"), "'resnet' is no torchvision model"),
        (("text.pth",), "text.pth is not what torch.save writes"),
        (("nowhere.pth",), "nowhere.pth is no file"),
    ],
)
def test_what_are_no_weights_of_a_backbone_is_not_sent(
    kennel: Kennel, s3: Any, words: tuple[str, ...], sentence: str
) -> None:
    saved(Path("resnet51.pth"))
    Path("text.pth").write_text("weights")

    result = kennel("weights", "upload", *words)

    assert result.exit_code == 1
    assert sentence in result.stderr
    assert "Contents" not in s3.list_objects_v2(Bucket=BUCKET)
