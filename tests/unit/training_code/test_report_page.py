"""The report that a training leaves: one file, whole, that fetches nothing."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from tests.support.datasets import COLOURS, split_dataset
from tests.support.pages import Page
from tests.support.training_jobs import Job, hyperparameters
from training_code.train import run_training

SECTIONS = [
    "top",
    "loss",
    "search",
    "use",
    "steps",
    "rules",
    "confusion",
    "classes",
    "mistakes",
    "data",
    "values",
    "photos",
]
HOSTILE = "<img src=x onerror=alert(1)>&amp; $x^2$ {{ 7 * 7 }}"
CHROMIUM = shutil.which("chromium") or shutil.which("google-chrome")


@pytest.fixture(scope="module")
def page(trained: Job) -> Page:
    return Page((trained.folder / "output/data/report.html").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Page:
    """Of two classes, one named like markup, whose test images lie each under the other's name."""
    members = split_dataset(held_out=2)
    other = dict(zip(COLOURS, reversed(COLOURS), strict=True))
    swapped = {
        name: members["/".join((top, split, other[folder], file))] if split == "test" else body
        for name, body in members.items()
        for top, split, folder, file in [name.split("/")]
    }
    renamed = {n.replace("002.Blue_heeler", f"002.{HOSTILE}"): body for n, body in swapped.items()}
    job = Job(tmp_path_factory.mktemp("hostile")).prepare(renamed)
    run_training(hyperparameters(), job.training())
    return Page((job.folder / "output/data/report.html").read_text(encoding="utf-8"))


def test_the_page_has_all_sections_in_their_order(page: Page) -> None:
    assert list(page.sections) == SECTIONS
    assert "test accuracy" in page.sections["top"]
    assert "What to change" in page.sections["top"]
    assert "train: 16 images" in page.sections["data"]


def test_a_section_without_its_input_says_what_is_missing(page: Page) -> None:
    assert "were not handed to this training" in page.sections["search"]


def test_the_page_refers_to_nothing_outside_itself(page: Page, hostile: Page) -> None:
    assert page.fetched == []
    assert hostile.fetched == []
    assert not {"script", "link", "iframe", "img", "object"} & (page.tags | hostile.tags)


def test_a_photo_that_is_shown_is_in_the_page(hostile: Page) -> None:
    shown = {one for one in hostile.references if one.startswith("#abcdefghij-p")}

    assert shown
    assert shown <= {f"#{name}" for name in hostile.ids}


def test_a_class_named_like_markup_is_text_like_any_other(hostile: Page) -> None:
    assert HOSTILE[:20] in hostile.sections["confusion"]
    assert "<img" not in hostile.html
    assert "{{ 7 * 7 }}" in hostile.sections["mistakes"] + hostile.sections["classes"]


@pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on this machine")
def test_a_browser_without_a_network_shows_it_and_complains_of_nothing(
    trained: Job, tmp_path: Path
) -> None:
    picture = tmp_path / "page.png"
    options = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"]
    cut = ["--host-resolver-rules=MAP * ~NOTFOUND", "--enable-logging=stderr"]
    target = (trained.folder / "output/data/report.html").as_uri()

    done = subprocess.run(
        [str(CHROMIUM), *options, *cut, f"--screenshot={picture}", target],
        capture_output=True,
        text=True,
        timeout=120,
    )

    assert picture.stat().st_size > 10_000
    assert [line for line in done.stderr.splitlines() if "CONSOLE" in line] == []
