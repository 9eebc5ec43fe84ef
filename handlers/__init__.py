"""Lambda entry points: each parses its event, calls one step, and returns.

Lambda imports this first. A cold start makes some 80,000 objects and no garbage; looking for some
after every 700 of them takes a tenth of its time (benchmarks/imports.py). So it is looked for
later, and nothing has to be switched on again.
"""

from __future__ import annotations

import gc

gc.set_threshold(100_000)
