"""What to change, in at most seven sentences, each with its number and its setting."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from itertools import islice

from training_code.report.findings import Finding
from training_code.report.material import Material
from training_code.report.mistakes import ClassFigures
from training_code.report.step_time import WAITING_LONG, step_seconds, waiting_share

MOST_SENTENCES = 7
BADLY_FOUND = 0.5
FEW_EXAMPLES = 4  # test images of a class: of fewer a share says nothing
MOST_WORKERS = 4
MOST_OF_RULES = 3  # the others stand in their own section
# By the name of a rule, what to change for what it has found.
REMEDIES = {
    "AllZero": "set lr lower (now {lr:g})",
    "BatchSize": "set batch_size higher (now {batch_size})",
    "CPUBottleneck": "take a training_instance with more cores",
    "ClassImbalance": "add images of the rare classes",
    "Dataloader": "set num_workers higher (now {num_workers})",
    "DeadRelu": "set lr lower (now {lr:g})",
    "ExplodingTensor": "set lr lower (now {lr:g})",
    "GPUMemoryIncrease": "set batch_size lower (now {batch_size})",
    "IOBottleneck": "take a training_instance with more memory, which keeps the images",
    "LoadBalancing": "take a training_instance with one GPU",
    "LossNotDecreasing": "set lr lower (now {lr:g})",
    "LowGPUUtilization": "set batch_size higher (now {batch_size}) or take a smaller instance",
    "OverallSystemUsage": "take a smaller training_instance",
    "Overfit": "raise dropout (now {dropout:g}) or weight_decay (now {weight_decay:g})",
    "Overtraining": "set epochs lower (now {epochs})",
    "PoorWeightInitialization": "set lr lower (now {lr:g})",
    "SaturatedActivation": "set lr lower (now {lr:g})",
    "StalledTraining": "set num_workers to 0 (now {num_workers})",
    "StepOutlier": "set num_workers higher (now {num_workers})",
    "TensorVariance": "set lr lower (now {lr:g})",
    "UnchangedTensor": "set lr higher (now {lr:g})",
    "VanishingGradient": "set lr higher (now {lr:g})",
    "WeightUpdateRatio": "set lr to another size (now {lr:g})",
}


def advice(material: Material) -> list[Finding]:
    """Gravest first: a network that does not learn, sick data, then what costs time or money."""
    found = [
        *(finding for finding in material.course.findings() if finding.change),
        *_rules(material),
        *_copies(material),
        *_waiting(material),
        *_search(material),
        *_classes(material),
        *_labels(material),
    ]
    return found[:MOST_SENTENCES]


def _rules(material: Material) -> Iterator[Finding]:
    """What a rule has said while the job ran, in its own words."""
    issues = (one for one in material.rules if one["RuleEvaluationStatus"] == "IssuesFound")
    for status in islice(issues, MOST_OF_RULES):
        rule, details = status["RuleConfigurationName"], str(status["StatusDetails"]).rstrip(".")
        remedy = REMEDIES.get(rule, "").format_map(dataclasses.asdict(material.course.used))
        yield Finding(rule, f"{rule} ({details})", remedy)


def _labels(material: Material) -> Iterator[Finding]:
    doubtful = material.findings.get("doubtful_labels", [])
    if doubtful:
        said = f"{len(doubtful)} images look more like another class than like their own"
        remedy = "look at them below, correct preparation/corrections.csv and hand it back with "
        yield Finding("Doubtful labels", said, f"{remedy}kennel upload --corrections")


def _copies(material: Material) -> Iterator[Finding]:
    pairs = material.findings.get("near_duplicates", {}).get("pairs", [])
    apart = [pair for pair in pairs if pair["split"] != pair["like_split"]]
    if apart:
        lie = "1 picture lies" if len(apart) == 1 else f"{len(apart)} pictures lie"
        said = f"{lie} in two splits, which flatters every figure here"
        remedy = "drop one of each in preparation/corrections.csv (kennel upload --corrections)"
        yield Finding("Near-duplicates", said, remedy)


def _waiting(material: Material) -> Iterator[Finding]:
    share, counts = waiting_share(step_seconds(material.steps)), material.counts
    if share <= WAITING_LONG or counts is None:
        return
    said = f"Data wait is {share:.0%} of the step"
    wanted = min(MOST_WORKERS, counts.cores - 1)
    if wanted > counts.workers:
        yield Finding("Data wait", said, f"set num_workers to {wanted} (now {counts.workers})")
    else:
        remedy = f"take a training_instance with more cores (now {counts.cores})"
        yield Finding("Data wait", said, remedy)


def _search(material: Material) -> Iterator[Finding]:
    """A search whose gain may be chance is money that other things need more."""
    gain, trials = material.gain, material.trials.get("trials", [])
    if gain and trials and gain["interval"][0] <= 0:
        low, high = gain["interval"]
        said = f"What the search gained on the test split ({gain['accuracy']:+.1%}, 95 % interval "
        said += f"{low:+.1%} to {high:+.1%}) may be chance"
        remedy = f"set tuning_jobs lower (now {len(trials)}), or search over other ranges"
        yield Finding("Search", said, remedy)


def _classes(material: Material) -> Iterator[Finding]:
    """The class that is found worst, if it has images enough to say so."""
    for one in material.answers.worst_classes():
        if one.images >= FEW_EXAMPLES and one.recall < BADLY_FOUND:
            yield _of_class(one, material)
            return


def _of_class(one: ClassFigures, material: Material) -> Finding:
    name = material.classes[one.label]
    said = f"Only {one.found} of {one.images} test images of {name} are recognised"
    if one.taken_for is None:
        return Finding("Worst class", said, "add training images of it")
    other = material.classes[one.taken_for]
    said += f", {one.times} are taken for {other}"
    return Finding("Worst class", said, "add training images of both, or correct their labels")
