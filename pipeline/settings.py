"""Settings of the deployed functions, read once. Calls nothing."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from dataclasses import MISSING, dataclass, field, fields
from typing import Literal

from pipeline.errors import SettingRefused
from pipeline.run_settings import RUN_RULES, RunSettings, run_settings
from pipeline.service_limits import LONGEST_RUNTIME_SECONDS, MEBIBYTE, PAYLOADS_IN_FLIGHT_MB
from pipeline.setting_rules import Choice, Listed, Rule, Whole, Word

Documents = Literal["each", "none"]
JOB_INSTANCE = Word(r"ml\.[a-z0-9-]+\.[a-z0-9]+", "a SageMaker instance type such as ml.m5.xlarge")

# What CloudWatch Logs takes for its own groups, up to five years.
LOG_DAYS = Listed((1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827))

# No letter that means something in a policy: * ? $
_PLACE = r"[a-z0-9][a-z0-9.-]{1,61}[a-z0-9](/[A-Za-z0-9!_.'()=@+/-]*)?"

DEPLOYMENT_RULES: Mapping[str, Rule] = {
    "service": Word(r"[a-z][a-z0-9]{0,5}", "1 to 6 lower-case letters or digits"),
    "stage": Word(r"[a-z0-9]{1,7}", "1 to 7 lower-case letters or digits"),
    "preparation_instance": JOB_INSTANCE,
    "tuning_instance": JOB_INSTANCE,
    "training_instance": JOB_INSTANCE,
    "transform_instance": JOB_INSTANCE,
    "batches_in_flight": Whole(1, 4),
    "batch_images_least": Whole(1, 1_000_000),
    "batch_images_most": Whole(1, 1_000_000),
    "batch_window_minutes": Whole(0, 24 * 60),
    "max_instances": Whole(1, 100),
    "documents": Choice(("each", "none")),
    "images_lookback_days": Whole(0, 30),
    "images_memory_days": Whole(1, 365),
    "part_images": Whole(1, 10_000),
    "max_image_mb": Whole(1, PAYLOADS_IN_FLIGHT_MB),
    "predict_from": Word(rf"|{_PLACE}(,{_PLACE})*", "empty, or like bucket,other/photos/"),
    "job_packages": Choice(("network", "wheels", "image")),
    "job_attempts": Whole(1, 10),  # an attempt's number has one digit
    "quota_patience_hours": Whole(0, 24 * 14),
    "quota_delay_minutes": Whole(0, 24 * 60),
    "spot": Choice(("off", "on")),
    "spot_patience_seconds": Whole(0, LONGEST_RUNTIME_SECONDS),
    "max_runtime_seconds": Whole(1, LONGEST_RUNTIME_SECONDS),
    "log_retention_days": LOG_DAYS,
}


@dataclass(frozen=True, kw_only=True)
class Settings:
    """One deployment: where its parts are and what its jobs may cost."""

    service: str
    stage: str
    region: str
    bucket: str
    table: str
    topic_arn: str
    role_arn: str
    dead_letters_url: str
    training_image: str
    inference_image: str
    debugger_rules_image: str = ""
    preparation_instance: str = "ml.m5.xlarge"
    tuning_instance: str = "ml.m5.xlarge"
    training_instance: str = "ml.m5.xlarge"
    transform_instance: str = "ml.c5.xlarge"
    batches_in_flight: int = 1
    batch_images_least: int = 500
    batch_images_most: int = 250_000
    batch_window_minutes: int = 10
    max_instances: int = 2
    documents: Documents = "each"
    images_lookback_days: int = 3  # so far back images are found of which no event told
    images_memory_days: int = 30  # so long an image told of again is known
    part_images: int = 2000  # whose answers one function settles
    max_image_mb: int = 20
    predict_from: str = ""  # buckets or prefixes, beside images/, that jobs may read images from
    job_packages: str = "network"  # from where jobs and models have what their image lacks
    job_attempts: int = 3  # of a job that fails by no fault of its run's
    quota_patience_hours: int = 24
    quota_delay_minutes: int = 10
    spot: str = "off"  # the final training on capacity that may be taken away
    spot_patience_seconds: int = 3600  # waiting for such capacity, beside the time to train
    max_runtime_seconds: int = 8 * 3600
    log_retention_days: int = 30
    run: RunSettings = field(default_factory=RunSettings)

    @property
    def max_image_bytes(self) -> int:
        return self.max_image_mb * MEBIBYTE


def read_settings(environment: Mapping[str, str] | None = None) -> Settings:
    """The deployment's settings from KENNEL_* variables (and Lambda's own AWS_REGION).

    Raises:
        SettingRefused: names the variable, its value and what is wanted.
    """
    variables = os.environ if environment is None else environment
    values: dict[str, object] = {"region": _needed(variables, "AWS_REGION")}
    for each in fields(Settings):
        if each.name in {"region", "run"}:
            continue
        if each.default is not MISSING and variable_of(each.name) not in variables:
            continue
        values[each.name] = _read(each.name, variables)
    # The rules have looked at the types.
    make: Callable[..., Settings] = Settings
    settings = make(**values, run=_run_settings(variables))
    check_memory(settings.images_memory_days, settings.images_lookback_days)
    return settings


def check_memory(known_days: int, found_days: int) -> None:
    """Who is forgotten and then found as untold would be predicted, and paid for, again."""
    if known_days <= found_days:
        wanted = f"more than images_lookback_days={found_days}"
        raise SettingRefused("images_memory_days", known_days, wanted)


def _run_settings(variables: Mapping[str, str]) -> RunSettings:
    """What every run begins with; a variable without a value leaves it to the preset."""
    given = {name: variables.get(variable_of(name), "") for name in RUN_RULES}
    return run_settings(
        {name: value for name, value in given.items() if value},
        defaults=RunSettings(),
        named=variable_of,
    )


def variable_of(setting: str) -> str:
    """What a function's environment calls it."""
    return f"KENNEL_{setting.upper()}"


def _read(name: str, variables: Mapping[str, str]) -> object:
    variable = variable_of(name)
    value = _needed(variables, variable)
    return DEPLOYMENT_RULES[name].read(variable, value) if name in DEPLOYMENT_RULES else value


def _needed(variables: Mapping[str, str], variable: str) -> str:
    if variable not in variables:
        raise SettingRefused(variable, "", "set; serverless.yml gives it to every function")
    return variables[variable]
