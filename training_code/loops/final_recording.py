"""The recorder of the final training, which also writes what TensorBoard reads."""

from __future__ import annotations

from training_code.data.photo_batches import workers_of
from training_code.data.photo_loading import PhotoLoader
from training_code.data.splits import Splits
from training_code.job.environment import TrainingFolders
from training_code.job.hyperparameters import Hyperparameters
from training_code.loops.processes import Processes
from training_code.loops.recording import about_training, recorder_of_training
from training_code.model.device import best_device
from training_code.recorder.creation import FOLDER
from training_code.recorder.recorder import NoRecorder, Recorder
from training_code.recorder.tensorboard import TensorBoardFile
from training_code.rules.watcher import Watcher


def recorder_of_final_training(
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
