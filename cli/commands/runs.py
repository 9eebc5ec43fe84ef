"""`kennel runs`: what became of the uploaded data sets, and of what was predicted where it lies."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from cli.deployment import read_deployment

if TYPE_CHECKING:
    from cli.runs_api import RunsApi

app = typer.Typer(help="What became of the uploaded data sets.")
RunName = Annotated[
    str | None,
    typer.Argument(metavar="RUN", help="Its id or the beginning of it; the newest if left out."),
]
AsJson = Annotated[bool, typer.Option("--json", help="JSON, as the HTTP API sends it.")]


@app.callback(invoke_without_command=True)
def list_runs(context: typer.Context, as_json: AsJson = False) -> None:
    """List the runs, newest first, and those of `kennel predict s3://…`."""
    if context.invoked_subcommand is not None:
        return
    from cli.commands.lakes import lakes
    from cli.lake_view import lakes_table
    from cli.run_status import parse_run
    from cli.runs_api import NO_RUN
    from cli.runs_view import runs_table
    from cli.terminal import print_json, print_text, results

    runs, found = list(_api().runs()), lakes()
    if as_json:
        print_json({"runs": runs, "lakes": [lake.as_json() for lake in found], "next": None})
        return
    console, now = results(), datetime.now(UTC)
    if runs:
        console.print(runs_table([parse_run(run) for run in runs], now, console))
    else:
        print_text(NO_RUN)
    if found:
        console.print(lakes_table(found, now, console))


@app.command()
def show(run: RunName = None, as_json: AsJson = False) -> None:
    """Everything that is known of one run."""
    from cli.commands.lakes import is_lake, show_lake
    from cli.run_status import parse_run
    from cli.runs_view import details
    from cli.terminal import print_json, results

    if is_lake(run):
        show_lake(run, as_json=as_json)
        return
    found = _api().named(run)
    if as_json:
        print_json(found)
    else:
        results().print(details(parse_run(found), datetime.now(UTC)))


@app.command()
def report(
    run: RunName = None,
    as_json: AsJson = False,
    in_browser: Annotated[
        bool, typer.Option("--open", help="Show the run's report in a browser.")
    ] = False,
) -> None:
    """What was found in a run's data set, and where its report lies."""
    from cli.clients import s3
    from cli.report_pages import find_page, read_page
    from cli.reports import read_reports
    from cli.reports_view import report_lines
    from cli.terminal import print_json, print_line

    bucket, name = read_deployment().bucket, _api().named(run)["run"]
    if in_browser:
        _show(read_page(s3(), bucket, name).html, f"kennel-{name}.html")
        return
    found = read_reports(s3(), bucket, name)
    if as_json:
        print_json(found.as_json())
        return
    for line in report_lines(found):
        print_line(line)
    if page := find_page(s3(), bucket, name):
        print_line("")
        print_line(f"report: {page.address} (`kennel runs report {name} --open` shows it)")


@app.command()
def compare(
    one: Annotated[str, typer.Argument(metavar="A", help="A run's id or its beginning.")],
    other: Annotated[str, typer.Argument(metavar="B", help="Another run's.")],
    file: Annotated[
        Path | None, typer.Option("--to", help="Write the page here instead of showing it.")
    ] = None,
) -> None:
    """Show the reports of two runs beside each other."""
    from cli.clients import s3
    from cli.report_pages import beside_each_other, read_page

    api, bucket = _api(), read_deployment().bucket
    left, right = (read_page(s3(), bucket, api.named(name)["run"]) for name in (one, other))
    page = beside_each_other(left, right)
    if file is None:
        _show(page, f"kennel-{left.run}-{right.run}.html")
    else:
        file.write_text(page, encoding="utf-8")


def _show(page: str, name: str) -> None:
    """In a browser, from a folder that nobody else can write to."""
    from tempfile import mkdtemp

    from cli.terminal import print_line

    path = Path(mkdtemp(prefix="kennel-")) / name
    path.write_text(page, encoding="utf-8")
    print_line(str(path))
    if typer.launch(str(path), wait=True):  # what starts a browser ends at once
        print_line("No browser could be started: open this file in one.")


@app.command()
def stop(
    run: Annotated[str, typer.Argument(metavar="RUN", help="Its id or the beginning of it.")],
) -> None:
    """Stop a run and its jobs."""
    from cli.commands.lakes import is_lake, stop_lake
    from cli.run_status import parse_run
    from cli.terminal import print_text

    if is_lake(run):
        stop_lake(run)
        return
    api = _api()
    stopped = parse_run(api.stop(api.named(run)["run"]))
    print_text(f"run {stopped.run} is {stopped.state}")


@app.command("follow")
def follow_run(run: RunName = None) -> None:
    """Watch a run until it serves (exit status 0) or ends otherwise (1).

    Where there is no run yet, it waits for the first one.
    """
    from cli.commands.lakes import follow_lake, is_lake
    from cli.run_start import wait_for_any

    if is_lake(run):
        follow_lake(run)
        return
    api = _api()
    if run is None:
        wait_for_any(api)
    follow_to_end(api, api.named(run)["run"])


def follow_to_end(api: RunsApi, run: str) -> None:
    from cli.connection import progress_reader
    from cli.follow import follow
    from cli.follow_view import outcome
    from cli.mistakes import Mistake
    from cli.terminal import results

    ended = follow(progress_reader(api), run, results()).run
    if not ended.ended_well:
        raise Mistake(f"{outcome(ended)}.")


def _api() -> RunsApi:
    from cli.connection import runs_api

    return runs_api(read_deployment())
