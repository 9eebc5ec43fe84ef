"""System metrics of a training job, sampled while it runs, in the profiler's JSON lines."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import psutil  # type: ignore[import-untyped]  # its stubs are no dependency of ours

from localcloud.sagemaker.containers.debugger import END_OF_JOB
from localcloud.sagemaker.containers.layout import HOST
from localcloud.sagemaker.region.objects import Location, Objects
from localcloud.sagemaker.region.shapes import Json

DEFAULT_INTERVAL = 500  # milliseconds


class Profiler:
    """Samples in a thread of its own between `start` and `stop`."""

    def __init__(self, interval: float, folder: Path) -> None:
        self._interval = interval
        self._folder = folder
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._sample_all, name="profiler", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def change(self, config: Json) -> None:
        """Looks more or less often from its next look on, or no more."""
        self._interval = config.get("ProfilingIntervalInMilliseconds", self._interval * 1000) / 1000
        if config.get("DisableProfiler"):
            self._stopped.set()

    def stop(self) -> None:
        self._stopped.set()
        self._thread.join()

    def _sample_all(self) -> None:
        psutil.cpu_percent(percpu=True)  # the first call has nothing to compare with
        with self._file().open("w") as file:
            while not self._stopped.wait(self._interval):
                file.writelines(f"{json.dumps(sample)}\n" for sample in samples(time.time()))
                file.flush()

    def _file(self) -> Path:
        """system/incremental/<hour>/<full minute>.algo-1.json, as SageMaker's profiler names it."""
        now = datetime.now(UTC)
        folder = self._folder / "system" / "incremental" / now.strftime("%Y%m%d%H")
        folder.mkdir(parents=True, exist_ok=True)
        minute = int(now.timestamp()) // 60 * 60
        return folder / f"{minute}.algo-1.json"


def samples(now: float) -> Iterator[Json]:
    common = {"Timestamp": now, "NodeId": "algo-1"}
    for number, percent in enumerate(psutil.cpu_percent(percpu=True)):
        yield (
            {"Type": "cpu", "Name": f"cpu{number}", "Dimension": "CPUUtilization"}
            | common
            | {"Value": percent}
        )
    memory = psutil.virtual_memory().percent
    yield (
        {"Type": "memory", "Name": "memory", "Dimension": "MemoryUsedPercent"}
        | common
        | {"Value": memory}
    )
    if disk := psutil.disk_io_counters():
        for dimension, value in (("ReadBytes", disk.read_bytes), ("WriteBytes", disk.write_bytes)):
            yield (
                {"Type": "Platform", "Name": "disk", "Dimension": dimension}
                | common
                | {"Value": value}
            )
    network = psutil.net_io_counters()
    for dimension, value in (
        ("ReceiveBytes", network.bytes_recv),
        ("TransmitBytes", network.bytes_sent),
    ):
        yield {"Type": "Network", "Name": HOST, "Dimension": dimension} | common | {"Value": value}


def profiler_for(request: Json, folder: Path) -> Profiler | None:
    """A profiler as the request configures it, or None when it wants none."""
    config = request.get("ProfilerConfig")
    if not config or config.get("DisableProfiler") or not config.get("S3OutputPath"):
        return None
    interval = config.get("ProfilingIntervalInMilliseconds", DEFAULT_INTERVAL)
    return Profiler(interval / 1000, folder)


def upload(request: Json, folder: Path, objects: Objects, job: str) -> None:
    target = Location.parse(request["ProfilerConfig"]["S3OutputPath"]) / job / "profiler-output"
    objects.upload_folder(folder, target)
    objects.write(target / "system" / END_OF_JOB, b"")
