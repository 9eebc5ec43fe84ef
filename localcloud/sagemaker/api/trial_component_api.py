"""Operations on trial components: steps of trials, recorded by hand or made of a job."""

from __future__ import annotations

from collections.abc import Callable

from localcloud.sagemaker.api import listing
from localcloud.sagemaker.api.experiment_api import USERS, created_within
from localcloud.sagemaker.api.job_components import component_fields
from localcloud.sagemaker.region.errors import invalid
from localcloud.sagemaker.region.kinds import EXPERIMENT, TRIAL, TRIAL_COMPONENT
from localcloud.sagemaker.region.records import Record
from localcloud.sagemaker.region.region import Region
from localcloud.sagemaker.region.shapes import Json, answer_members, names

SUMMARY = names("""TrialComponentName TrialComponentArn DisplayName TrialComponentSource Status
    StartTime EndTime CreationTime CreatedBy LastModifiedTime LastModifiedBy""")
SCALARS = names("DisplayName Status StartTime EndTime")
MAPS = names("Parameters InputArtifacts OutputArtifacts")
BY = names("ExperimentName TrialName SourceArn")


class TrialComponentApi:
    def __init__(self, region: Region) -> None:
        self._region = region

    def operations(self) -> dict[str, Callable[[Json], Json]]:
        return {
            "CreateTrialComponent": self.create,
            "DescribeTrialComponent": self.describe,
            "UpdateTrialComponent": self.update,
            "DeleteTrialComponent": self.delete,
            "ListTrialComponents": self.list_all,
            "AssociateTrialComponent": self.associate,
            "DisassociateTrialComponent": self.disassociate,
        }

    def create(self, request: Json) -> Json:
        shown = {"DisplayName": request["TrialComponentName"], **request}
        record = self._region.new_record(TRIAL_COMPONENT, shown, Parents=[], **USERS)
        self._region.records.add(record)
        return {"TrialComponentArn": record.arn}

    def describe(self, request: Json) -> Json:
        record = self._named(request)
        return answer_members(component_fields(self._region, record), "DescribeTrialComponent")

    def update(self, request: Json) -> Json:
        record = self._named(request)
        changes = listing.summary(request, SCALARS)
        for member in MAPS:
            removed = set(request.get(f"{member}ToRemove", ()))
            merged = {**record.get(member, {}), **request.get(member, {})}
            changes[member] = {key: value for key, value in merged.items() if key not in removed}
        record.update(**changes)
        return {"TrialComponentArn": record.arn}

    def delete(self, request: Json) -> Json:
        record = self._named(request)
        if record["Parents"]:
            message = f"Trial component ({record.name}) is associated with trials: disassociate it"
            raise invalid(f"{message} first.")
        self._region.records.remove(record)
        return {"TrialComponentArn": record.arn}

    def list_all(self, request: Json) -> Json:
        asked = [member for member in BY if member in request]
        if len(asked) > 1:
            raise invalid(f"Only one of {', '.join(BY)} can be given.")
        components = self._region.records.of(TRIAL_COMPONENT)
        for member in asked:
            components = self._of(components, member, request[member])
        found = created_within(components, request, BY)
        by_name = {record.name: record for record in components}
        full = [
            component_fields(self._region, by_name[fields["TrialComponentName"]])
            for fields in found
        ]
        items = [listing.summary(_renamed(fields), SUMMARY) for fields in full]
        return listing.page("TrialComponentSummaries", items, request)

    def associate(self, request: Json) -> Json:
        component, trial = self._pair(request)
        parent = {"TrialName": trial.name, "ExperimentName": trial["ExperimentName"]}
        others = [other for other in component["Parents"] if other != parent]
        component.update(Parents=[*others, parent])
        return {"TrialComponentArn": component.arn, "TrialArn": trial.arn}

    def disassociate(self, request: Json) -> Json:
        component, trial = self._pair(request)
        others = [other for other in component["Parents"] if other["TrialName"] != trial.name]
        component.update(Parents=others)
        return {"TrialComponentArn": component.arn, "TrialArn": trial.arn}

    def _named(self, request: Json) -> Record:
        return self._region.named(TRIAL_COMPONENT, request["TrialComponentName"])

    def _pair(self, request: Json) -> tuple[Record, Record]:
        return self._named(request), self._region.named(TRIAL, request["TrialName"])

    def _of(self, components: list[Record], member: str, value: str) -> list[Record]:
        if member == "SourceArn":
            return [c for c in components if c.get("Source", {}).get("SourceArn") == value]
        # Refuses an unknown one.
        self._region.record(TRIAL if member == "TrialName" else EXPERIMENT, value)
        return [c for c in components if any(p[member] == value for p in c["Parents"])]


def _renamed(fields: Json) -> Json:
    source = {"TrialComponentSource": fields["Source"]} if "Source" in fields else {}
    return {**fields, **source}
