"""Any torchvision classification network as a feature extractor: its last layer taken off."""

from __future__ import annotations

from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path

import torch
from torch import Tensor, nn
from torchvision import models

from inference_code.preprocessing import Preprocessing
from training_code.job.errors import InputError
from training_code.job.weights_setting import WeightsSetting
from training_code.model.weights import (
    Origin,
    download_weights,
    load_weights,
    read_weights,
    torchvision_origin,
)

IMAGENET_CLASSES = 1000
INITIAL_SEED = 20  # of random weights: preparation and training must build the same network


@dataclass(frozen=True)
class Backbone:
    """Images [n, 3, crop, crop] to features [n, features]."""

    name: str
    network: nn.Module
    features: int
    preprocessing: Preprocessing
    origin: Origin


def build_backbone(name: str, setting: WeightsSetting, file: Path) -> Backbone:
    """With weights from the file if there is one, else torchvision's, unless told `none`."""
    network = new_network(name)
    if setting == "none":
        return _strip(name, network, Preprocessing(), Origin("none", "", licence="none"))
    if file.is_file():
        state, origin = read_weights(file)
        load_weights(network, state, optional=classifier_of(network), source=file.name)
        return _strip(name, network, Preprocessing(), origin)
    weights, state = download_weights(name)
    load_weights(network, state, optional=classifier_of(network), source=str(weights))
    return _strip(name, network, _preprocessing_of(weights), torchvision_origin(weights))


def new_network(name: str) -> nn.Module:
    """The network with random weights, the same ones every time."""
    known = models.list_models(module=models)
    if name not in known:
        near = ", ".join(get_close_matches(name, known)) or "resnet50"
        raise InputError(f"backbone {name!r} is not one of torchvision's, such as {near}")
    # These two warn unless they are told; with pretrained weights they expect their own scaling.
    old = {"init_weights": False, "transform_input": True}
    arguments = old if name in {"googlenet", "inception_v3"} else {}
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(INITIAL_SEED)
        network: nn.Module = models.get_model(name, weights=None, **arguments)
    return network


def classifier_of(network: nn.Module) -> str:
    """Name of the layer that scores ImageNet's classes: the last one with that many outputs."""
    outputs = {
        name: layer.out_features if isinstance(layer, nn.Linear) else layer.out_channels
        for name, layer in network.named_modules()
        if isinstance(layer, nn.Linear | nn.Conv2d)  # SqueezeNet scores by a convolution
    }
    names = [name for name, count in outputs.items() if count == IMAGENET_CLASSES]
    if not names:
        raise InputError("the backbone has no layer that scores ImageNet's classes")
    return str(names[-1])


def _strip(name: str, network: nn.Module, preprocessing: Preprocessing, origin: Origin) -> Backbone:
    """Put an identity where the classifier was, and find out how many features come then."""
    network.set_submodule(classifier_of(network), nn.Identity())
    if getattr(network, "aux_logits", False):
        _drop_auxiliary_heads(network)
    network.eval()
    if preprocessing.crop != _image_size_of(network, preprocessing.crop):
        raise InputError(f"backbone {name} wants images of another size than {preprocessing.crop}")
    with torch.inference_mode():
        features: Tensor = network(torch.zeros(1, 3, preprocessing.crop, preprocessing.crop))
    return Backbone(name, network, features.shape[1], preprocessing, origin)


def _drop_auxiliary_heads(network: nn.Module) -> None:
    """GoogLeNet and Inception score in the middle, too, while training: of no use to features."""
    for name, nothing in (
        ("aux_logits", False),
        ("aux1", None),
        ("aux2", None),
        ("AuxLogits", None),
    ):
        if hasattr(network, name):
            setattr(network, name, nothing)


def _image_size_of(network: nn.Module, default: int) -> int:
    """Vision transformers take images of one size only."""
    size = getattr(network, "image_size", default)
    return int(size)


def _preprocessing_of(weights: models.WeightsEnum) -> Preprocessing:
    """The numbers with which these weights were evaluated, e.g. 232 and 224 for ResNet-50 V2."""
    transform = weights.transforms()
    return Preprocessing(
        resize=transform.resize_size[0],
        crop=transform.crop_size[0],
        mean=tuple(transform.mean),
        std=tuple(transform.std),
        interpolation=transform.interpolation.value,
    )
