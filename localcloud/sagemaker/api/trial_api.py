"""Operations on trials: they belong to an experiment and gather trial components."""

from __future__ import annotations

from collections.abc import Callable

from localcloud.sagemaker.api import listing
from localcloud.sagemaker.api.experiment_api import USERS, created_within
from localcloud.sagemaker.region.errors import invalid
from localcloud.sagemaker.region.kinds import EXPERIMENT, TRIAL, TRIAL_COMPONENT
from localcloud.sagemaker.region.records import Record
from localcloud.sagemaker.region.region import Region
from localcloud.sagemaker.region.shapes import Json, answer_members, names

SUMMARY = names("""TrialArn TrialName DisplayName CreationTime LastModifiedTime""")

COMPONENT = names("""TrialComponentName TrialComponentArn CreationTime CreatedBy""")


class TrialApi:
    def __init__(self, region: Region) -> None:
        self._region = region

    def operations(self) -> dict[str, Callable[[Json], Json]]:
        return {
            "CreateTrial": self.create,
            "DescribeTrial": self.describe,
            "UpdateTrial": self.update,
            "DeleteTrial": self.delete,
            "ListTrials": self.list_all,
        }

    def create(self, request: Json) -> Json:
        self._region.record(EXPERIMENT, request["ExperimentName"])
        shown = {"DisplayName": request["TrialName"], **request}
        record = self._region.new_record(TRIAL, shown, **USERS)
        self._region.records.add(record)
        return {"TrialArn": record.arn}

    def describe(self, request: Json) -> Json:
        record = self._region.named(TRIAL, request["TrialName"])
        return answer_members(record.fields(), "DescribeTrial")

    def update(self, request: Json) -> Json:
        record = self._region.named(TRIAL, request["TrialName"])
        record.update(**listing.summary(request, ("DisplayName",)))
        return {"TrialArn": record.arn}

    def delete(self, request: Json) -> Json:
        record = self._region.named(TRIAL, request["TrialName"])
        components = self._region.records.of(TRIAL_COMPONENT)
        if any(record.name in _trials_of(component.fields()) for component in components):
            raise invalid(f"Trial ({record.name}) has trial components: disassociate them first.")
        self._region.records.remove(record)
        return {"TrialArn": record.arn}

    def list_all(self, request: Json) -> Json:
        trials = self._region.records.of(TRIAL)
        if name := request.get("ExperimentName"):
            self._region.record(EXPERIMENT, name)
            trials = [trial for trial in trials if trial["ExperimentName"] == name]
        if name := request.get("TrialComponentName"):
            wanted = _trials_of(self._region.record(TRIAL_COMPONENT, name).fields())
            trials = [trial for trial in trials if trial.name in wanted]
        found = created_within(trials, request, ("ExperimentName", "TrialComponentName"))
        items = [listing.summary(fields, SUMMARY) for fields in found]
        return listing.page("TrialSummaries", items, request)


def _trials_of(component: Json) -> set[str]:
    return {parent["TrialName"] for parent in component.get("Parents", ())}


def trial_fields(region: Region, trial: Record) -> Json:
    """The trial with its components, as Search shows it."""
    components = [
        listing.summary(fields, COMPONENT)
        for component in region.records.of(TRIAL_COMPONENT)
        if trial.name in _trials_of(fields := component.fields())
    ]
    return {**trial.fields(), "TrialComponentSummaries": components}
