"""The settings of `serverless deploy`, judged before anything is sent. Knows no AWS.

`python -m pipeline.deployment` takes them as JSON; the framework asks it by
`resources/check_settings.js`.
"""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Collection, Mapping
from difflib import get_close_matches

from pipeline.errors import InputError, SettingRefused
from pipeline.job_images import has_gpu, has_gpu_variant
from pipeline.run_settings import RUN_RULES, RunSettings, run_settings
from pipeline.setting_rules import Choice, Rule, Whole, Word
from pipeline.settings import DEPLOYMENT_RULES, check_memory, variable_of

# Of a Lambda function's environment, measured as JSON: each quotation mark of a value takes two.
ENVIRONMENT_BYTES = 4096
# The most that the stack itself adds: the addresses of bucket, table, topic, role and queue.
RESOURCES_BYTES = 512
# Longer than that of any region's own registry.
REGISTRY = "000000000000.dkr.ecr.ap-southeast-10.amazonaws.com.cn/"

IMAGE = Word(r"[a-z0-9/_.-]+:[A-Za-z0-9_.-]+", "an image and its tag such as pytorch:2.13-cpu")
ADDRESS = Word(r"[a-z0-9.:-]+/[A-Za-z0-9/_.:@-]+", "a full address such as registry/image:tag")
# Of images elsewhere than in the region's own registry.
ADDRESSES = ("training_image_uri", "inference_image_uri", "debugger_rules_image_uri")
DAYS = Whole(1, 3650)
EXPRESSION = Word(
    r"rate\((1 (minute|hour|day)|([2-9]|[1-9]\d+) (minutes|hours|days))\)|cron\(\S+( \S+){5}\)",
    "a schedule such as rate(10 minutes)",
)

# What the functions never hear of: it is for the stack alone.
STACK_RULES: Mapping[str, Rule] = {
    "region": Word(r"[a-z]{2}(-[a-z]+){1,2}-\d", "a region such as us-east-1"),
    "notification_address": Word(r"|[^@\s]+@[^@\s]+\.[^@\s]+", "an e-mail address, or empty"),
    "training_image": IMAGE,
    "inference_image": IMAGE,
    **dict.fromkeys(ADDRESSES, ADDRESS),
    "images_window_seconds": Whole(1, 300),
    "images_visibility_seconds": Whole(120, 43200),  # at least the time-out of its function
    "reconcile_every": EXPRESSION,
    "tuning_retention_days": DAYS,
    "batches_retention_days": DAYS,
    "checked_retention_days": DAYS,
    "old_versions_retention_days": DAYS,
    "wheels": Choice(("lambda", "here")),
}
RULES: Mapping[str, Rule] = {**RUN_RULES, **DEPLOYMENT_RULES, **STACK_RULES}

# Which image runs on which instances.
INSTANCES: Mapping[str, tuple[str, ...]] = {
    "training_image": ("preparation_instance", "tuning_instance", "training_instance"),
    "inference_image": ("transform_instance",),
}


def check_deployment(settings: Mapping[str, object], regions: Collection[str]) -> None:
    """Service, stage and the settings of that stage; the regions whose default images are known.

    Raises:
        InputError: a name that does not exist, a value out of its rule, a region without images,
            a processor that the image has no use for, or two settings that contradict each other.
    """
    for name, value in settings.items():
        if name not in RULES:
            near = get_close_matches(name, RULES, n=1)
            hint = f"did you mean {near[0]!r}?" if near else "resources/settings.yml lists them"
            raise InputError(f"there is no setting {name!r}: {hint}")
        if name in RUN_RULES and value == "":
            continue  # as the preset says
        if isinstance(value, list | dict):
            raise SettingRefused(name, value, f"text: write its JSON in quotes, {name}: '…'")
        RULES[name].read(name, value)
    _check_run_settings(settings)
    check_memory(*(int(str(settings[f"images_{name}_days"])) for name in ("memory", "lookback")))
    _check_environment(settings)
    _check_region(settings, regions)
    for image, instances in INSTANCES.items():
        _check_processor(settings, image, instances)


def _check_run_settings(settings: Mapping[str, object]) -> None:
    """All of them together: what contradicts each other."""
    given = {name: value for name in RUN_RULES if (value := settings.get(name, "")) != ""}
    run_settings(given, defaults=RunSettings())


def _check_environment(settings: Mapping[str, object]) -> None:
    """Lambda would refuse it when the stack has been half updated."""
    names = {variable_of(name): name for name in (*RUN_RULES, *DEPLOYMENT_RULES)}
    values = {found: str(settings.get(name, "")) for found, name in names.items()}
    for address in ADDRESSES:
        image = address.removesuffix("_uri")
        default = settings.get(image, "sagemaker-debugger-rules:latest")
        values[variable_of(image)] = str(settings.get(address, f"{REGISTRY}{default}"))
    measured = _measured(values) + RESOURCES_BYTES
    if measured > ENVIRONMENT_BYTES:
        longest = max(names, key=lambda found: _measured({found: values[found]}))
        raise InputError(
            f"the functions' environment would have {measured:,} bytes, more than the "
            f"{ENVIRONMENT_BYTES:,} that Lambda allows, and {names[longest]} takes the most of "
            "them: shorten it, or put settings of runs into the data sets' own files"
        )


def _measured(variables: Mapping[str, str]) -> int:
    return len(json.dumps(variables, ensure_ascii=False, separators=(",", ":")).encode())


def _check_region(settings: Mapping[str, object], regions: Collection[str]) -> None:
    missing = [name for name in ADDRESSES if name not in settings]
    if settings["region"] not in regions and missing:
        raise InputError(
            f"region={settings['region']!r} is not in resources/image_accounts.yml: add its "
            f"registries there, or set {', '.join(missing)}"
        )


def _check_processor(
    settings: Mapping[str, object], image: str, instances: tuple[str, ...]
) -> None:
    source = f"{image}_uri" if f"{image}_uri" in settings else image
    tag = str(settings.get(source, "")).rpartition(":")[2]
    if not re.search(r"(^|[-_.])cpu([-_.]|$)", tag):
        return
    for instance in instances:
        kind = str(settings.get(instance, ""))
        if has_gpu(kind) and not has_gpu_variant(str(settings[source]), kind):
            raise InputError(
                f"{instance}={settings[instance]!r} has a GPU, which {source}={settings[source]!r} "
                "is not built for: choose a gpu image, or an instance type without one"
            )


def main() -> int:
    try:
        check_deployment(**json.load(sys.stdin))
    except InputError as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
