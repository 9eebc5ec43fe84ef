"""A model container: the model unpacked, the server process started, requests passed to it."""

from __future__ import annotations

import http.client
import math
import shutil
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from localcloud.sagemaker.containers.environments import Environment, Environments
from localcloud.sagemaker.containers.installation import installing
from localcloud.sagemaker.containers.layout import Layout, base_environment, python_path, translated
from localcloud.sagemaker.containers.model_data import fill_model
from localcloud.sagemaker.containers.process import Command, Ends, JobProcess
from localcloud.sagemaker.containers.requirements import Requirements
from localcloud.sagemaker.region.errors import Closing, JobFailed
from localcloud.sagemaker.region.logs import LogStream
from localcloud.sagemaker.region.region import Region
from localcloud.sagemaker.region.shapes import Json

SERVING = Path(__file__).with_name("serving.py")
POLL_SECONDS = 0.05
HEALTH = "did not pass the ping health check"


@dataclass(frozen=True)
class Answer:
    status: int
    body: bytes
    content_type: str


class ModelContainer:
    """Lives in a thread of its own from `start` to `stop`."""

    def __init__(
        self,
        region: Region,
        model: Json,
        log: LogStream,
        folder: Path,
        environment: Mapping[str, str],
        death_seconds: float = math.inf,
    ) -> None:
        self._region = region
        self._model = model
        self._log = log
        self._folder = folder
        self._environment = environment
        self._death_seconds = death_seconds
        self._layout = Layout(folder / "opt" / "ml")
        self._port_file = folder / "port"
        self._stop = threading.Event()
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._live, name="model container", daemon=True)
        self._failure = ""

    def start(self) -> None:
        """Returns when the container is healthy; raises JobFailed if it does not become so."""
        self._fill()
        self._thread.start()
        due = time.monotonic() + self._region.settings.ping_seconds
        while not self._port_file.exists():
            if self._region.closing.is_set():
                raise Closing
            if self._ended.wait(POLL_SECONDS) or time.monotonic() > due:
                self.stop()
                if self._failure:
                    raise JobFailed(self._failure)
                reason = f"The container for the model {HEALTH}. See job logs for more information"
                raise JobFailed(f"AlgorithmError: {reason}")

    def cut_off(self) -> None:
        """Ends the process at once; whoever waits for an answer gets none."""
        self._stop.set()

    def stop(self) -> None:
        # Also called when `start` has failed, then before the thread was ever started.
        self._stop.set()
        if self._thread.is_alive():
            self._thread.join()
        self._log.close()
        shutil.rmtree(self._folder, ignore_errors=True)

    def invoke(self, body: bytes, headers: Mapping[str, str], timeout: float) -> Answer:
        """One request; OSError and HTTPException mean that the container did not answer."""
        port = int(self._port_file.read_text())
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=timeout)
        try:
            connection.request("POST", "/invocations", body, dict(headers))
            response = connection.getresponse()
            kind = response.getheader("Content-Type", "application/octet-stream")
            return Answer(response.status, response.read(), kind)
        finally:
            connection.close()

    def _fill(self) -> None:
        layout = self._layout
        layout.make(layout.model)
        fill_model(self._model["ServedContainer"], self._region.objects, layout)

    def _make_environment(self) -> Environment:
        requirements = Requirements(self._layout.model / "code" / "requirements.txt")
        install = installing(requirements, self._layout, ends=self._ends(), on_line=self._log.write)
        environments = Environments(self._region.settings.environments)
        return environments.make(self._layout.environment, requirements, install)

    def _ends(self) -> Ends:
        return Ends(stop=self._stop, closing=self._region.closing, grace_seconds=1.0)

    def _command(self, own: Environment) -> Command:
        asked = self._model["ServedContainer"].get("Environment", {})
        return Command(
            arguments=[own.python, "-P", str(SERVING), str(self._port_file)],
            environment={
                **base_environment(
                    self._region.settings,
                    self._layout,
                    own,
                    isolated=self._model["EnableNetworkIsolation"],
                ),
                "PYTHONPATH": python_path(self._layout.model / "code"),
                **translated(self._layout, asked),
                **translated(self._layout, self._environment),
            },
            folder=self._layout.root,
            opt_ml=self._layout.root,
        )

    def _live(self) -> None:
        try:
            command = self._command(self._make_environment())
            ends = replace(self._ends(), death_seconds=self._death_seconds)
            JobProcess(command, self._log.write).wait(ends)
        except JobFailed as failure:
            self._failure = str(failure)
        except Closing:
            pass
        finally:
            self._ended.set()
