"""A file of pretrained weights on its way into the bucket: whose weights, and whether it is any."""

from __future__ import annotations

import re
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import TYPE_CHECKING

from cli.mistakes import Mistake
from pipeline.backbones import BACKBONES
from pipeline.names import weights_key

if TYPE_CHECKING:
    from collections.abc import Callable

    from mypy_boto3_s3 import S3Client

# As PyTorch's own downloads are called: the name, and the beginning of the content's hash.
_DOWNLOAD = re.compile(r"(?P<backbone>.+?)(-[0-9a-f]{8})?")
_SAVED = (b"PK\x03\x04", b"\x80")  # by torch.save: a zip, formerly a pickle


@dataclass(frozen=True)
class Weights:
    """A file that looks like weights, and the backbone that they are for."""

    file: Path
    backbone: str

    @property
    def key(self) -> str:
        return weights_key(self.backbone)

    @property
    def size(self) -> int:
        return self.file.stat().st_size

    def send(self, s3: S3Client, bucket: str, on_bytes: Callable[[int], None]) -> None:
        s3.upload_file(str(self.file), bucket, self.key, Callback=on_bytes)


def checked_weights(file: Path, backbone: str | None) -> Weights:
    """
    Raises:
        Mistake: there is no such file or backbone, or the file is not what PyTorch saves.
    """
    if not file.is_file():
        raise Mistake(f"{file} is no file: give the path of the weights, as torch.save wrote them.")
    try:
        with file.open("rb") as content:
            head = content.read(4)
    except OSError as error:
        raise Mistake(f"{file} cannot be read ({error.strerror}): check its rights.") from error
    if not head.startswith(_SAVED):
        raise Mistake(
            f"{file} is not what torch.save writes: save it by torch.save(model.state_dict(), …)."
        )
    return Weights(file, _known(backbone or _named_by(file)))


def _named_by(file: Path) -> str:
    found = _DOWNLOAD.fullmatch(file.stem)
    return found["backbone"] if found else file.stem


def _known(backbone: str) -> str:
    if backbone in BACKBONES:
        return backbone
    near = ", ".join(get_close_matches(backbone[:100], BACKBONES)) or "resnet50"
    raise Mistake(f"{backbone!r} is no torchvision model: name one by --backbone, such as {near}.")
