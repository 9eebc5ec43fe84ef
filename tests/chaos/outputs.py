"""What each kind of job writes, and the inputs without which it would fail."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from typing import Any

from localcloud.sagemaker.region import kinds
from localcloud.sagemaker.region.kinds import Kind
from localcloud.sagemaker.region.records import Record
from tests.chaos.answers import Container, RequestDied
from tests.chaos.aws.s3 import MemoryS3
from tests.support.job_outputs import (
    BEST_VALUES,
    PREPARATION_REPORT,
    SEARCH,
    SPLITS,
    TRAINED,
    TRAINING_REPORTS,
    packed,
)
from tests.support.samples import SETTINGS

Found = dict[str, Any]
ANOTHER_ZIP = "another zip lies there than the one that was judged"
MISSING = "no object under"


class JobFault(Exception):
    """The job fails by itself."""


class Outputs:
    def __init__(
        self,
        s3: MemoryS3,
        now: Callable[[], datetime],
        withheld: Callable[[], bool] = lambda: False,
    ) -> None:
        self._s3 = s3
        self._container = Container(s3, now, withheld)

    def write(self, record: Record) -> Found:
        """
        Raises:
            JobFault: an input is not there.
        """
        for source in _sources(record.fields()):
            self._check(source)
        writers: dict[Kind, Callable[[Record], Found]] = {
            kinds.PROCESSING: self._prepared,
            kinds.TUNING: self._tuned,
            kinds.TRAINING: self._trained,
            kinds.TRANSFORM: self._transformed,
        }
        return writers[record.kind](record)

    def _check(self, source: Mapping[str, Any]) -> None:
        """A job whose input is missing fails; one name of a manifest that is missing, too."""
        for key in self._keys(source):
            if self._s3.find(key) is None:
                raise JobFault(f"{MISSING} {key}")

    def _keys(self, source: Mapping[str, Any]) -> list[str]:
        location = _key(source["S3Uri"])
        if source["S3DataType"] != "ManifestFile":
            return list(self._s3.below(location)) or [location]
        if self._s3.find(location) is None:
            return [location]
        first, *names = json.loads(self._s3.read(location))
        return [_key(first["prefix"]) + name for name in names]

    def _prepared(self, record: Record) -> Found:
        inputs = {one["InputName"]: one["S3Input"] for one in record["ProcessingInputs"]}
        outputs = {
            one["OutputName"]: _key(one["S3Output"]["S3Uri"])
            for one in record["ProcessingOutputConfig"]["Outputs"]
        }
        self._check_archive(inputs)
        for name, content in {"report": PREPARATION_REPORT, "splits": SPLITS}.items():
            self._put(f"{outputs['preparation']}{name}.json", json.dumps(content).encode())
        self._put(f"{outputs['features']}train.npz", b"features")
        if "search" in outputs:
            self._put(f"{outputs['search']}trials.json", json.dumps(SEARCH).encode())
            self._put(f"{outputs['search']}head.npz", b"the best head")
        for name, _, _ in TRAINED:
            self._put(f"{outputs['test']}{name}", name.encode())
        return {}

    def _check_archive(self, inputs: Mapping[str, Mapping[str, Any]]) -> None:
        """The preparation refuses another zip than the one that the gate has judged."""
        verdict = json.loads(self._s3.read(f"{_key(inputs['gate']['S3Uri'])}verdict.json"))
        [archive] = self._keys(inputs["dataset"])
        judged, found = verdict["archive"], self._s3.read(archive)
        digest = hashlib.sha256(found[judged["directory_offset"] :]).hexdigest()
        if len(found) != judged["bytes"] or digest != judged["directory_digest"]:
            raise JobFault(ANOTHER_ZIP)

    def _tuned(self, record: Record) -> Found:
        trial = f"{record.name}-001"
        folder = _key(record["TrainingJobDefinition"]["OutputDataConfig"]["S3OutputPath"])
        self._put(f"{folder.rstrip('/')}/{trial}/output/model.tar.gz", b"")
        objective = {"Value": 0.42, "MetricName": "validation:best_loss"}
        best = {
            "TrainingJobName": trial,
            "TrainingJobArn": record.arn,
            "CreationTime": record["CreationTime"],
            "TrainingJobStatus": "Completed",
            "TunedHyperParameters": dict(BEST_VALUES),
            "FinalHyperParameterTuningJobObjectiveMetric": objective,
        }
        return {"BestTrainingJob": best}

    def _trained(self, record: Record) -> Found:
        folder = _key(record["OutputDataConfig"]["S3OutputPath"]).rstrip("/")
        self._put(f"{folder}/{record.name}/output/output.tar.gz", packed(TRAINING_REPORTS))
        self._put(f"{folder}/{record.name}/output/model.tar.gz", b"model")
        artifact = f"s3://{SETTINGS.bucket}/{folder}/{record.name}/output/model.tar.gz"
        return {"ModelArtifacts": {"S3ModelArtifacts": artifact}}

    def write_early(self, record: Record) -> None:
        """Some parts of a transform job, which writes each when it is done with it."""
        for number, key in enumerate(self.parts(record)):
            if number % 2 == 0 and self._s3.find(key):
                self.answer_part(record, key)

    def _transformed(self, record: Record) -> Found:
        died = [key for key in self.parts(record) if not self.answer_part(record, key)]
        if died:
            raise JobFault(f"ClientError: 500 for a line of {died[0]}, see job logs")
        return {}

    def parts(self, record: Record) -> list[str]:
        return self._keys(record["TransformInput"]["DataSource"]["S3DataSource"])

    def answer_part(self, record: Record, part: str) -> bool:
        """Whether all lines of the part have been answered; a part is written whole or not."""
        folder = _key(record["TransformOutput"]["S3OutputPath"]).rstrip("/")
        output = f"{folder}/{part.rpartition('/')[2]}.out"
        if self._s3.find(output):
            return True
        rows = b""
        try:
            for line in self._s3.read(part).splitlines():
                rows += self._container.answer(line, _run_of(record)) + b"\n"
        except RequestDied:
            return False
        self._put(output, rows)
        return True

    def _put(self, key: str, body: bytes) -> None:
        self._s3.put(key, body)


def _run_of(record: Record) -> str:
    return str(record["ModelName"]).rpartition("-")[2]


def _sources(fields: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """Every input that a job of any kind reads."""
    for one in fields.get("ProcessingInputs", ()):
        yield one["S3Input"]
    channels = fields.get("InputDataConfig") or []
    channels += fields.get("TrainingJobDefinition", {}).get("InputDataConfig", [])
    for channel in channels:
        yield channel["DataSource"]["S3DataSource"]
    if "TransformInput" in fields:
        yield fields["TransformInput"]["DataSource"]["S3DataSource"]


def _key(uri: str) -> str:
    return uri.removeprefix(f"s3://{SETTINGS.bucket}/")
