"""Tiny functions, and what runs them."""

from __future__ import annotations

from collections.abc import Callable

from localcloud.functions.service import LambdaService

Runner = Callable[..., LambdaService]


PID = """
    import os

    def handler(event, context):
        return os.getpid()
"""
