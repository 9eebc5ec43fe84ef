"""Script mode: what AWS's training toolkit does inside the image before it runs the user's script.

The names of the variables, the mapping of hyperparameters to arguments and the wording of
failures follow sagemaker-training 5.1.
"""

from __future__ import annotations

import json
import os
import re
import shlex
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from localcloud.sagemaker.containers.cluster import Member
from localcloud.sagemaker.containers.layout import Layout
from localcloud.sagemaker.region.archives import unpack
from localcloud.sagemaker.region.errors import JobFailed
from localcloud.sagemaker.region.objects import Location, Objects, Source
from localcloud.sagemaker.region.shapes import Json

PROGRAM = "sagemaker_program"
DIRECTORY = "sagemaker_submit_directory"
TOOLKIT_ONLY = {
    PROGRAM,
    DIRECTORY,
    "sagemaker_enable_cloudwatch_metrics",
    "sagemaker_region",
    "sagemaker_container_log_level",
    "sagemaker_job_name",
    "default_user_module_name",
    "sagemaker_s3_output",
    "_tuning_objective_metric",
}
SAFE_PROGRAM = re.compile(r"[A-Za-z0-9._][A-Za-z0-9._+-]*(/[A-Za-z0-9._+-]+)*")
INFO = 20


def decoded(hyperparameters: Mapping[str, str]) -> Json:
    """Values as JSON where they are JSON, else as they are."""
    return {name: _decoded_value(text) for name, text in hyperparameters.items()}


def _decoded_value(text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError:
        return text


def is_script_mode(hyperparameters: Mapping[str, str]) -> bool:
    return PROGRAM in hyperparameters and DIRECTORY in hyperparameters


def for_script(hyperparameters: Json) -> Json:
    """What the script gets; the rest is between SageMaker and the toolkit."""
    return {
        name: value
        for name, value in hyperparameters.items()
        if name not in TOOLKIT_ONLY and not name.startswith("sagemaker_")
    }


def install(objects: Objects, layout: Layout, hyperparameters: Json) -> None:
    """Unpacks the source bundle into code/."""
    archive = layout.temporary / "sourcedir.tar.gz"
    location = Location.parse(str(hyperparameters[DIRECTORY]))
    objects.fetch(Source(location, archive.name), archive)
    unpack(archive, layout.code)
    program = str(hyperparameters[PROGRAM])
    _check_program(layout.code, program)


def _check_program(code: Path, program: str) -> None:
    if not SAFE_PROGRAM.fullmatch(program) or {".", ".."} & set(program.split("/")):
        raise JobFailed(
            f"ClientError: The training entry point {program!r} is not a plain relative path."
        )
    if not (code / program).is_file() and not (code / "setup.py").is_file():
        raise JobFailed(f"AlgorithmError: The source bundle holds no {program}, exit code: 1")


def script_command(python: str, code: Path, program: str, arguments: list[str]) -> list[str]:
    """A .py file runs under Python, in a folder with setup.py as a module, all else in a shell."""
    if program.endswith(".sh") or not program.endswith(".py"):
        (code / program).chmod(0o755)
        quoted = " ".join(shlex.quote(argument) for argument in arguments)
        return ["/bin/sh", "-c", f'"./{program} {quoted}"']
    if (code / "setup.py").is_file():
        return [python, "-m", program.removesuffix(".py"), *arguments]
    return [python, "--", program, *arguments]


def torchrun_command(python: str, member: Member, program: str, arguments: list[str]) -> list[str]:
    """The distribution `torch_distributed` of the SDK: a worker per GPU, or one without."""
    cluster = {
        "nnodes": len(member.hosts),
        "nproc_per_node": 1,
        "master_addr": member.hosts[0],
        "master_port": member.master_port,
        "node_rank": member.rank,
    }
    options = [f"--{name}={value}" for name, value in cluster.items()]
    return [python, "-m", "torch.distributed.run", *options, program, *arguments]


def in_shell(words: list[str]) -> list[str]:
    """The toolkit puts the words together and has a shell read them: it quotes no argument."""
    return ["/bin/sh", "-c", " ".join(["exec", *words])]


def script_arguments(hyperparameters: Json) -> list[str]:
    """`--name value`, `-n value` for names of one letter, sorted by name."""
    pairs = ((option(name), argument(hyperparameters[name])) for name in sorted(hyperparameters))
    return [text for pair in pairs for text in pair]


def option(name: str) -> str:
    return f"--{name}" if len(name) > 1 else f"-{name}"


def argument(value: Any) -> str:
    if isinstance(value, dict):
        return ",".join(f"{key}={item}" for key, item in sorted(value.items()))
    return "" if value is None else str(value)


def variables(layout: Layout, hyperparameters: Json, channels: Json, resources: Json) -> Json:
    """The SM_* variables before they are made text."""
    own = for_script(hyperparameters)
    program = str(hyperparameters[PROGRAM])
    extra = {
        name: value
        for name, value in hyperparameters.items()
        if name.startswith("sagemaker_") and name not in TOOLKIT_ONLY
    }
    found: Json = {
        **_places(layout),
        **cluster(resources),
        "hps": own,
        "user_entry_point": program,
        "module_name": program.removesuffix(".py"),
        "module_dir": str(hyperparameters[DIRECTORY]),
        "framework_params": extra,
        "framework_module": None,
        "resource_config": resources,
        "input_data_config": channels,
        "channels": sorted(channels),
        "log_level": hyperparameters.get("sagemaker_container_log_level", INFO),
        "user_args": script_arguments(own),
    }
    found["training_env"] = _training_environment(found, layout, channels)
    found |= {f"channel_{name}": str(layout.channels / name) for name in channels}
    return found | {f"hp_{name}": value for name, value in own.items()}


def _places(layout: Layout) -> Json:
    return {
        "input_dir": str(layout.root / "input"),
        "input_config_dir": str(layout.config),
        "output_dir": str(layout.output),
        "output_data_dir": str(layout.output / "data"),
        "output_intermediate_dir": str(layout.output / "intermediate"),
        "model_dir": str(layout.model),
    }


def cluster(resources: Json) -> Json:
    group = resources["current_group_name"]
    return {
        "hosts": resources["hosts"],
        "current_host": resources["current_host"],
        "current_instance_type": resources["current_instance_type"],
        "current_instance_group": group,
        "current_instance_group_hosts": resources["hosts"],
        "instance_groups": [group],
        "instance_groups_dict": {group: resources["instance_groups"][0]},
        "distribution_instance_groups": [],
        "is_hetero": False,
        "network_interface_name": resources["network_interface_name"],
        "num_cpus": os.cpu_count(),
        "num_gpus": 0,
        "num_neurons": 0,
    }


def _training_environment(found: Json, layout: Layout, channels: Json) -> Json:
    """SM_TRAINING_ENV: most of the above again, under the toolkit's own names."""
    renamed = {"hps": "hyperparameters", "framework_params": "additional_framework_parameters"}
    left_out = {"user_args", "training_env", "channels"}
    members = {renamed.get(name, name): v for name, v in found.items() if name not in left_out}
    paths = {name: str(layout.channels / name) for name in channels}
    master = found["hosts"][0]
    own = {"is_master": found["current_host"] == master, "master_hostname": master}
    return {**members, "channel_input_dirs": paths, **own}


def as_text(values: Json) -> dict[str, str]:
    return {f"SM_{name.upper()}": variable(value) for name, value in values.items()}


def variable(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, str):
        return value
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=True)
