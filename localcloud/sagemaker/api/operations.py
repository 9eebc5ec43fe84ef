"""The table of operations: each request is validated, throttled, and answered."""

from __future__ import annotations

from collections.abc import Callable

from localcloud.sagemaker.api import empty_lists
from localcloud.sagemaker.api.endpoint_api import EndpointApi
from localcloud.sagemaker.api.experiment_api import ExperimentApi
from localcloud.sagemaker.api.job_api import JobApi
from localcloud.sagemaker.api.metrics_api import MetricsApi
from localcloud.sagemaker.api.model_api import ModelApi
from localcloud.sagemaker.api.model_package_api import ModelPackageApi
from localcloud.sagemaker.api.model_package_group_api import ModelPackageGroupApi
from localcloud.sagemaker.api.search_api import SearchApi
from localcloud.sagemaker.api.tag_api import TagApi
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


class Api:
    def __init__(self, region: Region) -> None:
        self._region = region
        self.running = Running()
        self.endpoints = Endpoints(region.settings.account)
        self.metrics = MetricsApi(region)
        self._operations = self._table()

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
        models, tags = ModelApi(self._region), TagApi(self._region)
        endpoints = EndpointApi(self._region, self.endpoints)
        jobs = JobApi(self._region, self.running)
        tuning = TuningApi(self._region, jobs)
        return {
            **jobs.operations(),
            "CreateHyperParameterTuningJob": tuning.create,
            "ListTrainingJobsForHyperParameterTuningJob": tuning.list_children,
            "CreateModel": models.create_model,
            "DescribeModel": models.describe_model,
            "DeleteModel": models.delete_model,
            "ListModels": models.list_models,
            "CreateEndpointConfig": endpoints.create_endpoint_config,
            "DescribeEndpointConfig": endpoints.describe_endpoint_config,
            "DeleteEndpointConfig": endpoints.delete_endpoint_config,
            "ListEndpointConfigs": endpoints.list_endpoint_configs,
            "CreateEndpoint": endpoints.create_endpoint,
            "UpdateEndpoint": endpoints.update_endpoint,
            "UpdateEndpointWeightsAndCapacities": endpoints.update_weights,
            "DescribeEndpoint": endpoints.describe_endpoint,
            "DeleteEndpoint": endpoints.delete_endpoint,
            "ListEndpoints": endpoints.list_endpoints,
            **ModelPackageGroupApi(self._region).operations(),
            **ModelPackageApi(self._region).operations(),
            **ExperimentApi(self._region).operations(),
            **TrialApi(self._region).operations(),
            **TrialComponentApi(self._region).operations(),
            "Search": SearchApi(self._region).search,
            **empty_lists.operations(),
            "AddTags": tags.add_tags,
            "ListTags": tags.list_tags,
            "DeleteTags": tags.delete_tags,
        }


def unknown(operation: str) -> ApiError:
    reason = "is no operation of SageMaker"
    if is_operation(operation):
        reason = "is not supported by the local cloud"
    return ApiError("UnknownOperationException", f"{operation} {reason}.")
