"""What the gate would have a data set's owner know is on the run, not in its report alone."""

from __future__ import annotations

import io
import zipfile

from pipeline.steps.dataset import LONGEST_WARNING, MOST_WARNINGS, accept_dataset, told
from tests.fakes.services import fake_services
from tests.support.uploads import only_run, uploaded


def unbalanced_zip() -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, count in {"Beagle": 200, "Pug": 10}.items():
            for number in range(count):
                archive.writestr(f"{name}/{number}.jpg", f"{name} {number}")
    return buffer.getvalue()


def test_a_warning_of_the_gate_is_on_the_run() -> None:
    services = fake_services()

    accept_dataset(uploaded(services, unbalanced_zip()), services)

    [warning] = only_run(services).dataset.warnings
    assert "“Beagle” has 200 images to learn from, 20 times as many" in warning


def test_of_many_long_warnings_the_run_carries_little() -> None:
    kept = told(["x" * 300_000] * 50)

    assert [len(text) for text in kept[:-1]] == [LONGEST_WARNING] * MOST_WARNINGS
    assert kept[-1] == "30 further warnings are in the report."
