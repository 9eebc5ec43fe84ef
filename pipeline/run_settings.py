"""Settings of one run: what a data set's own `<name>.json` may change. Calls nothing."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field, fields

from pipeline.backbones import BACKBONES
from pipeline.presets import PRESETS
from pipeline.recorder_rule import RECORDER
from pipeline.search_rules import MOST_TRIALS, trials_of
from pipeline.search_space import SearchSpace
from pipeline.setting_rules import Choice, Named, Real, Rule, Whole
from pipeline.structured_rules import MOST_CATEGORIES, Several, Span, Table, frozen
from pipeline.training_rules import RuleChoice
from pipeline.weight_licences import check_licences

MOST_BACKBONES = 4

# Hyperparameter to what is searched of it; each has the form that its rule below gives.
DEFAULT_RANGES: Mapping[str, object] = {
    "lr": (0.0001, 0.1),
    "weight_decay": (0.00001, 0.1),
    "eps": 1e-8,
    "dropout": (0.0, 0.5),
    "batch_size": (32, 64, 128),
    "hidden_units": (0, 128, 256),
}


@dataclass(frozen=True, kw_only=True)
class RunSettings:
    """As they hold for a run, with its preset's values filled in."""

    preset: str = "default"
    backbone: str | tuple[str, ...] = "resnet50"
    weights: str = "auto"
    weights_licence: str = "commercial"
    views: int = 4
    trainable: str = "head"
    strategy: str = "bayesian"
    search: str = "tuning_job"
    ranges: Mapping[str, object] = field(default_factory=lambda: dict(DEFAULT_RANGES))
    tuning_jobs: int = 10
    tuning_parallel: int = 2
    tuning_epochs: int = 30
    early_stopping: str = "auto"
    epochs: int = 10
    final: str = "features"
    backbone_lr: float = 0.0001
    backbone_epochs: int = 5
    warmup_epochs: int = 1
    num_workers: int = -1
    images_at_once: int = 32
    mirror: str = "off"
    seed: int = 1
    rules: str | Mapping[str, object] = "default"
    recorder: str | Mapping[str, object] = "default"
    debugger: str = "off"

    @property
    def backbones(self) -> tuple[str, ...]:
        """Those whose features the search chooses among; mostly it is one."""
        return (self.backbone,) if isinstance(self.backbone, str) else self.backbone

    @property
    def space(self) -> SearchSpace:
        """What the search tries."""
        return SearchSpace.of(vars(self))


RUN_RULES: Mapping[str, Rule] = {
    "preset": Choice(tuple(PRESETS)),
    "backbone": Several(
        Named(BACKBONES, "torchvision's classification models", "resnet50"), MOST_BACKBONES
    ),
    "weights": Choice(("auto", "none")),
    "weights_licence": Choice(("commercial", "any")),
    "views": Whole(1, 16),
    "trainable": Choice(("head", "last_block", "all")),
    "strategy": Choice(("bayesian", "random", "hyperband", "grid")),
    "search": Choice(("tuning_job", "in_job")),
    "ranges": Table(
        {
            "lr": Span(1e-8, 1, by_magnitude=True),
            "weight_decay": Span(0, 1, by_magnitude=True),
            "eps": Span(1e-12, 0.1, by_magnitude=True),
            "dropout": Span(0, 0.95),
            "batch_size": Several(Whole(1, 4096), MOST_CATEGORIES),
            "hidden_units": Several(Whole(0, 4096), MOST_CATEGORIES),
        },
        example='{"lr": [0.001, 0.1], "hidden_units": [128, 256], "dropout": 0.2}',
    ),
    "tuning_jobs": Whole(1, MOST_TRIALS),
    "tuning_parallel": Whole(1, 10),
    "tuning_epochs": Whole(1, 500),
    "early_stopping": Choice(("auto", "off")),
    "epochs": Whole(1, 500),
    "final": Choice(("features", "images")),
    "backbone_lr": Real(1e-8, 1),
    "backbone_epochs": Whole(1, 500),
    "warmup_epochs": Whole(0, 500),
    "num_workers": Whole(-1, 64),
    "images_at_once": Whole(1, 4096),
    "mirror": Choice(("off", "on")),
    "seed": Whole(0, 2**31 - 1),
    "rules": RuleChoice(),
    "recorder": RECORDER,
    "debugger": Choice(("off", "native")),
}

# What presets set: beside another preset, each has its default again.
RECIPE = tuple(dict.fromkeys(name for recipe in PRESETS.values() for name in recipe))


def run_settings(
    given: Mapping[str, object], *, defaults: RunSettings, named: Callable[[str], str] = str
) -> RunSettings:
    """`defaults`, changed by a preset if one is given, changed by what is given beside it.

    Raises:
        SettingRefused: a value is not by its rule, or settings contradict each other; the setting
            is called as `named` says.
    """
    values = {name: RUN_RULES[name].read(named(name), value) for name, value in given.items()}
    base = asdict(defaults)
    if "preset" in values:
        base |= _recipe(str(values["preset"]))
    chosen = base | values | {"ranges": {**base["ranges"], **_table(values.get("ranges", {}))}}
    backbones = chosen["backbone"]
    check_licences((backbones,) if isinstance(backbones, str) else backbones, chosen, named)
    return _made(chosen | {"tuning_jobs": trials_of(chosen, given, named)})


def stored_run_settings(record: Mapping[str, object]) -> RunSettings:
    """Of a run in the ledger: they have been read once, and an older run lacks what is newer."""
    known = {each.name for each in fields(RunSettings)}
    return _made({name: frozen(value) for name, value in record.items() if name in known})


def _recipe(preset: str) -> dict[str, object]:
    """All that any preset sets: this one's values, or else the defaults."""
    defaults, own = asdict(RunSettings()), PRESETS[preset]
    ranges = {**defaults["ranges"], **_table(own.get("ranges", {}))}
    return {name: own.get(name, defaults[name]) for name in RECIPE} | {"ranges": ranges}


def _table(value: object) -> Mapping[str, object]:
    assert isinstance(value, Mapping)  # the rule has looked
    return value


def _made(values: Mapping[str, object]) -> RunSettings:
    make: Callable[..., RunSettings] = RunSettings  # the rules have looked at the types
    return make(**values)
