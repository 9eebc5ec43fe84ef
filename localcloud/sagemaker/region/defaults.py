"""What SageMaker fills in where a request says nothing: Describe answers it, events carry it.

Clients rely on it: the SDKs' `attach` reads these members without asking whether they are there.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from localcloud.sagemaker.region.kinds import (
    ENDPOINT_CONFIG,
    MODEL,
    PROCESSING,
    TRAINING,
    TRANSFORM,
    TUNING,
    Kind,
)
from localcloud.sagemaker.region.shapes import Json

DAY = 86_400
OBJECTIVE = "_tuning_objective_metric"  # a hyperparameter that SageMaker adds to trials
SCALED = ("IntegerParameterRanges", "ContinuousParameterRanges")
RANGES = (*SCALED, "CategoricalParameterRanges")
NOT_ASKED_FOR = {
    "EnableNetworkIsolation": False,
    "EnableInterContainerTrafficEncryption": False,
    "EnableManagedSpotTraining": False,
}


def filled(kind: Kind, request: Json) -> Json:
    """The request with what AWS would add to it; the given one stays as it is."""
    return FILLERS[kind](request) if kind in FILLERS else request


def _inside(holder: Json, member: str, **defaults: Any) -> Json:
    """Defaults within a member, which is there then even if the request leaves it out."""
    return {member: {**defaults, **holder.get(member, {})}}


def _each(holder: Json, member: str, fill: Callable[[Json], Json]) -> Json:
    """The items of a list, filled in; nothing where the request has no such list."""
    return {member: [fill(item) for item in holder[member]]} if member in holder else {}


def _training(request: Json) -> Json:
    return {
        **NOT_ASKED_FOR,
        **request,
        **_inside(request, "AlgorithmSpecification", EnableSageMakerMetricsTimeSeries=False),
        **_trained_with(request),
    }


def _trained_with(request: Json) -> Json:
    """What training jobs and the definitions of trials have in common."""
    return {
        **_each(request, "InputDataConfig", _channel),
        **_inside(request, "OutputDataConfig", KmsKeyId="", CompressionType="GZIP"),
        **_inside(request, "StoppingCondition", MaxRuntimeInSeconds=DAY),
    }


def _channel(item: Json) -> Json:
    source = item["DataSource"]
    if "S3DataSource" in source:
        everywhere = _inside(source, "S3DataSource", S3DataDistributionType="FullyReplicated")
        source = {**source, **everywhere}
    return {"CompressionType": "None", "RecordWrapperType": "None", **item, "DataSource": source}


def _tuning(request: Json) -> Json:
    config = {"TrainingJobEarlyStoppingType": "Off", **request["HyperParameterTuningJobConfig"]}
    if "ParameterRanges" in config:
        config["ParameterRanges"] = _parameter_ranges(config["ParameterRanges"])
    complete = {**request, "HyperParameterTuningJobConfig": config}
    if "TrainingJobDefinition" in request:
        objective = config.get("HyperParameterTuningJobObjective", {})
        complete["TrainingJobDefinition"] = _trials(request["TrainingJobDefinition"], objective)
    return complete | _each(request, "TrainingJobDefinitions", _own_trials)


def _own_trials(definition: Json) -> Json:
    return _trials(definition, definition.get("TuningObjective", {}))


def _trials(definition: Json, objective: Json) -> Json:
    static = {OBJECTIVE: objective.get("MetricName", "")}
    found = {
        **NOT_ASKED_FOR,
        **definition,
        **_inside(definition, "AlgorithmSpecification", MetricDefinitions=[]),
        **_inside(definition, "StaticHyperParameters", **static),
        **_trained_with(definition),
        "ResourceConfig": resources(definition),
    }
    if "HyperParameterRanges" in definition:
        found["HyperParameterRanges"] = _parameter_ranges(definition["HyperParameterRanges"])
    return found


def resources(definition: Json) -> Json:
    """What each trial runs on.

    AWS takes the next one of the InstanceConfigs where it has no capacity for the one before;
    this machine has capacity for all of them, so it is always the first. SDK 2 sends only
    HyperParameterTuningResourceConfig, and its `attach` reads only ResourceConfig.
    """
    if "ResourceConfig" in definition:
        found: Json = definition["ResourceConfig"]
        return found
    config = definition.get("HyperParameterTuningResourceConfig", {})
    first: Json = next(iter(config.get("InstanceConfigs", ())), {})
    left_out = {"InstanceConfigs", "AllocationStrategy"}
    return {**{name: v for name, v in config.items() if name not in left_out}, **first}


def _parameter_ranges(declared: Json) -> Json:
    scaled = {name: [_with_scaling(item) for item in declared.get(name, ())] for name in SCALED}
    return {**{name: [] for name in RANGES}, **declared, **scaled}


def _with_scaling(item: Json) -> Json:
    return {"ScalingType": "Auto", **item}


def _processing(request: Json) -> Json:
    outputs = _inside(request, "ProcessingOutputConfig", KmsKeyId="")
    return {
        **request,
        **(outputs if "ProcessingOutputConfig" in request else {}),
        **_each(request, "ProcessingInputs", _processing_input),
        **_inside(request, "StoppingCondition", MaxRuntimeInSeconds=DAY),
    }


def _processing_input(item: Json) -> Json:
    if "S3Input" not in item:
        return item
    how = {"S3DataDistributionType": "FullyReplicated", "S3CompressionType": "None"}
    return {"AppManaged": False, **item, **_inside(item, "S3Input", **how)}


def _transform(request: Json) -> Json:
    output = {"KmsKeyId": "", "AssembleWith": "None"}
    joined = {"InputFilter": "$", "OutputFilter": "$", "JoinSource": "None"}
    return {
        "MaxConcurrentTransforms": 1,
        "MaxPayloadInMB": 6,
        "BatchStrategy": "MultiRecord",
        **request,
        **_inside(request, "TransformInput", CompressionType="None", SplitType="None"),
        **_inside(request, "TransformOutput", **output),
        **_inside(request, "DataProcessing", **joined),
    }


def _model(request: Json) -> Json:
    containers = _each(request, "Containers", _container)
    if "PrimaryContainer" in request:
        containers["PrimaryContainer"] = _container(request["PrimaryContainer"])
    return {"EnableNetworkIsolation": False, **request, **containers}


def _container(item: Json) -> Json:
    return {"Mode": "SingleModel", "Environment": {}, **item}


def _endpoint_config(request: Json) -> Json:
    variants = _each(request, "ProductionVariants", lambda v: {"InitialVariantWeight": 1.0, **v})
    return {"EnableNetworkIsolation": False, **request, **variants}


FILLERS: dict[Kind, Callable[[Json], Json]] = {
    TRAINING: _training,
    TUNING: _tuning,
    PROCESSING: _processing,
    TRANSFORM: _transform,
    MODEL: _model,
    ENDPOINT_CONFIG: _endpoint_config,
}
