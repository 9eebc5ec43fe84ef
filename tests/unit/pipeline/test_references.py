from __future__ import annotations

import json

from pipeline.references import dump_part, load_part, load_rows, part_name
from tests.support.samples import waiting

IMAGES = [waiting(f"images/café\u2028 {number}.jpg", version=f"v{number}") for number in range(33)]


def test_a_part_is_lines_of_a_few_dozen_references() -> None:
    body = dump_part(IMAGES, bucket="a-bucket", max_bytes=7)

    first, second = [json.loads(line) for line in body.split(b"\n") if line]
    assert (len(first["images"]), len(second["images"])) == (32, 1)
    assert first["schema"] == "kennel.references/1"
    assert (first["bucket"], first["max_bytes"], first["probabilities"]) == ("a-bucket", 7, False)
    assert first["images"][0]["version"] == "v0"


def test_the_images_of_a_part_survive_the_round_trip() -> None:
    assert load_part(dump_part(IMAGES, bucket="a-bucket", max_bytes=7)) == IMAGES


def test_no_key_holds_what_some_take_for_the_end_of_a_line() -> None:
    body = dump_part(IMAGES, bucket="a-bucket", max_bytes=7)

    assert body.decode().splitlines() == body.decode().strip().split("\n")


def test_rows_that_are_cut_off_are_none() -> None:
    body = b'{"key": "a"}\n\n{"key": "b"}\n[1]\n{"key": "c'

    assert load_rows(body) == [{"key": "a"}, {"key": "b"}]


def test_parts_sort_as_they_count() -> None:
    names = [part_name(number) for number in (0, 9, 10, 4999)]

    assert names == sorted(names)
