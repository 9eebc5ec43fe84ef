"""The `kennel` command: one mistake, one sentence; the heavy imports wait until they are needed."""

from pathlib import Path
from typing import Annotated, Any

import typer
from typer.core import TyperGroup

from cli.mistakes import Mistake

ENVIRONMENT_HELP = (
    "A zip of labelled images in, a tuned, checked and served classifier out.\n\n"
    "Every command works against AWS and against the local cloud: KENNEL_BUCKET, KENNEL_URL and "
    "the usual AWS variables say which. If KENNEL_BUCKET is not set and .kennel/local.env exists "
    "in the current folder (`kennel local up` writes it), that file is used."
)


class Kennel(TyperGroup):
    """Says what went wrong in one sentence, whichever command it happened in."""

    def invoke(self, ctx: Any) -> Any:  # Any: the context's type is private to Typer
        try:
            return super().invoke(ctx)
        except Mistake as mistake:
            typer.echo(f"kennel: {mistake}", err=True)
            raise typer.Exit(1) from mistake


app = typer.Typer(
    cls=Kennel,
    help=ENVIRONMENT_HELP,
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)


@app.callback()
def kennel() -> None:
    """Makes `kennel` a group even while it has one command."""


@app.command("sample-dataset")
def sample_dataset(
    target: Annotated[Path, typer.Argument(metavar="OUT.zip", help="The zip to write.")],
    breeds: Annotated[int, typer.Option(help="How many breeds.")] = 5,
    images: Annotated[int, typer.Option(help="Images of each breed, over all splits.")] = 40,
    size: Annotated[int, typer.Option(help="Pixels of an image's longer side.")] = 256,
    seed: Annotated[int, typer.Option(help="The same seed draws the same bytes.")] = 1,
) -> None:
    """Draw a small data set of cartoon dogs, ready to upload."""
    from cli.sample_dataset import Sample, write_sample

    sample = Sample(breeds=breeds, images=images, size=size, seed=seed)
    drawn = sum(1 for _ in write_sample(target, sample))
    names = ", ".join(breed.name for breed in sample.drawn())
    typer.echo(f"{target}: {drawn} images of {names}")


def main() -> None:
    app()
