"""SageMaker Metrics: what experiments' runs measure, put on trial components and read from them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable

from botocore.model import StructureShape

from localcloud.sagemaker.api.validation import validate_shape
from localcloud.sagemaker.jobs.metrics import Observation, summary
from localcloud.sagemaker.region.errors import ApiError
from localcloud.sagemaker.region.kinds import TRIAL_COMPONENT
from localcloud.sagemaker.region.records import Record
from localcloud.sagemaker.region.region import Region
from localcloud.sagemaker.region.shapes import Json, model_of

PATHS = {("PUT", "/BatchPutMetrics"), ("POST", "/BatchGetMetrics")}
SECONDS = {"OneMinute": 60, "FiveMinute": 300, "OneHour": 3600}
MOST_POINTS = 2880  # AWS gives no more for one query


class MetricsApi:
    def __init__(self, region: Region) -> None:
        self._region = region
        self._ways: dict[str, Callable[[Json], Json]] = {
            "/BatchPutMetrics": self._put,
            "/BatchGetMetrics": self._get,
        }

    def knows(self, method: str, path: str) -> bool:
        return (method, path) in PATHS

    def call(self, path: str, request: Json) -> Json:
        shape = model_of("sagemaker-metrics", path.strip("/")).input_shape
        assert isinstance(shape, StructureShape)
        validate_shape(shape, request)
        return self._ways[path](request)

    def _put(self, request: Json) -> Json:
        component = self._region.record(TRIAL_COMPONENT, request["TrialComponentName"])
        component.append("Measured", request["MetricData"])
        seen = component["Measured"]
        metrics = [
            {**summary(name, _observed(seen, name)), "SourceArn": component.arn}
            for name in dict.fromkeys(item["MetricName"] for item in seen)
        ]
        component.update(Metrics=metrics)
        return {"Errors": []}

    def _get(self, request: Json) -> Json:
        return {"MetricQueryResults": [self._found(query) for query in request["MetricQueries"]]}

    def _found(self, query: Json) -> Json:
        try:
            component = self._region.named(TRIAL_COMPONENT, query["ResourceArn"])
        except ApiError as error:
            message = {"Status": "ValidationError", "Message": error.message}
            return {**message, "XAxisValues": [], "MetricValues": []}
        points = sorted(_points_of(component, query).items())
        name, statistic = query["MetricName"], query["MetricStat"]
        return {
            "Status": "Truncated" if len(points) > MOST_POINTS else "Complete",
            "XAxisValues": [x for x, _ in points[:MOST_POINTS]],
            "MetricValues": [
                float(summary(name, seen)[statistic]) for _, seen in points[:MOST_POINTS]
            ],
        }


def _observed(items: list[Json], name: str) -> list[Observation]:
    return [
        Observation(item["Value"], item["Timestamp"])
        for item in items
        if item["MetricName"] == name
    ]


def _points_of(component: Record, query: Json) -> dict[int, list[Observation]]:
    """The metric's observations by their place on the wanted axis, in the wanted steps."""
    found: dict[int, list[Observation]] = defaultdict(list)
    start, end = query.get("Start", float("-inf")), query.get("End", float("inf"))
    for item in component.get("Measured", ()):
        if item["MetricName"] != query["MetricName"]:
            continue
        place = _place_of(item, query)
        if place is not None and start <= place <= end:
            found[place].append(Observation(item["Value"], item["Timestamp"]))
    return found


def _place_of(item: Json, query: Json) -> int | None:
    """None where the observation has no place on the axis: not all are made in a step."""
    if query["XAxisType"] == "IterationNumber":
        step: int | None = item.get("Step")
        return step
    seconds = SECONDS.get(query["Period"], 1)
    return int(item["Timestamp"] // seconds * seconds)
