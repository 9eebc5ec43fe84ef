"""`kennel predict`: images go in, breeds come out."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from cli.deployment import Deployment, read_deployment
from cli.mistakes import Mistake

if TYPE_CHECKING:
    from cli.prediction import Prediction

NOT_PREDICTED = {
    "waiting": "waits for a batch: ask again later; `kennel runs` shows whether a model serves.",
    "in_batch": "is being predicted: ask again in some minutes.",
    "deleted": "was deleted before it was read: drop it again.",
    "overwritten": "was overwritten before it was read, and no event told of what lies there now.",
}


def predict(
    paths: Annotated[
        list[Path] | None, typer.Argument(metavar="PATH...", help="Images or folders.")
    ] = None,
    prefix: Annotated[
        str | None, typer.Option(help="Folder below images/ to use; else one of its own.")
    ] = None,
    timeout: Annotated[float, typer.Option(help="Seconds to wait for the documents.")] = 1800,
    as_json: Annotated[bool, typer.Option("--json", help="The documents as JSON.")] = False,
    get: Annotated[
        str | None,
        typer.Option(metavar="KEY", help="Instead: what became of images/... in the bucket."),
    ] = None,
) -> None:
    """Predict images: upload, wait for their documents, show them."""
    if get is not None:
        _show_one(get, paths)
        return
    if not paths:
        raise Mistake("Say which images: PATH..., or --get KEY for one that lies in the bucket.")
    from cli.clients import s3
    from cli.image_drop import ImageDrop, all_predictions, local_images, own_folder
    from cli.run_status import many
    from cli.terminal import notes, say

    images = local_images(paths)
    deployment = read_deployment()
    folder = own_folder() if prefix is None else prefix
    drop = ImageDrop(s3(), deployment.bucket, folder)
    dropped = drop.send(images)
    say(notes(), f"dropped {many(len(dropped), 'image')}: waiting for the documents")
    _tell_if_nothing_serves(deployment)
    predictions = all_predictions(dropped, drop.documents(dropped, timeout))
    _show(predictions, as_json)
    say(notes(), f"the documents lie in s3://{deployment.bucket}/{drop.documents_folder}")
    missing = sum(prediction.document is None for prediction in predictions)
    if missing:
        raise Mistake(
            f"No document after {timeout:.0f} s for {missing} of {many(len(dropped), 'image')}, "
            "still waiting for a turn: give a longer --timeout, or see `kennel runs`."
        )


def _tell_if_nothing_serves(deployment: Deployment) -> None:
    """Only a courtesy: without an address the wait goes on all the same."""
    if not deployment.knows_url:
        return
    from cli.connection import runs_api
    from cli.terminal import notes, say

    if runs_api(deployment).health().serving is None:
        say(notes(), "no model serves yet: the images wait until one does (`kennel runs follow`)")


def _show_one(key: str, paths: list[Path] | None) -> None:
    """Its document, or the row that stands for it where no documents are written."""
    from cli.connection import runs_api
    from cli.terminal import print_json

    if paths:
        raise Mistake("--get KEY asks for one image of the bucket: leave out PATH.")
    found = runs_api(read_deployment()).image(key)
    if found["state"] != "predicted":
        raise Mistake(f"{key} {NOT_PREDICTED[found['state']]}")
    print_json(found["document"])


def _show(predictions: list[Prediction], as_json: bool) -> None:
    from cli.prediction import as_json as json_of
    from cli.prediction import prediction_table
    from cli.terminal import print_json, results

    if as_json:
        print_json([json_of(prediction) for prediction in predictions])
    else:
        console = results()
        console.print(prediction_table(console, predictions))
