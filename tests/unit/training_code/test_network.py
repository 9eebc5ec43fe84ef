"""Which layers learn, and what is served of them."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch
from torch import nn

from inference_code.classifier import INPUT_NAME, open_session
from training_code.model.artifact import export_network
from training_code.model.backbone import new_network
from training_code.model.network import Network, Served, last_block

SMALL = 32  # pixels of a side


@pytest.mark.parametrize(
    ("backbone", "first"),
    [
        ("resnet50", "layer4.0"),
        ("mobilenet_v2", "features.18.0"),
        ("squeezenet1_1", "classifier.1"),
        ("vgg11", "classifier.3"),
    ],
)
def test_the_last_block_is_a_block_of_the_backbone(backbone: str, first: str) -> None:
    network = new_network(backbone)
    if backbone != "squeezenet1_1":  # the others lose their classifier as a backbone
        *path, last = next(reversed([n for n, m in network.named_modules() if _scores(m)])).split(
            "."
        )
        setattr(network.get_submodule(".".join(path)), last, nn.Identity())

    learning = {id(p) for block in last_block(network) for p in block.parameters()}

    names = [name for name, p in network.named_parameters() if id(p) in learning]
    assert any(name.startswith(first) for name in names)
    assert len(names) < len(list(network.parameters()))


def _scores(layer: nn.Module) -> bool:
    return isinstance(layer, nn.Linear) and layer.out_features == 1000


def test_a_mirrored_model_answers_alike_for_an_image_and_its_mirror_image(tmp_path: Path) -> None:
    torch.manual_seed(1)
    backbone = nn.Sequential(nn.Conv2d(3, 4, 3), nn.ReLU(), nn.Flatten())
    network = Network(backbone, nn.Linear(4 * (SMALL - 2) ** 2, 5))
    images = torch.rand(3, 3, SMALL, SMALL)
    served = Served(network, mirror=True)

    export_network(served, tmp_path / "model.onnx", SMALL)

    session = open_session((tmp_path / "model.onnx").read_bytes())
    plain, mirrored = (
        session.run(None, {INPUT_NAME: each.numpy()})[0] for each in (images, images.flip(3))
    )
    with torch.no_grad():
        both = (network(images) + network(images.flip(3))) / 2
    assert np.allclose(plain, mirrored, atol=1e-5)
    assert np.allclose(plain, both.numpy(), atol=1e-5)
