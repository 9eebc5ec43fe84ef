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
    images: Annotated[int, typer.Option(help="Images to draw of each breed.")] = 40,
    keep: Annotated[bool, typer.Option(help="Leave the local cloud running.")] = False,
) -> None:
    """Show all of it on the local cloud: a data set in, a model served, images predicted."""
    from cli.demo_dataset import weights_file
    from cli.sample_dataset import Sample

    folder = _emptied()
    sample = Sample(breeds=breeds, images=images)
    chosen = _dataset(folder, dataset, sample)
    settings = _with_model(chosen.settings, backbone, weights)
    file = weights_file(weights, settings["backbone"]) if weights else None
    _play(folder, chosen.with_settings(settings), _images(folder, dataset, sample), file, keep=keep)


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


def _dataset(folder: Path, given: Path | None, sample: Sample) -> DemoDataset:
    from cli.demo_dataset import GIVEN_SETTINGS, DemoDataset, drawn_dataset
    from cli.upload import checked_upload

    if given is None:
        return drawn_dataset(folder, sample)
    checked_upload(given, name=None, settings=None, changes=())
    return DemoDataset(zip=given, settings=GIVEN_SETTINGS)


def _images(folder: Path, given: Path | None, sample: Sample) -> list[DemoImage]:
    from cli.demo_dataset import drawn_images, given_images

    drop = folder / "images"
    return drawn_images(drop, sample) if given is None else given_images(drop, given)


def _with_model(
    settings: dict[str, Any], backbone: str | None, weights: Path | None
) -> dict[str, Any]:
    changed = dict(settings)
    if backbone is not None:
        changed["backbone"] = backbone
    if weights is not None:
        changed["weights"] = "auto"
    return changed
