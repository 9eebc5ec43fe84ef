"""The bucket: what the fake and S3 promise alike."""

from __future__ import annotations

import hashlib
from collections.abc import Callable

import pytest

from pipeline.ports import Objects, ObjectVanished

Put = Callable[[str, bytes], str]
ODD_KEYS = [
    "images/two words/rex + ada.jpg",
    "images/café/100% dog.jpg",
    "images/柴犬.jpg",
    "images/a%20b%2Bc.jpg",
    "images/what?&=#~'.jpg",
]


@pytest.mark.parametrize("key", ODD_KEYS)
def test_an_object_of_any_key_is_written_read_listed_and_deleted(
    objects: Objects, key: str
) -> None:
    objects.write(key, b"a dog")

    assert objects.read(key) == b"a dog"
    assert objects.exists(key)
    assert objects.list("images/") == [key]
    objects.delete_many([key])
    assert not objects.exists(key)
    assert objects.list("images/") == []


@pytest.mark.parametrize("key", ODD_KEYS)
def test_only_a_version_under_another_one_is_overwritten(
    objects: Objects, put: Put, key: str
) -> None:
    first = put(key, b"first")
    second = put(key, b"second")
    asked = [(key, first), (key, second), (key, None), ("images/gone", first)]

    assert list(objects.are_overwritten(asked)) == [True, False, False, False]


def test_only_what_lies_there_now_is_newest(objects: Objects, put: Put) -> None:
    put("datasets/dogs + cats.zip", b"first")
    second = put("datasets/dogs + cats.zip", b"second")
    put("datasets/gone.zip", b"gone")
    objects.delete_many(["datasets/gone.zip"])
    put("elsewhere/dogs.zip", b"else")

    [found] = objects.newest("datasets/")

    assert (found.key, found.version, found.size) == ("datasets/dogs + cats.zip", second, 6)
    assert found.etag == hashlib.md5(b"second").hexdigest()
    assert found.modified.tzinfo is not None


def test_reading_what_is_not_there_raises(objects: Objects) -> None:
    with pytest.raises(ObjectVanished):
        objects.read("nothing")
    with pytest.raises(ObjectVanished):
        objects.read_range("nothing", 0, 1, version=None)
    assert not objects.exists("nothing")


def test_a_range_ends_before_its_end(objects: Objects, put: Put) -> None:
    version = put("zip", b"0123456789")
    put("zip", b"overwritten")

    assert objects.read_range("zip", 2, 5, version=version) == b"234"
    assert objects.read_range("zip", 0, 4, version=None) == b"over"


def test_of_a_range_beyond_the_end_comes_what_there_is(objects: Objects, put: Put) -> None:
    put("short", b"0123")
    put("empty", b"")

    assert objects.read_range("short", 2, 10, version=None) == b"23"
    assert objects.read_range("empty", 0, 10, version=None) == b""


def test_what_has_vanished_is_left_out_of_many(objects: Objects) -> None:
    objects.write_many({f"n/{number}": str(number).encode() for number in range(40)})

    bodies = objects.read_many(["n/3", "n/missing", "n/39"])

    assert bodies == {"n/3": b"3", "n/39": b"39"}


@pytest.mark.parametrize("key", ODD_KEYS)
def test_the_version_that_was_meant_is_copied_alone(objects: Objects, put: Put, key: str) -> None:
    first = put(key, b"first")
    put(key, b"other")

    objects.copy("checked/0", key, version=first, etag="is not looked at")

    assert objects.read("checked/0") == b"first"


def test_without_versions_the_content_that_was_meant_is_copied(objects: Objects, put: Put) -> None:
    put("zip", b"first")
    etag = hashlib.md5(b"first").hexdigest()

    objects.copy("checked/0", "zip", version=None, etag=etag)
    put("zip", b"other")

    assert objects.read("checked/0") == b"first"
    with pytest.raises(ObjectVanished):
        objects.copy("checked/1", "zip", version=None, etag=etag)


def test_what_is_there_no_more_is_not_copied(objects: Objects) -> None:
    with pytest.raises(ObjectVanished):
        objects.copy("checked/0", "gone", version=None, etag="e")

    assert objects.list("checked/") == []


def test_a_deleted_object_cannot_be_copied(objects: Objects, put: Put) -> None:
    put("images/a", b"a")
    objects.delete_many(["images/a"])

    with pytest.raises(ObjectVanished):
        objects.copy("checked/0", "images/a", version=None, etag="e")


def test_more_objects_than_a_page_holds_are_all_listed(
    objects: Objects, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MOTO_S3_DEFAULT_MAX_KEYS", "10")
    keys = [f"many/{number:04d}" for number in range(25)]
    objects.write_many(dict.fromkeys(keys, b""))

    assert objects.list("many/") == keys


def test_more_objects_than_one_request_takes_are_all_deleted(objects: Objects) -> None:
    keys = [f"many/{number:04d}" for number in range(2001)]
    there = [keys[number] for number in (0, 999, 1000, 1999, 2000)]
    objects.write_many(dict.fromkeys(there, b""))

    objects.delete_many(keys)

    assert objects.list("many/") == []


def test_a_prefix_lists_no_neighbour(objects: Objects) -> None:
    objects.write_many({"runs/a/x": b"", "runs/ab/x": b""})

    assert objects.list("runs/a/") == ["runs/a/x"]


def test_nothing_is_asked_for_without_harm(objects: Objects) -> None:
    objects.delete_many([])
    objects.write_many({})

    assert objects.read_many([]) == {}
    assert objects.create_many({}) == []


def test_what_lies_there_now_is_copied_where_nothing_else_is_meant(
    objects: Objects, put: Put
) -> None:
    put("trial", b"first")
    put("trial", b"second")

    objects.copy("kept", "trial", version=None, etag=None)

    assert objects.read("kept") == b"second"
