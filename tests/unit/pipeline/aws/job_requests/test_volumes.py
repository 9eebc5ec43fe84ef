"""What the jobs' volumes must hold."""

from __future__ import annotations

import pytest

from pipeline.aws.job_requests.preparation import preparation_request
from pipeline.aws.job_requests.training import training_request
from pipeline.aws.job_requests.tuning import tuning_request
from pipeline.run import Dataset, Run
from pipeline.run_settings import RunSettings
from tests.support.samples import SETTINGS, run_in, upload

GIBIBYTE = 1024**3
FOUR = ("resnet50", "resnet18", "vgg11", "vit_b_16")
# Of a view as vgg11 sees it, the longest that comes without accepting a licence.
VECTOR = 4096 * 4


def run_of(
    size: int, images: int = 0, backbone: str | tuple[str, ...] = "resnet50", views: int = 4
) -> Run:
    settings = RunSettings(backbone=backbone, views=views)
    dataset = Dataset(counts={"train": images})
    return run_in("preparing", of=upload(size=size), settings=settings, dataset=dataset)


def volumes(run: Run) -> tuple[int, int, int]:
    """Of the preparation, of a trial, of the training."""
    preparation = preparation_request(run, SETTINGS)["ProcessingResources"]["ClusterConfig"]
    trial = tuning_request(run, SETTINGS)["TrainingJobDefinition"]["ResourceConfig"]
    training = training_request(run, SETTINGS)["ResourceConfig"]
    return tuple(one["VolumeSizeInGB"] for one in (preparation, trial, training))  # type: ignore[return-value]


@pytest.mark.parametrize(
    ("size", "gigabytes"),
    [(1, (32, 30, 31)), (GIBIBYTE, (32, 30, 31)), (25 * GIBIBYTE, (80, 30, 55))],
)
def test_they_hold_the_zip_and_what_comes_out_of_it(
    size: int, gigabytes: tuple[int, int, int]
) -> None:
    assert volumes(run_of(size)) == gigabytes


def test_they_hold_the_features_of_all_views_by_all_backbones_as_well() -> None:
    written = 200_000 * 16 * len(FOUR) * VECTOR / GIBIBYTE

    with_features = volumes(run_of(25 * GIBIBYTE, 200_000, FOUR, views=16))

    least = (written + 50, written, written + 25)
    assert all(has > needs for has, needs in zip(with_features, least, strict=True))


def test_an_ordinary_data_set_pays_for_little_more_than_the_room() -> None:
    assert volumes(run_of(1_132_023_110, 8_351)) == (36, 32, 34)
