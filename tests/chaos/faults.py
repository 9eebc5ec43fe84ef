"""The boundary of every call to AWS: where an actor may be halted, killed or turned away."""

from __future__ import annotations

import random
from datetime import timedelta
from typing import TYPE_CHECKING

from tests.chaos.actors import Actor, Killed, current
from tests.chaos.aws.wire import Answer, Params, Refused
from tests.chaos.profiles import Profile

if TYPE_CHECKING:
    from tests.chaos.world import World

THROTTLED = {
    "s3": ("SlowDown", "Please reduce your request rate.", 503),
    "dynamodb": ("ProvisionedThroughputExceededException", "The level of throughput", 400),
    "sagemaker": ("ThrottlingException", "Rate exceeded", 400),
    "sns": ("Throttled", "Rate exceeded", 400),
    "sqs": ("RequestThrottled", "Rate exceeded", 403),
}
# What a call is about, in a trace.
NAMED = (
    "Key",
    "TransformJobName",
    "TrainingJobName",
    "ProcessingJobName",
    "HyperParameterTuningJobName",
    "ModelName",
    "Item",
    "Subject",
    "Prefix",
)
STORM = timedelta(minutes=6)  # longer than Lambda's three tries
WILD = timedelta(hours=5)  # then calm returns


class FaultyCalls:
    """The cloud's calls as a schedule lets them through."""

    def __init__(self, world: World, profile: Profile, chance: random.Random) -> None:
        self.number = 0
        self._world = world
        self._profile = profile
        self._chance = chance
        span = WILD / timedelta(minutes=1)
        self._storms = [
            (
                world.agenda.now() + timedelta(minutes=chance.random() * span),
                chance.choice(list(THROTTLED)),
            )
            for _ in range(profile.storms)
        ]

    def call(self, service: str, operation: str, params: Params) -> Answer:
        actor = current()
        if actor is None:
            return self._world.account.call(service, operation, params)
        if operation.startswith("Create"):
            self._change_minds(actor)
        self._before(actor, service)
        self._world.agenda.pass_call()
        self.number += 1
        try:
            answer = self._world.account.call(service, operation, params)
        except Refused as refused:
            self._tell(actor, operation, params, f"refused: {refused}")
            raise
        self._tell(actor, operation, params, "done")
        self._after(actor)
        return answer

    def _change_minds(self, actor: Actor) -> None:
        """A person's worst moment for a change of mind: what is asked for is in the air."""
        if self._world.is_wild() and self._strikes(self._profile.restless / 8):
            self._world.people.change_minds()
            actor.pause()

    def _before(self, actor: Actor, service: str) -> None:
        if actor.killed:
            raise Killed(actor.name)
        if self._world.is_wild() and self._strikes(self._profile.interleaved):
            actor.pause()
        if self._world.agenda.now() > actor.deadline:
            self._world.trace(f"  {actor.name}: out of time")
            actor.kill()
        if not self._world.is_wild():
            return
        if self._strikes(self._profile.killed / 2):
            self._world.trace(f"  {actor.name}: killed before its next call")
            actor.kill()
        if self._strikes(0.9 if self._is_storm(service) else self._profile.throttled):
            self._world.trace(f"  {actor.name}: {service} is throttled")
            code, message, status = THROTTLED[service]
            raise Refused(code, message, status=status)

    def _after(self, actor: Actor) -> None:
        if self._world.is_wild() and self._strikes(self._profile.killed / 2):
            self._world.trace(f"  {actor.name}: killed after this call")
            actor.kill()

    def _is_storm(self, service: str) -> bool:
        now = self._world.agenda.now()
        return any(began <= now < began + STORM and service == hit for began, hit in self._storms)

    def _strikes(self, share: float) -> bool:
        return share > 0 and self._chance.random() < share

    def _tell(self, actor: Actor, operation: str, params: Params, result: str) -> None:
        about = next((params[name] for name in NAMED if name in params), "")
        if isinstance(about, dict):
            about = "/".join(about[name]["S"] for name in ("kind", "id"))
        self._world.trace(f"  {actor.name}: {operation} {about}: {result}")
