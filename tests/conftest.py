"""What every test may count on: torchvision's models, whichever build of torch is installed."""

from __future__ import annotations

from localcloud.sagemaker.containers.site.sitecustomize import install

install()
