"""The training in words: what the curves show, and what to change."""

from __future__ import annotations

import math
from collections.abc import Sequence

from training_code.job.hyperparameters import Hyperparameters
from training_code.loops.image_training import Epoch
from training_code.loops.metrics import Measurement

CLEARLY = 1.10  # a loss that rose by this factor did not rise by chance
FAR = 0.15  # difference of accuracies that augmentation and dropout do not explain


def interpret(
    history: Sequence[Epoch], best: Epoch, test: Measurement, used: Hyperparameters
) -> str:
    findings = [
        *_learning(history, best, used),
        *_overfitting(history, best, used),
        *_underfitting(best, used),
        *_generalisation(best, test),
    ]
    lines = [
        "# What the training shows",
        "",
        f"Best epoch: {best.number} of {len(history)} (least validation loss).",
        "",
        "| split | images | loss | accuracy |",
        "|---|---|---|---|",
        _row("training (augmented)", best.train),
        _row("validation", best.valid),
        _row("test", test),
        "",
        *(f"- {finding}" for finding in findings),
        "",
    ]
    return "\n".join(lines)


def _row(name: str, measured: Measurement) -> str:
    return f"| {name} | {measured.images} | {measured.loss:.4f} | {measured.accuracy:.1%} |"


def _learning(history: Sequence[Epoch], best: Epoch, used: Hyperparameters) -> list[str]:
    """Whether it learned, and whether it had time enough."""
    first, *later = [epoch.train.loss for epoch in history]
    if later and min(later) >= first:
        return [
            (
                f"**Not learning**: the training loss did not fall. lr={used.lr:g} may be too "
                "high; try a tenth of it."
            )
        ]
    if best.number == len(history):
        return [
            (
                "**Still improving**: the last epoch was the best one. More epochs "
                f"(epochs={2 * used.epochs}) or a higher lr would probably lower the loss further."
            )
        ]
    return [f"**Converged**: after epoch {best.number} the validation loss fell no further."]


def _overfitting(history: Sequence[Epoch], best: Epoch, used: Hyperparameters) -> list[str]:
    """Whether it learned by heart."""
    last = history[-1]
    rose = last.valid.loss > CLEARLY * best.valid.loss and last.train.loss < best.train.loss
    apart = best.train.accuracy - best.valid.accuracy > FAR
    if not rose and not apart:
        return ["**No overfitting** to speak of: validation follows training."]
    what = (
        f"the validation loss rose from {best.valid.loss:.3f} to {last.valid.loss:.3f} "
        "while the training loss kept falling"
        if rose
        else f"training reaches {best.train.accuracy:.1%}, validation {best.valid.accuracy:.1%}"
    )
    return [
        (
            f"**Overfitting**: {what}. The best epoch is what was kept. To go on: more images, "
            f"more dropout (now {used.dropout:g}), more weight decay (now {used.weight_decay:g}), "
            f"fewer hidden units (now {used.hidden_units})."
        )
    ]


def _underfitting(best: Epoch, used: Hyperparameters) -> list[str]:
    """Whether the network is too weak for the training images themselves."""
    if best.train.accuracy >= 0.7:
        return []
    remedy = (
        "trainable=all lets the backbone learn, too"
        if used.trainable == "head"
        else "a larger backbone or pretrained weights may help"
    )
    return [
        (
            f"**Underfitting**: only {best.train.accuracy:.1%} of the training images are "
            f"recognised. More hidden units (now {used.hidden_units}) or less dropout "
            f"(now {used.dropout:g}); "
            f"{remedy}."
        )
    ]


def _generalisation(best: Epoch, test: Measurement) -> list[str]:
    """Whether the test split confirms validation, within what so few images can tell."""
    share = best.valid.accuracy
    smaller = min(best.valid.images, test.images)
    error = 2 * math.sqrt(max(share * (1 - share), 0.01) * 2 / smaller)
    difference = test.accuracy - share
    if abs(difference) <= error:
        return [f"**Test confirms validation** (difference {difference:+.1%}, chance {error:.1%})."]
    return [
        (
            f"**Test and validation differ** by {difference:+.1%}, more than chance explains "
            f"({error:.1%}): look whether both splits were drawn from the same source."
        )
    ]
