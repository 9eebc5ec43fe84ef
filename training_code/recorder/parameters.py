"""What the optimiser does to the parameters that learn: gradients, updates and weights.

Its own hooks say when: a loop need not tell, however it adds up its gradients.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from contextlib import ExitStack
from typing import Any

import numpy as np
import torch
from torch import nn

from training_code.recorder.own_time import OwnTime
from training_code.recorder.rows import Collection, Statistics
from training_code.recorder.statistics import Sample, sampled, statistics

Tell = Callable[[Collection, str, Statistics], None]
CLOSE = (1e-5, 1e-8)  # relative and absolute: numpy.allclose's own, and SageMaker's


class ParameterWatch:
    """Tells of the steps during which it is attached."""

    def __init__(
        self,
        network: nn.Module,
        optimizer: torch.optim.Optimizer,
        collections: Iterable[str],
        tell: Tell,
        own: OwnTime,
    ) -> None:
        self._optimizer, self._tell, self._own = optimizer, tell, own
        self._wanted = set(collections) & {"weights", "biases", "gradients", "updates"}
        self._learning = [(n, p) for n, p in network.named_parameters() if p.requires_grad]
        self._before: dict[str, Sample] = {}  # this step's update
        self._told: dict[tuple[str, str], Sample] = {}  # in the row before this one
        self._hooks = ExitStack()

    def attach(self) -> None:
        self.detach()
        if not self._wanted:
            return
        for handle in (
            self._optimizer.register_step_pre_hook(self._own.of(self._before_update)),
            self._optimizer.register_step_post_hook(self._own.of(self._after_update)),
        ):
            self._hooks.callback(handle.remove)

    def detach(self) -> None:
        self._hooks.close()
        self._before.clear()

    def _before_update(self, *_: Any) -> None:
        for name, parameter in self._learning:
            if "updates" in self._wanted:
                self._before[name] = sampled(parameter)
            if "gradients" in self._wanted and parameter.grad is not None:
                self._say("gradients", name, parameter.grad, sampled(parameter.grad))

    def _after_update(self, *_: Any) -> None:
        for name, parameter in self._learning:
            sample = sampled(parameter)
            if name in self._before:
                update = sample - self._before[name]
                size = float(np.abs(self._before[name]).mean())
                ratio = float(np.abs(update).mean()) / size if size else None
                self._tell("updates", name, statistics(torch.from_numpy(update), ratio=ratio))
            kind: Collection = "biases" if name.endswith("bias") else "weights"
            if kind in self._wanted:
                self._say(kind, name, parameter, sample)

    def _say(self, kind: Collection, name: str, tensor: torch.Tensor, sample: Sample) -> None:
        old = self._told.get((kind, name))
        relative, absolute = CLOSE
        unchanged = old is not None and np.allclose(sample, old, relative, absolute)
        self._told[kind, name] = sample
        self._tell(kind, name, statistics(tensor, sample, unchanged=unchanged))
