"""All rules by their names, and those that watch unless a run chooses others."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from training_code.rules.activations import DeadRelu, PoorWeightInitialization, SaturatedActivation
from training_code.rules.classes import ClassImbalance
from training_code.rules.gpus import BatchSize, GPUMemoryIncrease, LoadBalancing, LowGPUUtilization
from training_code.rules.losses import LossNotDecreasing, Overfit, Overtraining, StalledTraining
from training_code.rules.machine import (
    CPUBottleneck,
    Dataloader,
    IOBottleneck,
    OverallSystemUsage,
    StepOutlier,
)
from training_code.rules.rule import Rule
from training_code.rules.tensors import (
    AllZero,
    ExplodingTensor,
    TensorVariance,
    UnchangedTensor,
    VanishingGradient,
    WeightUpdateRatio,
)

RULES: Final[Mapping[str, type[Rule]]] = {
    rule.__name__: rule
    for rule in (
        VanishingGradient,
        ExplodingTensor,
        PoorWeightInitialization,
        LossNotDecreasing,
        Overfit,
        Overtraining,
        DeadRelu,
        SaturatedActivation,
        WeightUpdateRatio,
        AllZero,
        UnchangedTensor,
        TensorVariance,
        ClassImbalance,
        StalledTraining,
        CPUBottleneck,
        IOBottleneck,
        LowGPUUtilization,
        GPUMemoryIncrease,
        BatchSize,
        Dataloader,
        StepOutlier,
        LoadBalancing,
        OverallSystemUsage,
    )
}
