"""What goes into and comes out of the activations of a network, of any architecture.

Hooks hang there only while a step is looked at: they cost nothing in between.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from contextlib import ExitStack
from typing import Any

from torch import Tensor, nn

from training_code.recorder.own_time import OwnTime
from training_code.recorder.rows import Collection, Statistics
from training_code.recorder.statistics import (
    SIGMOID_LIMITS,
    TANH_LIMITS,
    inactive_share,
    saturated_share,
    statistics,
)

RELU = (nn.ReLU, nn.ReLU6)
TANH = (nn.Tanh,)
SIGMOID = (nn.Sigmoid, nn.Hardsigmoid)
OTHERS = (nn.SiLU, nn.GELU, nn.Hardswish, nn.LeakyReLU, nn.PReLU, nn.ELU, nn.Mish)
# These end with a ReLU that is a call, not a layer: only what comes out can be seen.
END_WITH_RELU = {"BasicConv2d"}

Tell = Callable[[Collection, str, Statistics], None]


class LayerWatch:
    """Tells of each use of an activation in the first pass of a step."""

    def __init__(
        self, network: nn.Module, collections: Iterable[str], tell: Tell, own: OwnTime
    ) -> None:
        self._network, self._wanted, self._tell = network, set(collections), tell
        self._own = own
        self._hooks = ExitStack()
        self._uses: Counter[str] = Counter()
        self._passed: set[str] = set()

    def attach(self) -> None:
        """From here on, until they are taken off, layers are looked at."""
        self.detach()
        for name, layer in self._network.named_modules():
            part = name.partition(".")[0]
            if isinstance(layer, RELU + TANH + SIGMOID):
                self._hang(layer.register_forward_pre_hook(self._input_of(layer, name, part)))
            if isinstance(layer, RELU + OTHERS) or type(layer).__name__ in END_WITH_RELU:
                self._hang(layer.register_forward_hook(self._output_of(layer, name, part)))
        # Last, as hooks are called in their order: a part has passed after its own layers.
        for part, layer in self._network.named_children():
            self._hang(layer.register_forward_hook(self._end_of(part)))

    def detach(self) -> None:
        self._hooks.close()
        self._uses.clear()
        self._passed.clear()

    def _hang(self, handle: Any) -> None:
        self._hooks.callback(handle.remove)

    def _end_of(self, part: str) -> Callable[..., None]:
        # A frozen backbone gets a batch in pieces: the first one is enough.
        return lambda *_: self._passed.add(part)

    def _input_of(self, layer: nn.Module, name: str, part: str) -> Callable[..., None]:
        def look(_: nn.Module, given: tuple[Tensor, ...]) -> None:
            if part in self._passed:
                return
            if isinstance(layer, RELU):
                self._say("relu_input", name, given[0])
            elif isinstance(layer, TANH):
                self._say("tanh_input", name, given[0], limits=TANH_LIMITS)
            else:
                self._say("sigmoid_input", name, given[0], limits=SIGMOID_LIMITS)

        return self._own.of(look)

    def _output_of(self, layer: nn.Module, name: str, part: str) -> Callable[..., None]:
        others = isinstance(layer, OTHERS)

        def look(_: nn.Module, __: tuple[Tensor, ...], output: Tensor) -> None:
            if part not in self._passed:
                self._say("activations" if others else "relu_output", name, output)

        return self._own.of(look)

    def _say(
        self,
        collection: Collection,
        name: str,
        tensor: Tensor,
        limits: tuple[float, float] | None = None,
    ) -> None:
        if collection not in self._wanted:
            return
        # ResNets use one ReLU several times: the second use is `name#2`.
        key = f"{collection} {name}"
        self._uses[key] += 1
        use = name if self._uses[key] == 1 else f"{name}#{self._uses[key]}"
        inactive = inactive_share(tensor) if collection == "relu_output" else None
        saturated = saturated_share(tensor, limits) if limits else None
        found = statistics(tensor, inactive_share=inactive, saturated_share=saturated)
        self._tell(collection, use, found)
