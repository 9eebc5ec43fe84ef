"""SageMaker Debugger's hook: when, and only when, it is configured and smdebug is there."""

from __future__ import annotations

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


class SmdebugHook:
    """Saves the configured tensors in TRAIN and EVAL modes."""

    def __init__(self, hook: Any, modes: Any) -> None:
        self._hook, self._modes = hook, modes

    def register(self, network: nn.Module, criterion: nn.Module) -> None:
        self._hook.register_module(network)
        self._hook.register_loss(criterion)

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
    try:
        import smdebug.pytorch as smd
    except (ImportError, TypeError) as error:  # TypeError: a protobuf that smdebug is too old for
        print(f"debugger: configured, but smdebug cannot be used here: {error}", flush=True)
        return NoHook()
    hook = smd.Hook.create_from_json_file(str(configuration))
    print(f"debugger: smdebug saves tensors to {hook.out_dir}", flush=True)
    return SmdebugHook(hook, smd.modes)
