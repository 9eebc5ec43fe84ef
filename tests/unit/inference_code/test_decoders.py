"""Decoding in processes: what hangs or dies takes nobody with it, and nothing is left over."""

from __future__ import annotations

import signal
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numpy as np
import psutil  # type: ignore[import-untyped]
import pytest
from PIL import Image

from inference_code.decoder_process import NoDecoder
from inference_code.decoders import Decoders
from inference_code.photos import UnreadableImage
from inference_code.preprocessing import Preprocessing
from tests.support import hostile_decoding
from tests.support.hostile_decoding import DEADLY, ENDLESS
from tests.support.pictures import encoded, photo_like
from tests.support.waiting import eventually

SOUND = encoded(photo_like(60, 40), "JPEG")


@pytest.fixture
def decoders() -> Iterator[Decoders]:
    made = Decoders(Preprocessing(), count=2, limit_seconds=3, decode=hostile_decoding.decode)
    yield made
    made.close()


def refused(decoders: Decoders, body: bytes) -> str:
    with pytest.raises(UnreadableImage) as refusal:
        decoders.decode(body)
    return refusal.value.code


def test_a_photo_comes_back_as_the_network_sees_it(decoders: Decoders) -> None:
    prepared = decoders.decode(encoded(photo_like(60, 40)))

    expected = np.asarray(Preprocessing().center(photo_like(60, 40)))
    np.testing.assert_array_equal(prepared.square, expected)
    assert (prepared.width, prepared.height, prepared.format) == (60, 40, "PNG")
    assert prepared.warnings == ()


def test_what_is_no_image_has_its_reason(decoders: Decoders) -> None:
    assert refused(decoders, b"") == "empty"
    assert refused(decoders, b"junk") == "not_an_image"


def test_a_picture_that_takes_longer_than_the_limit_is_too_slow() -> None:
    large = encoded(Image.new("RGB", (8000, 7000)), "JPEG")
    decoders = Decoders(Preprocessing(), count=1, limit_seconds=0.01)

    assert refused(decoders, large) == "too_slow"
    decoders.close()


def test_a_decoder_that_hangs_is_ended_and_the_next_image_decoded(decoders: Decoders) -> None:
    assert refused(decoders, ENDLESS) == "too_slow"
    assert decoders.decode(SOUND).width == 60


def test_an_image_on_which_its_decoder_dies_costs_no_other(decoders: Decoders) -> None:
    bodies = [SOUND, DEADLY, SOUND, SOUND, DEADLY, SOUND]

    with ThreadPoolExecutor(len(bodies)) as threads:
        futures = [threads.submit(decoders.decode, body) for body in bodies]

    errors = [future.exception() for future in futures]
    codes = [getattr(error, "code", None) for error in errors]
    assert codes == [None, "crashed_decoder", None, None, "crashed_decoder", None]


def test_no_process_starts_before_the_first_image_and_none_is_left_at_the_end() -> None:
    decoders = Decoders(Preprocessing(), count=2)
    before = psutil.Process().children()

    decoders.decode(SOUND)
    working = psutil.Process().children()
    decoders.close()

    assert len(working) == len(before) + 1
    assert psutil.Process().children() == before


def test_who_waits_for_a_busy_decoder_does_so_no_longer_than_wanted(decoders: Decoders) -> None:
    decoders.decode(SOUND)

    with decoders._all(), pytest.raises(NoDecoder, match="no decoding process was free"):
        decoders.decode(SOUND, due=0)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGKILL])
def test_a_server_that_is_killed_leaves_no_decoder_behind(number: signal.Signals) -> None:
    command = [sys.executable, "-m", "tests.support.decoding_server", ENDLESS.decode()]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as server:
        assert server.stdout is not None
        assert server.stdout.readline() == b"hangs\n"
        (decoder,) = psutil.Process(server.pid).children()

        server.send_signal(number)
        server.wait()

    eventually(lambda: is_gone(decoder))


def is_gone(process: Any) -> bool:
    """A zombie is: whoever inherits it has not looked yet."""
    try:
        return bool(process.status() == psutil.STATUS_ZOMBIE)
    except psutil.NoSuchProcess:
        return True
