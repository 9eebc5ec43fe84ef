"""Backbones of all families lose their classifier and nothing else."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch
from torch import nn
from torchvision import models

from pipeline.backbones import BACKBONES
from pipeline.weight_licences import NON_COMMERCIAL
from training_code.job.errors import InputError
from training_code.job.weights_setting import WeightsSetting
from training_code.model.backbone import build_backbone, classifier_of, new_network
from training_code.model.weights import (
    TORCHVISION_LICENCE,
    load_weights,
    read_weights,
    torchvision_origin,
)

NOWHERE = Path("there is no such file")


@pytest.mark.parametrize(
    ("name", "features"),
    [
        ("resnet18", 512),
        ("mobilenet_v2", 1280),
        ("mobilenet_v3_small", 1024),
        ("efficientnet_b0", 1280),
        ("squeezenet1_1", 512),
        ("densenet121", 1024),
        ("shufflenet_v2_x0_5", 1024),
        ("convnext_tiny", 768),
        ("googlenet", 1024),
    ],
)
def test_features_come_out_of_every_family(name: str, features: int) -> None:
    backbone = build_backbone(name, "none", NOWHERE)

    assert backbone.features == features
    assert backbone.origin.source == "none"


@pytest.mark.parametrize(
    ("name", "layer"),
    [("vgg11", "classifier.6"), ("vit_b_32", "heads.head"), ("inception_v3", "fc")],
)
def test_the_classifier_of_large_networks_is_found(name: str, layer: str) -> None:
    with torch.device("meta"):  # without the memory of their weights
        network = new_network(name)

    assert classifier_of(network) == layer


def test_random_weights_are_the_same_every_time() -> None:
    torch.manual_seed(1)
    first = build_backbone("squeezenet1_1", "none", NOWHERE).network.state_dict()
    torch.manual_seed(2)
    second = build_backbone("squeezenet1_1", "none", NOWHERE).network.state_dict()

    assert all(torch.equal(first[name], second[name]) for name in first)


def test_building_leaves_the_random_numbers_of_the_run_alone() -> None:
    torch.manual_seed(1)
    expected = torch.rand(3)
    torch.manual_seed(1)
    build_backbone("squeezenet1_1", "none", NOWHERE)

    assert torch.equal(torch.rand(3), expected)


@pytest.mark.parametrize("weights", ["none", "auto"])
def test_an_unknown_backbone_is_refused_by_name_and_those_like_it_are_named(
    weights: WeightsSetting,
) -> None:
    with pytest.raises(InputError, match=r"'resnet51' is not one of torchvision's, .*resnet50"):
        build_backbone("resnet51", weights, NOWHERE)


def test_the_functions_know_the_same_backbones() -> None:
    assert set(models.list_models(module=models)) == set(BACKBONES)


def test_weights_of_a_file_are_used_and_the_classifier_may_be_missing(tmp_path: Path) -> None:
    file = tmp_path / "squeezenet1_1.pth"
    state = {n: t + 1 for n, t in states().items() if not n.startswith("classifier.1.")}
    torch.save(state, file)

    backbone = build_backbone("squeezenet1_1", "auto", file)

    assert backbone.origin.source == "bucket"
    loaded = backbone.network.state_dict()
    assert torch.equal(loaded["features.0.bias"], state["features.0.bias"])


def test_a_classifier_of_other_classes_does_not_matter(tmp_path: Path) -> None:
    file = tmp_path / "squeezenet1_1.pth"
    torch.save(states() | {"classifier.1.weight": torch.zeros(133, 512, 1, 1)}, file)

    assert build_backbone("squeezenet1_1", "auto", file).features == 512


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"features.0.bias": None}, r"missing features\.0\.bias; unexpected nothing"),
        ({"more": torch.zeros(1)}, "missing nothing; unexpected more"),
        ({"features.0.bias": torch.zeros(3)}, "are of another network"),
    ],
    ids=["missing", "unexpected", "shape"],
)
def test_weights_that_do_not_fit_are_refused(
    change: dict[str, torch.Tensor | None], sentence: str
) -> None:
    changed: dict[str, torch.Tensor | None] = {**states(), **change}
    state = {name: tensor for name, tensor in changed.items() if tensor is not None}

    with pytest.raises(InputError, match=sentence):
        load_weights(network(), state, optional="classifier.1", source="squeezenet1_1.pth")


@pytest.mark.parametrize("content", [b"text", b""])
def test_a_file_that_holds_no_weights_is_refused(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "resnet18.pth"
    file.write_bytes(content)

    with pytest.raises(InputError, match=r"weights/resnet18\.pth cannot be read as a state dict"):
        read_weights(file)


def test_a_whole_model_instead_of_its_weights_is_refused(tmp_path: Path) -> None:
    torch.save(nn.Linear(1, 1), tmp_path / "resnet18.pth")

    with pytest.raises(InputError, match=r"weights/resnet18\.pth cannot be read as a state dict"):
        read_weights(tmp_path / "resnet18.pth")


def network() -> nn.Module:
    return new_network("squeezenet1_1")


def states() -> dict[str, torch.Tensor]:
    return dict(network().state_dict())


def test_the_list_of_licences_is_torchvision_s() -> None:
    origins = {
        name: torchvision_origin(models.get_model_weights(name).DEFAULT)
        for name in models.list_models(module=models)
    }

    own = {n: o.licence for n, o in origins.items() if o.licence != TORCHVISION_LICENCE}
    assert own == NON_COMMERCIAL
    assert origins["resnet50"].digest == "ResNet50_Weights.IMAGENET1K_V2"
