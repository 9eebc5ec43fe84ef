"""What lies beside a data set: its own settings, and own weights."""

from __future__ import annotations

import io
import json
import zipfile
from dataclasses import replace

import pytest

from pipeline.steps.dataset import accept_dataset
from tests.fakes.services import fake_services
from tests.support.samples import dataset_zip
from tests.support.uploads import only_run, uploaded


def test_a_sidecar_changes_the_settings_of_its_run_only() -> None:
    services = fake_services()
    services.objects.put("datasets/dogs.json", b'{"backbone": "mobilenet_v2", "epochs": 3}')

    accept_dataset(uploaded(services), services)

    chosen = only_run(services).settings
    assert (chosen.backbone, chosen.epochs) == ("mobilenet_v2", 3)
    assert replace(chosen, backbone="resnet50", epochs=10) == services.settings.run


@pytest.mark.parametrize(
    ("sidecar", "sentence"),
    [
        (b"{", "datasets/dogs.json is not valid JSON"),
        (b"\xff\xfe\x00", "datasets/dogs.json is not UTF-8 text"),
        (b"", "datasets/dogs.json is not valid JSON"),
        (b"[" * 100_000, "datasets/dogs.json is longer than the 64 KiB"),
        (b"[" * 60_000, "datasets/dogs.json nests brackets too deeply"),
        (b"[1]", "must hold one JSON object"),
        (b'{"lr": 1}', "sets 'lr', which does not exist: docs/settings.md lists the settings"),
        (b'{"epochs": "many"}', "datasets/dogs.json: epochs='many' is not a whole number from 1"),
        (b'{"weights": ["none"]}', "is not one of auto, none"),
    ],
)
def test_a_wrong_sidecar_rejects_the_run_and_says_what_to_mend(
    sidecar: bytes, sentence: str
) -> None:
    services = fake_services()
    services.objects.put("datasets/dogs.json", sidecar)

    accept_dataset(uploaded(services), services)

    run = only_run(services)
    report = services.objects.json(f"runs/{run.id}/dataset_report.json")
    assert run.state == "rejected"
    assert sentence in (run.reason or "")
    assert report["findings"][0]["rule"] == "settings"


def test_of_a_sidecar_no_more_is_read_than_settings_may_have() -> None:
    services = fake_services()
    services.objects.put("datasets/dogs.json", b" " * 1_000_000)

    accept_dataset(uploaded(services), services)

    assert only_run(services).state == "rejected"
    assert services.objects.bytes_read["datasets/dogs.json"] == 64 * 1024 + 1


def test_own_weights_are_used_where_there_are_any() -> None:
    services = fake_services()
    services.objects.put("weights/resnet50.pth", b"w")

    accept_dataset(uploaded(services), services)

    assert only_run(services).weights == ("weights/resnet50.pth",)


def test_of_several_backbones_each_has_its_own_weights_where_there_are_any() -> None:
    services = fake_services()
    services.objects.put("weights/resnet50.pth", b"w")
    services.objects.put("weights/resnet18.pth", b"w")
    backbones = ["resnet50", "mobilenet_v2", "resnet18"]
    services.objects.put("datasets/dogs.json", json.dumps({"backbone": backbones}).encode())

    accept_dataset(uploaded(services), services)

    assert only_run(services).weights == ("weights/resnet50.pth", "weights/resnet18.pth")


def test_own_weights_are_left_alone_by_a_run_that_wants_none() -> None:
    services = fake_services()
    services.objects.put("weights/resnet50.pth", b"w")
    services.objects.put("datasets/dogs.json", b'{"weights": "none"}')

    accept_dataset(uploaded(services), services)

    assert only_run(services).weights == ()


def test_corrections_beside_a_zip_change_what_its_jobs_are_told() -> None:
    services = fake_services()
    dropped = zipfile.ZipFile(io.BytesIO(dataset_zip())).namelist()[-1]
    table = f"member,action,to\n{dropped},drop,\n"
    services.objects.put("datasets/dogs.corrections.csv", table.encode())

    accept_dataset(uploaded(services), services)

    run = only_run(services)
    report = services.objects.json(f"runs/{run.id}/dataset_report.json")
    assert [found["rule"] for found in report["findings"]] == ["corrections"]
    assert services.objects.json(f"runs/{run.id}/gate/verdict.json")["runs"][-1][1] is None


def test_corrections_that_are_none_reject_the_run() -> None:
    services = fake_services()
    services.objects.put("datasets/dogs.corrections.csv", b"a,b\n")

    accept_dataset(uploaded(services), services)

    assert only_run(services).state == "rejected"
    assert "dogs.corrections.csv has no column" in (only_run(services).reason or "")
