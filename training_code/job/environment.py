"""Where SageMaker lays inputs and wants outputs. The one file here that reads the environment."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from training_code.job.errors import InputError


@dataclass(frozen=True)
class ProcessingFolders:
    """Of a processing job."""

    gate: Path
    dataset: Path
    weights: Path
    preparation: Path
    features: Path
    test: Path
    search: Path
    message: Path  # becomes the job's exit message

    @classmethod
    def from_environment(cls) -> ProcessingFolders:
        """Below /opt/ml, or wherever SAGEMAKER_BASE_DIR has moved it."""
        base = _base_folder(os.environ)
        inputs, outputs = base / "processing" / "input", base / "processing" / "output"
        return cls(
            gate=inputs / "gate",
            dataset=inputs / "dataset",
            weights=inputs / "weights",
            preparation=outputs / "preparation",
            features=outputs / "features",
            test=outputs / "test",
            search=outputs / "search",
            message=base / "output" / "message",
        )


@dataclass(frozen=True)
class TrainingFolders:
    """Of a training job; channels that the job was not given are None."""

    channels: Mapping[str, Path]
    model: Path
    output_data: Path
    checkpoints: Path  # uploaded as they come, each file as an object of its own
    failure: Path  # becomes the job's failure reason
    debug_configuration: Path

    @classmethod
    def from_environment(cls) -> TrainingFolders:
        """From the SM_ variables of the training toolkit, else the places they stand for."""
        base = _base_folder(os.environ)
        output = Path(os.environ.get("SM_OUTPUT_DIR", base / "output"))
        hook = base / "input" / "config" / "debughookconfig.json"
        return cls(
            channels=_channel_folders(os.environ),
            model=Path(os.environ.get("SM_MODEL_DIR", base / "model")),
            output_data=Path(os.environ.get("SM_OUTPUT_DATA_DIR", output / "data")),
            checkpoints=base / "checkpoints",
            failure=output / "failure",
            debug_configuration=Path(os.environ.get("SMDEBUG_CONFIG_FILE_PATH", hook)),
        )

    def channel(self, name: str) -> Path:
        """The folder of a channel that the job cannot do without."""
        if name not in self.channels:
            raise InputError(f"the training job has no channel {name!r}: add it to InputDataConfig")
        return self.channels[name]


@dataclass(frozen=True)
class Share:
    """Which of several processes on one machine this is: it takes every count-th row of a batch."""

    rank: int = 0
    count: int = 1

    @classmethod
    def from_environment(cls) -> Share:
        """As torchrun tells each of those that it starts."""
        return cls(int(os.environ.get("RANK", 0)), int(os.environ.get("WORLD_SIZE", 1)))


def _base_folder(environment: Mapping[str, str]) -> Path:
    """/opt/ml unless moved."""
    return Path(environment.get("SAGEMAKER_BASE_DIR", "/opt/ml"))


def _channel_folders(environment: Mapping[str, str]) -> dict[str, Path]:
    """SM_CHANNEL_DATASET=/opt/ml/input/data/dataset and so on."""
    prefix = "SM_CHANNEL_"
    return {
        name.removeprefix(prefix).lower(): Path(value)
        for name, value in environment.items()
        if name.startswith(prefix)
    }


def processor_count() -> int:
    """Processors that this job may use, which can be fewer than the machine has."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def process_environment() -> dict[str, str]:
    """All of it, for a process that this one starts or becomes."""
    return dict(os.environ)
