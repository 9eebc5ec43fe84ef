"""What SageMaker and this engine refuse about model packages, and what it reads of their data."""

from __future__ import annotations

from collections.abc import Sequence

from localcloud.sagemaker.region.errors import invalid, unsupported
from localcloud.sagemaker.region.objects import Location, Objects
from localcloud.sagemaker.region.shapes import Json

MOST_ADDITIONAL = 15
ONLY_SINGLE = ("ModelPackageName", "Tags", "CertifyForMarketplace")
INSTANCES = ("SupportedTransformInstanceTypes", "SupportedRealtimeInferenceInstanceTypes")


def check_package(request: Json) -> None:
    for member in ("ValidationSpecification", "SourceAlgorithmSpecification"):
        if member in request:
            raise unsupported(member, "give an InferenceSpecification")
    if "arn:" in request.get("SourceUri", "") and "InferenceSpecification" not in request:
        raise unsupported("cloning what SourceUri names", "give an InferenceSpecification as well")
    if "ModelPackageGroupName" in request:
        _check_version(request)
    else:
        _check_single(request)
    check_additional(request.get("AdditionalInferenceSpecifications", ()))


def _check_version(request: Json) -> None:
    if given := [member for member in ONLY_SINGLE if request.get(member)]:
        raise invalid(f"A model package in a group cannot have {' and '.join(given)}.")


def _check_single(request: Json) -> None:
    if "ModelPackageName" not in request:
        raise invalid("Either ModelPackageName or ModelPackageGroupName must be specified.")
    if "ModelApprovalStatus" in request:
        raise invalid("ModelApprovalStatus can only be given to versioned model packages.")
    specification = request.get("InferenceSpecification")
    if specification is None:
        raise invalid("InferenceSpecification is required for unversioned model packages.")
    if lacking := [member for member in INSTANCES if member not in specification]:
        raise invalid(f"{' and '.join(lacking)} must be given for unversioned model packages.")


def check_additional(specifications: Sequence[Json]) -> list[Json]:
    """The specifications, unless they are too many or share a name."""
    names = [item["Name"] for item in specifications]
    if len(set(names)) < len(names):
        raise invalid("The names of additional inference specifications must be unique.")
    if len(names) > MOST_ADDITIONAL:
        raise invalid(f"There can be at most {MOST_ADDITIONAL} additional specifications.")
    return list(specifications)


def with_etags(specification: Json, objects: Objects) -> Json:
    """The specification, each archive in it with the ETag that it has now."""
    containers = [{**item, **_data_etag(item, objects)} for item in specification["Containers"]]
    return {**specification, "Containers": containers}


def _data_etag(container: Json, objects: Objects) -> Json:
    url = container.get("ModelDataUrl")
    if not url:
        return {}
    etag = objects.etag(Location.parse(url))
    if etag is None:
        raise invalid(f"Could not find model data at {url}.")
    return {"ModelDataETag": etag}
