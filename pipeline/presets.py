"""Recipes by name. What one of them names is set by all: the others have the default's value.

Held against the rules of the settings by a test. The last three are those of published projects
that trained on dog breeds.
"""

from __future__ import annotations

from collections.abc import Mapping

Recipe = Mapping[str, object]

PRESETS: Mapping[str, Recipe] = {
    "default": {},
    # Three starts of jobs instead of a dozen, and the backbone looks at each image once.
    "quick": {
        "search": "in_job",
        "trainable": "head",
        "views": 1,
        "epochs": 5,
    },
    "resnet50-linear": {
        "backbone": "resnet50",
        "ranges": {
            "lr": (0.001, 0.1),
            "weight_decay": 0.01,
            "dropout": 0.0,
            "batch_size": (32, 64, 128),
            "hidden_units": 0,
        },
    },
    "resnet152-mlp": {
        "backbone": "resnet152",
        "ranges": {
            "lr": (0.0001, 0.02),
            "weight_decay": 0.01,
            "dropout": (0.0, 0.5),
            "batch_size": (32, 64, 128),
            "hidden_units": (128, 256),
        },
    },
    "resnet18-adamw": {
        "backbone": "resnet18",
        "trainable": "all",
        "tuning_jobs": 20,
        "tuning_parallel": 2,
        "early_stopping": "auto",
        "ranges": {
            "lr": (0.0001, 0.1),
            "weight_decay": (0.001, 0.1),
            "eps": (1e-9, 1e-7),
            "dropout": 0.0,
            "batch_size": (32, 64),
            "hidden_units": 0,
        },
    },
}
