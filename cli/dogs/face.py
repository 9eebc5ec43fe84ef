"""A dog's head from the front: ears, mask, eyes, nose and smile."""

from __future__ import annotations

from math import pi
from random import Random

from cli.dogs.body import Pose, head_place
from cli.dogs.breeds import Breed, Colour
from cli.dogs.canvas import Canvas
from cli.dogs.geometry import Outline, Point, arc, circle, ellipse, limb, smooth

BLACK: Colour = (26, 22, 26)
WHITE: Colour = (255, 255, 255)
TONGUE: Colour = (240, 110, 124)
COLLARS: tuple[Colour, ...] = ((214, 48, 60), (46, 110, 214), (60, 160, 90), (148, 80, 190))


def paint_head(canvas: Canvas, breed: Breed, pose: Pose, random: Random) -> None:
    head, size = head_place(breed, pose), breed.build.head
    front = (head[0] + pose.turn * size * 0.35, head[1] - size * 0.12)
    _paint_collar(canvas, head, size, random)
    behind = breed.ears in ("pointed", "bat")
    if behind:
        _paint_ears(canvas, breed, head)
    _paint_skull(canvas, breed, head, front, random)
    if not behind:
        _paint_ears(canvas, breed, head)
    _paint_eyes(canvas, front, size)
    _paint_muzzle(canvas, breed, front, pose.tongue)


def _paint_collar(canvas: Canvas, head: Point, size: float, random: Random) -> None:
    colour = random.choice(COLLARS)
    canvas.shapes([ellipse((head[0] - 0.04, head[1] - size * 0.95), size * 0.62, 0.1)], colour)
    canvas.shapes([circle((head[0] + 0.02, head[1] - size * 1.15), 0.07)], (244, 200, 66))


def _paint_skull(canvas: Canvas, breed: Breed, head: Point, front: Point, random: Random) -> None:
    size, coat = breed.build.head, breed.coat
    skull = [ellipse(head, size, size * 0.92)]
    if coat.curly:
        top = [(-0.6, 0.7), (-0.25, 1.0), (0.2, 1.05), (0.6, 0.75), (0.0, 0.7)]
        skull += [circle((head[0] + x * size, head[1] + y * size), size * 0.4) for x, y in top]
    mask = canvas.shapes(skull, coat.main)
    if coat.pattern in ("mask", "saddle"):
        blaze = ellipse((front[0], head[1] + size * 0.5), size * 0.16, size * 0.6)
        cheeks = [
            ellipse((front[0] + s * size * 0.5, front[1] - size * 0.25), size * 0.5, size * 0.42)
            for s in (-1, 1)
        ]
        canvas.marks([blaze, *cheeks], coat.light, mask)
    elif coat.pattern == "patches":
        canvas.marks(
            [ellipse((head[0] - size * 0.5, head[1] + size * 0.2), size * 0.5, size * 0.6)],
            coat.dark,
            mask,
        )
    elif coat.pattern == "spots":
        canvas.marks(_freckles(head, size, random), coat.dark, mask)
    canvas.shade([ellipse((head[0], head[1] - size), size * 0.9, size * 0.3)], mask, 0.18)


def _freckles(head: Point, size: float, random: Random) -> list[Outline]:
    return [
        circle(
            (head[0] + random.uniform(-1, 1) * size, head[1] + random.uniform(0.1, 1) * size),
            size * random.uniform(0.09, 0.17),
        )
        for _ in range(7)
    ]


def _paint_ears(canvas: Canvas, breed: Breed, head: Point) -> None:
    for side in (-1, 1):
        ear, inner = _ear(breed, head, side)
        dark = breed.ears in ("floppy", "round") or breed.coat.pattern == "patches"
        canvas.shapes(ear, breed.coat.dark if dark else breed.coat.main)
        canvas.fill(inner, (232, 158, 150))


def _ear(breed: Breed, head: Point, side: int) -> tuple[list[Outline], list[Outline]]:
    """One ear and its pink inside."""
    size = breed.build.head

    def at(x: float, y: float) -> Point:
        return (head[0] + side * x * size, head[1] + y * size)

    if breed.ears == "pointed":
        whole = smooth([at(0.12, 0.75), at(0.78, 1.75), at(0.86, 1.7), at(1.0, 0.3)], 2)
        return [whole], [smooth([at(0.36, 0.8), at(0.76, 1.45), at(0.86, 0.55)], 2)]
    if breed.ears == "bat":
        whole = smooth([at(0.2, 0.6), at(0.6, 1.8), at(1.5, 1.65), at(1.05, 0.1)], 3)
        return [whole], [smooth([at(0.5, 0.7), at(0.75, 1.45), at(1.25, 1.4), at(0.95, 0.4)], 3)]
    if breed.ears == "round":
        return [ellipse(at(0.82, 0.62), size * 0.4, size * 0.34, -side * 0.6)], []
    if breed.ears == "pompom":
        puffs = [(1.0, 0.3), (1.15, -0.05), (1.1, -0.42), (0.92, -0.15)]
        return [circle(at(x, y), size * 0.36) for x, y in puffs], []
    whole = smooth([at(0.5, 0.95), at(1.15, 0.8), at(1.5, -0.75), at(0.98, -0.95), at(0.72, 0.1)])
    return [whole], []


def _paint_eyes(canvas: Canvas, front: Point, size: float) -> None:
    for side in (-1, 1):
        eye = (front[0] + side * size * 0.38, front[1] + size * 0.32)
        canvas.shapes([ellipse(eye, size * 0.17, size * 0.2)], WHITE)
        canvas.fill([circle((eye[0], eye[1] - size * 0.02), size * 0.14)], BLACK)
        canvas.fill([circle((eye[0] + size * 0.04, eye[1] + size * 0.05), size * 0.05)], WHITE)


def _paint_muzzle(canvas: Canvas, breed: Breed, front: Point, tongue: bool) -> None:
    size, width = breed.build.head, breed.build.muzzle * breed.build.head
    middle = (front[0], front[1] - size * 0.22)
    if tongue:
        tip = (middle[0], middle[1] - size * 0.62)
        canvas.shapes(
            [limb((middle[0], middle[1] - size * 0.3), tip, 0.08, 0.08), circle(tip, 0.08)], TONGUE
        )
    canvas.shapes([ellipse(middle, width, size * 0.38)], breed.coat.light)
    nose = (middle[0], middle[1] + size * 0.24)
    mouth = (nose[0], nose[1] - size * 0.36)
    for side in (-1, 1):
        bow = arc((mouth[0] + side * width * 0.32, mouth[1] + 0.02), width * 0.32, pi, 2 * pi)
        canvas.line(bow, BLACK, 0.035)
    canvas.line([nose, (mouth[0], mouth[1] + 0.02)], BLACK, 0.035)
    canvas.fill([ellipse(nose, size * 0.2, size * 0.14)], BLACK)
    canvas.fill([ellipse((nose[0] - size * 0.05, nose[1] + size * 0.05), 0.03, 0.015)], WHITE)
