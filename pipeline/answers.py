"""Which of a job's answers is which image's. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from pipeline.documents import Answer, is_unavailable, whole_answer
from pipeline.images import WaitingImage
from pipeline.references import load_rows


def answers_to(
    images: Iterable[WaitingImage], outputs: Iterable[bytes]
) -> Sequence[tuple[WaitingImage, Answer | None]]:
    """Each image with its answer, out of all that was written for its part.

    An answer that the image was unavailable does not displace one that tells more.
    """
    found: dict[tuple[str, str | None, str | None], Answer] = {}
    for row in (row for body in outputs for row in load_rows(body)):
        answer = whole_answer(row)
        if answer is None:
            continue
        identity = (answer["key"], answer["version"], answer["etag"])
        if identity not in found or not is_unavailable(answer):
            found[identity] = answer
    return [(image, found.get((image.key, image.version, image.etag))) for image in images]
