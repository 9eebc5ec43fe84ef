"""Closed outlines made of points, and the frame that places them on a picture."""

from __future__ import annotations

from dataclasses import dataclass
from math import cos, hypot, pi, sin

Point = tuple[float, float]
Outline = list[Point]


def ellipse(centre: Point, width: float, height: float, tilt: float = 0.0) -> Outline:
    """Half axes `width` and `height`, turned by `tilt` radians."""
    turns = [2 * pi * step / 40 for step in range(40)]
    flat = [(width * cos(turn), height * sin(turn)) for turn in turns]
    return [
        (centre[0] + x * cos(tilt) - y * sin(tilt), centre[1] + x * sin(tilt) + y * cos(tilt))
        for x, y in flat
    ]


def circle(centre: Point, radius: float) -> Outline:
    return ellipse(centre, radius, radius)


def limb(start: Point, end: Point, thick: float, thin: float) -> Outline:
    """A rounded stick from a thick to a thin end."""
    along = (end[0] - start[0], end[1] - start[1])
    length = hypot(*along) or 1e-9
    across = (-along[1] / length, along[0] / length)
    corners = [(start, thick, 1), (end, thin, 1), (end, thin, -1), (start, thick, -1)]
    sides = [(p[0] + s * r * across[0], p[1] + s * r * across[1]) for p, r, s in corners]
    return [*sides, sides[0]]


def smooth(corners: Outline, rounds: int = 4) -> Outline:
    """The closed curve inside the corners (Chaikin: every round cuts each corner)."""
    points = corners
    for _ in range(rounds):
        following = points[1:] + points[:1]
        points = [
            mixed
            for here, there in zip(points, following, strict=True)
            for mixed in (_between(here, there, 0.25), _between(here, there, 0.75))
        ]
    return points


def _between(start: Point, end: Point, share: float) -> Point:
    return (
        start[0] + share * (end[0] - start[0]),
        start[1] + share * (end[1] - start[1]),
    )


def arc(centre: Point, radius: float, first: float, last: float) -> Outline:
    """An open bow from one angle to another, in radians."""
    turns = [first + (last - first) * step / 14 for step in range(15)]
    return [(centre[0] + radius * cos(turn), centre[1] + radius * sin(turn)) for turn in turns]


@dataclass(frozen=True, kw_only=True)
class Frame:
    """Where a dog stands on a picture: its own axes point up and forward, the picture's down."""

    origin: Point
    scale: float
    tilt: float = 0.0
    facing: int = 1

    def place(self, outline: Outline) -> Outline:
        return [self._place(x, y) for x, y in outline]

    def _place(self, x: float, y: float) -> Point:
        along, up = x * cos(self.tilt) - y * sin(self.tilt), x * sin(self.tilt) + y * cos(self.tilt)
        return (
            self.origin[0] + self.facing * self.scale * along,
            self.origin[1] - self.scale * up,
        )
