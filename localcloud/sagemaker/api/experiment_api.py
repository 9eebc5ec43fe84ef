"""Operations on experiments: what trials are trials of."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from localcloud.sagemaker.api import listing
from localcloud.sagemaker.region.errors import invalid
from localcloud.sagemaker.region.kinds import EXPERIMENT, TRIAL
from localcloud.sagemaker.region.records import Record
from localcloud.sagemaker.region.region import Region
from localcloud.sagemaker.region.shapes import Json, answer_members, names

SUMMARY = names("""ExperimentArn ExperimentName DisplayName CreationTime LastModifiedTime""")
USERS: Json = {"CreatedBy": {}, "LastModifiedBy": {}}  # known by IAM alone, as outside of Studio


class ExperimentApi:
    def __init__(self, region: Region) -> None:
        self._region = region

    def operations(self) -> dict[str, Callable[[Json], Json]]:
        return {
            "CreateExperiment": self.create,
            "DescribeExperiment": self.describe,
            "UpdateExperiment": self.update,
            "DeleteExperiment": self.delete,
            "ListExperiments": self.list_all,
        }

    def create(self, request: Json) -> Json:
        shown = {"DisplayName": request["ExperimentName"], **request}
        record = self._region.new_record(EXPERIMENT, shown, **USERS)
        self._region.records.add(record)
        return {"ExperimentArn": record.arn}

    def describe(self, request: Json) -> Json:
        record = self._region.named(EXPERIMENT, request["ExperimentName"])
        return answer_members(record.fields(), "DescribeExperiment")

    def update(self, request: Json) -> Json:
        record = self._region.named(EXPERIMENT, request["ExperimentName"])
        record.update(**listing.summary(request, ("DisplayName", "Description")))
        return {"ExperimentArn": record.arn}

    def delete(self, request: Json) -> Json:
        record = self._region.named(EXPERIMENT, request["ExperimentName"])
        trials = self._region.records.of(TRIAL)
        if any(trial["ExperimentName"] == record.name for trial in trials):
            raise invalid(f"Experiment ({record.name}) has trials: delete them first.")
        self._region.records.remove(record)
        return {"ExperimentArn": record.arn}

    def list_all(self, request: Json) -> Json:
        found = created_within(self._region.records.of(EXPERIMENT), request)
        items = [listing.summary(fields, SUMMARY) for fields in found]
        return listing.page("ExperimentSummaries", items, request)


def created_within(
    records: Iterable[Record], request: Json, applied: Iterable[str] = ()
) -> list[Json]:
    """The records in the wanted order; experiments spell the times differently than the rest."""
    spelled = {"CreatedAfter": "CreationTimeAfter", "CreatedBefore": "CreationTimeBefore"}
    renamed = {spelled.get(member, member): value for member, value in request.items()}
    return listing.selected(records, renamed, set(applied))
