"""Which pretrained weights to use. Apart from weights.py because trials do without torchvision."""

from __future__ import annotations

from typing import Literal

WeightsSetting = Literal["auto", "none"]
