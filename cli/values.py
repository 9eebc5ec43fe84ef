"""Hyperparameters as people read them."""

from __future__ import annotations


def short(value: str) -> str:
    """0.0123456789 as 0.0123; words and whole numbers as they are."""
    text = value.strip('"')
    try:
        return text if text.lstrip("-").isdigit() else f"{float(text):.3g}"
    except ValueError:
        return text
