"""What a deployment may be set to."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from pipeline.deployment import ADDRESSES, REGISTRY, RULES, check_deployment
from pipeline.errors import InputError
from pipeline.training_rules import PARAMETERS

FILE = Path(__file__).parents[3] / "resources" / "settings.yml"
SECTIONS: dict[str, dict[str, Any]] = yaml.safe_load(FILE.read_text())
REGIONS = ("us-east-1", "eu-west-1")
DEFAULT = SECTIONS["default"] | {"service": "kennel", "stage": "dev"}

GPU = {"training_image": "pytorch:2.13-gpu-amzn2023-sagemaker", "training_instance": "ml.g5.xlarge"}


def refusal(settings: dict[str, Any]) -> str | None:
    try:
        check_deployment(settings, REGIONS)
    except InputError as error:
        return str(error)
    return None


@pytest.mark.parametrize("section", sorted(SECTIONS))
def test_the_settings_that_kennel_comes_with_are_allowed(section: str) -> None:
    assert refusal(DEFAULT | SECTIONS[section]) is None


def test_every_setting_has_a_rule_and_every_rule_a_setting() -> None:
    assert set(RULES) - set(ADDRESSES) == set(DEFAULT)


@pytest.mark.parametrize(
    ("name", "value", "sentence"),
    [
        ("tuning_jobs", "abc", "tuning_jobs='abc' is not a whole number from 1 to 100"),
        ("backbone", "resnet51", "is not one of torchvision's classification models, such as"),
        ("epochs", True, "epochs=True is not a whole number from 1 to 500"),
        ("ranges", {"lr": 0.1}, "ranges={…} is not text: write its JSON in quotes, ranges: '…'"),
        ("ranges", '{"lr": 9}', "ranges.lr=9 is not a number from 1e-08 to 1, or a range of them"),
        ("early_stopping", False, "early_stopping=False is not one of auto, off"),
        ("nme", "x", "there is no setting 'nme': resources/settings.yml lists them"),
        ("epoch", "3", "there is no setting 'epoch': did you mean 'epochs'?"),
        ("stage", "production", "stage='production' is not 1 to 7 lower-case letters or digits"),
        ("notification_address", "me", "notification_address='me' is not an e-mail address"),
        ("reconcile_every", "rate(1 minutes)", "is not a schedule such as rate"),
        ("log_retention_days", "31", "log_retention_days='31' is not one of 1, 3, 5"),
        ("images_visibility_seconds", 60, "is not a whole number from 120 to 43200"),
        ("training_image_uri", "pytorch:2.13", "is not a full address"),
        ("region", "virginia", "region='virginia' is not a region such as us-east-1"),
    ],
)
def test_a_setting_that_is_not_allowed_is_named_with_what_is_wanted(
    name: str, value: object, sentence: str
) -> None:
    assert sentence in str(refusal(DEFAULT | {name: value}))


def test_a_memory_that_is_shorter_than_the_search_for_untold_images_is_refused() -> None:
    told = str(refusal(DEFAULT | {"images_memory_days": 2}))

    assert told.startswith("images_memory_days=2 is not more than images_lookback_days")


@pytest.mark.parametrize(
    "given",
    [
        {"training_image": "pytorch:2.11-cpu", "preparation_instance": "ml.g4dn.xlarge"},
        {"training_instance": "ml.p3.2xlarge"},
        {"transform_instance": "ml.g5.xlarge"},
        {"training_image_uri": "mine.example/torch:2-cpu", "tuning_instance": "ml.g6e.xlarge"},
    ],
)
def test_a_gpu_that_the_image_cannot_use_is_refused(given: dict[str, str]) -> None:
    told = str(refusal(DEFAULT | given))

    assert re.search(r"has a GPU, which .*_image.*=.* is not built for", told)


@pytest.mark.parametrize(
    "given",
    [
        GPU,
        {"preparation_instance": "ml.g4dn.xlarge"},  # the default image has a variant for it
        GPU | {"training_instance": "ml.c5.xlarge"},
        {"training_image_uri": "mine.example/torch:gpu", "tuning_instance": "ml.g5.xlarge"},
    ],
)
def test_a_gpu_that_the_image_can_use_is_allowed(given: dict[str, str]) -> None:
    assert refusal(DEFAULT | given) is None


def test_a_region_without_default_images_is_refused() -> None:
    elsewhere = DEFAULT | {"region": "ca-west-1", "training_image_uri": "mine.example/torch:2"}

    assert "set inference_image_uri, debugger_rules_image_uri" in str(refusal(elsewhere))


def test_any_region_is_allowed_with_images_of_one_s_own() -> None:
    own = dict.fromkeys(ADDRESSES, "mine.example/torch:2")

    assert refusal(DEFAULT | {"region": "ca-west-1"} | own) is None


ENVIRONMENT = FILE.with_name("environment.yml")
STACK = "kennel-staging"
# Longer than those that a stack can have, by the names of resources and the lengths of regions.
OF_THE_STACK = {
    "KENNEL_BUCKET": f"{STACK}-111122223333-ap-southeast-10",
    "KENNEL_TABLE": f"{STACK}-Table-0123456789ABC",
    "KENNEL_TOPIC_ARN": f"arn:aws-us-gov:sns:ap-southeast-10:111122223333:{STACK}-{'t' * 19}",
    "KENNEL_ROLE_ARN": f"arn:aws-us-gov:iam::111122223333:role/{'r' * 64}",
    "KENNEL_DEAD_LETTERS_URL": f"https://sqs.ap-southeast-10.amazonaws.com.cn/1111/{'q' * 80}",
    "KENNEL_TRAINING_IMAGE": f"{REGISTRY}{DEFAULT['training_image']}",
    "KENNEL_INFERENCE_IMAGE": f"{REGISTRY}{DEFAULT['inference_image']}",
    "KENNEL_DEBUGGER_RULES_IMAGE": f"{REGISTRY}sagemaker-debugger-rules:latest",
}


def environment_of(settings: dict[str, Any]) -> str:
    """Of a function, in the JSON by which Lambda measures it."""
    names = re.findall(r"^(KENNEL_\w+): ", ENVIRONMENT.read_text(), re.MULTILINE)
    return json.dumps(
        {name: OF_THE_STACK.get(name) or str(settings[name[7:].lower()]) for name in names},
        separators=(",", ":"),
    )


def test_settings_that_a_function_s_environment_cannot_hold_are_refused() -> None:
    told = str(refusal(DEFAULT | {"predict_from": f"bucket/{'p' * 2000}"}))

    assert "more than the 4,096 that Lambda allows, and predict_from takes the most of" in told


def test_every_environment_that_is_let_through_is_one_that_lambda_takes() -> None:
    rules = json.dumps({name: {"stop": True} for name in PARAMETERS})  # each quotation mark is two
    recorder = json.dumps({"collections": ["weights", "gradients"]})

    lengths = []
    for spaces in range(0, 2000, 20):
        settings = DEFAULT | {
            "stage": "staging",
            "rules": rules,
            "recorder": recorder + " " * spaces,
        }
        if refusal(settings) is None:
            lengths.append(len(environment_of(settings)))

    assert 3900 < max(lengths) <= 4096
