"""The `kennel` command: one mistake, one sentence; the heavy imports wait until they are needed."""

from __future__ import annotations

import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.metadata import version
from io import TextIOWrapper
from typing import TYPE_CHECKING, Annotated, Any, NoReturn

import typer
from typer.core import TyperGroup
from typer.exceptions import TyperException

from cli import local
from cli.commands import runs, weights
from cli.commands.demo import demo
from cli.commands.logs import logs
from cli.commands.predict import predict
from cli.commands.sample_dataset import sample_dataset
from cli.commands.upload import upload
from cli.mistakes import Mistake
from cli.terminal import print_mistake, print_text

if TYPE_CHECKING:
    from botocore.exceptions import BotoCoreError, ClientError

HELP = (
    "A zip of labelled images in, a tuned, checked and served classifier out.\n\n"
    "Every command works against AWS and against the local cloud: KENNEL_BUCKET, KENNEL_URL and "
    "the usual AWS variables say which. If KENNEL_BUCKET is not set and .kennel/local.env exists "
    "in the current folder (`kennel local up` writes it), that file is used."
)


class Kennel(TyperGroup):
    """Says what went wrong in one sentence, whichever command it happened in."""

    def invoke(self, ctx: Any) -> Any:  # Any: the context's type is private to Typer
        with _in_one_sentence(ctx.command_path):
            return super().invoke(ctx)

    def make_context(
        self, info_name: str | None, args: list[str], parent: Any = None, **extra: Any
    ) -> Any:
        """Reads the options in front of the command's name, before there is anything to invoke."""
        with _in_one_sentence(info_name or "kennel"):
            return super().make_context(info_name, args, parent, **extra)


@contextmanager
def _in_one_sentence(path: str) -> Iterator[None]:
    try:
        yield
    except Mistake as mistake:
        raise _told(mistake) from mistake
    except TyperException as misuse:
        if "\n" in misuse.format_message():  # a help page
            raise
        raise _told(_misuse(misuse, path), misuse.exit_code) from misuse
    except _aws_failures() as failure:
        raise _told(_explained(failure)) from failure


def _misuse(misuse: TyperException, path: str) -> Mistake:
    command = getattr(getattr(misuse, "ctx", None), "command_path", path)
    return Mistake(f"{misuse.format_message().rstrip('.?')}: see `{command} --help`.")


def _aws_failures() -> tuple[type[BotoCoreError] | type[ClientError], ...]:
    """Looked up only when something was raised: the import is slow."""
    from cli.failures import FAILURES

    return FAILURES


def _explained(failure: BotoCoreError | ClientError) -> Mistake:
    from cli.failures import explained

    return explained(failure)


def _told(mistake: Mistake, status: int = 1) -> typer.Exit:
    print_mistake(str(mistake))
    return typer.Exit(status)


app = typer.Typer(
    cls=Kennel,
    help=HELP,
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)


def _print_version(wanted: bool) -> None:
    if wanted:
        print_text(f"kennel {version('kennel')}")
        raise typer.Exit


@app.callback()
def _options(
    wanted: Annotated[
        bool,
        typer.Option(
            "--version", is_eager=True, callback=_print_version, help="Say which, and end."
        ),
    ] = False,
) -> None:
    """What goes in front of any command."""


app.command()(demo)
app.command()(upload)
app.command()(predict)
app.add_typer(runs.app, name="runs")
app.command()(logs)
app.add_typer(weights.app, name="weights")
app.add_typer(local.app, name="local")
app.command("sample-dataset")(sample_dataset)


def main() -> None:
    signal.signal(signal.SIGTERM, _terminated)
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):  # a terminal may know fewer letters than a text has
            stream.reconfigure(errors="backslashreplace")
    app()


def _terminated(number: int, _frame: object) -> NoReturn:
    """Leaves like after Ctrl-C: what was started is stopped on the way out."""
    raise SystemExit(128 + number)
