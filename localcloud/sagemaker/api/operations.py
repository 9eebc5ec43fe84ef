"""The table of operations: each request is validated, throttled, and answered."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Protocol

from localcloud.sagemaker.api.empty_lists import EmptyLists
from localcloud.sagemaker.api.endpoint_api import EndpointApi
from localcloud.sagemaker.api.endpoint_config_api import EndpointConfigApi
from localcloud.sagemaker.api.experiment_api import ExperimentApi
from localcloud.sagemaker.api.job_api import JobApi
from localcloud.sagemaker.api.metrics_api import MetricsApi
from localcloud.sagemaker.api.model_api import ModelApi
from localcloud.sagemaker.api.model_package_api import ModelPackageApi
from localcloud.sagemaker.api.model_package_group_api import ModelPackageGroupApi
from localcloud.sagemaker.api.permissions import permissions
from localcloud.sagemaker.api.search_api import SearchApi
from localcloud.sagemaker.api.tag_api import TagApi
from localcloud.sagemaker.api.training_api import TrainingApi
from localcloud.sagemaker.api.trial_api import TrialApi
from localcloud.sagemaker.api.trial_component_api import TrialComponentApi
from localcloud.sagemaker.api.tuning_api import TuningApi
from localcloud.sagemaker.api.validation import validate
from localcloud.sagemaker.endpoints.endpoints import Endpoints
from localcloud.sagemaker.jobs.job import Running
from localcloud.sagemaker.region.errors import ApiError, invalid
from localcloud.sagemaker.region.faults import Faults
from localcloud.sagemaker.region.region import Region
from localcloud.sagemaker.region.shapes import Json, is_operation

Operation = Callable[[Json], Json]


class Resource(Protocol):
    """A kind of resource, or a concern of all, with the operations on it."""

    def operations(self) -> dict[str, Operation]: ...


class Api:
    def __init__(self, region: Region) -> None:
        self._region = region
        self.running = Running()
        self.endpoints = Endpoints(region.settings.account)
        self.metrics = MetricsApi(region)
        self._operations = self._table()

    def permit(self, headers: Mapping[str, str], operation: str, request: Json) -> None:
        """Raise ApiError unless the signer of the request may perform it."""
        settings = self._region.settings
        settings.authority.check(headers, list(permissions(operation, request, settings)))

    def call(self, operation: str, request: Json) -> Json:
        """The answer, or ApiError."""
        perform = self._operations.get(operation)
        if perform is None:
            raise unknown(operation)
        if self._region.closing.is_set():
            raise ApiError("ServiceUnavailable", "The local cloud is going down.", status=503)
        self._region.throttle.admit(operation)
        if self._region.chance.strikes("throttled", operation):
            raise ApiError("ThrottlingException", "Rate exceeded")
        validate(operation, request)
        return perform(request)

    @property
    def names(self) -> list[str]:
        """The operations that are answered."""
        return list(self._operations)

    def suffer(self, values: Json) -> Json:
        """What goes wrong from now on, instead of what did so far."""
        try:
            self._region.chance.faults = Faults.named(values)
        except (TypeError, ValueError) as error:
            raise invalid(str(error)) from error
        return values

    def close(self) -> None:
        """Ends all jobs and endpoints; the region must be closing already."""
        self.endpoints.close()
        self.running.join()

    def _table(self) -> dict[str, Operation]:
        region = self._region
        jobs = JobApi(region, self.running)
        resources: list[Resource] = [
            jobs,
            TrainingApi(region, self.running),
            TuningApi(region, jobs),
            ModelApi(region),
            EndpointConfigApi(region),
            EndpointApi(region, self.endpoints),
            ModelPackageGroupApi(region),
            ModelPackageApi(region),
            ExperimentApi(region),
            TrialApi(region),
            TrialComponentApi(region),
            SearchApi(region),
            TagApi(region),
            EmptyLists(),
        ]
        tables = [resource.operations() for resource in resources]
        return {name: perform for table in tables for name, perform in table.items()}


def unknown(operation: str) -> ApiError:
    reason = "is no operation of SageMaker"
    if is_operation(operation):
        reason = "is not supported by the local cloud"
    return ApiError("UnknownOperationException", f"{operation} {reason}.")
