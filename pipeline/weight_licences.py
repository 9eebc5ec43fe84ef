"""Whose pretrained weights may not be used commercially. Held against torchvision by a test.

A list of its own, as neither the functions nor the command have torchvision.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Final

from pipeline.errors import SettingRefused

# By backbone, of the weights that torchvision takes where nothing else is said.
NON_COMMERCIAL: Final[Mapping[str, str]] = {
    "regnet_y_128gf": "https://github.com/facebookresearch/SWAG/blob/main/LICENSE",
    "vit_h_14": "https://github.com/facebookresearch/SWAG/blob/main/LICENSE",
}
# What the licence behind these addresses is called.
NAMES: Final[Mapping[str, str]] = {
    "https://github.com/facebookresearch/SWAG/blob/main/LICENSE": "CC-BY-NC 4.0",
}


def check_licences(
    backbones: Sequence[str], values: Mapping[str, object], named: Callable[[str], str]
) -> None:
    """
    Raises:
        SettingRefused: weights that forbid commercial use, which nobody has accepted.
    """
    if values["weights"] == "none" or values["weights_licence"] == "any":
        return
    for backbone in backbones:
        if address := NON_COMMERCIAL.get(backbone):
            wanted = (
                f"for commercial use: torchvision's weights are under {NAMES[address]} ({address});"
                " set weights_licence=any to accept that, or if the bucket has others"
            )
            raise SettingRefused(named("backbone"), backbone, wanted)
