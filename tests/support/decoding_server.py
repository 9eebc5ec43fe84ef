"""A process that has one body decoded: `python -m tests.support.decoding_server BODY`."""

from __future__ import annotations

import sys

from inference_code.decoders import Decoders
from inference_code.preprocessing import Preprocessing
from tests.support import hostile_decoding


def main(body: str) -> None:
    Decoders(Preprocessing(), count=1, decode=hostile_decoding.decode).decode(body.encode())


if __name__ == "__main__":
    main(sys.argv[1])
