"""The container that a model runs: given in the request, or found in a model package."""

from __future__ import annotations

from localcloud.sagemaker.region.errors import invalid, unsupported
from localcloud.sagemaker.region.kinds import MODEL, MODEL_PACKAGE
from localcloud.sagemaker.region.objects import Location
from localcloud.sagemaker.region.records import Record
from localcloud.sagemaker.region.region import Region
from localcloud.sagemaker.region.shapes import Json

NOT_WITH_A_PACKAGE = ("Image", "ModelDataUrl", "ModelDataSource")
NOT_SERVED = ("AdditionalModelDataSources", "MultiModelConfig")
NOT_READ = ("HubAccessConfig", "ManifestS3Uri")


def served_container(region: Region, request: Json) -> Json:
    """The one container of the model, with its image, data and environment in one place."""
    containers = request.get("Containers") or []
    if ("PrimaryContainer" in request) == bool(containers):
        raise invalid("You must specify exactly one of PrimaryContainer and Containers.")
    if request.get("InferenceExecutionConfig", {}).get("Mode") == "Direct":
        raise unsupported("invoking containers directly", "leave InferenceExecutionConfig out")
    if len(containers) > 1:
        raise unsupported("models of several containers", "use one")
    container: Json = containers[0] if containers else request["PrimaryContainer"]
    if container.get("Mode") == "MultiModel":
        raise unsupported("MultiModel", "make a model of each")
    for member in NOT_SERVED:
        if member in container:
            raise unsupported(member, "leave it out")
    if "ModelPackageName" in container:
        container = packaged(region, container)
    elif "Image" not in container:
        raise invalid("Either Image or ModelPackageName must be specified for a container.")
    arn = region.arn(MODEL, request["ModelName"])
    _check_data(region.acting_as(request.get("ExecutionRoleArn", ""), arn), container)
    return container


def packaged(region: Region, container: Json) -> Json:
    """The package's own container; the model's environment goes over the package's."""
    if given := [member for member in NOT_WITH_A_PACKAGE if member in container]:
        raise invalid(f"ModelPackageName cannot be given together with {' and '.join(given)}.")
    package = region.named(MODEL_PACKAGE, container["ModelPackageName"])
    if package.get("ModelApprovalStatus", "Approved") != "Approved":
        raise invalid(f"Model package {package.arn} must be approved before it is deployed.")
    own = specification(package, container.get("InferenceSpecificationName"))["Containers"]
    if len(own) > 1:
        raise unsupported("model packages of several containers", "use one")
    environment = {**own[0].get("Environment", {}), **container.get("Environment", {})}
    return {**own[0], "Environment": environment}


def specification(package: Record, name: str | None) -> Json:
    fields = package.fields()
    if name is None:
        if "InferenceSpecification" not in fields:
            raise invalid(f"Model package {package.arn} has no inference specification.")
        found: Json = fields["InferenceSpecification"]
        return found
    for item in fields.get("AdditionalInferenceSpecifications", ()):
        if item["Name"] == name:
            return dict(item)
    raise invalid(f"Model package {package.arn} has no inference specification {name}.")


def _check_data(region: Region, container: Json) -> None:
    url, source = container.get("ModelDataUrl"), container.get("ModelDataSource", {})
    if url and source:
        raise invalid("ModelDataUrl and ModelDataSource cannot be given together.")
    if source:
        _check_source(region, source["S3DataSource"])
    elif url and region.objects.size(Location.parse(url)) is None:
        raise invalid(f"Could not find model data at {url}.")


def _check_source(region: Region, source: Json) -> None:
    for member in NOT_READ:
        if member in source:
            raise unsupported(member, "give S3Uri alone")
    uri, folder = source["S3Uri"], source["S3DataType"] == "S3Prefix"
    if folder and not uri.endswith("/"):
        raise invalid(f"The S3Prefix {uri} must end with a forward slash.")
    if folder and source["CompressionType"] == "Gzip":
        raise invalid("CompressionType Gzip needs S3DataType S3Object.")
    place = Location.parse(uri)
    there = region.objects.keys(place) if folder else region.objects.size(place) is not None
    if not there:
        raise invalid(f"Could not find model data at {uri}.")
