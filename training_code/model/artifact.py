"""The model folder: what serving reads, and nothing else. Checked before the job ends."""

from __future__ import annotations

import dataclasses
import hashlib
import platform
import shutil
import warnings
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

import numpy as np
import torch
from torch import Tensor, nn
from torch.jit._trace import TracerWarning  # torch.jit has it without saying so

import inference_code
from inference_code.card import ModelCard
from inference_code.classifier import INPUT_NAME, MODEL_FILE, open_session
from training_code.job.hyperparameters import Packages

OPSET = 17
TOLERANCE = 1e-3  # of logits: rounding of other kernels is about 1e-5, a wrong export is off by 1
PACKAGES = ("torch", "torchvision", "onnx", "onnxruntime", "numpy", "pillow")


@dataclass(frozen=True)
class ServingPackages:
    """From where the model's container has the packages that its image lacks."""

    source: Packages
    wheels: Path  # the channel; only there if they come from it

    def write(self, requirements: Path, folder: Path) -> None:
        """The container installs what a requirements.txt beside its code asks for."""
        if self.source == "image":
            return
        options = ""
        if self.source == "wheels":
            options = "--no-index\n--find-links wheels\n"  # pip takes it from the file's folder
            shutil.copytree(self.wheels, folder / "wheels")
        (folder / "requirements.txt").write_text(options + requirements.read_text())


class ExportMismatch(Exception):
    """The exported network does not say what the trained one says: it must not serve."""


def write_artifact(
    folder: Path, network: nn.Module, card: ModelCard, images: Tensor, serving: ServingPackages
) -> ModelCard:
    """Write everything, compare both networks on some images, give the card with its digest."""
    folder.mkdir(parents=True, exist_ok=True)
    export_network(network, folder / MODEL_FILE, card.preprocessing.crop)
    compare(network, folder / MODEL_FILE, images)
    digest = hashlib.sha256((folder / MODEL_FILE).read_bytes()).hexdigest()
    complete = dataclasses.replace(card, digest=digest, versions=_versions())
    complete.write(folder)
    _copy_serving_code(folder / "code", serving)
    return complete


def export_network(network: nn.Module, path: Path, crop: int) -> None:
    """As ONNX, for any number of images at a time."""
    with warnings.catch_warnings():
        # The tracing exporter is announced as old, but the new one needs onnxscript.
        warnings.simplefilter("ignore", DeprecationWarning)
        warnings.simplefilter("ignore", TracerWarning)
        torch.onnx.export(
            network,
            (torch.zeros(1, 3, crop, crop),),
            str(path),
            input_names=[INPUT_NAME],
            output_names=["logits"],
            dynamic_axes={INPUT_NAME: {0: "images"}, "logits": {0: "images"}},
            opset_version=OPSET,
            dynamo=False,
        )


def compare(network: nn.Module, path: Path, images: Tensor) -> None:
    """Both networks on the same images [n, 3, crop, crop]."""
    with torch.no_grad():
        trained = network(images).numpy()
    (exported,) = open_session(path.read_bytes()).run(None, {INPUT_NAME: images.numpy()})
    difference = float(np.max(np.abs(trained - exported)))
    # Deep networks without batch norm reach large logits: rounding grows with them.
    allowed = TOLERANCE * max(1.0, float(np.abs(trained).max()))
    if not difference <= allowed:
        raise ExportMismatch(
            f"the exported network differs from the trained one by {difference:.3g} "
            f"(at most {allowed:.3g}): the model is not servable"
        )


def _copy_serving_code(folder: Path, serving: ServingPackages) -> None:
    """code/inference.py, the package that it imports beside it, and what pip shall install."""
    source = Path(inference_code.__file__).parent
    package = folder / "inference_code"
    package.mkdir(parents=True, exist_ok=True)
    for module in sorted(source.glob("*.py")):
        shutil.copyfile(module, package / module.name)
    shutil.copyfile(source / "inference.py", folder / "inference.py")
    serving.write(source / "requirements.txt", folder)


def _versions() -> dict[str, str]:
    return {"python": platform.python_version(), **{name: version(name) for name in PACKAGES}}
