"""The demo's story on a deployment that others play: all of it worked, or it says what did not."""

from __future__ import annotations

import json
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console

from cli.demo import Demo
from cli.demo_dataset import DemoDataset, DemoImage
from cli.deployment import read_deployment
from cli.mistakes import Mistake
from pipeline.run import Model
from tests.support.cli_service import BUCKET, Kennel, Service
from tests.support.prediction_pipeline import pipeline
from tests.support.run_views import answer_of, run_at

UNREADABLE: dict[str, Any] = {
    "decision": "unreadable",
    "predictions": [],
    "error": {"code": "not_an_image", "message": "not an image"},
}
KEPT = ("dataset_report.json", "evaluation.json", "training/loss_curves.png")


def broken_is_unreadable(key: str) -> dict[str, Any]:
    return UNREADABLE if "broken" in key else {}


@pytest.fixture
def served(deployed: Service, s3: Any) -> Service:
    """A run that begins after the upload and serves at once, with its reports in the bucket."""
    artifact = (
        f"s3://{BUCKET}/runs/abcdefghij/model/kennel-test-training-abcdefghij/output/model.tar.gz"
    )
    model = Model(artifact=artifact, digest="d", version=1)
    run = answer_of(run_at("serving", model=model, metrics={"test_accuracy": 0.9}))
    deployed.answers["GET /runs"] = [{"runs": []}, {"runs": [run]}]
    deployed.answers["GET /runs/abcdefghij"] = run
    for key in (*(f"runs/abcdefghij/{name}" for name in KEPT), artifact.split("/", 3)[3]):
        s3.put_object(Bucket=BUCKET, Key=key, Body=key.encode())
    s3.put_object(Bucket=BUCKET, Key="runs/abcdefghij/training/debug/x", Body=b"not taken")
    return deployed


@pytest.fixture
def demo(zipped: Path, photo: Path, tmp_path: Path) -> Demo:
    broken = tmp_path / "broken.jpg"
    broken.write_text("no image")
    return Demo(
        deployment=read_deployment(),
        dataset=DemoDataset(zip=zipped, settings={"epochs": 1}),
        images=[DemoImage(photo, "Beagle"), DemoImage(broken, None)],
        weights=None,
        folder=tmp_path / "demo",
        console=Console(file=StringIO(), width=200),
    )


def printed(demo: Demo) -> str:
    text: str = demo.console.file.getvalue()  # type: ignore[attr-defined] # it is a StringIO
    return text


def test_it_ends_with_a_table_the_accuracy_and_the_files(
    served: Service, s3: Any, demo: Demo
) -> None:
    with pipeline(s3, broken_is_unreadable):
        demo.play()

    (row,) = [line for line in printed(demo).splitlines() if line.startswith("dog.jpg")]
    assert row.split()[1:4] == ["Beagle", "accept", "Beagle"]
    assert "model v1 serves: test accuracy 90.0 %, 1 of 1 dropped images named right" in printed(
        demo
    )
    for name in (*KEPT, "model.tar.gz", "predictions"):
        assert str(demo.folder / name) in printed(demo)


def test_it_keeps_reports_model_and_documents(served: Service, s3: Any, demo: Demo) -> None:
    with pipeline(s3, broken_is_unreadable):
        demo.play()

    files = {str(path.relative_to(demo.folder)) for path in demo.folder.rglob("*.*")}
    assert files == {
        *KEPT,
        "model.tar.gz",
        "predictions/dog.jpg.json",
        "predictions/broken.jpg.json",
    }
    document = json.loads((demo.folder / "predictions/broken.jpg.json").read_text())
    assert document["decision"] == "unreadable"


def test_a_broken_image_that_got_a_breed_is_a_failure(served: Service, s3: Any, demo: Demo) -> None:
    with pipeline(s3), pytest.raises(Mistake, match=r"told wrongly of broken\.jpg"):
        demo.play()


def test_a_good_image_that_was_unreadable_is_a_failure(
    served: Service, s3: Any, demo: Demo
) -> None:
    with (
        pipeline(s3, lambda key: UNREADABLE),
        pytest.raises(Mistake, match=r"told wrongly of dog\.jpg"),
    ):
        demo.play()


def test_a_run_that_does_not_serve_is_a_failure_with_its_report_kept(
    served: Service, s3: Any, demo: Demo
) -> None:
    rejected = answer_of(run_at("rejected", reason="one class only"))
    served.answers["GET /runs/abcdefghij"] = rejected

    with pytest.raises(Mistake, match="run abcdefghij is rejected: one class only"):
        demo.play()

    assert (demo.folder / "dataset_report.json").is_file()


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        (("--dataset", "nowhere.zip"), "nowhere.zip does not exist"),
        (("--weights", "."), "mobilenet_v2.pth does not exist: choose a --backbone"),
        (
            ("--backbone", "ResNet 50"),
            "is not one of torchvision's classification models, such as resnet50",
        ),
        (("--breeds", "99"), "--breeds 99 is out of range"),
    ],
)
def test_a_wrong_option_is_told_before_anything_starts(
    kennel: Kennel, options: tuple[str, ...], sentence: str
) -> None:
    result = kennel("demo", *options)

    assert result.exit_code == 1
    assert sentence in result.stderr
    assert not Path(".kennel").exists()
