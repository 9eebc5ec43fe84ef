"""The training that serves, in two stages: the head, then, if asked, layers of the backbone.

The head first: random gradients of an untrained head would spoil what the backbone knows (Kumar
et al. 2022). What the second stage does not make better on validation is not kept.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import torch
from torch import nn

from training_code.data.feature_batches import FeatureBatches, plain_batch
from training_code.data.photo_batches import Photos
from training_code.job.hyperparameters import Hyperparameters, Trainable
from training_code.loops.checkpoints import Checkpoints
from training_code.loops.epochs import Best, Epoch
from training_code.loops.head_training import plan_of
from training_code.loops.processes import Processes
from training_code.loops.telling import TellingBatches
from training_code.loops.training import Plan, Report, Training
from training_code.model.features import FeatureSet
from training_code.model.network import Network
from training_code.recorder.debug_hook import DebugHook
from training_code.recorder.recorder import Recorder
from training_code.rules.watcher import Watcher, unwatched


@dataclass(frozen=True, kw_only=True)
class Surroundings:
    """What both stages are given."""

    device: torch.device
    report: Report
    keep: Callable[[Sequence[Epoch], Best], None]
    hook: DebugHook
    recorder: Recorder
    checkpoints: Callable[[str], Checkpoints]  # of the stage so named
    processes: Processes
    watch: Watcher = field(default_factory=unwatched)


@dataclass
class FinalTraining:
    """A network whose head may already have learned in a search."""

    network: Network
    used: Hyperparameters
    around: Surroundings
    history: list[Epoch] = field(default_factory=list)

    def run(
        self, train: FeatureSet, valid: FeatureSet, photos: Callable[[], Photos], *, found: bool
    ) -> Best:
        """The best epoch of both stages; afterwards the network has its weights.

        `photos` is called when the first photo is needed, `found` says whether the head has learned
        before: then what it reaches is epoch 0.
        """
        network, used = self.network, self.used
        start = self._begin(train, valid) if found else None
        if used.final == "features":
            best = self._on_features(train, valid, start)
        else:
            plan = plan_of(network.head, used)
            best = self._on_images("head", plan, photos(), start and self._of_network(start))
        if used.trainable != "head":
            network.load_state_dict(best.weights)
            network.free(used.trainable)
            best = self._on_images("backbone", self._deeper_plan(), photos(), best)
            self.around.report(depth_sentence(used, best.epoch))
        network.load_state_dict(best.weights)
        return best

    def _begin(self, train: FeatureSet, valid: FeatureSet) -> Best:
        """What the search's head is worth, on the plain view of each image."""
        training = self._training(self.network.head, "start", plan_of(self.network.head, self.used))
        return training.begin(plain_batch(train), plain_batch(valid))

    def _on_features(self, train: FeatureSet, valid: FeatureSet, start: Best | None) -> Best:
        """The head alone. All processes do the same: it is too small to share."""
        head = self.network.head
        training = self._training(head, "head", plan_of(head, self.used))
        batches = FeatureBatches(train, self.used.batch_size, self.used.seed)
        return self._of_network(training.run(batches, plain_batch(valid), start))

    def _on_images(self, stage: str, plan: Plan, photos: Photos, start: Best | None) -> Best:
        training = self._training(self.network, stage, plan)
        training.processes = self.around.processes
        return training.run(TellingBatches(photos.train, self.around.report), photos.valid, start)

    def _training(self, learner: nn.Module, stage: str, plan: Plan) -> Training:
        around = self.around
        keep = around.keep if learner is self.network else self._keep_head
        return Training(
            learner,
            plan,
            around.device,
            around.report,
            keep,
            hook=around.hook,
            watch=around.watch,
            recorder=around.recorder,
            quick=learner is not self.network,
            checkpoints=around.checkpoints(stage),
            history=self.history,
        )

    def _deeper_plan(self) -> Plan:
        used = self.used
        return Plan(
            groups=self.network.groups(used.lr, used.backbone_lr),
            weight_decay=used.weight_decay,
            eps=used.eps,
            epochs=used.backbone_epochs,
            before=used.epochs,
            warmup_epochs=min(used.warmup_epochs, used.backbone_epochs),
            images_at_once=used.images_at_once,
        )

    def _keep_head(self, history: Sequence[Epoch], best: Best) -> None:
        """The backbone is what it was: written once, at the end."""
        named = {f"head.{name}": weight for name, weight in best.weights.items()}
        self.around.keep(history, Best(best.epoch, named))

    def _of_network(self, best: Best) -> Best:
        """With the backbone that the head was trained on."""
        named = {f"head.{name}": weight for name, weight in best.weights.items()}
        # Copied: the next stage may change the backbone's very tensors.
        backbone = copy.deepcopy(self.network.state_dict())
        return Best(best.epoch, {**backbone, **named})


def kept_depth(used: Hyperparameters, best: Epoch) -> Trainable:
    """What the served model has learned: no more than the head if the deeper stage did not help."""
    return used.trainable if best.number > used.epochs else "head"


def depth_sentence(used: Hyperparameters, best: Epoch) -> str:
    """What came of training layers of the backbone."""
    if kept_depth(used, best) == "head":
        return (
            f"kept frozen: trainable={used.trainable} did not go below the validation loss "
            f"{best.valid.loss:.4f} of the frozen backbone, whose model serves"
        )
    return (
        f"kept {used.trainable}: it brought the validation loss to {best.valid.loss:.4f}, "
        "below that of the frozen backbone"
    )
