"""From the deployed stack to running functions: who calls what when."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from localcloud.aws import connected, judge
from localcloud.aws.account import Clients
from localcloud.aws.patches.events import target_senders
from localcloud.functions.access import Access
from localcloud.functions.function import Function
from localcloud.functions.invoke_api import InvokeApi
from localcloud.functions.logs import LogShipper
from localcloud.functions.process import Surroundings
from localcloud.functions.service import LambdaService
from localcloud.iam.authority import AccessDenied
from localcloud.machine.processes import Nursery
from localcloud.machine.timers import Timers
from localcloud.rest.front import RestFront
from localcloud.rest.routes import read_rest_api
from localcloud.stack.bucket_settings import apply_notifications, apply_versioning
from localcloud.stack.deployment import DeploymentFailed, Packages
from localcloud.stack.resource_policies import apply_policies
from localcloud.stack.stack import Stack, disable_triggers_of_moto, read_stack
from localcloud.stack.template import Template
from localcloud.triggers.queue_poller import QueuePoller, QueueTrigger
from localcloud.triggers.schedules import Schedules

SITE = Path(__file__).resolve().parents[1] / ".venv" / "lambda-runtime"


@dataclass(frozen=True, kw_only=True)
class LambdaRuntime:
    """What functions need to run."""

    work: Path
    endpoints: Mapping[str, str]
    nursery: Nursery
    clients: Clients
    s3_events_after: float = 0.0  # seconds until S3 has switched EventBridge on


def connect(running: ExitStack, runtime: LambdaRuntime) -> dict[str, str]:
    """Run what is deployed; the service's own addresses."""
    if not SITE.is_dir():
        raise DeploymentFailed(f"{SITE} is missing: run `make setup` first")
    clients = runtime.clients
    template = Template.of_stack(_stack_name(clients), clients)
    stack = read_stack(template, clients)
    disable_triggers_of_moto(stack, clients)
    apply_versioning(template, clients)
    apply_policies(template, clients)
    timers = Timers()
    running.callback(timers.close)
    access = _access(running, runtime, stack)
    functions = _deploy_functions(running, runtime, stack, timers, access)
    _poll_queues(running, stack, functions, access)
    running.callback(connected.disconnect)
    connected.connect(InvokeApi(functions))
    _switch_notifications_on(template, runtime, timers)
    Schedules(stack.schedules, timers, target_senders).start()
    return _addresses(stack, _serve(running, functions, clients))


def _switch_notifications_on(template: Template, runtime: LambdaRuntime, timers: Timers) -> None:
    """At once; or EventBridge later than the rest, as on AWS, where that takes some minutes."""
    if runtime.s3_events_after:
        apply_notifications(template, runtime.clients, eventbridge=False)
        timers.after(
            runtime.s3_events_after, lambda: apply_notifications(template, runtime.clients)
        )
    else:
        apply_notifications(template, runtime.clients)


def _stack_name(clients: Clients) -> str:
    stacks = clients["cloudformation"].list_stacks()["StackSummaries"]
    return str(stacks[0]["StackName"])  # the account is new: the one that was just deployed


def _access(running: ExitStack, runtime: LambdaRuntime, stack: Stack) -> Access:
    access = Access(
        runtime.endpoints["AWS_ENDPOINT_URL"],
        lambda function: judge.authority().assume_for(
            "lambda.amazonaws.com", function.role, function.name, source=function.arn
        ),
    )
    running.callback(access.close)
    for function in stack.functions:
        _check_role(function, access)
    return access


def _check_role(function: Function, access: Access) -> None:
    try:
        access.clients(function)
    except AccessDenied as denial:
        raise DeploymentFailed(
            f"The role defined for the function cannot be assumed by Lambda ({function.name})."
        ) from denial


def _deploy_functions(
    running: ExitStack,
    runtime: LambdaRuntime,
    stack: Stack,
    timers: Timers,
    access: Access,
) -> LambdaService:
    shipper = LogShipper(access)
    running.callback(shipper.close)
    surroundings = Surroundings(
        site=SITE,
        scratch=runtime.work / "scratch",
        endpoints=runtime.endpoints,
        nursery=runtime.nursery,
        access=access,
        log=shipper.send,
    )
    service = LambdaService(surroundings, timers)
    running.callback(service.close)
    packages = Packages(runtime.work / "functions", runtime.clients)
    service.deploy(
        (function, packages.root_of(function.bucket, function.code)) for function in stack.functions
    )
    return service


def _poll_queues(
    running: ExitStack, stack: Stack, functions: LambdaService, access: Access
) -> None:
    pollers = [_poller(trigger, functions, access) for trigger in stack.triggers]
    running.callback(_stop_polling, pollers, functions)
    for poller in pollers:
        poller.start()


def _poller(trigger: QueueTrigger, functions: LambdaService, access: Access) -> QueuePoller:
    function = functions.pool(trigger.function).function
    places = max(function.concurrency, 1)
    places = min(places, trigger.concurrency or places)
    return QueuePoller(trigger, places, functions, access.clients(function))


def _stop_polling(pollers: Sequence[QueuePoller], functions: LambdaService) -> None:
    """All at once, and not waiting for functions: their messages become visible again."""
    for poller in pollers:
        poller.stop()
    functions.close()
    for poller in pollers:
        poller.join()


def _serve(running: ExitStack, functions: LambdaService, clients: Clients) -> RestFront | None:
    api = read_rest_api(clients)
    if api is None:
        return None
    front = RestFront(api, functions, judge.authority())
    running.callback(front.stop)
    front.start()
    connected.answer_at(api.address, front.url)
    return front


def _addresses(stack: Stack, front: RestFront | None) -> dict[str, str]:
    bucket = stack.setting("KENNEL_BUCKET") or next(iter(stack.buckets), None)
    addresses = {"KENNEL_BUCKET": bucket, "KENNEL_URL": front and front.url}
    return {name: value for name, value in addresses.items() if value}
