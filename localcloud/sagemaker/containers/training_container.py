"""The container of a training job: its folder filled, its command and environment put together."""

from __future__ import annotations

import os
import shlex
from collections import deque
from pathlib import Path

from localcloud.sagemaker.containers import channels, debugger, script_mode
from localcloud.sagemaker.containers.cluster import Member
from localcloud.sagemaker.containers.environments import Environment
from localcloud.sagemaker.containers.layout import (
    Layout,
    arguments,
    base_environment,
    python_path,
    translated,
    write_json,
)
from localcloud.sagemaker.containers.process import Command
from localcloud.sagemaker.containers.requirements import Requirements
from localcloud.sagemaker.region.objects import Location, Objects, Source, relative_name
from localcloud.sagemaker.region.settings import Settings
from localcloud.sagemaker.region.shapes import Json

CHECKPOINTS = "/opt/ml/checkpoints"
TAIL_LINES = 20


class TrainingContainer:
    def __init__(
        self, request: Json, layout: Layout, objects: Objects, member: Member, at_once: int
    ) -> None:
        self.request = request
        self.member = member
        self._at_once = at_once
        self.layout = layout
        self.objects = objects
        self.hyperparameters: dict[str, str] = request.get("HyperParameters", {})
        self.algorithm: Json = request["AlgorithmSpecification"]
        self.runs_script = "ContainerEntrypoint" not in self.algorithm
        self._decoded = script_mode.decoded(self.hyperparameters)
        self._tail: deque[str] = deque(maxlen=TAIL_LINES)

    def fill(self) -> None:
        """Downloads everything that the job reads and writes its configuration."""
        layout, mode = self.layout, self.algorithm["TrainingInputMode"]
        layout.make(layout.channels, layout.model, layout.output / "data", layout.code)
        inputs = self.request.get("InputDataConfig", [])
        channels.download(inputs, layout, self.objects, self.member)
        self._restore_checkpoints()
        self._inputs = channels.input_data_config(inputs, mode)
        instance_type = self.request["ResourceConfig"]["InstanceType"]
        self._resources = self.member.resource_config(instance_type)
        write_json(layout.config / "hyperparameters.json", self.hyperparameters)
        write_json(layout.config / "inputdataconfig.json", self._inputs)
        write_json(layout.config / "resourceconfig.json", self._resources)
        if self.runs_script:
            script_mode.install(self.objects, layout, self._decoded)

    @property
    def requirements(self) -> Requirements:
        """What the toolkit installs before it runs the script; none without it."""
        return Requirements(self.layout.code / "requirements.txt")

    def command(self, settings: Settings, own: Environment) -> Command:
        environment = {
            **base_environment(
                settings, self.layout, own, isolated=self.request["EnableNetworkIsolation"]
            ),
            **self._job_variables(settings),
            **debugger.hook_environment(self.request, self.layout),
            **(self._script_variables() if self.runs_script else {}),
            **translated(self.layout, self.request.get("Environment")),
        }
        return Command(
            arguments=self._arguments(own.python),
            environment=environment,
            folder=self.layout.code if self.runs_script else self.layout.root,
            opt_ml=self.layout.root,
            is_top=not self.runs_script,
            hosts=len(self.member.hosts),
        )

    def keep(self, line: str) -> None:
        """Remembers the last lines, of which a failure's reason is made."""
        self._tail.append(line)

    def failure(self, code: int) -> str:
        """FailureReason: what the job wrote into output/failure, else what its last lines say."""
        told = self.layout.said("failure")
        if not told and self.runs_script:
            told = self._toolkit_failure(code)
        return f"AlgorithmError: {told[:900]}, exit code: {code}"

    def checkpoint_target(self) -> Location | None:
        config = self.request.get("CheckpointConfig")
        return Location.parse(config["S3Uri"]) if config else None

    def save_checkpoints(self) -> None:
        if target := self.checkpoint_target():
            self.objects.upload_folder(self._checkpoints, target)

    @property
    def _checkpoints(self) -> Path:
        config = self.request["CheckpointConfig"]
        return self.layout.path(config.get("LocalPath", CHECKPOINTS))

    def _restore_checkpoints(self) -> None:
        if (target := self.checkpoint_target()) is None:
            return
        for key in self.objects.keys(target):
            source = Source(Location(target.bucket, key), relative_name(key, target.key))
            self.objects.download_all([source], self._checkpoints)

    def _arguments(self, python: str) -> list[str]:
        if self.runs_script:
            return script_mode.in_shell(self._script_words(shlex.quote(python)))
        parts = self.algorithm["ContainerEntrypoint"]
        return arguments(self.layout, [*parts, *self.algorithm.get("ContainerArguments", [])])

    def _script_words(self, python: str = "python") -> list[str]:
        own = script_mode.script_arguments(script_mode.for_script(self._decoded))
        program = str(self._decoded[script_mode.PROGRAM])
        if self._decoded.get("sagemaker_torch_distributed_enabled"):
            return script_mode.torchrun_command(python, self.member, program, own)
        return script_mode.script_command(python, self.layout.code, program, own)

    def _job_variables(self, settings: Settings) -> dict[str, str]:
        name = self.request["TrainingJobName"]
        return {
            "TRAINING_JOB_NAME": name,
            "TRAINING_JOB_ARN": settings.arn("training-job", name),
            "SAGEMAKER_REGION": settings.region,
            "CURRENT_HOST": self.member.name,
            **self._threads(),
        }

    def _threads(self) -> dict[str, str]:
        """On AWS each trial has a machine of its own; here those that run at once share one.

        If each took all cores, their threads would mostly wait for each other.
        """
        if self._at_once == 1:
            return {}
        return {"OMP_NUM_THREADS": str(max(1, (os.cpu_count() or 1) // self._at_once))}

    def _script_variables(self) -> dict[str, str]:
        values = script_mode.variables(self.layout, self._decoded, self._inputs, self._resources)
        job_name = self._decoded.get("sagemaker_job_name", "")
        return {
            **self.member.variables(),
            **script_mode.as_text(values),
            "SAGEMAKER_JOB_NAME": str(job_name),
            "PYTHONPATH": python_path(self.layout.code),
        }

    def _toolkit_failure(self, code: int) -> str:
        """In the words of the training toolkit: from the first line that names an error on."""
        lines = list(self._tail)
        first = next((n for n, line in enumerate(lines) if "Error" in line), len(lines))
        message = " ".join(lines[first:]).strip()
        command = " ".join(self._script_words())
        return (
            f"ExecuteUserScriptError:\nExitCode {code}\n"
            f'ErrorMessage "{message}"\nCommand "{command}"'
        )
