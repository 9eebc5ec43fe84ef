"""How much of a JPEG's picture is in the file.

A JPEG has no check sums, and its decoder fills with grey what is missing without a word. Whether
a picture is whole shows at its end: damage moves what follows, so that data is missing there or
left over. Left over is what the decoder has not asked for when the picture is finished; pictures
of an eighth of the size tell the rest.
"""

from __future__ import annotations

import io

import numpy as np
from numpy.typing import ArrayLike, NDArray
from PIL import Image, JpegImagePlugin

from inference_code.jpeg_file import END, Frame, JpegFile, Scan
from inference_code.unreadable import MOST, is_partial, refusal

# Begins with what makes a byte of data of the half of a marker that a cut may leave.
FILLER = b"\0" + np.random.default_rng(0).integers(1, 255, 512, dtype=np.uint8).tobytes()
LEFT_OVER = 1 / 32  # of the data may be too much: some cameras pad it
LONGEST_BLOCK, LONGEST_CORNER = 208, 4  # bytes of 64 coefficients, and of the first one alone
PADDING = b"\0\xff"
MISFIT = "its data does not fit its size"
HUFFMAN_TABLE = b"\xff\xc4\x00\x14\x10" + bytes([1] + [0] * 15) + b"\0"  # of one code
GREY = (127, 128)  # what a block without data becomes; inverted, in CMYK


def watched_place(file: JpegFile) -> int | None:
    """How much of `whole()` an unbroken picture needs more than, if its decoding can show that."""
    if file.frame.progressive or len(file.scans) > 1:
        return None
    cut = _cut(file, file.scans[0])
    return None if cut is None else len(file.up_to(_data_end(file, file.scans[0]) - cut))


def jpeg_is_partial(file: JpegFile, image: Image.Image, *, finished_early: bool) -> bool:
    """Whether something is missing; without most of the picture it is refused.

    `finished_early` if decoding never needed what stands behind the watched place.
    """
    if file.frame.progressive:
        painting, coarse = file.scans[0], _lacks_detail(file)
        ends_grey = _ends_grey(_drawn(file, painting.end))
    else:
        painting, coarse = file.scans[-1], _lacks_colour(file)
        ends_grey = _is_grey(image.getpixel((image.width - 1, image.height - 1)) or 0)
    separate = painting is file.scans[-1] and len(file.scans) > 1  # a scan for each component
    share = _share_of_intervals(file, painting)
    may_end_early = finished_early or file.frame.progressive
    if may_end_early and not separate and _has_too_much(file, painting):
        return True
    if ends_grey or separate:
        share = min(share, _share_of_rows(file, painting))
    return is_partial(share) or coarse or _is_cut(file, image)


def _lacks_colour(file: JpegFile) -> bool:
    """Never in part: a component that no scan has sent is a reason."""
    if {c for scan in file.scans for c in scan.components} != set(file.frame.samples):
        raise refusal("truncated", "without its colours")
    return False


def _lacks_detail(file: JpegFile) -> bool:
    """Whether scans that refine the picture are missing, as in a file that was cut.

    Without them it is coarse, but all of it is there if every frequency of the brightness is.
    """
    everything = (1 << 64) - 1
    sent = dict.fromkeys(file.frame.samples, 0)  # bits: which of 64 coefficients
    exact = dict(sent)
    before_last = dict(sent)  # the last scan may have been cut
    for scan in file.scans:
        before_last = dict(sent)
        bits = (2 << min(scan.last, 63)) - (1 << min(scan.first, 63))
        for component in scan.components:
            sent[component] |= bits
            exact[component] |= bits if scan.low_bit == 0 else 0
    if all(bits == everything for bits in exact.values()):
        return False
    brightness = before_last[next(iter(before_last))]
    if brightness != everything or not all(bits & 1 for bits in before_last.values()):
        raise refusal("truncated", "before most of its detail is there")
    return True


def _is_cut(file: JpegFile, image: Image.Image) -> bool:
    """Whether the last scan of a progressive picture stops where the file does."""
    if file.ended or not file.frame.progressive:
        return False
    filled = JpegImagePlugin.JpegImageFile(io.BytesIO(file.up_to(len(file.body)) + FILLER + END))
    return image.tobytes() != filled.tobytes()


def _share_of_intervals(file: JpegFile, scan: Scan) -> float:
    """Of the stretches between restart markers: the decoder skips those that are missing."""
    if not scan.interval:
        return 1.0
    units, blocks = file.frame.units(scan.components)
    expected = -(-units // scan.interval)
    edges = np.concatenate([file.restarts(scan), [scan.end]])
    if expected < MOST * len(edges):
        raise refusal("corrupt", MISFIT)
    edges = edges[:expected]
    lengths = np.diff(edges, prepend=scan.begin - 2) - 2
    bits = blocks * (1 if file.frame.progressive else 2)  # no code of a table is shorter than 1
    enough = lengths >= scan.interval * bits // 8
    if len(edges) == expected:
        enough[-1] = True  # it may be a short one
    return float(enough.sum()) / expected


def _has_too_much(file: JpegFile, scan: Scan) -> bool:
    """Whether the picture is finished before its data is: what came before is not in its place."""
    cut = _cut(file, scan)
    if cut is None:
        return False
    length = _data_end(file, scan) - scan.begin

    def finished_with(data: int) -> bool:
        return not _ends_grey(_drawn(file, scan.begin + data))

    if not finished_with(length - cut):
        return False
    if finished_with(int(length * MOST)):
        raise refusal("corrupt", MISFIT)
    return True


def _cut(file: JpegFile, scan: Scan) -> int | None:
    """So much of the data is needed for the end of the picture; None if that cannot be told."""
    length = _data_end(file, scan) - scan.begin
    longest = LONGEST_CORNER if file.frame.progressive else LONGEST_BLOCK
    unit = longest * file.frame.units(scan.components)[1]
    cut = max(unit, int(length * LEFT_OVER))  # at least the last unit, or it is not grey
    return None if scan.interval or cut > length * (1 - MOST) else cut


def _data_end(file: JpegFile, scan: Scan) -> int:
    """In the body; without what only pads it."""
    return scan.begin + len(file.body[scan.begin : scan.end].rstrip(PADDING))


def _share_of_rows(file: JpegFile, scan: Scan) -> float:
    """The rows above the first one that would show other data, if there were some behind."""
    missing = _drawn(file, scan.end) != _drawn(file, scan.end, FILLER)
    rows = np.flatnonzero(missing.reshape(len(missing), -1).any(axis=1))
    return float(rows[0]) / len(missing) if len(rows) else 1.0


def _drawn(file: JpegFile, end: int, filler: bytes = b"") -> NDArray[np.uint8]:
    """The picture of the data up to `end`, at an eighth of its size."""
    body = b"".join([file.up_to(end), filler, _no_detail(file.frame), END])
    with JpegImagePlugin.JpegImageFile(io.BytesIO(body)) as image:
        image.draft(None, (max(1, image.width // 8), max(1, image.height // 8)))
        return np.asarray(image)


def _no_detail(frame: Frame) -> bytes:
    """Empty scans of all finer detail, else the decoder would smooth over what is missing."""
    if not frame.progressive:
        return b""
    scan = b"\xff\xda\x00\x08\x01%c\x00\x01\x3f\x00"
    return HUFFMAN_TABLE + b"".join(scan % component for component in frame.samples)


def _ends_grey(pixels: NDArray[np.uint8]) -> bool:
    """Whether the last pixel has the colour of missing data."""
    return _is_grey(pixels[-1, -1])


def _is_grey(pixel: ArrayLike) -> bool:
    return bool(np.isin(pixel, GREY).all())
