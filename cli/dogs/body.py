"""A dog's body from the side: pose, legs, tail and coat."""

from __future__ import annotations

from dataclasses import dataclass
from math import cos, pi, sin
from random import Random

from PIL import Image

from cli.dogs.breeds import Breed, Colour
from cli.dogs.canvas import Canvas
from cli.dogs.geometry import Outline, Point, circle, ellipse, limb, smooth


@dataclass(frozen=True, kw_only=True)
class Pose:
    """How one dog holds itself, drawn by lot for every picture."""

    sitting: bool
    stride: float
    wag: float
    turn: float
    tongue: bool

    @classmethod
    def by_lot(cls, random: Random) -> Pose:
        return cls(
            sitting=random.random() < 0.3,
            stride=random.uniform(-0.22, 0.22),
            wag=random.uniform(-0.3, 0.5),
            turn=random.uniform(-0.3, 0.6),
            tongue=random.random() < 0.6,
        )


def paint_body(canvas: Canvas, breed: Breed, pose: Pose, random: Random) -> None:
    """Everything but the head, from the far legs to the near ones."""
    tail = _tail(breed, pose)
    far, near = _legs(breed, pose)
    canvas.shapes(far, _darker(breed.coat.main))
    canvas.shapes(tail, breed.coat.light if breed.coat.pattern == "saddle" else breed.coat.main)
    torso = _torso(breed, pose)
    mask = canvas.shapes([*torso, *near, *_curls(breed, torso, random)], breed.coat.main)
    _paint_markings(canvas, breed, pose, mask, random)
    _paint_paws(canvas, breed, near, mask)
    canvas.shade([_belly(breed, pose)], mask, 0.22)


def head_place(breed: Breed, pose: Pose) -> Point:
    build = breed.build
    if pose.sitting:
        return (build.length * 0.3, build.legs * 0.5 + build.girth * 1.75 + build.head * 0.45)
    return (
        build.length / 2 + build.head * 0.35,
        build.legs + build.girth * 0.95 + build.head * 0.5,
    )


def height(breed: Breed) -> float:
    build = breed.build
    return build.legs + build.girth + 1.7 * build.head


def _torso(breed: Breed, pose: Pose) -> list[Outline]:
    build, half = breed.build, breed.build.length / 2
    head = head_place(breed, pose)
    if pose.sitting:
        low, thick = build.girth * 0.5, build.girth * 0.5
        spine = limb((-half * 0.3, low), (half * 0.5, head[1] - build.head), thick, thick * 0.72)
        haunch = ellipse((-half * 0.25, low), build.girth * 0.62, low)
        return [smooth(spine[:-1], 3), spine, haunch]
    floor, back = build.legs, build.legs + build.girth
    barrel = smooth(
        [
            (half + 0.2, floor + build.girth * 0.75),
            (half + 0.1, floor - 0.06),
            (0.0, floor + build.girth * 0.08),
            (-half, floor + build.girth * 0.12),
            (-half - 0.24, floor + build.girth * 0.45),
            (-half - 0.1, back + 0.06),
            (0.0, back - 0.04),
            (half * 0.9, back + 0.1),
        ]
    )
    neck = limb((half * 0.8, floor + build.girth * 0.65), head, build.girth * 0.36, 0.24)
    return [barrel, neck]


def _legs(breed: Breed, pose: Pose) -> tuple[list[Outline], list[Outline]]:
    """Far and near pair."""
    build, half = breed.build, breed.build.length / 2
    if pose.sitting:
        front = half * 0.55
        reach = build.legs * 0.35 + build.girth * 0.7
        far = _leg((front + 0.12, reach), front + 0.24)
        hind = [ellipse((-half * 0.1, 0.09), 0.34, 0.1)]
        return far, [*_leg((front - 0.05, reach), front), *hind]
    top = build.legs + build.girth * 0.3
    front, hind_x = half - 0.1, -half + 0.08
    far = _leg((front + 0.05, top), front + 0.1 - pose.stride)
    far += _leg((hind_x + 0.1, top), hind_x + 0.18 + pose.stride)
    near = _leg((front - 0.08, top), front - 0.08 + pose.stride)
    near += _leg((hind_x - 0.05, top), hind_x - 0.05 - pose.stride)
    return far, near


def _leg(hip: Point, foot: float) -> list[Outline]:
    paw = ellipse((foot + 0.06, 0.09), 0.17, 0.09)
    return [limb(hip, (foot, 0.09), 0.16, 0.1), circle(hip, 0.16), circle((foot, 0.1), 0.1), paw]


def _tail(breed: Breed, pose: Pose) -> list[Outline]:
    build = breed.build
    root = (-build.length / 2 - 0.08, build.legs + build.girth * 0.8)
    if pose.sitting:
        root = (-build.length * 0.28, build.girth * 0.35)
    if breed.tail == "stub":
        return [circle((root[0] - 0.08, root[1] + 0.06), 0.13)]
    if breed.tail == "curled":
        ring = [pi * 1.2 - turn * pi / 8 for turn in range(14)]
        hub = (root[0] - 0.02, root[1] + 0.3)
        return [circle((hub[0] + 0.24 * cos(t), hub[1] + 0.24 * sin(t)), 0.12) for t in ring]
    reach = 0.75 + 0.2 * pose.wag
    tip = (root[0] - reach * cos(0.8 + pose.wag), root[1] + reach * sin(0.8 + pose.wag))
    if breed.tail == "bushy":
        lift = 0.8 + pose.wag
        plume = (root[0] - 0.48 * cos(lift), root[1] + 0.48 * sin(lift))
        return [limb(root, plume, 0.1, 0.16), ellipse(plume, 0.42, 0.21, -lift)]
    stick = limb(root, tip, 0.11, 0.05)
    return [stick, circle(tip, 0.2 if breed.tail == "pompom" else 0.05)]


def _curls(breed: Breed, torso: list[Outline], random: Random) -> list[Outline]:
    """Puffs along the outline of a curly coat."""
    if not breed.coat.curly:
        return []
    edge = [point for outline in torso[:1] for point in outline]
    step = max(1, len(edge) // 18)
    return [circle(point, random.uniform(0.12, 0.17)) for point in edge[::step]]


def _paint_markings(
    canvas: Canvas, breed: Breed, pose: Pose, mask: Image.Image, random: Random
) -> None:
    build, coat = breed.build, breed.coat
    middle = build.girth * 0.8 if pose.sitting else build.legs + build.girth / 2
    half = build.length / 2
    if coat.curly:
        spots = _scatter((0.0, middle), half, build.girth / 2, count=16, size=0.06, random=random)
        canvas.marks(spots, coat.light, mask)
    if coat.pattern == "solid":
        canvas.marks([_chest(breed, pose)], coat.light, mask)
    elif coat.pattern == "spots":
        area = (half + 0.5, build.girth)
        canvas.marks(
            _scatter((0.0, middle), *area, count=26, size=0.085, random=random), coat.dark, mask
        )
    elif coat.pattern == "patches":
        area = (half, build.girth * 0.5)
        canvas.marks(
            _scatter((0.0, middle), *area, count=3, size=0.36, random=random), coat.dark, mask
        )
    else:
        _paint_saddle(canvas, breed, pose, mask)


def _paint_saddle(canvas: Canvas, breed: Breed, pose: Pose, mask: Image.Image) -> None:
    build, coat = breed.build, breed.coat
    canvas.marks([_belly(breed, pose), _chest(breed, pose)], coat.light, mask)
    if coat.pattern == "saddle" and pose.sitting:
        back = ellipse((-build.length * 0.2, build.girth * 0.9), 0.3, build.girth * 0.8, 0.2)
        canvas.marks([back], coat.dark, mask)
    elif coat.pattern == "saddle":
        back = ellipse(
            (-0.08, build.legs + build.girth * 0.95), build.length * 0.48, build.girth * 0.42
        )
        canvas.marks([back], coat.dark, mask)


def _chest(breed: Breed, pose: Pose) -> Outline:
    build = breed.build
    if pose.sitting:
        return ellipse((build.length * 0.36, build.girth * 1.25), 0.2, build.girth * 0.55, 0.2)
    return ellipse(
        (build.length / 2 + 0.08, build.legs + build.girth * 0.42), 0.2, build.girth * 0.42
    )


def _belly(breed: Breed, pose: Pose) -> Outline:
    build = breed.build
    if pose.sitting:
        return ellipse((-build.length * 0.05, 0.05), build.length * 0.5, build.girth * 0.2)
    return ellipse((0.0, build.legs - 0.02), build.length * 0.62, build.girth * 0.26)


def _paint_paws(canvas: Canvas, breed: Breed, near: list[Outline], mask: Image.Image) -> None:
    if breed.coat.pattern in ("saddle", "mask"):
        socks = ellipse((0.0, 0.0), 3.0, 0.3)
        canvas.marks([socks], breed.coat.light, canvas.mask(near))
    elif breed.coat.curly:
        canvas.marks([ellipse((0.0, 0.12), 3.0, 0.16)], breed.coat.light, mask)


def _scatter(
    centre: Point, width: float, depth: float, *, count: int, size: float, random: Random
) -> list[Outline]:
    return [
        ellipse(
            (
                centre[0] + random.uniform(-width, width),
                centre[1] + random.uniform(-depth, depth),
            ),
            size * random.uniform(0.6, 1.3),
            size * random.uniform(0.6, 1.3),
            random.uniform(0, pi),
        )
        for _ in range(count)
    ]


def _darker(colour: Colour) -> Colour:
    return (round(colour[0] * 0.78), round(colour[1] * 0.78), round(colour[2] * 0.8))
