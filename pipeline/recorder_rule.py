"""What a training records of itself, as far as a setting may change it. Calls nothing.

A list of its own, as the functions have no training code; a test holds it against that.
"""

from __future__ import annotations

from typing import Final

from pipeline.setting_rules import Choice, Listed, Whole
from pipeline.structured_rules import Either, Several, Table

_COLLECTIONS: Final = (
    "weights",
    "biases",
    "gradients",
    "updates",
    "relu_input",
    "relu_output",
    "tanh_input",
    "sigmoid_input",
    "activations",
    "labels",
    "predictions",
)

RECORDER: Final = Either(
    Choice(("default", "off")),
    Table(
        {
            "steps": Whole(0, 10_000),
            "tensors": Whole(0, 100_000),
            "system_ms": Either(Listed((0,)), Whole(100, 60_000)),
            "trace": Whole(0, 20),
            "collections": Several(Choice(_COLLECTIONS), len(_COLLECTIONS)),
        },
        example='{"steps": 10, "tensors": 100, "collections": ["gradients", "relu_output"]}',
    ),
)
