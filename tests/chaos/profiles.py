"""What goes wrong in a schedule, and how often."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace


@dataclass(frozen=True, kw_only=True)
class Profile:
    """Shares of calls, events and jobs; all of it ends after some hours, and calm returns."""

    killed: float = 0.0  # before or after a call
    throttled: float = 0.0  # calls by themselves
    storms: int = 0  # times in which a service refuses nearly all calls, for minutes
    twice: float = 0.0  # events that are told again
    late: float = 0.0
    lost: float = 0.0
    interleaved: float = 0.0  # calls at which somebody else may go on
    no_room: float = 0.0  # jobs that end for want of instances or by SageMaker's own fault
    refused: float = 0.0  # create calls over a quota
    failing: float = 0.0  # jobs that fail by what they work on
    restless: float = 0.0  # uploads that their owner stops, overwrites, deletes or repeats
    images: bool = False  # images are dropped; else data sets alone
    poison: float = 0.0  # images that end the container that looks at them
    withheld: float = 0.0  # images that S3 does not hand out to a job in time
    in_job: bool = False  # runs whose preparation searches; else by a tuning job

    @property
    def only_twice(self) -> bool:
        """Whether nothing happens but what ought to change nothing at all."""
        harmless = Profile(twice=self.twice, late=self.late, interleaved=self.interleaved)
        return replace(self, images=False, in_job=False) == harmless


_RUNS: Mapping[str, Profile] = {
    "calm": Profile(),
    "twice": Profile(twice=0.7, late=0.3),
    "interleaved": Profile(twice=0.6, interleaved=0.25),
    "lost": Profile(lost=0.4, late=0.3),
    "throttled": Profile(throttled=0.04, storms=4),
    "killed": Profile(killed=0.02),
    "no_room": Profile(no_room=0.3, refused=0.4),
    "failing": Profile(failing=0.2, no_room=0.1),
    "restless": Profile(restless=0.8, twice=0.2, interleaved=0.2),
    "everything": Profile(
        killed=0.006,
        throttled=0.01,
        storms=2,
        twice=0.3,
        late=0.2,
        lost=0.1,
        interleaved=0.1,
        no_room=0.1,
        refused=0.1,
        failing=0.03,
        restless=0.4,
    ),
}
# Runs do not end by what they work on here: a model has to serve.
_IMAGES = {
    f"images_{name}": replace(profile, images=True, failing=0.0)
    for name, profile in _RUNS.items()
    if name != "failing"
}
# Whatever may go wrong on the shorter way, too.
_IN_JOB = {
    f"in_job_{name}": replace(_RUNS[name], in_job=True)
    for name in ("twice", "killed", "failing", "everything")
}
PROFILES: Mapping[str, Profile] = {
    **_RUNS,
    **_IMAGES,
    **_IN_JOB,
    "images_poisoned": Profile(images=True, poison=0.06, twice=0.2),
    "images_withheld": Profile(images=True, withheld=0.3, killed=0.01, twice=0.2),
}
