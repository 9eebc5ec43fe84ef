"""Settings on their way through SageMaker's toolkit, whose shell reads all arguments."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import replace

import pytest

from localcloud.sagemaker.containers import script_mode
from pipeline.aws.job_requests.training import training_request
from pipeline.aws.job_requests.tuning import tuning_request
from pipeline.errors import SettingRefused
from pipeline.run import Run
from pipeline.run_settings import RunSettings, run_settings
from pipeline.structured_rules import LONGEST_VALUE
from tests.support.samples import SETTINGS, run_in
from training_code.job.hyperparameters import Hyperparameters

TELL = "import json, sys; print(json.dumps(sys.argv[1:]))"

# Nothing of a regular expression is the shell's to read, or to run.
RULES = {
    "Overfit": {"patience": 3, "stop": True},
    "AllZero": {"tensor_regex": "$(echo run)`echo run`|'it''s';\\\\.weight* > x # \"ü\""},
}


def as_the_program_reads(sent: Mapping[str, str]) -> Hyperparameters:
    own = script_mode.script_arguments(script_mode.for_script(script_mode.decoded(sent)))
    words = script_mode.in_shell([sys.executable, "-c", f"'{TELL}'", *own])
    told = subprocess.run(words, capture_output=True, check=True, text=True)
    return Hyperparameters.parse(json.loads(told.stdout))


def run_with(**given: object) -> Run:
    return replace(run_in("training"), settings=run_settings(given, defaults=RunSettings()))


def test_the_training_reads_what_was_set_whatever_a_shell_would_make_of_it() -> None:
    run = run_with(rules=RULES, recorder={"steps": 3, "collections": ["weights", "updates"]})

    used = as_the_program_reads(training_request(run, SETTINGS)["HyperParameters"])

    assert json.loads(used.rules) == RULES
    assert json.loads(used.recorder) == {"steps": 3, "collections": ["weights", "updates"]}
    assert (used.run, used.source_digest) == (run.id, run.source)


def test_trials_read_it_as_well() -> None:
    request = tuning_request(run_with(rules=RULES), SETTINGS)

    fixed = request["TrainingJobDefinition"]["StaticHyperParameters"]

    assert json.loads(as_the_program_reads(fixed).rules) == RULES


def test_a_text_that_is_empty_does_not_take_the_next_one_for_its_value() -> None:
    run = run_in("training")
    unknown = replace(run, dataset=replace(run.dataset, digest=None))

    used = as_the_program_reads(training_request(unknown, SETTINGS)["HyperParameters"])

    assert (used.dataset_digest, used.epochs) == ("", run.settings.epochs)


def test_what_would_be_too_long_on_that_way_is_refused_before_it_is_sent() -> None:
    rule = {"tensor_regex": "'" * 250}  # each takes seven characters there

    sent = training_request(run_with(rules={"AllZero": rule}), SETTINGS)["HyperParameters"]

    assert 7 * 250 < len(sent["rules"]) <= LONGEST_VALUE
    with pytest.raises(SettingRefused, match="2,500 characters of JSON"):
        run_with(rules={"AllZero": rule, "DeadRelu": rule})
