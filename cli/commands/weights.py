"""`kennel weights`: pretrained weights to use instead of a download."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from cli.deployment import read_deployment

app = typer.Typer(help="Pretrained weights to use instead of torchvision's download.")


@app.callback()
def _commands() -> None:
    """Keeps `upload` a command of its own as long as it is the only one."""


@app.command()
def upload(
    file: Annotated[
        Path, typer.Argument(metavar="FILE", help="A state dict, as torch.save wrote it.")
    ],
    backbone: Annotated[
        str | None, typer.Option(help="Whose weights; the file's name says it if left out.")
    ] = None,
) -> None:
    """Upload weights: runs that begin from now on use them for this backbone."""
    from cli.clients import s3
    from cli.terminal import print_text
    from cli.upload_progress import showing_progress
    from cli.weights import checked_weights

    weights = checked_weights(file, backbone)
    deployment = read_deployment()
    with showing_progress(weights.file, weights.size) as on_bytes:
        weights.send(s3(), deployment.bucket, on_bytes)
    print_text(f"uploaded s3://{deployment.bucket}/{weights.key}")
