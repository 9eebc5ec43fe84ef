"""Lists of what an account of this cloud never has: truly empty, as those of a new account.

Not among them is what AWS fills without being asked, such as lineage and public hubs, and what
belongs to one resource that is not there.
"""

from __future__ import annotations

from collections.abc import Callable

from localcloud.sagemaker.region.shapes import Json, names, operation_model

NEVER_THERE = names("""
    ListAIBenchmarkJobs ListAIRecommendationJobs ListAIWorkloadConfigs ListAlgorithms
    ListAppImageConfigs ListApps ListAutoMLJobs ListClusterSchedulerConfigs ListClusters
    ListCodeRepositories ListCompilationJobs ListComputeQuotas ListDataQualityJobDefinitions
    ListDeviceFleets ListDevices ListDomains ListEdgeDeploymentPlans ListEdgePackagingJobs
    ListFeatureGroups ListFlowDefinitions ListHumanTaskUis ListImages ListInferenceComponents
    ListInferenceExperiments ListInferenceRecommendationsJobs ListInferenceRouters
    ListLabelingJobs ListMlflowApps ListMlflowTrackingServers ListModelBiasJobDefinitions
    ListModelCards ListModelExplainabilityJobDefinitions ListModelQualityJobDefinitions
    ListMonitoringExecutions ListMonitoringSchedules ListNotebookInstanceLifecycleConfigs
    ListNotebookInstances ListOptimizationJobs ListPartnerApps ListPipelines ListProjects
    ListSpaces ListStudioLifecycleConfigs ListSubscribedWorkteams ListTrainingPlans
    ListUserProfiles ListWorkforces ListWorkteams
""")


class EmptyLists:
    def operations(self) -> dict[str, Callable[[Json], Json]]:
        return {name: empty(name) for name in NEVER_THERE}


def empty(operation: str) -> Callable[[Json], Json]:
    shape = operation_model(operation).output_shape
    answer: Json = (
        {member: [] for member in shape.members if member != "NextToken"} if shape else {}
    )
    return lambda _request: answer
