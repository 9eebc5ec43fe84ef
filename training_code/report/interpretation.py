"""The training in words: what the curves show, and what to change."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from training_code.job.hyperparameters import Hyperparameters
from training_code.loops.epochs import Epoch
from training_code.loops.metrics import Measurement
from training_code.report.chance import chance_of_such_a_difference
from training_code.report.findings import Finding

CLEARLY = 1.10  # a loss that rose by this factor did not rise by chance
FAR = 0.15  # difference of accuracies that augmentation and dropout do not explain
# Along a cosine down to zero the last epoch is nearly always the best: so much must it still gain.
STILL_FALLING = 0.01
WEAK = 0.7  # of the training images themselves
MOST_DROPOUT = 0.5
UNLIKELY = 0.05


@dataclass(frozen=True)
class Course:
    """How a training went, from its first epoch to the one look at the test split."""

    history: Sequence[Epoch]
    best: Epoch
    test: Measurement
    used: Hyperparameters
    classes: int

    def findings(self) -> list[Finding]:
        return [
            self._learning(),
            self._overfitting(),
            *self._underfitting(),
            self._generalisation(),
        ]

    def _learning(self) -> Finding:
        """Whether it learned, and whether it had time enough."""
        losses = [epoch.train.loss for epoch in self.history]
        guessing = math.log(self.classes)
        reached = self.best.valid.loss
        if reached >= guessing:
            said = f"The least validation loss, {reached:.3f}, is no better than guessing among "
            said += f"{self.classes} classes ({guessing:.3f})"
            return Finding("Not learning", said, self._other_pace())
        if self.best.number == 0:
            said = f"No epoch beats what the training started from (validation loss {reached:.3f})"
            return Finding("Nothing gained", said)
        if len(losses) > 1 and min(losses[1:]) >= losses[0] and self.best is self.history[0]:
            said = f"No epoch has a lower loss than the first one ({losses[0]:.3f} in training, "
            said += f"{reached:.3f} in validation)"
            return Finding("Not learning", said, self._other_pace())
        gained = self._last_gain()
        if gained > STILL_FALLING:
            said = (
                f"The last epoch was the best one and lowered the validation loss by {gained:.1%}"
            )
            return Finding(
                "Still improving", said, f"set epochs to {2 * self.used.epochs}, or lr higher"
            )
        said = f"After epoch {self.best.number} the validation loss ({reached:.3f}) fell no further"
        return Finding("Converged", said)

    def _other_pace(self) -> str:
        """A loss that rises with the training is one of too large steps, else of too small ones."""
        lr, losses = self.used.lr, [epoch.train.loss for epoch in self.history]
        if losses[-1] >= losses[0]:
            return f"set lr to {lr / 10:g} (now {lr:g})"
        return f"set epochs to {2 * self.used.epochs} or lr to {lr * 3:g} (now {lr:g})"

    def _last_gain(self) -> float:
        """By which share the last epoch improved on the best one before it."""
        if len(self.history) < 2:
            return 0.0
        before = min(epoch.valid.loss for epoch in self.history[:-1])
        return (before - self.history[-1].valid.loss) / before

    def _overfitting(self) -> Finding:
        """Whether it learned by heart."""
        best, last = self.best, self.history[-1]
        rose = last.valid.loss > CLEARLY * best.valid.loss and last.train.loss < best.train.loss
        trained, validated = last.train.accuracy, last.valid.accuracy
        if rose:
            said = f"The validation loss rose from {best.valid.loss:.3f} to {last.valid.loss:.3f} "
            said += "while the training loss kept falling; the best epoch is what was kept"
        elif trained - validated > FAR and self._beyond_chance(last.train, last.valid):
            said = f"Training reaches {trained:.1%}, validation {validated:.1%}"
        else:
            return Finding("No overfitting", "Validation follows training")
        remedies = ["add images", *self._brakes()]
        return Finding("Overfitting", said, ", ".join(remedies))

    def _brakes(self) -> Iterator[str]:
        """What keeps this network from learning by heart, as far as it can be had more of."""
        used = self.used
        if used.dropout < MOST_DROPOUT:
            yield f"raise dropout (now {used.dropout:g})"
        yield f"raise weight_decay (now {used.weight_decay:g})"
        if used.hidden_units > 0:
            yield f"lower hidden_units (now {used.hidden_units})"
        if used.trainable != "head":
            yield f"set trainable to head (now {used.trainable})"

    def _underfitting(self) -> Iterator[Finding]:
        """Whether the network is too weak for the training images themselves."""
        best, used = self.best, self.used
        # Of all epochs: the best one may be the first, measured while the head knew nothing yet.
        reached = max(epoch.train.accuracy for epoch in self.history)
        if max(reached, best.valid.accuracy) >= WEAK:
            return
        remedies = [f"raise hidden_units (now {used.hidden_units})"]
        if used.dropout > 0:
            remedies.append(f"lower dropout (now {used.dropout:g})")
        remedies.append(f"take a larger backbone (now {used.backbone})")
        if used.weights == "none":
            remedies.append("set weights to auto (now none)")
        said = f"Only {reached:.1%} of the training images are recognised"
        yield Finding("Underfitting", said, ", ".join(remedies))

    def _generalisation(self) -> Finding:
        """Whether the test split confirms validation, within what so few images can tell."""
        difference = self.test.accuracy - self.best.valid.accuracy
        if self._beyond_chance(self.best.valid, self.test):
            said = f"The test accuracy differs from validation's by {difference:+.1%}, more than "
            said += f"chance explains ({self.best.valid.images} and {self.test.images} images)"
            remedy = "draw both splits from the same source"
            return Finding("Test and validation differ", said, remedy)
        said = f"The difference of {difference:+.1%} is within chance "
        said += f"({self.best.valid.images} and {self.test.images} images)"
        return Finding("Test confirms validation", said)

    @staticmethod
    def _beyond_chance(one: Measurement, other: Measurement) -> bool:
        return chance_of_such_a_difference(_right(one), _right(other)) < UNLIKELY


def _right(measured: Measurement) -> tuple[int, int]:
    """How many images were recognised, of how many."""
    return round(measured.accuracy * measured.images), measured.images


def interpret(course: Course) -> str:
    """As Markdown."""
    best = course.best
    lines = [
        "# What the training shows",
        "",
        f"Best epoch: {best.number} of {course.history[-1].number} (least validation loss).",
        "",
        "| split | images | loss | accuracy |",
        "|---|---|---|---|",
        _row("training (augmented)", best.train),
        _row("validation", best.valid),
        _row("test", course.test),
        "",
        *(f"- **{finding.name}**: {finding.sentence()}" for finding in course.findings()),
        "",
    ]
    return "\n".join(lines)


def _row(name: str, measured: Measurement) -> str:
    return f"| {name} | {measured.images} | {measured.loss:.4f} | {measured.accuracy:.1%} |"
