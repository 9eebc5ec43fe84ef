"""Everything that the local cloud changes in moto, in one place, applied once per process.

Each patch says what moto (5.2.5) does, and what AWS does instead. Nothing else in Kennel may reach
into moto. What the patches need from outside (the deployed functions) is connected later.
"""

import copy
import json
import logging
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache
from typing import Any
from urllib.parse import unquote

import moto.cloudformation.models
import moto.s3.notifications
from moto.awslambda.exceptions import LambdaClientError, UnknownFunctionException
from moto.awslambda.responses import LambdaResponse
from moto.events.models import Rule, events_backends
from moto.s3.models import FakeKey
from moto.s3.responses import S3Response
from moto.sqs.models import sqs_backends

from localcloud.aws import s3_events
from localcloud.aws.account import NUMBER, REGION
from localcloud.functions.invocation import FunctionNotFound, Functions
from localcloud.functions.invoke_api import InvokeRefused, InvokeRequest, invoke
from localcloud.triggers.event_targets import TargetSenders, deliver

logger = logging.getLogger(__name__)

_functions: list[Functions] = []
_tagging_requested: ContextVar[bool] = ContextVar("tagging_requested", default=False)
_send_to_targets_of_moto: Callable[..., None] = Rule.send_to_targets
_range_requested: ContextVar[bool] = ContextVar("range_requested", default=False)
_get_object_of_moto: Callable[[S3Response], Any] = S3Response.get_object
_value_of_moto: Any = FakeKey.value
_range_of_moto: Callable[..., Any] = S3Response._handle_range_header
_put_tagging_of_moto: Callable[[S3Response], Any] = S3Response.put_object_tagging


@cache
def apply() -> None:
    """Patch moto; a second call does nothing."""
    for owner, name, replacement in (
        (moto.cloudformation.models, "validate_template_cfn_lint", _accept_template),
        (moto.s3.notifications, "send_event", _send_s3_event),
        (moto.s3.notifications, "_get_test_event", s3_events.test_message),
        (S3Response, "put_object_tagging", _put_object_tagging),
        (S3Response, "get_object", _get_object),
        (S3Response, "_handle_range_header", _handle_range_header),
        (FakeKey, "value", property(_value, _value_of_moto.fset)),
        (Rule, "send_to_targets", _send_to_targets),
        (LambdaResponse, "invoke", _invoke),
    ):
        assert hasattr(owner, name), f"moto has no {name} any more: look at this patch again"
        setattr(owner, name, replacement)


def connect(functions: Functions) -> None:
    """From now on moto's events and Lambda's Invoke reach these functions."""
    _functions[:] = [functions]


def disconnect() -> None:
    _functions.clear()


def _deployed() -> Functions:
    if not _functions:
        raise FunctionNotFound("no function is deployed yet")
    return _functions[0]


# moto runs cfn-lint over each template and takes warnings for errors; CloudFormation has no lint.
def _accept_template(template: str) -> list[Any]:  # noqa: ARG001
    return []


# moto tells of every put that tags were added, tags or not; S3 only of a PutObjectTagging request.
def _put_object_tagging(response: S3Response) -> Any:
    token = _tagging_requested.set(True)
    try:
        return _put_tagging_of_moto(response)
    finally:
        _tagging_requested.reset(token)


# moto reads a whole object for each ranged GET, and a large download is a hundred of those. Here
# the content of such a request is read when moto cuts the range out of it.
class _Slices:
    def __init__(self, key: FakeKey) -> None:
        self._key = key

    def __len__(self) -> int:
        return int(self._key.size)

    def __getitem__(self, part: slice) -> bytes:
        start, stop, _ = part.indices(len(self))
        with self._key.lock:
            self._key._value_buffer.seek(start)
            return bytes(self._key._value_buffer.read(max(stop - start, 0)))


def _get_object(response: S3Response) -> Any:
    token = _range_requested.set(bool(response.headers.get("Range")))
    try:
        return _get_object_of_moto(response)
    finally:
        _range_requested.reset(token)


def _value(key: FakeKey) -> Any:
    return _Slices(key) if _range_requested.get() else _value_of_moto.fget(key)


def _handle_range_header(response: S3Response, request: Any, headers: Any, content: Any) -> Any:
    status, headers, content = _range_of_moto(response, request, headers, content)
    return status, headers, content[:] if isinstance(content, _Slices) else content


# moto's S3 events lack what makes them usable: sequencer, version, ids of their own, spellings.
# A multipart upload gives two events there; S3 sends one.
def _send_s3_event(account_id: str, event_name: Any, bucket: Any, key: Any) -> None:  # noqa: ARG001
    name = str(event_name.value).removeprefix("s3:")
    configuration = bucket.notification_configuration
    if configuration is None or key is None or _is_stray(name, key):
        return
    change = _object_change(name, bucket, key)
    for routes, send in (
        (configuration.queue, _notify_queue),
        (configuration.cloud_function, _notify_function),
        (configuration.topic, _notify_topic),
    ):
        for route in routes:
            if route.matches(event_name, key.name):
                send(route.arn, s3_events.notification(change, route.id))
    if configuration.event_bridge is not None:
        _send_to_default_bus(s3_events.eventbridge_event(change))


def _notify_queue(arn: str, body: Mapping[str, Any]) -> None:
    with _logged(f"notifying {arn}"):
        _send_message(arn, json.dumps(body), {})


def _notify_function(arn: str, body: Mapping[str, Any]) -> None:
    with _logged(f"notifying {arn}"):
        _deployed().invoke_later(arn, json.dumps(body).encode())


def _notify_topic(arn: str, body: Mapping[str, Any]) -> None:
    moto.s3.notifications._send_sns_message(NUMBER, body, arn, REGION)


@contextmanager
def _logged(what: str) -> Iterator[None]:
    """On AWS delivery comes later, elsewhere: whoever caused the event never sees it fail."""
    try:
        yield
    except Exception:
        logger.exception("%s failed", what)


def _is_stray(name: str, key: Any) -> bool:
    second_of_multipart = name == "ObjectCreated:Put" and key.multipart is not None
    return second_of_multipart or (name == "ObjectTagging:Put" and not _tagging_requested.get())


def _object_change(name: str, bucket: Any, key: Any) -> s3_events.ObjectChange:
    return s3_events.ObjectChange(
        name=name,
        bucket=bucket.name,
        key=key.name,
        size=key.size,
        etag=key.etag.strip('"'),
        version=key.version_id if bucket.is_versioned else None,
    )


def _send_to_default_bus(event: Any) -> None:
    for rule in list(events_backends[NUMBER][REGION].event_buses["default"].rules.values()):
        rule.send_to_targets(event, transform_input=False)


# moto never invokes functions, ignores disabled rules and the targets' dead-letter queues, lets one
# failing target stop the rest, and sends queues an event without its account.
def _send_to_targets(rule: Rule, original_event: Any, transform_input: bool = True) -> None:
    pattern = rule.event_pattern
    if rule.state == "DISABLED" or not pattern.get_pattern():
        return  # a schedule has no pattern: it takes no events
    with _logged(f"rule {rule.name}"):
        if pattern.matches_event(original_event):
            _deliver_to_targets(rule, original_event, transform_input)


def _deliver_to_targets(rule: Rule, original_event: Any, transform_input: bool) -> None:
    for target in list(rule.targets):
        if target["Arn"].split(":")[2] in ("lambda", "sqs"):
            deliver(original_event, target, rule=rule.arn, senders=target_senders())
        else:
            _deliver_by_moto(rule, target, original_event, transform_input)


def _deliver_by_moto(rule: Rule, target: Any, event: Any, transform_input: bool) -> None:
    single = copy.copy(rule)
    single.targets = [target]
    _send_to_targets_of_moto(single, event, transform_input)


def target_senders() -> TargetSenders:
    """The ways out of an event rule, also for schedules, which moto never fires."""
    return TargetSenders(
        invoke_later=lambda arn, body: _deployed().invoke_later(arn, body),
        send_message=_send_message,
    )


def _send_message(arn: str, body: str, attributes: Mapping[str, str]) -> None:
    typed = {
        name: {"data_type": "String", "string_value": value} for name, value in attributes.items()
    }
    queue = arn.rpartition(":")[2]
    sqs_backends[NUMBER][REGION].send_message(queue, body, message_attributes=typed)


# moto runs functions in Docker or pretends; here they run under the local cloud's own runner.
def _invoke(response: LambdaResponse) -> tuple[int, dict[str, str], bytes]:
    body = response.body
    request = InvokeRequest(
        function=unquote(response.path.rsplit("/", 2)[-2]),
        kind=response.headers.get("X-Amz-Invocation-Type", "RequestResponse"),
        payload=body if isinstance(body, bytes) else body.encode(),
        tail=response.headers.get("X-Amz-Log-Type") == "Tail",
    )
    try:
        return invoke(request, _deployed())
    except InvokeRefused as refusal:
        error = LambdaClientError(refusal.code, str(refusal))
        error.code = refusal.status
        raise error from refusal
    except FunctionNotFound as error:
        raise UnknownFunctionException(str(error)) from error
