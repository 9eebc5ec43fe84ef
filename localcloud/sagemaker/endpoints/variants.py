"""Production variants as Describe shows them: how they are now, and how they shall be."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from localcloud.sagemaker.region.errors import invalid, unsupported
from localcloud.sagemaker.region.shapes import Json

WEIGHT = ("CurrentWeight", "DesiredWeight")
COUNT = ("CurrentInstanceCount", "DesiredInstanceCount")


def described_variant(production: Json) -> Json:
    weight = float(production.get("InitialVariantWeight", 1.0))
    count = int(production.get("InitialInstanceCount", 1))
    described = {"VariantName": production["VariantName"], **dict.fromkeys(WEIGHT, weight)}
    if "ServerlessConfig" in production:
        return described | {"CurrentServerlessConfig": production["ServerlessConfig"]}
    return described | dict.fromkeys(COUNT, count)


def retained(new: Sequence[Json], old: Sequence[Json], excluded: Collection[str]) -> list[Json]:
    """The new variants with weight and size of the old ones that bear the same name."""
    kept = [
        *(WEIGHT if "DesiredWeight" not in excluded else ()),
        *(COUNT if "DesiredInstanceCount" not in excluded else ()),
    ]
    known = {variant["VariantName"]: variant for variant in old}
    found = []
    for variant in new:
        before = known.get(variant["VariantName"], {})
        found.append({**variant, **{m: before[m] for m in kept if m in before and m in variant}})
    return found


def rescaled(variants: Sequence[Json], desired: Sequence[Json]) -> list[Json]:
    """The variants with what is desired of them from now on."""
    changes = {item["VariantName"]: item for item in desired}
    if strangers := changes.keys() - {variant["VariantName"] for variant in variants}:
        raise invalid(f"Variants {sorted(strangers)} are not part of the endpoint.")
    if any("ServerlessUpdateConfig" in item for item in desired):
        raise unsupported("ServerlessUpdateConfig", "update the endpoint's configuration")
    members = ("DesiredWeight", "DesiredInstanceCount")
    return [
        variant | {m: item[m] for m in members if m in (item := changes[variant["VariantName"]])}
        if variant["VariantName"] in changes
        else variant
        for variant in variants
    ]


def settled(variants: Sequence[Json]) -> list[Json]:
    """The variants when they have become as desired."""
    found = []
    for variant in variants:
        reached = {now: variant[wanted] for now, wanted in (WEIGHT, COUNT) if wanted in variant}
        found.append({**variant, **reached})
    return found
