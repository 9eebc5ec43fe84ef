from __future__ import annotations

import pytest

from pipeline.errors import SettingRefused
from pipeline.run_settings import RunSettings, run_settings
from pipeline.weight_licences import NAMES, NON_COMMERCIAL


def chosen(**given: object) -> RunSettings:
    return run_settings(given, defaults=RunSettings())


@pytest.mark.parametrize(
    ("backbone", "named"),
    [("vit_h_14", "vit_h_14"), (["resnet50", "regnet_y_128gf"], "regnet_y_128gf")],
)
def test_weights_that_may_not_be_used_commercially_are_refused(
    backbone: object, named: str
) -> None:
    with pytest.raises(SettingRefused) as raised:
        chosen(backbone=backbone)

    refused = str(raised.value)
    assert refused.startswith(f"backbone='{named}' is not for commercial use")
    assert "torchvision's weights are under CC-BY-NC 4.0 (https://" in refused
    assert "set weights_licence=any to accept that" in refused


@pytest.mark.parametrize("accepted", [{"weights_licence": "any"}, {"weights": "none"}])
def test_they_are_used_where_that_is_accepted_or_none_are_wanted(accepted: dict[str, str]) -> None:
    assert chosen(backbone="vit_h_14", **accepted).backbone == "vit_h_14"


def test_every_licence_has_a_name() -> None:
    assert set(NON_COMMERCIAL.values()) == set(NAMES)
