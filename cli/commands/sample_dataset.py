"""`kennel sample-dataset`: something to try Kennel with."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer


def sample_dataset(
    target: Annotated[Path, typer.Argument(metavar="OUT.zip", help="The zip to write.")],
    breeds: Annotated[int, typer.Option(help="How many breeds.")] = 5,
    images: Annotated[int, typer.Option(help="Images of each breed, over all splits.")] = 40,
    size: Annotated[int, typer.Option(help="Pixels of an image's longer side.")] = 256,
    seed: Annotated[int, typer.Option(help="The same seed draws the same bytes.")] = 1,
) -> None:
    """Draw a small data set of cartoon dogs, ready to upload."""
    from cli.sample_dataset import Sample, write_sample
    from cli.terminal import print_text

    sample = Sample(breeds=breeds, images=images, size=size, seed=seed)
    drawn = sum(1 for _ in write_sample(target, sample))
    names = ", ".join(breed.name for breed in sample.drawn())
    print_text(f"{target}: {drawn} images of {names}")
