"""The machine while the job runs, looked at by a thread of its own."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

import psutil  # type: ignore[import-untyped]

from training_code.recorder.rows import GpuUse, SystemRow


class Machine:
    """Counters of the kernel, and of the GPUs where NVIDIA's library is there."""

    def __init__(self) -> None:
        self._gpus = Gpus()
        psutil.cpu_percent(percpu=True)  # from here on it tells what has been since
        psutil.cpu_times_percent()
        self._bytes = _bytes_so_far()

    def look(self, time: float) -> SystemRow:
        """What has been since the look before."""
        before, self._bytes = self._bytes, _bytes_so_far()
        read, written, came, went = (
            # A counter that starts again, as one of a card that was taken out, has moved nothing.
            max(0, now - old)
            for now, old in zip(self._bytes, before, strict=True)
        )
        cores = tuple(psutil.cpu_percent(percpu=True))
        memory = psutil.virtual_memory()
        return SystemRow(
            time=time,
            cpu=round(sum(cores) / len(cores), 1),
            cores=cores,
            memory_bytes=memory.total - memory.available,
            memory_percent=memory.percent,
            io_wait=getattr(psutil.cpu_times_percent(), "iowait", 0.0),  # Linux has it
            disk_read=read,
            disk_write=written,
            net_in=came,
            net_out=went,
            gpu=self._gpus.look(),
        )


def _bytes_so_far() -> tuple[int, int, int, int]:
    """Read, written, received, sent; a container may see no disk or no network."""
    disk, net = psutil.disk_io_counters(), psutil.net_io_counters()
    return (
        getattr(disk, "read_bytes", 0),
        getattr(disk, "write_bytes", 0),
        getattr(net, "bytes_recv", 0),
        getattr(net, "bytes_sent", 0),
    )


class Gpus:
    """Through NVIDIA's management library, which the images for GPUs have."""

    def __init__(self) -> None:
        self._library: Any = None
        self._handles: list[Any] = []
        try:
            import pynvml

            pynvml.nvmlInit()
        except Exception:  # no library, no driver, no card: it has an error for each of them
            return
        self._library = pynvml
        count = range(pynvml.nvmlDeviceGetCount())
        self._handles = [pynvml.nvmlDeviceGetHandleByIndex(number) for number in count]

    def look(self) -> tuple[GpuUse, ...]:
        return tuple(self._use_of(handle) for handle in self._handles)

    def _use_of(self, handle: Any) -> GpuUse:
        memory = self._library.nvmlDeviceGetMemoryInfo(handle)
        return GpuUse(
            utilization=float(self._library.nvmlDeviceGetUtilizationRates(handle).gpu),
            memory_bytes=int(memory.used),
            memory_percent=round(100 * memory.used / memory.total, 1),
        )


class Sampler:
    """Tells of the machine at an interval, until it is stopped; with an interval of 0, never."""

    def __init__(
        self,
        seconds: Callable[[], float],
        clock: Callable[[], float],
        tell: Callable[[SystemRow], None],
    ) -> None:
        self._seconds, self._clock, self._tell = seconds, clock, tell
        self._stopped = threading.Event()
        # A daemon: a job that ends with an error does not wait for it.
        self._thread = threading.Thread(target=self._run, name="recorder", daemon=True)

    def start(self) -> None:
        if self._seconds() and self._thread.ident is None:
            self._thread.start()

    def stop(self) -> None:
        """After a last look: the shortest job leaves one."""
        self._stopped.set()
        if self._thread.ident is not None:
            self._thread.join()

    def _run(self) -> None:
        machine = Machine()
        while not self._stopped.wait(self._seconds()):
            self._tell(machine.look(round(self._clock(), 3)))
        self._tell(machine.look(round(self._clock(), 3)))
