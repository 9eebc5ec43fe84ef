"""What is written under a condition, and listed by pages: what the fake and S3 promise alike."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from pipeline.ports import Objects, ObjectVanished

Put = Callable[[str, bytes], str]


def test_what_lies_there_is_not_created_again(objects: Objects) -> None:
    objects.write("documents/a", b"first")

    there = objects.create_many({"documents/a": b"second", "documents/b": b"new"})

    assert there == ["documents/a"]
    assert objects.read("documents/a") == b"first"
    assert objects.read("documents/b") == b"new"


def test_only_the_object_that_was_read_is_replaced(objects: Objects) -> None:
    objects.write("documents/a", b"first")
    body, etag = objects.read_with_etag("documents/a")

    assert body == b"first"
    assert objects.replace("documents/a", b"second", etag=etag)
    assert not objects.replace("documents/a", b"third", etag=etag)
    assert not objects.replace("documents/gone", b"third", etag=etag)
    assert objects.read("documents/a") == b"second"


def test_what_is_not_there_has_no_etag(objects: Objects) -> None:
    with pytest.raises(ObjectVanished):
        objects.read_with_etag("documents/a")


def test_a_listing_ends_where_it_is_told_to(objects: Objects) -> None:
    objects.write_many({f"list/{number}": b"x" for number in range(4)})

    assert objects.list("list/", limit=2) == ["list/0", "list/1"]


def test_newest_versions_are_gone_through_page_by_page(objects: Objects, put: Put) -> None:
    for key in ("images/a", "images/b", "images/c"):
        put(key, b"first")
    newest = put("images/b", b"second")
    put("other/d", b"x")

    found: list[tuple[str, str]] = []
    after: str | None = None
    for _ in range(9):
        page, after = objects.newest_after("images/", after, limit=2)
        found += [(one.key, one.version) for one in page]
        if after is None:
            break

    assert [key for key, _ in found] == ["images/a", "images/b", "images/c"]
    assert dict(found)["images/b"] == newest
