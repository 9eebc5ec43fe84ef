"""What is put under datasets/ and is no data set by its name alone is answered, and once."""

from __future__ import annotations

import pytest

from pipeline.steps.dataset import accept_dataset
from tests.fakes.services import FakeServices, fake_services
from tests.support.samples import dataset_zip, upload
from tests.support.uploads import only_run


def put(services: FakeServices, key: str, body: bytes = b"some bytes") -> None:
    """It lies there, and the step is told of it."""
    version = services.objects.put(key, body)
    accept_dataset(upload(key, version, len(body)), services)


@pytest.mark.parametrize(
    ("key", "sentence"),
    [
        (
            "datasets/dogs.ZIP",
            (
                "“datasets/dogs.ZIP” ends in .ZIP: upload it again under a name that ends in .zip, "
                "in small letters."
            ),
        ),
        (
            "datasets/dogs.tar.gz",
            (
                "“datasets/dogs.tar.gz” is no zip, the one kind of archive that Kennel takes: pack "
                "the class folders as a .zip and upload that."
            ),
        ),
        (
            "datasets/.zip",
            "“datasets/.zip” has no name before .zip: upload it as datasets/dogs.zip, say.",
        ),
        (
            "datasets/notes.txt",
            (
                "“datasets/notes.txt” is no zip: a data set is one .zip of class folders with "
                "images, and its settings are a .json of the same name beside it, its corrections"
            ),
        ),
        ("datasets/dogs.JSON", "settings are a .json of the same name beside it, its corrections"),
        ("datasets/dogs", "“datasets/dogs” is no zip:"),
        ("datasets/a\x1b[2J", r"“datasets/a\x1b[2J” is no zip:"),
    ],
)
def test_what_is_no_data_set_by_its_name_is_rejected_with_what_to_do(
    key: str, sentence: str
) -> None:
    services = fake_services()

    put(services, key, dataset_zip())

    run = only_run(services)
    report = services.objects.json(f"runs/{run.id}/dataset_report.json")
    assert (run.state, report["findings"][0]["rule"]) == ("rejected", "name")
    assert sentence in (run.reason or "")
    assert len(services.notices.subjects) == 1
    assert services.jobs.names() == []


def test_the_files_of_a_folder_that_was_copied_there_are_one_rejected_run() -> None:
    services = fake_services()

    for number in range(3):
        put(services, f"datasets/dogs/Pug/{number}.jpg")
    put(services, "datasets/cats/Manx/1.jpg")

    dogs, cats = sorted(services.runs.all(), key=lambda run: run.upload.key, reverse=True)
    assert dogs.reason is not None
    assert dogs.reason.endswith("No more is said of other files in “datasets/dogs/”.")
    assert (dogs.state, cats.state) == ("rejected", "rejected")
    assert len(services.notices.subjects) == 2


@pytest.mark.parametrize(
    ("key", "body"),
    [
        ("datasets/dogs.json", b"{}"),
        ("datasets/", b""),
        ("datasets/dogs/", b""),
        ("datasets/a.zip/", b""),
    ],
)
def test_settings_and_folders_begin_nothing(key: str, body: bytes) -> None:
    services = fake_services()

    put(services, key, body)

    assert services.runs.all() == []
    assert services.notices.subjects == []


@pytest.mark.parametrize("length", [1000, 1020, 1024])
def test_a_data_set_of_the_longest_name_is_prepared(length: int) -> None:
    services = fake_services()
    key = f"datasets/{'x' * (length - len('datasets/.zip'))}.zip"

    put(services, key, dataset_zip())

    assert len(key) == length
    assert only_run(services).state == "preparing"
