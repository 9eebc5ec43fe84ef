"""SageMaker Debugger's hook: when, and only when, it is configured and smdebug is there."""

from __future__ import annotations

import contextlib
import importlib
from collections.abc import Callable
from pathlib import Path
from typing import Any, Protocol

from torch import nn


class DebugHook(Protocol):
    """What the training loop tells about itself."""

    def register(self, network: nn.Module, criterion: nn.Module) -> None: ...
    def training(self) -> None:
        """What follows is training."""

    def evaluating(self) -> None:
        """What follows is evaluation."""

    def close(self) -> None: ...


class NoHook:
    """Nobody asked: the loop is told nothing different."""

    def register(self, network: nn.Module, criterion: nn.Module) -> None:
        pass

    def training(self) -> None:
        pass

    def evaluating(self) -> None:
        pass

    def close(self) -> None:
        pass


RELU = (nn.ReLU, nn.ReLU6)
# Of GoogLeNet and Inception: a ReLU that is a call, not a layer, takes what their `bn` gives.
ENDS_WITH_RELU = {"BasicConv2d"}


class SmdebugHook:
    """Saves the configured tensors in TRAIN and EVAL modes."""

    def __init__(self, hook: Any, modes: Any) -> None:
        self._hook, self._modes = hook, modes
        self._network: nn.Module | None = None
        self._learning: set[str] = set()

    def register(self, network: nn.Module, criterion: nn.Module) -> None:
        """Of each stage of a training: in a later one more of the same network learns."""
        self._hook.register_loss(criterion)
        learning = {name for name, p in network.named_parameters() if p.requires_grad}
        if self._network is None:
            self._show_layers(network)
        else:
            # smdebug takes a network once, with what learns in it then.
            for name in learning - self._learning:
                called = f"{type(network).__name__}_{name}"
                parameter: Any = network.get_parameter(name)
                parameter.register_hook(self._hook.backward_hook(called))
        self._network, self._learning = network, learning

    def _show_layers(self, network: nn.Module) -> None:
        self._hook.register_module(network)
        for name, layer in network.named_modules():
            if isinstance(layer, RELU):
                self._show(name, layer)
            elif type(layer).__name__ in ENDS_WITH_RELU:
                layer.get_submodule("bn").register_forward_hook(self._given_to(f"{name}_relu"))

    @staticmethod
    def _show(name: str, relu: Any) -> None:
        """Under a name by which rules and collections know ReLUs: only ResNets give it them."""
        if not name.endswith("relu"):
            relu._module_name = f"{name}_relu"
        # smdebug looks once the layer is done: in place, it would have lost its input by then.
        relu.inplace = False

    def _given_to(self, name: str) -> Callable[..., None]:
        return lambda _layer, _given, output: self._hook._write_inputs(name, output)

    def training(self) -> None:
        self._hook.set_mode(self._modes.TRAIN)

    def evaluating(self) -> None:
        self._hook.set_mode(self._modes.EVAL)

    def close(self) -> None:
        self._hook.close()


def create_hook(configuration: Path) -> DebugHook:
    """From SageMaker's configuration file."""
    if not configuration.is_file():
        return NoHook()
    with contextlib.suppress(ImportError):
        importlib.import_module("setuptools")  # has the distutils that Python 3.12 lacks
    try:
        import smdebug.pytorch as smd
    except (ImportError, TypeError) as error:  # TypeError: a protobuf that smdebug is too old for
        print(f"debugger: configured, but smdebug cannot be used here: {error}", flush=True)
        return NoHook()
    hook = smd.Hook.create_from_json_file(str(configuration))
    print(f"debugger: smdebug saves tensors to {hook.out_dir}", flush=True)
    return SmdebugHook(hook, smd.modes)
