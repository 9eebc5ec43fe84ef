"""Names of any length within a zip end in a rejection that the ledger and the bucket can hold."""

from __future__ import annotations

import io
import json
import zipfile

from pipeline.aws import run_items
from pipeline.steps.dataset import REPORT, accept_dataset
from tests.fakes.services import fake_services
from tests.support.uploads import only_run, uploaded

LARGEST_ITEM = 400 * 1024


def zip_of(*folders: str) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for folder in folders:
            for number in range(10):
                archive.writestr(f"{folder}/{number}.jpg", b"x")
            archive.writestr(f"{folder}/notes.txt", b"x")
    return buffer.getvalue()


def test_class_names_of_sixty_kilobytes_are_rejected_in_few_words() -> None:
    services = fake_services()
    body = zip_of(*(f"{number}{'n' * 60_000}" for number in range(10)))

    accept_dataset(uploaded(services, body), services)

    run = only_run(services)
    assert run.state == "rejected"
    assert "is longer than 1,024 bytes or has a part longer than 255: shorten it" in str(run.reason)
    assert len(run_items.dump(run)) < 5_000
    assert len(services.objects.read(f"runs/{run.id}/{REPORT}")) < 50_000


def test_more_class_names_than_the_ledger_holds_are_rejected() -> None:
    services = fake_services()
    body = zip_of(*(f"{number:03}{'🐕' * 60}" for number in range(900)))

    accept_dataset(uploaded(services, body), services)

    run = only_run(services)
    report = json.loads(services.objects.read(f"runs/{run.id}/{REPORT}"))
    assert (run.state, report["findings"][0]["rule"]) == ("rejected", "long_labels")
    assert len(run_items.dump(run).encode()) < LARGEST_ITEM / 10


def test_what_is_listed_of_a_zip_s_names_is_printable() -> None:
    services = fake_services()
    body = zip_of("cat", "dog\x1b[2J")

    accept_dataset(uploaded(services, body), services)

    report = services.objects.json(f"runs/{only_run(services).id}/{REPORT}")
    names = [*report["ignored"]["entries"], *(f["entry"] for f in report["findings"] if f["entry"])]
    assert len(names) > 2
    assert all(name.isprintable() for name in names)
