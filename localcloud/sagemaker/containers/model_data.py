"""The model's data in its container: an archive, one object or a folder of S3, at /opt/ml/model."""

from __future__ import annotations

from localcloud.sagemaker.containers.layout import Layout
from localcloud.sagemaker.region.archives import unpack
from localcloud.sagemaker.region.objects import Location, Objects, Source
from localcloud.sagemaker.region.shapes import Json


def fill_model(container: Json, objects: Objects, layout: Layout) -> None:
    source = container.get("ModelDataSource", {}).get("S3DataSource")
    if source and source["CompressionType"] == "None":
        place = Location.parse(source["S3Uri"])
        if source["S3DataType"] == "S3Prefix":
            found = objects.sources("S3Prefix", source["S3Uri"])
        else:
            found = [Source(place, place.key.rpartition("/")[2])]
        objects.download_all(found, layout.model)
    elif url := source["S3Uri"] if source else container.get("ModelDataUrl"):
        archive = layout.temporary / "model.tar.gz"
        objects.fetch(Source(Location.parse(url), archive.name), archive)
        unpack(archive, layout.model)
        archive.unlink()
