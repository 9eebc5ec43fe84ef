"""Why an image is refused: one code for programs and one sentence for people, of this table alone.

What a decoder says about a file is never passed on: its words are for those who wrote it.
"""

from __future__ import annotations

FORMATS = ("JPEG", "PNG", "WEBP", "BMP", "GIF", "TIFF")  # MPO, a camera's pair, comes as JPEG

MAX_PIXELS = 64_000_000  # below Pillow's own warning, so that this limit speaks first
MAX_SIDE = 65_535  # what a JPEG can have
MAX_SCANS = 100  # libtiff's limit for the JPEGs in a TIFF; progressive encoders write about 10
MAX_PARTS = 100_000  # segments, chunks, blocks, strips; a picture of 20 MB in blocks has 80,000
MOST = 0.75  # of a picture must be there if it is to be predicted

SENTENCES = {
    "empty": "the file is empty (0 bytes)",
    "not_an_image": "the file is not an image",
    "unsupported_format": "{what} is not supported: "
    f"send {', '.join(FORMATS[:-1])} or {FORMATS[-1]}",
    "too_large": f"the image is too large: {{what}}; {MAX_PIXELS // 1_000_000} million pixels "
    f"and sides of {MAX_SIDE:,} are the most",
    "too_many_scans": f"the JPEG is drawn in more than {MAX_SCANS} scans: save it again",
    "too_many_parts": f"the file has more than {MAX_PARTS:,} parts: save the image again",
    "truncated": "the image ends early, {what}: upload the whole file again",
    "corrupt": "the image is damaged, {what}: save it again or upload it again",
}


class UnreadableImage(Exception):
    """These bytes give no picture; `code` is for programs, the message for the image's owner."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message


def refusal(code: str, what: object = "") -> UnreadableImage:
    """The refusal of this code, to be raised."""
    return UnreadableImage(code, SENTENCES[code].format(what=what))


def check_size(width: int, height: int) -> None:
    """Refuse what would need more memory than a worker may spend on one image."""
    if width * height > MAX_PIXELS or max(width, height) > MAX_SIDE:
        raise refusal("too_large", f"{width:,} x {height:,} pixels")


def check_parts(count: int) -> None:
    """Refuse a file that is mostly its own bookkeeping, which costs time by the piece."""
    if count > MAX_PARTS:
        raise refusal("too_many_parts")


def is_partial(share: float, *, code: str = "truncated") -> bool:
    """Whether something is missing of a picture of which this share is there: most of it must be.

    Every missing row is grey or black to the network, so what shows less is refused.
    """
    if share < MOST:
        # Rounded down: "only 75 % of it is there" would be no reason.
        raise refusal(code, f"only {int(share * 100)} % of it is there")
    return share < 1
