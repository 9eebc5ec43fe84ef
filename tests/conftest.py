"""What every test may count on: torchvision's models, whichever build of torch is installed."""

from __future__ import annotations

from localcloud.container.sitecustomize import install

install()
