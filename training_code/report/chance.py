"""What so few images can tell: whether two shares differ by more than chance."""

from __future__ import annotations

import math
from collections.abc import Iterator

Share = tuple[int, int]  # so many of so many


def chance_of_such_a_difference(one: Share, other: Share) -> float:
    """Fisher's exact test, two-sided: how often equal shares would differ at least so much.

    Exact also for four images, where the normal approximation calls one of them a difference.
    """
    (hits, size), (others, other_size) = one, other
    everything, hit = size + other_size, hits + others
    least, most = max(0, hit - other_size), min(hit, size)
    logs = [_log_ways(size, k) + _log_ways(other_size, hit - k) for k in range(least, most + 1)]
    total = _log_ways(everything, hit)
    seen = logs[hits - least] + 1e-7  # as probable as what was seen, whatever the rounding
    return min(1.0, math.fsum(_probabilities(logs, seen, total)))


def interval(hits: int, size: int) -> tuple[float, float]:
    """Wilson's 95 % interval of a share."""
    share, z = hits / size, 1.96
    middle = share + z * z / (2 * size)
    reach = z * math.sqrt(share * (1 - share) / size + z * z / (4 * size * size))
    whole = 1 + z * z / size
    return max(0.0, (middle - reach) / whole), min(1.0, (middle + reach) / whole)


def _probabilities(logs: list[float], most: float, total: float) -> Iterator[float]:
    return (math.exp(log - total) for log in logs if log <= most)


def _log_ways(n: int, k: int) -> float:
    return math.lgamma(n + 1) - math.lgamma(k + 1) - math.lgamma(n - k + 1)
