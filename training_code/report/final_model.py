"""What a training leaves once it has learned: the model that serves, measured, and its reports."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn.functional import cross_entropy

from inference_code.card import Architecture, Head, ModelCard, Thresholds
from inference_code.prediction import softmax
from training_code.data.photo_loading import PhotoLoader
from training_code.data.splits import ObjectSample, Sample, Splits
from training_code.job.environment import TrainingFolders
from training_code.job.hyperparameters import Hyperparameters
from training_code.loops.epochs import Best, Epoch
from training_code.loops.final_training import kept_depth
from training_code.loops.metrics import Measurement, Tally, metric_line
from training_code.loops.scoring import SeenFeatures, features_of
from training_code.loops.telling import told
from training_code.model import calibration
from training_code.model.artifact import ServingPackages, write_artifact
from training_code.model.backbone import Backbone
from training_code.model.features import FeatureSet
from training_code.model.network import Network, Served
from training_code.report.gain import default_logits, gain_over, is_right
from training_code.report.material import Material
from training_code.report.mistakes import TestAnswers
from training_code.report.page import write_page
from training_code.report.results import Results, write_test_predictions

Samples = Sequence[Sample | ObjectSample]
COMPARED = 16  # validation images on which the exported network must agree


@dataclass(frozen=True, kw_only=True)
class Learned:
    """A training that has ended, with all that it was given."""

    used: Hyperparameters
    splits: Splits
    backbone: Backbone
    untouched: nn.Module  # the backbone as the search saw it
    network: Network  # which no hook hangs on
    loader: PhotoLoader
    train: FeatureSet
    valid: FeatureSet
    best: Best
    history: Sequence[Epoch]
    device: torch.device


def leave_model(learned: Learned, folders: TrainingFolders, report: Callable[[str], None]) -> None:
    """Measure the best epoch, which is not the last one, once on the test split; write it all."""
    used, splits, loader, best = learned.used, learned.splits, learned.loader, learned.best
    servable = learned.network
    servable.load_state_dict(best.weights)
    mirror = used.mirror == "on"

    def seen_by(network: nn.Module, samples: Samples, work: str) -> SeenFeatures:
        batches = told(loader.batches(samples), work, len(samples), "images", report)
        return features_of(network, batches, learned.device, mirror=mirror)

    seen_valid = seen_by(servable.backbone, splits.valid, "calibrate")
    valid_logits = seen_valid.logits(servable.head).numpy()
    # Fitted on valid: a training loss near zero would call every guess certain.
    labels = seen_valid.labels.numpy()
    temperature = calibration.fit_temperature(valid_logits, labels)
    # The only look at the test split: nothing above may depend on it.
    # [n, classes] and [n], in the order of splits.test: rows are named by it below.
    seen_test = seen_by(servable.backbone, splits.test, "test")
    test_logits = seen_test.logits(servable.head)
    test = _measure(test_logits, seen_test.labels)
    report(metric_line("test", best.epoch.number, test))

    # The backbone as the search saw it, which is another one if its layers have learned since.
    seen = seen_test
    if kept_depth(used, best.epoch) != "head":
        seen = seen_by(learned.untouched, splits.test, "compare")
    by_default = default_logits(used, learned.train, learned.valid, seen, len(splits.classes))
    gain = gain_over(used, *(is_right(said, seen.labels) for said in (test_logits, by_default)))
    report(gain.line())

    # As serving computes it: logits over temperature, in float32, then softmax.
    calibrated = np.asarray(test_logits.numpy() / temperature, dtype=np.float32)
    test_loss = calibration.cross_entropy(calibrated, seen_test.labels.numpy())
    results = Results(learned.history, best.epoch, test, test_loss)
    card = dataclasses.replace(
        _card_of(learned, results),
        temperature=temperature,
        thresholds=calibration.fit_thresholds(valid_logits, labels, temperature),
    )
    sample, _ = next(iter(loader.batches(splits.valid, COMPARED)))
    serving = ServingPackages(used.packages, folders.channels.get("wheels", Path("no-wheels")))
    write_artifact(folders.model, Served(servable.cpu(), mirror=mirror), card, sample, serving)
    results.write(folders.output_data, results.course(used, len(splits.classes)))
    gain.write(folders.output_data)
    predictions = folders.output_data / "test_predictions.jsonl"
    write_test_predictions(predictions, splits.test, softmax(calibrated))
    write_page(
        lambda: Material(
            course=results.course(used, len(splits.classes)),
            answers=TestAnswers(splits.test, softmax(calibrated)),
            splits=splits,
            read=loader.archive.read,
            reports=folders.output_data,
            preparation=folders.channel("preparation"),
            search=folders.channels.get("search"),
        ),
        folders.output_data,
    )


def _card_of(learned: Learned, results: Results) -> ModelCard:
    """All that is known before calibration and export."""
    used, backbone = learned.used, learned.backbone
    return ModelCard(
        run=used.run,
        digest="",  # of the exported network; known when it is written
        architecture=_describe(backbone, used, results.best),
        head=Head(hidden_units=used.hidden_units, dropout=used.dropout),
        classes=learned.splits.classes,
        preprocessing=backbone.preprocessing,
        temperature=1.0,
        thresholds=Thresholds(accept=1.0, unknown=0.0, accept_source="", unknown_source=""),
        metrics=results.metrics(),
        hyperparameters=dataclasses.asdict(used),
        dataset_digest=used.dataset_digest,
        source_digest=used.source_digest,
        versions={},
    )


def _describe(backbone: Backbone, used: Hyperparameters, best: Epoch) -> Architecture:
    """The network as the card tells it."""
    return Architecture(
        backbone=backbone.name,
        features=backbone.features,
        weights=backbone.origin.source,
        weights_digest=backbone.origin.digest,
        weights_licence=backbone.origin.licence,
        trainable=kept_depth(used, best),
    )


def _measure(logits: Tensor, labels: Tensor) -> Measurement:
    """Of a whole split at once."""
    tally = Tally()
    tally.add(logits, labels, cross_entropy(logits, labels))
    return tally.measurement()
