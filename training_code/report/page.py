"""The report of a run: one HTML file that needs nothing but itself."""

from __future__ import annotations

import dataclasses
import traceback
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup, escape

from training_code.report.advice import advice
from training_code.report.chance import interval
from training_code.report.charts import Line, bars_chart, lines_chart
from training_code.report.interpretation import Course
from training_code.report.material import Material
from training_code.report.matrix import draw_matrix
from training_code.report.search_view import search_view
from training_code.report.step_time import step_seconds
from training_code.report.thumbnails import thumbnails

FILE_NAME = "report.html"
MOST_SHOWN = 12  # of the worst classes and of the surest mistakes
MOST_DOUBTFUL, MOST_PAIRS = 12, 6  # of the data set's images, as in the template
VERDICTS = {
    "NoIssuesFound": "no issue",
    "IssuesFound": "issue",
    "Error": "the rule failed",
}


@dataclasses.dataclass(frozen=True)
class Figure:
    """A number that stands at the top."""

    name: str
    value: str
    note: str


def write_page(material_of: Callable[[], Material], folder: Path) -> None:
    """`report.html`, or a line in the log that says why there is none.

    Whatever goes wrong here, the training has its model: it must not be lost for a picture of it.
    """
    try:
        page = render(material_of())
        (folder / FILE_NAME).write_text(page, encoding="utf-8")
    except Exception as error:  # told, and the training goes on
        traceback.print_exc()
        print(f"report: none could be made: {type(error).__name__}: {error}", flush=True)


def render(material: Material) -> str:
    folders = dict(zip(material.splits.folders, material.classes, strict=True))
    environment = Environment(
        loader=FileSystemLoader(Path(__file__).parent),
        autoescape=True,  # names of classes and files come from strangers
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters.update(
        percent=lambda share: f"{share:.0%}",
        short=_short,
        short_name=_short_name,
        end_of_path=lambda path: _short_name(path.rpartition("/")[2], 40),
        breakable=lambda name: escape(name).replace("_", Markup("_<wbr>")),
        class_name=lambda folder: folders.get(folder, folder),
    )
    return environment.get_template("page.html").render(_context(material))


def _context(material: Material) -> Mapping[str, Any]:
    course, answers = material.course, material.answers
    matrix, worst, steps = (
        draw_matrix(answers),
        answers.worst_classes(),
        step_seconds(material.steps),
    )
    pictures = thumbnails(_wanted(material), material.read)
    return {
        "run": course.used.run,
        "dataset": material.splits.archive.key,
        "classes": material.classes,
        "course": course,
        "used": course.used,
        "figures": _figures(course),
        "advice": advice(material),
        "charts": {**_curves(course), "steps": _steps_chart(steps, course.used.run)},
        "search": search_view(material),
        "use": _use(material),
        "steps": steps,
        "rules": material.rules,
        "verdicts": VERDICTS,
        "idle": [
            status["RuleConfigurationName"]
            for status in material.rules
            if status["RuleEvaluationStatus"] == "NotEvaluated"
        ],
        "matrix": matrix,
        "totals": answers.confusion.sum(axis=1).tolist(),
        "worst": worst[:MOST_SHOWN],
        "surest": answers.mistakes[:MOST_SHOWN],
        "data": material.findings,
        "hyperparameters": dataclasses.asdict(course.used),
        "photos": {member: (n, picture) for n, (member, picture) in enumerate(pictures.items())},
    }


def _wanted(material: Material) -> list[str]:
    """Photos by worth: where their bytes run out, the rest goes without."""
    mistakes, found = material.answers.mistakes, material.findings
    doubtful = [label["member"] for label in found.get("doubtful_labels", [])[:MOST_DOUBTFUL]]
    pairs = found.get("near_duplicates", {}).get("pairs", [])[:MOST_PAIRS]
    return [
        *(mistake.member for mistake in mistakes[:MOST_SHOWN]),
        *doubtful,
        *(member for pair in pairs for member in (pair["member"], pair["like"])),
        *(some[0].member for some in material.answers.pairs.values()),
        *(mistake.member for mistake in mistakes),
    ]


def _figures(course: Course) -> list[Figure]:
    test, best = course.test, course.best
    low, high = interval(round(test.accuracy * test.images), test.images)
    chance = f"95 % interval {low:.1%} to {high:.1%}, {test.images} images"
    return [
        Figure("test accuracy", f"{test.accuracy:.1%}", chance),
        Figure("test loss", f"{test.loss:.3f}", "cross-entropy, nats"),
        Figure("validation accuracy", f"{best.valid.accuracy:.1%}", f"{best.valid.images} images"),
        Figure("best epoch", f"{best.number}", f"of {course.history[-1].number}"),
    ]


def _curves(course: Course) -> dict[str, Markup]:
    """Training and validation per epoch; the test split, measured once, as one point."""
    numbers = [epoch.number for epoch in course.history]
    charts = {}
    for name in ("loss", "accuracy"):
        train = [getattr(epoch.train, name) for epoch in course.history]
        valid = [getattr(epoch.valid, name) for epoch in course.history]
        test = Line(
            "test", [course.best.number], [getattr(course.test, name)], marked=True, sign="*"
        )
        lines = [Line("training", numbers, train), Line("validation", numbers, valid), test]
        charts[name] = lines_chart(
            name.capitalize(), lines, x="epoch", y=name, salt=course.used.run, whole=True
        )
    return charts


def _steps_chart(steps: Mapping[str, Mapping[str, float]], salt: str) -> Markup:
    if not steps:
        return Markup()
    return bars_chart("Seconds of a step", steps, x="seconds of a step", salt=salt)


def _use(material: Material) -> list[Markup]:
    """Percent over time: of the processors, of memory, of a GPU where there is one."""
    rows, salt = material.system, material.course.used.run
    if len(rows) < 2:
        return []
    times = [row.time for row in rows]
    machine = {
        "processors": [row.cpu for row in rows],
        "memory": [row.memory_percent for row in rows],
        "waiting for disks": [row.io_wait for row in rows],
    }
    charts = [_percent("Machine", times, machine, salt)]
    for number in range(min(len(row.gpu) for row in rows)):
        gpu = {
            "GPU": [row.gpu[number].utilization for row in rows],
            "its memory": [row.gpu[number].memory_percent for row in rows],
        }
        charts.append(_percent(f"GPU {number}", times, gpu, salt))
    return charts


def _percent(title: str, times: list[float], series: dict[str, list[float]], salt: str) -> Markup:
    lines = [Line(name, times, values) for name, values in series.items()]
    return lines_chart(title, lines, x="seconds", y=f"{title}, percent", salt=salt)


def _short(value: object) -> str:
    """A figure with the digits that are read, anything else as it is."""
    if value is None:
        return "–"
    try:
        number = float(str(value))  # a tuner sends its values as text, with all their digits
    except ValueError:
        return str(value)
    return f"{number:.4g}"


def _short_name(name: str, most: int) -> str:
    return name if len(name) <= most else f"{name[: most - 1]}…"
