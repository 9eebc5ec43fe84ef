"""Lets torchvision be imported where its compiled operators do not fit the installed torch.

A torchvision wheel built for CUDA cannot load its operators beside a CPU build of torch, and then fails on import
because it describes operators that nobody has declared. Kennel needs only its models: declaring the two operators is
enough. Where the real operators load, this file does nothing. Put this folder on PYTHONPATH, or call `install`.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec
from importlib.util import find_spec
from pathlib import Path
from types import ModuleType

SCHEMAS = (
    "nms(Tensor dets, Tensor scores, float iou_threshold) -> Tensor",
    "qnms(Tensor dets, Tensor scores, float iou_threshold) -> Tensor",
)
_declared: list[object] = []  # a torch Library takes its operators back when it is collected


def real_operators_load() -> bool:
    """Whether torchvision's own compiled library fits this torch."""
    import torch

    spec = find_spec("torchvision")
    folders = list(spec.submodule_search_locations or ()) if spec else []
    libraries = [path for folder in folders for path in Path(folder).glob("_C*.so")]
    try:
        for library in libraries:
            torch.ops.load_library(library)
    except OSError:
        return False
    return bool(libraries)


def declare_operators() -> None:
    """Declare what torchvision describes on import, unless the real operators are there."""
    if _declared or real_operators_load():
        return
    from torch.library import Library

    library = Library("torchvision", "DEF")
    for schema in SCHEMAS:
        library.define(schema)
    _declared.append(library)


class TorchvisionFinder(MetaPathFinder):
    """Waits for the first import of torchvision: other processes must not pay for torch."""

    def find_spec(
        self,
        fullname: str,
        path: Sequence[str] | None,
        target: ModuleType | None = None,
    ) -> ModuleSpec | None:
        if fullname == "torchvision":
            sys.meta_path.remove(self)
            declare_operators()
        return None  # the finders after this one do the finding


def install() -> None:
    """Declare the operators at the first import of torchvision in this process."""
    waiting = any(isinstance(finder, TorchvisionFinder) for finder in sys.meta_path)
    if not waiting and "torchvision" not in sys.modules:
        sys.meta_path.insert(0, TorchvisionFinder())


if __name__ == "sitecustomize":
    install()
