"""Transform jobs: the objects of the input shared out to instances, one `.out` per object."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

from localcloud.sagemaker.containers.model_container import ModelContainer
from localcloud.sagemaker.jobs.job import Job, instance_id
from localcloud.sagemaker.jobs.transform_instance import Transformed, TransformInstance
from localcloud.sagemaker.jobs.transform_names import output_names
from localcloud.sagemaker.region.errors import JobFailed
from localcloud.sagemaker.region.kinds import MODEL, TRANSFORM
from localcloud.sagemaker.region.logs import LogStream
from localcloud.sagemaker.region.objects import Location
from localcloud.sagemaker.region.records import Record
from localcloud.sagemaker.region.region import Region
from localcloud.sagemaker.region.shapes import Json

SEE_LOGS = "See job logs for more information"


class TransformJob(Job):
    kind = TRANSFORM

    def __init__(self, region: Region, record: Record) -> None:
        super().__init__(region, record)
        self.request = record.fields()
        self._instances: Sequence[TransformInstance] = ()
        self._held: list[tuple[Location, bytes]] = []
        self._holds = region.chance.strikes("outputs_at_end", record.name)

    def work(self) -> None:
        count = self.request["TransformResources"]["InstanceCount"]
        self._instances = [self._instance(number) for number in range(1, count + 1)]
        with ThreadPoolExecutor(count, thread_name_prefix=self.record.name) as pool:
            try:
                list(pool.map(lambda instance: instance.container.start(), self._instances))
                self.change(TransformStartTime=time.time())
                faults = self._transform_all(pool)
            finally:
                list(pool.map(TransformInstance.close, self._instances))
        self._end(faults)

    def request_stop(self) -> None:
        super().request_stop()
        # A model may think for ten minutes about a record: nobody waits for that any more.
        for instance in self._instances:
            instance.container.cut_off()

    def closing_times(self) -> Json:
        return {"TransformEndTime": time.time()}

    def _instance(self, number: int) -> TransformInstance:
        own = self.record.name if number == 1 else f"{self.record.name}-{number}"
        stream = f"{self.record.name}/{instance_id(own)}"
        container = self._container(self.region.log("TransformJobs", stream), number)
        data_log = self.region.log("TransformJobs", f"{stream}/data-log")
        return TransformInstance(
            self.region, self.request, container, data_log, self.stop_requested
        )

    def _container(self, log: LogStream, number: int) -> ModelContainer:
        model = self.region.record(MODEL, self.request["ModelName"]).fields()
        asked = self.record.get("AskedFor", {})
        environment = {
            "SAGEMAKER_BATCH": "true",
            **{f"SAGEMAKER_{name}": str(value) for name, value in asked.items()},
            **self.request.get("Environment", {}),
        }
        folder = self.folder / f"instance-{number}"
        death = self.region.chance.death(self.record.name)
        return ModelContainer(self.region, model, log, folder, environment, death)

    def _transform_all(self, pool: ThreadPoolExecutor) -> list[str]:
        """Each instance has the objects that are its own by their keys: none helps another."""
        inputs = self._inputs()
        count = len(self._instances)

        def one(number: int) -> list[str]:
            return self._instances[number].transform_all(inputs[number::count], self._write)

        faults = [fault for own in pool.map(one, range(count)) for fault in own]
        for target, body in self._held:
            self._upload(target, body)
        return faults

    def _inputs(self) -> list[Transformed]:
        source = self.request["TransformInput"]["DataSource"]["S3DataSource"]
        sources = self.region.objects.sources(source["S3DataType"], source["S3Uri"])
        names = output_names(sources, source["S3Uri"])
        folder = Location.parse(self.request["TransformOutput"]["S3OutputPath"])
        return [
            Transformed(source, folder / f"{name}.out")
            for source, name in zip(sources, names, strict=True)
        ]

    def _write(self, target: Location, body: bytes) -> None:
        """When the object ends, unless all outputs are to appear with the job's end."""
        if self._holds:
            self._held.append((target, body))
        else:
            self._upload(target, body)

    def _upload(self, target: Location, body: bytes) -> None:
        accept = self.request["TransformOutput"].get("Accept", "")
        self.region.objects.write_in_parts(target, body, accept)

    def _end(self, faults: Sequence[str]) -> None:
        if self.stop_requested.is_set():
            self.finish("Stopped")
        elif faults:
            fault, _ = Counter(faults).most_common(1)[0]
            raise JobFailed(f"{fault}: {SEE_LOGS}")
        else:
            self.finish("Completed")
