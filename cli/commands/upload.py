"""`kennel upload`: a data set goes in, a run begins."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from cli.deployment import read_deployment


def upload(
    path: Annotated[Path, typer.Argument(metavar="ZIP", help="Class folders, zipped.")],
    settings: Annotated[
        str | None, typer.Option(help="This data set's settings: a JSON file, or the JSON itself.")
    ] = None,
    change: Annotated[
        list[str] | None, typer.Option("--set", metavar="NAME=VALUE", help="One setting.")
    ] = None,
    name: Annotated[str | None, typer.Option(help="Its name in the bucket.")] = None,
    follow: Annotated[bool, typer.Option(help="Watch the run until it has ended.")] = False,
) -> None:
    """Upload a zip of labelled images: it is checked, trained on and served."""
    from cli.clients import s3
    from cli.commands.runs import follow_to_end
    from cli.connection import runs_api
    from cli.run_start import run_ids, wait_for_run
    from cli.terminal import print_text
    from cli.upload import checked_upload
    from cli.upload_progress import send_with_progress

    checked = checked_upload(path, name=name, settings=settings, changes=change or [])
    deployment = read_deployment()
    before = run_ids(runs_api(deployment)) if follow else frozenset()
    send_with_progress(checked, s3(), deployment.bucket)
    print_text(f"uploaded s3://{deployment.bucket}/{checked.key}")
    if follow:
        api = runs_api(deployment)
        follow_to_end(api, wait_for_run(api, checked.key, before))
    else:
        print_text("`kennel runs follow` watches its run, `kennel runs` lists all.")
