"""Several variants share an endpoint's traffic by weights that can be changed at any time."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest
from botocore.exceptions import ClientError

from localcloud.sagemaker.endpoints import variants
from localcloud.sagemaker.endpoints.fleet import Variant, choose
from tests.support.endpoints import INFERENCE, config_of, in_service, served
from tests.support.sagemaker_engine import Cloud


@pytest.fixture(scope="module")
def endpoint(cloud: Cloud) -> Iterator[str]:
    model = cloud.model(INFERENCE)
    with served(cloud, config_of(cloud, {"old": (model, 1.0), "new": (model, 0.0)})) as name:
        yield name


def invoked(cloud: Cloud, endpoint: str, **request: str) -> str:
    answer = cloud.runtime.invoke_endpoint(EndpointName=endpoint, Body=b"rex", **request)
    return str(answer["InvokedProductionVariant"])


def set_weights(cloud: Cloud, endpoint: str, **weights: float) -> dict[str, Any]:
    desired = [{"VariantName": n, "DesiredWeight": weight} for n, weight in weights.items()]
    cloud.sagemaker.update_endpoint_weights_and_capacities(
        EndpointName=endpoint, DesiredWeightsAndCapacities=desired
    )
    answer = cloud.sagemaker.describe_endpoint(EndpointName=endpoint)
    return in_service(cloud, endpoint, answer["EndpointConfigName"])


def test_a_variant_without_weight_answers_only_when_it_is_named(
    cloud: Cloud, endpoint: str
) -> None:
    set_weights(cloud, endpoint, old=1, new=0)

    assert {invoked(cloud, endpoint) for _ in range(5)} == {"old"}
    assert invoked(cloud, endpoint, TargetVariant="new") == "new"
    with pytest.raises(ClientError, match="Variant none is not part of the endpoint"):
        invoked(cloud, endpoint, TargetVariant="none")


def test_weights_move_the_traffic(cloud: Cloud, endpoint: str) -> None:
    answer = set_weights(cloud, endpoint, old=0, new=3)

    shown = {v["VariantName"]: v["CurrentWeight"] for v in answer["ProductionVariants"]}
    assert shown == {"old": 0.0, "new": 3.0}
    assert {invoked(cloud, endpoint) for _ in range(5)} == {"new"}


def test_a_capacity_counts_against_the_quota(cloud: Cloud, endpoint: str) -> None:
    desired = [{"VariantName": "old", "DesiredInstanceCount": 100}]

    with pytest.raises(ClientError, match="ResourceLimitExceeded"):
        cloud.sagemaker.update_endpoint_weights_and_capacities(
            EndpointName=endpoint, DesiredWeightsAndCapacities=desired
        )


def test_an_unknown_variant_is_not_rescaled(cloud: Cloud, endpoint: str) -> None:
    with pytest.raises(ClientError, match="not part of the endpoint"):
        set_weights(cloud, endpoint, other=1)


def test_an_update_may_keep_weights_and_sizes() -> None:
    old = [variants.described_variant({"VariantName": "a", "InitialVariantWeight": 3})]
    new = [variants.described_variant({"VariantName": name}) for name in ("a", "b")]

    kept = variants.retained(new, old, ())
    dropped = variants.retained(new, old, ("DesiredWeight",))

    assert [variant["CurrentWeight"] for variant in kept] == [3.0, 1.0]
    assert [variant["CurrentWeight"] for variant in dropped] == [1.0, 1.0]


def test_traffic_follows_the_weights_and_is_even_without_any(container: Any) -> None:
    def shares(*weights: float) -> Counter[str]:
        found = [Variant(str(n), weight, container) for n, weight in enumerate(weights)]
        chance = random.Random(1)
        return Counter(choose(found, "", chance).name for _ in range(1000))

    assert 700 < shares(3, 1)["0"] < 800
    assert 450 < shares(0, 0)["0"] < 550


@pytest.fixture
def container() -> object:
    """Choosing a variant does not touch its container."""
    return object()
