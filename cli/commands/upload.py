"""`kennel upload`: a data set goes in, a run begins."""

from __future__ import annotations

from contextlib import nullcontext
from pathlib import Path
from typing import Annotated

import typer

from cli.deployment import read_deployment


def upload(
    path: Annotated[
        Path | None,
        typer.Argument(
            metavar="[ZIP|FOLDER]", help="Class folders with images; a folder is zipped."
        ),
    ] = None,
    settings: Annotated[
        str | None, typer.Option(help="This data set's settings: a JSON file, or the JSON itself.")
    ] = None,
    change: Annotated[
        list[str] | None, typer.Option("--set", metavar="NAME=VALUE", help="One setting.")
    ] = None,
    corrections: Annotated[
        Path | None,
        typer.Option(
            help="A filled-in corrections.csv: images to move or drop. Without a ZIP it is for the "
            "one in the bucket that --name names."
        ),
    ] = None,
    name: Annotated[str | None, typer.Option(help="Its name in the bucket.")] = None,
    follow: Annotated[bool, typer.Option(help="Watch the run until it has ended.")] = False,
) -> None:
    """Upload a zip or a folder of labelled images: it is checked, trained on and served."""
    from cli.clients import s3
    from cli.commands.runs import follow_to_end
    from cli.connection import runs_api
    from cli.corrections import checked_corrections
    from cli.run_start import run_ids, wait_for_run
    from cli.terminal import print_text
    from cli.upload import checked_again, checked_upload
    from cli.upload_progress import packed, send_with_progress

    table = checked_corrections(corrections) if corrections else None
    changes = change or []
    with packed(path) if path else nullcontext() as file:
        upload = (
            checked_upload(file, name=name, settings=settings, changes=changes, corrections=table)
            if file
            else checked_again(name=name, settings=settings, changes=changes, corrections=table)
        )
        deployment = read_deployment()
        before = run_ids(runs_api(deployment)) if follow else frozenset()
        send_with_progress(upload, s3(), deployment.bucket)
    print_text(f"uploaded s3://{deployment.bucket}/{upload.key}")
    if follow:
        api = runs_api(deployment)
        follow_to_end(api, wait_for_run(api, upload.key, before))
    else:
        print_text("`kennel runs follow` watches its run, `kennel runs` lists all.")
