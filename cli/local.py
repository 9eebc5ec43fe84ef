"""`kennel local`: the whole service on this machine, started, looked at and stopped."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from cli.deployment import kennel_home
from cli.mistakes import Mistake
from cli.terminal import notes, print_json, results, say

if TYPE_CHECKING:
    import subprocess

    from rich.console import Console

    from localcloud.daemon import Options
    from localcloud.machine.home import Home, Status

app = typer.Typer(help="The whole service on this machine: no AWS account, no Docker.")

Detach = Annotated[bool, typer.Option("--detach", "-d", help="Return when it is ready.")]
Port = Annotated[int, typer.Option(min=0, max=65535, help="For AWS_ENDPOINT_URL; 0 is any free.")]
Faults = Annotated[
    str | None,
    typer.Option(
        metavar="FILE|NAME=NUMBER,…",
        envvar="KENNEL_LOCAL_FAULTS",
        help="What shall go wrong, as events-twice=0.5,throttled=0.1: docs/cli.md lists the names.",
    ),
]
Param = Annotated[
    list[str] | None,
    typer.Option("--param", metavar="NAME=VALUE", help="A setting of the stage; may be repeated."),
]
Quiet = Annotated[bool, typer.Option("--quiet", "-q", help="Say only what went wrong.")]
AsJson = Annotated[bool, typer.Option("--json", help="The same as JSON.")]


@app.command()
def up(
    context: typer.Context,
    detach: Detach = False,
    port: Port = 0,
    faults: Faults = None,
    param: Param = None,
    quiet: Quiet = False,
) -> None:
    """Start, deploy and write local.env; nothing of an earlier start is kept.

    Without --detach it runs until Ctrl-C.
    """
    from localcloud.daemon import Options

    home = _home()
    console = notes()
    console.quiet = quiet
    if (status := home.status()) is not None:
        runs_already = f"The local cloud runs already (process {status.pid}, {status.state})"
        if given := _given(context, "port", "faults", "param"):
            raise Mistake(
                f"{runs_already}: {' and '.join(given)} would change nothing, `kennel local down` "
                "first."
            )
        say(console, f"{runs_already}.")
        return
    if home.clear_leftovers():
        say(console, "Removed what a killed local cloud had left behind.")
    options = Options(port=port, faults=_faults(faults), params=_params(param or []))
    (_up_detached if detach else _up_here)(home, options, console)


@app.command()
def down(quiet: Quiet = False) -> None:
    """Stop it and everything that it runs; its data goes with it."""
    from localcloud.daemon import stop

    console = notes()
    console.quiet = quiet
    with console.status("Stopping the local cloud"):
        stopped = stop(_home())
    say(console, "The local cloud is stopped." if stopped else "No local cloud runs here.")


@app.command()
def status(as_json: AsJson = False) -> None:
    """Say whether it runs, and where; exit status 1 if not."""
    home = _home()
    home.clear_leftovers()
    found = home.status()
    if as_json:
        print_json(_as_document(found))
    elif found is None:
        say(results(), "No local cloud runs here: `kennel local up` starts one.")
    else:
        _print_status(found)
    if found is None:
        raise typer.Exit(1)


def _given(context: typer.Context, *names: str) -> list[str]:
    """Those that stand on the command line, as they are written there."""
    sources = {name: context.get_parameter_source(name) for name in names}
    return [f"--{name}" for name, at in sources.items() if at and at.name == "COMMANDLINE"]


def _params(pairs: list[str]) -> dict[str, str]:
    params = {}
    for pair in pairs:
        name, separator, value = pair.partition("=")
        if not name or not separator:
            raise Mistake(f"--param {pair} is not NAME=VALUE: resources/settings.yml lists names.")
        params[name] = value
    return params


def _faults(text: str | None) -> dict[str, float]:
    from localcloud.faults import read_faults

    try:
        return read_faults(text)
    except ValueError as error:
        raise Mistake(f"--faults: {error}.") from error


def _home() -> Home:
    from localcloud.machine.home import Home

    return Home(kennel_home())


def _up_here(home: Home, options: Options, console: Console) -> None:
    from localcloud.daemon import START_FAILURES, run

    def tell(status: Status) -> None:
        if status.state == "ready":
            say(console, f"Ready. In another terminal: source {kennel_home()}/local.env")
            say(console, "Ctrl-C stops it.")
        else:
            say(console, f"{status.step} …")

    try:
        run(home, options, tell)
    except START_FAILURES as error:
        raise Mistake(_explained(error)) from error
    say(console, "The local cloud is stopped.")


def _up_detached(home: Home, options: Options, console: Console) -> None:
    from localcloud.daemon import StartFailed, daemon_command, end, start_detached

    process = start_detached(home, daemon_command(home, options))
    try:
        _show_start(home, process, console)
    except StartFailed as error:
        raise Mistake(_explained(error)) from error
    except KeyboardInterrupt:
        end(home, process)
        raise
    say(console, f"Ready. Next: source {kennel_home()}/local.env")


def _show_start(home: Home, process: subprocess.Popen[bytes], console: Console) -> None:
    from localcloud.daemon import follow

    with console.status("Starting the local cloud") as spinner:
        for status in follow(home, process):
            if status.state == "ready":
                return
            spinner.update(f"{status.step} …")
            if not console.is_terminal:
                say(console, f"{status.step} …")


def _explained(error: Exception) -> str:
    return f"The local cloud did not start: {error}"


def _as_document(status: Status | None) -> dict[str, object]:
    if status is None:
        return {"running": False}
    return {
        "running": True,
        "state": status.state,
        "pid": status.pid,
        "since": status.since,
        "environment": dict(status.environment),
    }


def _print_status(status: Status) -> None:
    console = results()
    since = f" since {status.since}" if status.since else f": {status.step}"
    say(console, f"The local cloud is {status.state}{since} (process {status.pid}).")
    for name, value in status.environment.items():
        if "KEY" not in name:
            say(console, f"  {name}={value}")
