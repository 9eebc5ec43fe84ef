"""What is deployed, read from serverless.yml and resources/: functions, their triggers, queues."""

from __future__ import annotations

import importlib
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from fnmatch import fnmatchcase
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from tests.support.samples import SETTINGS

PROJECT = Path(__file__).parents[2]
JOBS = f"{SETTINGS.service}-{SETTINGS.stage}"
Handler = Callable[[Mapping[str, Any], object], Any]


@dataclass(frozen=True, kw_only=True)
class QueueTrigger:
    """A queue that is polled for a function, by its logical name."""

    queue: str
    batch: int
    window: timedelta


@dataclass(frozen=True, kw_only=True)
class Function:
    name: str
    timeout: timedelta
    megabytes: int
    patterns: Sequence[Mapping[str, Any]]
    queues: Sequence[QueueTrigger]

    @property
    def handler(self) -> Handler:
        handler: Handler = importlib.import_module(f"handlers.{self.name}").handler
        return handler


@dataclass(frozen=True, kw_only=True)
class DeployedQueue:
    name: str
    visibility: timedelta
    most_receives: int | None
    dead: str | None  # its logical name


@cache
def functions() -> Mapping[str, Function]:
    found = _loaded("serverless.yml")
    default = found["provider"]
    return {
        name: _function(name, default | declared) for name, declared in found["functions"].items()
    }


@cache
def queues() -> Mapping[str, DeployedQueue]:
    """By logical name."""
    resources = _loaded("resources/queues.yml")["Resources"]
    return {
        name: _queue(declared["Properties"])
        for name, declared in resources.items()
        if declared["Type"] == "AWS::SQS::Queue"
    }


def matches(pattern: Any, found: Any) -> bool:
    """EventBridge's rules, as far as serverless.yml uses them."""
    if isinstance(pattern, Mapping):
        return isinstance(found, Mapping) and all(
            name in found and matches(wanted, found[name]) for name, wanted in pattern.items()
        )
    return any(_is(wanted, found) for wanted in pattern)


def _is(wanted: Any, found: Any) -> bool:
    if not isinstance(wanted, Mapping):
        return bool(wanted == found)
    ((how, text),) = wanted.items()
    if how == "prefix":
        return str(found).startswith(text)
    if how == "wildcard" and not set("?[") & set(text):
        return fnmatchcase(str(found), text)
    raise NotImplementedError(f"the pattern {wanted}")


def _function(name: str, declared: Mapping[str, Any]) -> Function:
    events = declared.get("events", [])
    return Function(
        name=name,
        timeout=timedelta(seconds=int(declared["timeout"])),
        megabytes=int(declared["memorySize"]),
        patterns=[
            e["eventBridge"]["pattern"] for e in events if "pattern" in e.get("eventBridge", {})
        ],
        queues=[_trigger(event["sqs"]) for event in events if "sqs" in event],
    )


def _trigger(declared: Mapping[str, Any]) -> QueueTrigger:
    return QueueTrigger(
        queue=declared["arn"],
        batch=int(declared["batchSize"]),
        window=timedelta(seconds=int(declared.get("maximumBatchingWindow", 0))),
    )


def _queue(properties: Mapping[str, Any]) -> DeployedQueue:
    redrive = properties.get("RedrivePolicy", {})
    return DeployedQueue(
        name=properties["QueueName"],
        visibility=timedelta(seconds=int(properties.get("VisibilityTimeout", 30))),
        most_receives=redrive.get("maxReceiveCount"),
        dead=redrive.get("deadLetterTargetArn"),
    )


class _Loader(yaml.SafeLoader):  # type: ignore[misc]  # yaml has no types
    """CloudFormation's tags become the plain names that they name."""


def _named(loader: yaml.SafeLoader, tag: str, node: yaml.Node) -> object:
    text = str(getattr(node, "value", "")).removesuffix(".Arn")
    return SETTINGS.bucket if tag == "Ref" and text == "Bucket" else text


_Loader.add_multi_constructor("!", _named)


def _loaded(name: str) -> Any:
    text = (PROJECT / name).read_text(encoding="utf-8").replace("${self:custom.jobs}", JOBS)
    text = re.sub(r"\$\{param:(\w+)\}", lambda found: str(_params()[found[1]]), text)
    return yaml.load(text, _Loader)


@cache
def _params() -> Mapping[str, object]:
    text = (PROJECT / "resources/settings.yml").read_text(encoding="utf-8")
    found: Mapping[str, object] = yaml.safe_load(text)["default"]
    return found
