from __future__ import annotations

import json
import shutil
import subprocess
import sys
import tarfile
from dataclasses import replace
from pathlib import Path

import pytest

from pipeline.aws.job_requests.channels import input_manifests
from pipeline.aws.job_requests.preparation import BASE, preparation_request
from pipeline.names import BUNDLE
from pipeline.run import Run
from pipeline.run_settings import RunSettings
from pipeline.settings import Settings
from tests.support.samples import SETTINGS, run_in
from tests.support.service_model import objection

SEARCHING = run_in("preparing", settings=RunSettings(search="in_job", tuning_jobs=7))


def test_sagemaker_accepts_the_request(run: Run, settings: Settings) -> None:
    request = preparation_request(run, settings)

    assert objection("CreateProcessingJob", request) is None


def test_the_code_the_verdict_the_zip_and_own_weights_are_its_inputs() -> None:
    run = run_in("preparing", weights=("weights/resnet50.pth",))

    inputs = preparation_request(run, SETTINGS)["ProcessingInputs"]

    found = {item["InputName"]: item["S3Input"]["S3Uri"] for item in inputs}
    folder = f"s3://{SETTINGS.bucket}"
    assert found == {
        "code": f"{folder}/code/{'0' * 64}/preparation/",
        "gate": f"{folder}/runs/{run.id}/gate/",
        "dataset": f"{folder}/checked/{run.id}/",
        "weights": f"{folder}/runs/{run.id}/weights.manifest",
    }


def test_every_prefix_ends_with_a_slash_as_sagemaker_takes_it_literally() -> None:
    request = preparation_request(run_in("preparing"), SETTINGS)

    prefixes = [
        item["S3Input"]["S3Uri"]
        for item in request["ProcessingInputs"]
        if item["S3Input"]["S3DataType"] == "S3Prefix"
    ]
    assert prefixes
    assert all(prefix.endswith("/") for prefix in prefixes)


def test_its_arguments_are_texts_in_pairs() -> None:
    arguments = preparation_request(run_in("preparing"), SETTINGS)["AppSpecification"][
        "ContainerArguments"
    ]

    assert dict(zip(arguments[::2], arguments[1::2], strict=True)) == {
        "--backbone": "resnet50",
        "--weights": "auto",
        "--views": "4",
        "--seed": "1",
        "--search": "tuning_job",
    }


def test_a_search_of_its_own_has_the_tuning_s_budget_and_the_job_s_time() -> None:
    request = preparation_request(SEARCHING, replace(SETTINGS, max_runtime_seconds=600))

    arguments = request["AppSpecification"]["ContainerArguments"]
    assert dict(zip(arguments[::2], arguments[1::2], strict=True)).items() >= {
        ("--search", "in_job"),
        ("--strategy", "bayesian"),
        ("--trials", "7"),
        ("--epochs", "30"),
        ("--early-stopping", "auto"),
        ("--max-seconds", "600"),
        ("--range-lr", "0.0001:0.1:log"),
        ("--range-dropout", "0.0:0.5:linear"),
        ("--range-batch-size", "32,64,128"),
        ("--range-eps", "0.00000001"),
    }


def test_what_its_search_leaves_lies_where_a_tuning_s_trials_lie() -> None:
    outputs = preparation_request(SEARCHING, SETTINGS)["ProcessingOutputConfig"]["Outputs"]

    found = {one["OutputName"]: one["S3Output"]["S3Uri"] for one in outputs}
    assert found["search"] == f"s3://{SETTINGS.bucket}/runs/{SEARCHING.id}/tuning/"


@pytest.mark.parametrize(
    ("packages", "asked_for"),
    [
        ("network", "-r requirements.txt &&"),
        ("wheels", "-r requirements.txt --no-index --find-links $i/wheels &&"),
    ],
)
def test_a_search_installs_what_its_image_lacks(packages: str, asked_for: str) -> None:
    request = preparation_request(SEARCHING, replace(SETTINGS, job_packages=packages))

    start = request["AppSpecification"]["ContainerEntrypoint"][2]
    assert objection("CreateProcessingJob", request) is None
    assert start.startswith(f"i={BASE}/input ")
    assert "pip install" in start
    assert asked_for in start
    names = {one["InputName"] for one in request["ProcessingInputs"]}
    assert ("wheels" in names) == (packages == "wheels")


@pytest.mark.parametrize("run", [SEARCHING, run_in("preparing")], ids=["in job", "tuning job"])
def test_nothing_is_installed_in_an_own_image_or_without_a_search(run: Run) -> None:
    packages = "image" if run is SEARCHING else "network"

    request = preparation_request(run, replace(SETTINGS, job_packages=packages))

    assert "pip" not in request["AppSpecification"]["ContainerEntrypoint"][2]


def test_own_weights_are_named_in_a_manifest_of_their_own() -> None:
    run = run_in("preparing", weights=("weights/resnet50.pth",))

    bodies = input_manifests(run, SETTINGS.bucket)

    assert json.loads(bodies[f"runs/{run.id}/weights.manifest"]) == [
        {"prefix": f"s3://{SETTINGS.bucket}/weights/"},
        "resnet50.pth",
    ]


def test_it_starts_in_an_image_that_has_no_tar(tmp_path: Path) -> None:
    code, tools = tmp_path / "input" / "code", tmp_path / "tools"
    for folder in (code, tools):
        folder.mkdir(parents=True)
    (tools / "python3").symlink_to(sys.executable)
    (tools / "mktemp").symlink_to(shutil.which("mktemp") or "mktemp")
    (tmp_path / "prepare.py").write_text("import sys; print(sys.argv[1:])")
    with tarfile.open(code / BUNDLE, "w:gz") as bundle:
        bundle.add(tmp_path / "prepare.py", "training_code/prepare.py")
    application = preparation_request(run_in("preparing"), SETTINGS)["AppSpecification"]

    started = subprocess.run(
        [text.replace(BASE, str(tmp_path)) for text in application["ContainerEntrypoint"]]
        + ["--seed", "1"],
        env={"PATH": str(tools), "TMPDIR": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
    )

    assert (started.stdout, started.stderr) == ("['--seed', '1']\n", "")
