"""Deliveries that happen later and elsewhere on AWS: whoever causes one never sees it fail."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager

logger = logging.getLogger(__name__)


@contextmanager
def unheard(what: str) -> Iterator[None]:
    """Let no failure of the block reach its caller; the log has it."""
    try:
        yield
    except Exception:
        logger.exception("%s failed", what)
