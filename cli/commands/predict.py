"""`kennel predict`: images go in, breeds come out; or those that lie in S3 are predicted there."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from cli.commands.predict_lake import predict_lake
from cli.deployment import Deployment, read_deployment
from cli.lake_wish import Wish
from cli.mistakes import Mistake
from pipeline.lakes import IMAGES_PER_SECOND

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
        list[str] | None,
        typer.Argument(metavar="PATH...", help="Images or folders, or one s3://bucket/prefix/."),
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
    to: Annotated[str | None, typer.Option(help="s3://: where its rows go.")] = None,
    form: Annotated[
        str | None, typer.Option("--format", help="s3://: of its rows, jsonl or parquet.")
    ] = None,
    again: Annotated[
        bool, typer.Option("--again", help="s3://: anew, though it has been done.")
    ] = False,
    yes: Annotated[bool, typer.Option("--yes", help="s3://: begin without asking.")] = False,
    stop: Annotated[bool, typer.Option("--stop", help="s3://: stop the job at work.")] = False,
    hour_price: Annotated[
        float | None, typer.Option(help="s3://: dollars an instance-hour, for the estimate.")
    ] = None,
    images_per_second: Annotated[
        float, typer.Option(min=0.001, help="s3://: of an instance, for the estimate.")
    ] = IMAGES_PER_SECOND,
) -> None:
    """Predict images: upload, wait for their documents, show them.

    With s3://bucket/prefix/ instead, all that lies there is predicted by one job without being
    copied. The same command goes on with it, whatever came between.
    """
    if get is not None:
        _show_one(get, paths)
        return
    if not paths:
        raise Mistake("Say which images: PATH..., or --get KEY for one that lies in the bucket.")
    if any(path.startswith("s3://") for path in paths):
        predict_lake(
            Wish(
                source=_alone(paths),
                to=to,
                form=form or "jsonl",
                again=again,
                yes=yes,
                stop=stop,
                hour_price=hour_price,
                images_per_second=images_per_second,
            )
        )
        return
    if to or form or again or yes or stop or hour_price:
        raise Mistake(
            "--to, --format, --again, --yes, --stop and --hour-price are for s3://bucket/prefix/ "
            "alone."
        )
    _drop(paths, prefix, timeout, as_json)


def _drop(paths: Sequence[str], prefix: str | None, timeout: float, as_json: bool) -> None:
    from cli.clients import s3
    from cli.image_drop import ImageDrop, all_predictions, local_images, own_folder
    from cli.run_status import many
    from cli.terminal import notes, say

    images = local_images([Path(path) for path in paths])
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


def _alone(paths: Sequence[str]) -> str:
    if len(paths) > 1:
        raise Mistake("One s3:// address is predicted by itself: give it alone.")
    return paths[0]


def _tell_if_nothing_serves(deployment: Deployment) -> None:
    """Only a courtesy: without an address the wait goes on all the same."""
    if not deployment.knows_url:
        return
    from cli.connection import runs_api
    from cli.terminal import notes, say

    if runs_api(deployment).health().serving is None:
        say(notes(), "no model serves yet: the images wait until one does (`kennel runs follow`)")


def _show_one(key: str, paths: Sequence[str] | None) -> None:
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
