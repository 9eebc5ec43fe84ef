"""Decoders as pictures from strangers find them: they die of one body, and hang at another."""

from __future__ import annotations

import collections
import itertools
import os

from inference_code.photos import Photo, read_photo

DEADLY = b"deadly"
ENDLESS = b"endless"


def decode(body: bytes) -> Photo:
    if body == DEADLY:
        os._exit(3)
    if body == ENDLESS:
        print("hangs", flush=True)
        # In C, and without letting any other Python run, as decoders are.
        collections.deque(itertools.repeat(None), maxlen=0)
    return read_photo(body)
