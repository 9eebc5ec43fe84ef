"""Rules in the jobs themselves: they see the recorder's rows, and one may end the training."""

from __future__ import annotations

import json
from typing import Any

import pytest

from inference_code.card import ModelCard
from tests.support.training_jobs import Job, hyperparameters
from training_code.job.environment import TrainingFolders
from training_code.job.errors import InputError
from training_code.rules.registry import RULES
from training_code.train import run_training
from training_code.trial import run_trial

# Nothing improves by so much: it fires after the second epoch.
IMPATIENT = '{"Overtraining": {"patience_train": 0, "delta": 100, "stop": true}}'


def statuses(folders: TrainingFolders) -> dict[str, Any]:
    document = json.loads((folders.output_data / "rules.json").read_text())
    return {one["RuleConfigurationName"]: one for one in document["statuses"]}


def test_by_default_all_rules_watch_a_training(trained: Job) -> None:
    found = statuses(trained.training())

    assert found.keys() == RULES.keys()
    for name in ("ExplodingTensor", "VanishingGradient", "ClassImbalance"):
        assert found[name]["RuleEvaluationStatus"] == "NoIssuesFound", found[name]
    assert not any(one["stopped_job"] for one in found.values())


def test_a_rule_ends_a_training_which_leaves_its_best_epoch_as_a_model(
    prepared: Job, capsys: pytest.CaptureFixture[str]
) -> None:
    folders = prepared.training("ended")

    run_training(hyperparameters(epochs=9, rules=IMPATIENT), folders)

    lines = capsys.readouterr().out.splitlines()
    assert sum(line.startswith("train epoch=") for line in lines) == 2
    (told,) = (line for line in lines if line.startswith("rule "))
    assert told.startswith("rule Overtraining step=4 : the training loss has not improved by 100")
    assert statuses(folders)["Overtraining"]["stopped_job"]
    assert ModelCard.read(folders.model).metrics["best_epoch"] in (1, 2)


def test_a_trial_leaves_the_verdicts_of_its_rules(prepared: Job) -> None:
    folders = prepared.training("watched-trial")

    run_trial(hyperparameters(epochs=9, rules=IMPATIENT), folders)

    assert statuses(folders)["Overtraining"]["stopped_job"]
    assert (folders.model / "head.npz").exists()


def test_a_job_whose_rules_nobody_knows_says_so_before_it_trains(prepared: Job) -> None:
    with pytest.raises(InputError, match="there is no rule 'Overfitt', but Overfit"):
        run_trial(hyperparameters(rules='{"Overfitt": {}}'), prepared.training("misnamed"))
