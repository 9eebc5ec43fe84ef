"""Several processes on one machine that train one network, each on its share of every batch."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

import torch
from torch import Tensor, distributed, nn

from training_code.job.environment import Share
from training_code.loops.metrics import Tally


@dataclass(frozen=True)
class Processes:
    """Not torch's DistributedDataParallel, which takes the mean over processes: where shares differ

    that is not the mean over images, and it waits for ever for a process that has no image.
    """

    share: Share = field(default_factory=Share)

    @classmethod
    @contextmanager
    def joined(cls) -> Iterator[Processes]:
        """All that torchrun has started; without it, this one alone."""
        share = Share.from_environment()
        if share.count == 1:
            yield cls()
            return
        has_gpus = torch.cuda.is_available()
        if has_gpus:
            torch.cuda.set_device(share.rank)  # all are on one machine
        distributed.init_process_group("nccl" if has_gpus else "gloo")
        try:
            yield cls(share)
        finally:
            distributed.destroy_process_group()

    @property
    def count(self) -> int:
        return self.share.count

    @property
    def is_first(self) -> bool:
        """The one that reports and writes."""
        return self.share.rank == 0

    def total(self, number: int) -> int:
        """Of all processes."""
        return int(self._sum(torch.tensor([number])).item()) if self.count > 1 else number

    def add_up_gradients(self, network: nn.Module) -> None:
        """Afterwards each process has the gradient of the whole batch, and takes the same step."""
        if self.count == 1:
            return
        learned = [p for p in network.parameters() if p.requires_grad]
        parts = [torch.zeros_like(p) if p.grad is None else p.grad for p in learned]
        # In one piece: a call for each tensor would cost more than its numbers.
        added = self._sum(torch.cat([part.flatten() for part in parts]))
        for parameter, part in zip(
            learned, torch.split(added, [p.numel() for p in learned]), strict=True
        ):
            parameter.grad = part.view_as(parameter)

    def together(self, tally: Tally) -> Tally:
        """Sums over the images of all processes."""
        if self.count == 1:
            return tally
        sums = torch.tensor([tally.loss, tally.correct, tally.images], dtype=torch.float64)
        loss, correct, images = self._sum(sums).tolist()
        return Tally(loss, int(correct), int(images))

    def _sum(self, numbers: Tensor) -> Tensor:
        """NCCL adds what lies on GPUs only."""
        if distributed.get_backend() == "nccl":
            numbers = numbers.cuda()
        distributed.all_reduce(numbers)
        return numbers


ALONE = Processes()


def start_on_all_gpus() -> None:
    """Does not return on a machine of several GPUs: torchrun starts the program once for each."""
    gpus = torch.cuda.device_count()
    if gpus > 1 and Share.from_environment().count == 1:
        torchrun = ["-m", "torch.distributed.run", "--standalone", f"--nproc-per-node={gpus}"]
        sys.stdout.flush()
        os.execv(sys.executable, [sys.executable, *torchrun, *sys.orig_argv[1:]])  # noqa: S606  # our own arguments
