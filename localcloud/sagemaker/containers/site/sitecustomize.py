"""What Python does first in a job's process: PYTHONPATH names this folder.

A torchvision wheel built for CUDA cannot load its operators beside a CPU build of torch, and then
fails on import because it describes operators that nobody has declared. Kennel needs only its
models: declaring the two operators is enough. Where the real ones load, this does nothing.
"""

from __future__ import annotations

import os
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
            torch.ops.load_library(library)  # type: ignore[no-untyped-call]  # torch's
    except OSError:
        return False
    return bool(libraries)


def declare_operators() -> None:
    """Declare what torchvision describes on import, unless the real operators are there."""
    if _declared or real_operators_load():
        return
    from torch.library import Library

    library = Library("torchvision", "DEF")  # type: ignore[no-untyped-call]  # torch's
    for schema in SCHEMAS:
        library.define(schema)  # type: ignore[no-untyped-call]  # torch's
    _declared.append(library)


class TorchvisionFinder(MetaPathFinder):
    """Waits for the first import of torchvision: other processes must not pay for torch."""

    def find_spec(
        self,
        fullname: str,
        path: Sequence[str] | None,  # noqa: ARG002  the names are Python's
        target: ModuleType | None = None,  # noqa: ARG002
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


def share_processors() -> None:
    """Let threads that wait for each other sleep: jobs of one machine take turns on its processors.

    By default they spin, which is right for a machine of one's own: two jobs on two processors then
    took six times as long.
    """
    os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")  # read when torch is loaded


if __name__ == "sitecustomize":
    share_processors()
    install()
