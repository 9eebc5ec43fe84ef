"""`kennel demo`: the whole main job on this machine, in one command."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from cli.demo_dataset import DemoDataset, DemoImage
    from cli.sample_dataset import Sample


def demo(
    dataset: Annotated[
        Path | None, typer.Option(help="A zip to use; else one of cartoon dogs is drawn.")
    ] = None,
    weights: Annotated[
        Path | None, typer.Option(help="Folder with pretrained weights, <backbone>.pth.")
    ] = None,
    backbone: Annotated[str | None, typer.Option(help="Which torchvision model to use.")] = None,
    breeds: Annotated[int, typer.Option(help="Breeds to draw.")] = 5,
    images: Annotated[
        int | None, typer.Option(help="Images to draw of each breed.", show_default="80")
    ] = None,
    keep: Annotated[bool, typer.Option(help="Leave the local cloud running.")] = False,
) -> None:
    """Show all of it on the local cloud: a data set in, a model served, images predicted."""
    from cli.demo_dataset import DRAWN_IMAGES, weights_file
    from cli.sample_dataset import Sample

    sample = Sample(breeds=breeds, images=DRAWN_IMAGES if images is None else images)
    settings = _settings(dataset, backbone, weights)
    file = weights_file(weights, settings["backbone"]) if weights else None
    folder = _emptied()
    chosen = _dataset(folder, dataset, sample).with_settings(settings)
    _play(folder, chosen, _images(folder, dataset, sample), file, keep=keep)


def _play(
    folder: Path, dataset: DemoDataset, images: list[DemoImage], file: Path | None, *, keep: bool
) -> None:
    from cli.demo import Demo
    from cli.demo_cloud import local_cloud
    from cli.terminal import results

    with local_cloud(keep=keep) as deployment:
        Demo(
            deployment=deployment,
            dataset=dataset,
            images=images,
            weights=file,
            folder=folder,
            console=results(),
        ).play()


def _emptied() -> Path:
    """The demo's own folder, without what an earlier demo left."""
    import shutil

    from cli.deployment import kennel_home

    folder = kennel_home() / "demo"
    shutil.rmtree(folder, ignore_errors=True)
    (folder / "images").mkdir(parents=True)
    return folder


def _settings(given: Path | None, backbone: str | None, weights: Path | None) -> dict[str, Any]:
    """Looked at here, before anything is started: the zip and the settings for it."""
    from cli.dataset_zip import judged_zip
    from cli.demo_dataset import DRAWN_SETTINGS, GIVEN_SETTINGS
    from cli.upload import checked_settings

    settings = dict(DRAWN_SETTINGS if given is None else GIVEN_SETTINGS)
    if backbone is not None:
        settings["backbone"] = backbone
    if weights is not None:
        settings["weights"] = "auto"
    if given is not None:
        judged_zip(given, given.name)
    return checked_settings(settings, "the data set's settings")


def _dataset(folder: Path, given: Path | None, sample: Sample) -> DemoDataset:
    from cli.demo_dataset import DemoDataset, drawn_zip

    return DemoDataset(zip=drawn_zip(folder, sample) if given is None else given)


def _images(folder: Path, given: Path | None, sample: Sample) -> list[DemoImage]:
    from cli.demo_dataset import drawn_images, given_images

    drop = folder / "images"
    return drawn_images(drop, sample) if given is None else given_images(drop, given)
