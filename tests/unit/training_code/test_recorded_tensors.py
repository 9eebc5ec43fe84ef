"""What rows tell of parameters and activations, held against numpy and against known illnesses."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch
from torch import nn

from tests.support.recorded_training import Recorded, recorded, small_network
from training_code.model.backbone import new_network
from training_code.recorder.layers import LayerWatch
from training_code.recorder.own_time import OwnTime
from training_code.recorder.settings import COLLECTIONS, RecorderSettings
from training_code.recorder.statistics import statistics

EACH = RecorderSettings(tensors=1, system_ms=0, trace=0)


@pytest.fixture(scope="module")
def plain(tmp_path_factory: pytest.TempPathFactory) -> Recorded:
    return recorded(tmp_path_factory.mktemp("plain"), EACH)


@pytest.mark.parametrize("shape", [(7,), (40, 30), (2, 16, 9, 9)])
def test_statistics_of_a_small_tensor_are_those_of_numpy(shape: tuple[int, ...]) -> None:
    tensor = torch.randn(*shape, generator=torch.Generator().manual_seed(3))
    numbers = tensor.numpy()

    found = statistics(tensor)

    assert found.mean == pytest.approx(float(numbers.mean()), abs=1e-6)
    assert found.variance == pytest.approx(float(numbers.var()), rel=1e-5)
    assert found.norm == pytest.approx(float(np.linalg.norm(numbers.ravel())), rel=1e-5)
    assert (found.min, found.max) == (numbers.min(), numbers.max())
    assert found.p5 <= np.percentile(numbers, 8)


def test_a_large_tensor_is_sampled_across_all_its_channels() -> None:
    tensor = torch.zeros(4, 64, 56, 56).contiguous(memory_format=torch.channels_last)
    tensor[:, 17] = 1

    found = statistics(tensor)

    assert found.mean == pytest.approx(1 / 64, abs=0.002)
    assert found.norm == pytest.approx((4 * 56 * 56) ** 0.5)


def test_values_that_are_no_number_are_counted_and_left_out_of_the_rest() -> None:
    found = statistics(torch.tensor([1.0, float("nan"), 3.0, float("inf"), float("-inf")]))

    assert (found.nan, found.inf, found.mean) == (1, 2, 2.0)


def test_gradients_updates_and_weights_of_each_layer_are_told(plain: Recorded) -> None:
    names = {"0.0.weight", "0.0.bias", "1.weight", "1.bias"}

    assert {row.name for row in plain.tensors("gradients")} == names
    assert {row.name for row in plain.tensors("updates")} == names
    assert {row.name for row in plain.tensors("weights")} == {"0.0.weight", "1.weight"}
    assert {row.name for row in plain.tensors("biases")} == {"0.0.bias", "1.bias"}
    first = next(row for row in plain.tensors("updates") if row.name == "1.weight")
    # AdamW's first step is the learning rate in each place.
    assert first.stats.abs_mean == pytest.approx(0.01, rel=0.05)
    assert first.stats.ratio == pytest.approx(0.01 / 0.2, rel=0.5)


def test_other_activations_are_told_by_what_comes_out(tmp_path: Path) -> None:
    kept = recorded(tmp_path, EACH, network=small_network(nn.GELU()))

    assert {row.name for row in kept.tensors("activations")} == {"0.1"}
    assert kept.tensors("relu_output") == []


def test_only_chosen_collections_are_kept(tmp_path: Path) -> None:
    chosen = RecorderSettings(tensors=1, system_ms=0, trace=0, collections=("relu_output",))

    kept = recorded(tmp_path, chosen)

    assert len(kept.tensors("relu_output")) == 5
    assert kept.tensors("gradients") == kept.tensors("labels") == []


def test_frozen_weights_are_not_told_and_unmoved_ones_are_unchanged(tmp_path: Path) -> None:
    network = small_network(nn.ReLU())
    network[0].requires_grad_(False)
    network[1].register_forward_pre_hook(lambda _, given: (given[0] * 0,))

    kept = recorded(tmp_path, EACH, network=network)

    gradients = [row for row in kept.tensors("gradients") if row.name == "1.weight"]
    assert {row.name for row in kept.tensors("weights")} == {"1.weight"}
    assert [row.stats.zero_share for row in gradients] == [1.0] * 5
    assert [row.stats.unchanged for row in gradients] == [False, True, True, True, True]


@pytest.mark.parametrize("activation", [nn.ReLU(), nn.ReLU(inplace=True), nn.ReLU6()])
def test_dead_units_of_a_relu_are_seen(activation: nn.Module, tmp_path: Path) -> None:
    network = small_network(activation)
    with torch.no_grad():
        network.get_parameter("0.0.bias")[:3] = -100  # three of six channels

    kept = recorded(tmp_path, EACH, network=network)

    assert kept.tensors("relu_output")[0].stats.inactive_share == 0.5
    assert kept.tensors("relu_input")[0].stats.min < -90


@pytest.mark.parametrize(
    ("activation", "collection"), [(nn.Tanh(), "tanh_input"), (nn.Sigmoid(), "sigmoid_input")]
)
def test_saturated_units_are_seen(activation: nn.Module, collection: str, tmp_path: Path) -> None:
    network = small_network(activation)
    with torch.no_grad():
        network.get_parameter("0.0.bias")[:3] = 100

    kept = recorded(tmp_path, EACH, network=network)

    assert kept.tensors(collection)[0].stats.saturated_share == 0.5  # type: ignore[arg-type]  # as given


@pytest.mark.parametrize(
    ("backbone", "collection", "layers"),
    [
        ("mobilenet_v2", "relu_output", 35),
        ("squeezenet1_1", "relu_output", 26),
        ("resnet18", "relu_output", 17),
        ("googlenet", "relu_output", 57),
        ("efficientnet_b0", "activations", 49),
    ],
)
def test_activations_of_any_backbone_are_seen(backbone: str, collection: str, layers: int) -> None:
    network = new_network(backbone).eval()
    seen: list[str] = []
    watch = LayerWatch(
        network, COLLECTIONS, lambda kind, name, _: seen.append(f"{kind} {name}"), OwnTime()
    )
    watch.attach()

    with torch.no_grad():
        network(torch.zeros(1, 3, 64, 64))
    watch.detach()

    assert len({name for name in seen if name.startswith(f"{collection} ")}) == layers
    with torch.no_grad():
        network(torch.zeros(1, 3, 64, 64))
    assert len(seen) == len(set(seen))  # taken off, they see nothing more
