"""The rules that watch a training, as far as a setting may change them. Calls nothing.

A list of its own, as the functions have no training code; a test holds it against that.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from pipeline.errors import SettingRefused
from pipeline.setting_rules import Choice, Flag, Real, Rule, Whole, Word
from pipeline.structured_rules import LONGEST_VALUE, Either, Table, as_hyperparameter, as_text

LONGEST_EXPRESSION = 256


@dataclass(frozen=True)
class Expression:
    """A regular expression over tensors' names."""

    def read(self, name: str, value: object) -> str:
        try:
            if isinstance(value, str) and 0 < len(value) <= LONGEST_EXPRESSION:
                re.compile(value)
                return value
        except (re.error, OverflowError, RecursionError):
            pass
        raise SettingRefused(
            name, value, f"a regular expression of at most {LONGEST_EXPRESSION} characters"
        )


_COLLECTION = (
    "(weights|biases|gradients|updates|relu_input|relu_output|tanh_input|sigmoid_input|activations)"
)
_COUNT = Whole(0, 1_000_000)
_NUMBER = Real(-1e30, 1e30)
_PERCENT = Real(0, 100)
_EXPRESSION = Expression()
_TENSORS: Mapping[str, Rule] = {
    "collection_names": Word(rf"{_COLLECTION}(,{_COLLECTION})*", "like weights,gradients"),
    "tensor_regex": _EXPRESSION,
}

PARAMETERS: Final[Mapping[str, Mapping[str, Rule]]] = {
    "VanishingGradient": {"threshold": _NUMBER},
    "ExplodingTensor": {**_TENSORS, "only_nan": Flag()},
    "PoorWeightInitialization": {
        "activation_inputs_regex": _EXPRESSION,
        "threshold": _NUMBER,
        "distribution_range": _NUMBER,
        "patience": _COUNT,
        "steps": Whole(2, 1_000_000),
    },
    "LossNotDecreasing": {
        "num_steps": Whole(1, 1_000_000),
        "diff_percent": _NUMBER,
        "increase_threshold_percent": _NUMBER,
    },
    "Overfit": {"start_step": _COUNT, "patience": _COUNT, "ratio_threshold": _NUMBER},
    "Overtraining": {"patience_train": _COUNT, "patience_validation": _COUNT, "delta": _NUMBER},
    "DeadRelu": {"tensor_regex": _EXPRESSION, "threshold_layer": _PERCENT},
    "SaturatedActivation": {"tensor_regex": _EXPRESSION, "threshold_layer": _PERCENT},
    "WeightUpdateRatio": {"large_threshold": _NUMBER, "small_threshold": _NUMBER},
    "AllZero": {**_TENSORS, "threshold": _PERCENT},
    "UnchangedTensor": {**_TENSORS, "num_steps": _COUNT},
    "TensorVariance": {**_TENSORS, "max_threshold": _NUMBER, "min_threshold": _NUMBER},
    "ClassImbalance": {
        "threshold_imbalance": _NUMBER,
        "threshold_misprediction": Real(0, 1),
        "samples": _COUNT,
    },
    "StalledTraining": {"threshold": _NUMBER},
    "CPUBottleneck": {
        "threshold": _PERCENT,
        "gpu_threshold": _PERCENT,
        "cpu_threshold": _PERCENT,
        "patience": _COUNT,
    },
    "IOBottleneck": {
        "threshold": _PERCENT,
        "gpu_threshold": _PERCENT,
        "io_threshold": _PERCENT,
        "patience": _COUNT,
    },
    "LowGPUUtilization": {
        "threshold_p95": _PERCENT,
        "threshold_p5": _PERCENT,
        "window": Whole(1, 1_000_000),
        "patience": _COUNT,
    },
    "GPUMemoryIncrease": {
        "increase": _PERCENT,
        "patience": _COUNT,
        "window": Whole(1, 1_000_000),
    },
    "BatchSize": {
        "cpu_threshold_p95": _PERCENT,
        "gpu_threshold_p95": _PERCENT,
        "gpu_memory_threshold_p95": _PERCENT,
        "patience": _COUNT,
        "window": Whole(1, 1_000_000),
    },
    "Dataloader": {"min_threshold": _NUMBER, "max_threshold": _NUMBER},
    "StepOutlier": {"stddev": _NUMBER, "n_outliers": _COUNT},
    "LoadBalancing": {"threshold": Real(0, 1), "patience": _COUNT},
    "OverallSystemUsage": {},
}

DEFAULT: Final = "default"
EXAMPLE: Final = '{"Overfit": {"patience": 3, "stop": true}}'


@dataclass(frozen=True)
class RuleChoice:
    """`default`, `off`, or rules by name with their parameters, and whether they end the job."""

    def read(self, name: str, value: object) -> object:
        read = _SETTING.read(name, value)
        if len(as_hyperparameter(as_text(read))) > LONGEST_VALUE:
            raise SettingRefused(name, value, f"at most {LONGEST_VALUE:,} characters of JSON")
        return read


_SETTING = Either(
    Choice((DEFAULT, "off")),
    Table(
        {
            name: Table({**parameters, "stop": Flag()}, example='{"stop": true}')
            for name, parameters in {DEFAULT: {}, **PARAMETERS}.items()
        },
        example=f"{EXAMPLE}, default, or off",
    ),
)
