"""The training: with the tuned values; leaves a model that serves as it is."""

from __future__ import annotations

import copy
import dataclasses
import sys
from collections.abc import Sequence
from pathlib import Path

if __name__ == "__main__":  # run as a script, the folder that Python searches is this file's own
    sys.path[0] = str(Path(__file__).resolve().parents[1])

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn.functional import cross_entropy

from inference_code.card import Architecture, Head, ModelCard, Thresholds
from inference_code.prediction import softmax
from training_code.data.archive import find_archive
from training_code.data.photo_batches import Photos, workers_of
from training_code.data.photo_loading import PhotoLoader
from training_code.data.splits import Splits
from training_code.job.boundary import run_job
from training_code.job.environment import TrainingFolders
from training_code.job.hyperparameters import Hyperparameters
from training_code.loops.checkpoints import Checkpoints, FileCheckpoints, remove_checkpoints
from training_code.loops.epochs import Best, Epoch
from training_code.loops.final_training import FinalTraining, Surroundings, kept_depth
from training_code.loops.metrics import Measurement, Tally, metric_line
from training_code.loops.processes import ALONE, Processes, start_on_all_gpus
from training_code.loops.recording import about_training, recorder_of_training, watch_of_training
from training_code.loops.scoring import features_of
from training_code.loops.training import Report
from training_code.model import calibration
from training_code.model.artifact import ServingPackages, write_artifact
from training_code.model.backbone import Backbone, build_backbone
from training_code.model.device import best_device, peak_memory
from training_code.model.features import FeatureSet
from training_code.model.found_head import load_found_head
from training_code.model.head import build_head
from training_code.model.network import Network, Served
from training_code.recorder.creation import FOLDER
from training_code.recorder.debug_hook import NoHook, create_hook
from training_code.recorder.debugger_packages import start_with_smdebug
from training_code.recorder.recorder import NoRecorder, Recorder
from training_code.recorder.tensorboard import TensorBoardFile
from training_code.report.gain import default_logits, gain_over, is_right
from training_code.report.material import Material
from training_code.report.mistakes import TestAnswers
from training_code.report.page import write_page
from training_code.report.results import Progress, Results, write_test_predictions
from training_code.rules.watcher import Watcher

COMPARED = 16  # validation images on which the exported network must agree


def run_training(
    used: Hyperparameters, folders: TrainingFolders, processes: Processes = ALONE
) -> None:
    """Train, measure the best epoch once on the test split, write the model and its reports.

    Of several processes all train; the first one alone speaks and writes, and goes on afterwards.
    """
    device = best_device()
    # Everything but the images comes from the preparation: splits, labels, and which zip it was.
    splits = Splits.read(folders.channel("preparation"))
    backbone = build_backbone(used.backbone, used.weights, _weights_file(used, folders))
    train, valid = _features(folders.channel("features") / backbone.name)
    torch.manual_seed(used.seed)  # the head's first weights and dropout
    network = Network(backbone.network, _head_of(used, train, len(splits.classes)))
    # The debugger's hook hangs on the network that is trained; this one it never sees.
    servable = copy.deepcopy(network)
    untouched = copy.deepcopy(backbone.network)
    found = load_found_head(network.head, folders.channels.get("search"))

    archive = find_archive(folders.channel("dataset"), splits.archive)
    loader = PhotoLoader(archive, backbone.preprocessing)
    progress = Progress(folders.output_data, folders.checkpoints)
    report: Report = _print_now if processes.is_first else _say_nothing
    hook = create_hook(folders.debug_configuration) if processes.is_first else NoHook()
    watch = watch_of_training(used, folders.output_data, report, processes)
    recorder = _recorder(used, folders, splits, loader, processes, watch)
    around = Surroundings(
        device=device,
        report=report,
        keep=progress.keep if processes.is_first else _keep_nothing,
        hook=hook,
        recorder=recorder,
        watch=watch,
        checkpoints=lambda stage: _checkpoints(stage, used, folders, processes),
        processes=processes,
    )
    training = FinalTraining(network, used, around)

    def photos() -> Photos:
        return Photos.of(loader, splits.train, splits.valid, used=used, share=processes.share)

    best = training.run(train, valid, photos, found=found)
    hook.close()
    recorder.close()
    watch.close()
    if not processes.is_first:
        return
    progress.keep(training.history, best)
    _print_now(f"peak memory {peak_memory(device) / 1e9:.2f} GB")

    # From here on the best epoch, which is not the last one.
    servable.load_state_dict(best.weights)
    mirror = used.mirror == "on"
    seen_valid = features_of(servable.backbone, loader.batches(splits.valid), device, mirror=mirror)
    valid_logits = seen_valid.logits(servable.head).numpy()
    # Fitted on valid: a training loss near zero would call every guess certain.
    labels = seen_valid.labels.numpy()
    temperature = calibration.fit_temperature(valid_logits, labels)
    # The only look at the test split: nothing above may depend on it.
    # [n, classes] and [n], in the order of splits.test: rows are named by it below.
    seen_test = features_of(servable.backbone, loader.batches(splits.test), device, mirror=mirror)
    test_logits = seen_test.logits(servable.head)
    test = _measure(test_logits, seen_test.labels)
    _print_now(metric_line("test", best.epoch.number, test))

    # The backbone as the search saw it, which is another one if its layers have learned since.
    seen = seen_test
    if kept_depth(used, best.epoch) != "head":
        seen = features_of(untouched, loader.batches(splits.test), device, mirror=mirror)
    by_default = default_logits(used, train, valid, seen, len(splits.classes))
    gain = gain_over(used, *(is_right(said, seen.labels) for said in (test_logits, by_default)))
    _print_now(gain.line())

    # As serving computes it: logits over temperature, in float32, then softmax.
    calibrated = np.asarray(test_logits.numpy() / temperature, dtype=np.float32)
    test_loss = calibration.cross_entropy(calibrated, seen_test.labels.numpy())
    results = Results(training.history, best.epoch, test, test_loss)
    card = dataclasses.replace(
        _card_of(used, splits, backbone, results),
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
            read=archive.read,
            reports=folders.output_data,
            preparation=folders.channel("preparation"),
            search=folders.channels.get("search"),
        ),
        folders.output_data,
    )
    archive.close()
    remove_checkpoints(folders.checkpoints)


def _recorder(
    used: Hyperparameters,
    folders: TrainingFolders,
    splits: Splits,
    loader: PhotoLoader,
    processes: Processes,
    watch: Watcher,
) -> Recorder:
    """Of the first process, as the others do the same."""
    if used.recorder == "off" or not processes.is_first:
        return NoRecorder()
    on_images = used.final == "images" or used.trainable != "head"
    labels = {
        name: [sample.label for sample in samples]
        for name, samples in (
            ("train", splits.train),
            ("valid", splits.valid),
            ("test", splits.test),
        )
    }
    workers = workers_of(used, loader, processes.share) if on_images else 0
    about = about_training(used, labels, splits.classes, program="train", workers=workers)
    board = TensorBoardFile(folders.output_data / FOLDER / "tensorboard")
    return recorder_of_training(used, folders.output_data, best_device(), about, watch, board=board)


def _weights_file(used: Hyperparameters, folders: TrainingFolders) -> Path:
    """Where the optional channel lays the backbone's weights; it need not exist."""
    return folders.channels.get("weights", Path("no-weights-channel")) / f"{used.backbone}.pth"


def _features(channel: Path) -> tuple[FeatureSet, FeatureSet]:
    """Of train, with all views, and of valid."""
    return FeatureSet.read(channel / "train.npz"), FeatureSet.read(channel / "valid.npz")


def _head_of(used: Hyperparameters, train: FeatureSet, classes: int) -> nn.Module:
    """One that has not learned anything."""
    return build_head(
        train.standardisation(), classes, hidden_units=used.hidden_units, dropout=used.dropout
    )


def _checkpoints(
    stage: str, used: Hyperparameters, folders: TrainingFolders, processes: Processes
) -> Checkpoints:
    """Of the stage so named, for a training with these very values."""
    path = folders.checkpoints / f"{stage}.pt"
    return FileCheckpoints(path, dataclasses.asdict(used), writes=processes.is_first)


def _card_of(
    used: Hyperparameters, splits: Splits, backbone: Backbone, results: Results
) -> ModelCard:
    """All that is known before calibration and export."""
    return ModelCard(
        run=used.run,
        digest="",  # of the exported network; known when it is written
        architecture=_describe(backbone, used, results.best),
        head=Head(hidden_units=used.hidden_units, dropout=used.dropout),
        classes=splits.classes,
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


def _print_now(line: str) -> None:
    """Metric lines are read while the job runs."""
    print(line, flush=True)


def _say_nothing(_line: str) -> None:
    """Of several processes one is heard."""


def _keep_nothing(_history: Sequence[Epoch], _best: Best) -> None:
    """Of several processes one writes."""


def main() -> int:
    """Run as SageMaker's training toolkit does, or torchrun."""
    folders = TrainingFolders.from_environment()

    def work() -> None:
        used = Hyperparameters.parse(sys.argv[1:])
        wheels = folders.channels.get("wheels")
        start_with_smdebug(folders.debug_configuration, used.packages, wheels)
        start_on_all_gpus()
        with Processes.joined() as processes:
            run_training(used, folders, processes)

    return run_job(work, folders.failure)


if __name__ == "__main__":
    sys.exit(main())
