"""What the account's services refuse on a bad day, by lot: `--faults` names the shares.

One process holds one account, hence one set of shares.
"""

from __future__ import annotations

from collections.abc import Mapping

from localcloud.sagemaker.lots import Lots

CONFLICTS = "s3-conflicts"  # of conditional writes: another came in between
UNPROCESSED = "items-unprocessed"  # of the items of a batch write, but for its first one
SHARES = (CONFLICTS, UNPROCESSED)

_lots = Lots()
_shares: dict[str, float] = {}


def suffer(faults: Mapping[str, float]) -> None:
    """From now on; what is not named does not happen."""
    _shares.clear()
    _shares.update(faults)


def strikes(share: str, subject: str) -> bool:
    wanted = _shares.get(share, 0.0)
    return wanted > 0 and _lots.draw(_shares.get("seed", 1), share, subject) < wanted
