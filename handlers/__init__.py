"""Lambda entry points: each parses its event, calls one step, and returns.

Lambda imports this first. Nothing that a cold start imports is garbage, and looking for some
takes a tenth of its time; `pipeline.bootstrap` switches the collector on again.
"""

import gc

gc.disable()
