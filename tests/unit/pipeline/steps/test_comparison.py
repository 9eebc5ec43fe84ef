"""The test split by reference: what the job is asked, and its answers beside training's scores."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence

import pytest

from pipeline.names import run_key
from pipeline.references import load_part
from pipeline.run import Run
from pipeline.steps.comparison import compare, refer_to_test_images
from pipeline.steps.reports import scores_key
from tests.fakes.services import FakeServices, fake_services
from tests.support.job_outputs import row
from tests.support.samples import run_in, waiting

RUN = run_in("evaluating")
PARTS = (["00000.jpg", "00001.jpg"], ["00002.jpg"])
SURE = (0.75, 0.25)


def split_in_parts(parts: Sequence[Sequence[str]] = PARTS) -> FakeServices:
    """Services with the test images, and what training said of them."""
    services = fake_services(RUN)
    for number, names in enumerate(parts):
        for name in names:
            services.objects.put(run_key(RUN.id, f"test/{name}"), name.encode())
        rows = ({"object": name, "label": 0, "probabilities": SURE} for name in names)
        write_lines(services, scores_key(RUN.id, f"part-0000{number}"), rows)
    return services


def leave_output(services: FakeServices, number: int, *names: str, code: str | None = None) -> None:
    at = services.clock.now()
    images = [waiting(run_key(RUN.id, f"test/{name}"), version=None) for name in names]
    rows = [
        row(image, at, code=code, probabilities=SURE, asked=True, run=RUN.id) for image in images
    ]
    write_lines(services, run_key(RUN.id, f"evaluation/output/part-0000{number}.jsonl.out"), rows)


def write_lines(services: FakeServices, key: str, rows: Iterable[object]) -> None:
    services.objects.put(key, "".join(json.dumps(one) + "\n" for one in rows).encode())


def referred(services: FakeServices, run: Run) -> list[list[str]]:
    """The keys that each part refers to."""
    inputs = services.objects.list(run_key(run.id, "evaluation/input/"))
    return [[image.key for image in load_part(services.objects.read(key))] for key in inputs]


def test_the_job_is_referred_to_the_images_in_the_parts_of_their_scores() -> None:
    services = split_in_parts()

    refer_to_test_images(RUN, PARTS, services)

    assert referred(services, RUN) == [[run_key(RUN.id, f"test/{n}") for n in p] for p in PARTS]
    line = services.objects.read(run_key(RUN.id, "evaluation/input/part-00001.jsonl"))
    request = json.loads(line)
    assert request["probabilities"] is True
    assert request["images"][0]["size"] == len("00002.jpg")
    assert request["images"][0]["etag"]


def test_what_is_not_there_is_not_referred_to_and_no_part_is_empty() -> None:
    services = split_in_parts()
    services.objects.destroy(run_key(RUN.id, "test/00000.jpg"))
    services.objects.destroy(run_key(RUN.id, "test/00002.jpg"))

    refer_to_test_images(RUN, PARTS, services)

    assert referred(services, RUN) == [[run_key(RUN.id, "test/00001.jpg")]]


def test_scores_and_answers_meet_by_part_and_name() -> None:
    services = split_in_parts()
    leave_output(services, 0, "00001.jpg", "00000.jpg")
    leave_output(services, 1, "00002.jpg")

    evaluation = compare(RUN, services)

    assert evaluation.parity.passed
    assert (evaluation.images, evaluation.accuracy, evaluation.digest) == (3, 1.0, "m" * 64)


@pytest.mark.parametrize("code", [None, "not_an_image"])
def test_images_of_a_part_without_answers_are_missing(code: str | None) -> None:
    services = split_in_parts()
    leave_output(services, 0, "00000.jpg", "00001.jpg")
    if code:
        leave_output(services, 1, "00002.jpg", code=code)

    parity = compare(RUN, services).parity

    assert (parity.compared, parity.missing) == (2, ("00002.jpg",))
    why = "these bytes are no image" if code else "it has no answer"
    assert parity.sentence() == (
        f"1 test images have no prediction, the first is 00002.jpg ({why})"
    )


@pytest.mark.parametrize(("code", "awaited"), [("not_an_image", 0), ("unavailable", 2)])
def test_another_job_may_have_what_this_one_said_nothing_of(code: str, awaited: int) -> None:
    services = split_in_parts()
    leave_output(services, 0, "00000.jpg", "00001.jpg", code=code)

    parity = compare(RUN, services).parity

    assert (parity.compared, parity.awaited) == (0, awaited + 1)
