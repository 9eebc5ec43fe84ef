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


def inside(holder: Json, member: str, **defaults: Any) -> Json:
    """Defaults within a member, which is there then even if the request leaves it out."""
    return {member: {**defaults, **holder.get(member, {})}}


def each(holder: Json, member: str, fill: Callable[[Json], Json]) -> Json:
    """The items of a list, filled in; nothing where the request has no such list."""
    return {member: [fill(item) for item in holder[member]]} if member in holder else {}


def training(request: Json) -> Json:
    return {
        **NOT_ASKED_FOR,
        **request,
        **inside(request, "AlgorithmSpecification", EnableSageMakerMetricsTimeSeries=False),
        **trained_with(request),
    }


def trained_with(request: Json) -> Json:
    """What training jobs and the definitions of trials have in common."""
    return {
        **each(request, "InputDataConfig", channel),
        **inside(request, "OutputDataConfig", KmsKeyId="", CompressionType="GZIP"),
        **inside(request, "StoppingCondition", MaxRuntimeInSeconds=DAY),
    }


def channel(item: Json) -> Json:
    source = item["DataSource"]
    if "S3DataSource" in source:
        everywhere = inside(source, "S3DataSource", S3DataDistributionType="FullyReplicated")
        source = {**source, **everywhere}
    return {"CompressionType": "None", "RecordWrapperType": "None", **item, "DataSource": source}


def tuning(request: Json) -> Json:
    config = {"TrainingJobEarlyStoppingType": "Off", **request["HyperParameterTuningJobConfig"]}
    if "ParameterRanges" in config:
        config["ParameterRanges"] = parameter_ranges(config["ParameterRanges"])
    complete = {**request, "HyperParameterTuningJobConfig": config}
    if "TrainingJobDefinition" in request:
        objective = config.get("HyperParameterTuningJobObjective", {})
        complete["TrainingJobDefinition"] = trials(request["TrainingJobDefinition"], objective)
    return complete | each(request, "TrainingJobDefinitions", own_trials)


def own_trials(definition: Json) -> Json:
    return trials(definition, definition.get("TuningObjective", {}))


def trials(definition: Json, objective: Json) -> Json:
    static = {OBJECTIVE: objective.get("MetricName", "")}
    found = {
        **NOT_ASKED_FOR,
        **definition,
        **inside(definition, "AlgorithmSpecification", MetricDefinitions=[]),
        **inside(definition, "StaticHyperParameters", **static),
        **trained_with(definition),
        "ResourceConfig": resources(definition),
    }
    if "HyperParameterRanges" in definition:
        found["HyperParameterRanges"] = parameter_ranges(definition["HyperParameterRanges"])
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


def parameter_ranges(declared: Json) -> Json:
    scaled = {name: [with_scaling(item) for item in declared.get(name, ())] for name in SCALED}
    return {**{name: [] for name in RANGES}, **declared, **scaled}


def with_scaling(item: Json) -> Json:
    return {"ScalingType": "Auto", **item}


def processing(request: Json) -> Json:
    return {
        **request,
        **each(request, "ProcessingInputs", processing_input),
        **inside(request, "StoppingCondition", MaxRuntimeInSeconds=DAY),
    }


def processing_input(item: Json) -> Json:
    if "S3Input" not in item:
        return item
    how = {"S3DataDistributionType": "FullyReplicated", "S3CompressionType": "None"}
    return {"AppManaged": False, **item, **inside(item, "S3Input", **how)}


def transform(request: Json) -> Json:
    output = {"KmsKeyId": "", "AssembleWith": "None"}
    joined = {"InputFilter": "$", "OutputFilter": "$", "JoinSource": "None"}
    return {
        "MaxConcurrentTransforms": 1,
        "MaxPayloadInMB": 6,
        "BatchStrategy": "MultiRecord",
        **request,
        **inside(request, "TransformInput", CompressionType="None", SplitType="None"),
        **inside(request, "TransformOutput", **output),
        **inside(request, "DataProcessing", **joined),
    }


def model(request: Json) -> Json:
    containers = each(request, "Containers", container)
    if "PrimaryContainer" in request:
        containers["PrimaryContainer"] = container(request["PrimaryContainer"])
    return {"EnableNetworkIsolation": False, **request, **containers}


def container(item: Json) -> Json:
    return {"Mode": "SingleModel", "Environment": {}, **item}


def endpoint_config(request: Json) -> Json:
    variants = each(request, "ProductionVariants", lambda v: {"InitialVariantWeight": 1.0, **v})
    return {"EnableNetworkIsolation": False, **request, **variants}


FILLERS: dict[Kind, Callable[[Json], Json]] = {
    TRAINING: training,
    TUNING: tuning,
    PROCESSING: processing,
    TRANSFORM: transform,
    MODEL: model,
    ENDPOINT_CONFIG: endpoint_config,
}
