"""Backgrounds: places where any dog may stand, so that none gives a breed away."""

from __future__ import annotations

from collections.abc import Callable
from random import Random

from PIL import Image, ImageDraw

from cli.dogs.breeds import Colour

Place = Callable[[ImageDraw.ImageDraw, int, int, Random], None]


def paint_scenery(picture: Image.Image, horizon: float, random: Random) -> None:
    sky, ground, details = random.choice(PLACES)
    width, height = picture.size
    line = round(height * horizon)
    _fade(picture, (0, line), sky)
    _fade(picture, (line, height), ground)
    details(ImageDraw.Draw(picture), width, line, random)


def _fade(picture: Image.Image, rows: tuple[int, int], colours: tuple[Colour, Colour]) -> None:
    """A vertical gradient between two colours."""
    first, last = rows
    strip = Image.new("RGB", (1, 2))
    strip.putpixel((0, 0), colours[0])
    strip.putpixel((0, 1), colours[1])
    size = (picture.width, max(1, last - first))
    picture.paste(strip.resize(size, Image.Resampling.BILINEAR, box=(0, 0.5, 1, 1.5)), (0, first))


def _meadow(draw: ImageDraw.ImageDraw, width: int, line: int, random: Random) -> None:
    _sun(draw, width, line, random)
    for _ in range(2):
        _hill(draw, width, line, random, (126, 186, 104))
    for _ in range(26):
        x, y = random.uniform(0, width), line * random.uniform(1.05, 1.6)
        size = width * 0.008
        colour = random.choice([(255, 255, 255), (255, 214, 90), (240, 140, 170)])
        draw.ellipse((x - size, y - size, x + size, y + size), fill=colour)


def _beach(draw: ImageDraw.ImageDraw, width: int, line: int, random: Random) -> None:
    _sun(draw, width, line, random)
    draw.rectangle((0, round(line * 0.8), width, line), fill=(58, 150, 190))
    for _ in range(9):
        x, y = random.uniform(0, width), line * random.uniform(0.82, 0.98)
        draw.line((x, y, x + width * 0.1, y), fill=(190, 226, 238), width=max(1, width // 200))


def _street(draw: ImageDraw.ImageDraw, width: int, line: int, random: Random) -> None:
    x = 0.0
    while x < width:
        broad, tall = width * random.uniform(0.14, 0.26), line * random.uniform(0.45, 0.85)
        shade = random.randint(130, 210)
        draw.rectangle((x, line - tall, x + broad, line), fill=(shade, shade - 18, shade - 26))
        for row in range(3):
            top = line - tall * (0.85 - 0.28 * row)
            for column in (0.2, 0.6):
                left = x + broad * column
                box = (left, top, left + broad * 0.2, top + tall * 0.14)
                draw.rectangle(box, fill=(244, 230, 160))
        x += broad


def _snow(draw: ImageDraw.ImageDraw, width: int, line: int, random: Random) -> None:
    for _ in range(4):
        _tree(draw, width, line, random, (54, 104, 88))
    for _ in range(60):
        x, y, size = random.uniform(0, width), random.uniform(0, line * 1.6), width * 0.006
        draw.ellipse((x - size, y - size, x + size, y + size), fill=(255, 255, 255))


def _forest(draw: ImageDraw.ImageDraw, width: int, line: int, random: Random) -> None:
    for _ in range(6):
        green = random.randint(96, 150)
        _tree(draw, width, line, random, (50, green, 66))


def _room(draw: ImageDraw.ImageDraw, width: int, line: int, random: Random) -> None:
    left, top = width * random.uniform(0.05, 0.6), line * random.uniform(0.08, 0.3)
    frame = (left, top, left + width * 0.24, top + line * 0.36)
    draw.rectangle(frame, fill=(250, 246, 236), outline=(120, 84, 56), width=max(2, width // 70))
    draw.rectangle((0, line - width // 60, width, line), fill=(250, 246, 238))
    rug = (width * 0.12, line * 1.1, width * 0.88, line * 1.42)
    draw.ellipse(rug, fill=random.choice([(170, 70, 80), (70, 96, 150), (96, 140, 110)]))


def _sun(draw: ImageDraw.ImageDraw, width: int, line: int, random: Random) -> None:
    x, y, size = random.uniform(0, width), line * random.uniform(0.1, 0.4), width * 0.06
    draw.ellipse((x - size, y - size, x + size, y + size), fill=(255, 236, 150))
    for _ in range(2):
        cloud = (random.uniform(0, width), line * random.uniform(0.1, 0.5))
        for shift in (-1.2, 0, 1.2):
            left, top = cloud[0] + shift * size, cloud[1]
            draw.ellipse(
                (left - size, top - size / 2, left + size, top + size / 2), fill=(252, 252, 255)
            )


def _hill(draw: ImageDraw.ImageDraw, width: int, line: int, random: Random, colour: Colour) -> None:
    x, broad, tall = random.uniform(0, width), width * random.uniform(0.3, 0.6), line * 0.3
    draw.ellipse((x - broad, line - tall, x + broad, line + tall), fill=colour)
    draw.rectangle((0, line, width, line + tall), fill=(122, 190, 92))


def _tree(draw: ImageDraw.ImageDraw, width: int, line: int, random: Random, colour: Colour) -> None:
    x, tall = random.uniform(0, width), line * random.uniform(0.5, 0.9)
    broad = tall * 0.32
    trunk = width * 0.012
    draw.rectangle((x - trunk, line - tall * 0.3, x + trunk, line), fill=(104, 74, 54))
    for step in range(3):
        base = line - tall * (0.2 + 0.24 * step)
        half = broad * (1 - 0.25 * step)
        draw.polygon([(x - half, base), (x + half, base), (x, base - tall * 0.4)], fill=colour)


Colours = tuple[Colour, Colour]
PLACES: tuple[tuple[Colours, Colours, Place], ...] = (
    (((120, 186, 240), (216, 238, 250)), ((122, 190, 92), (88, 152, 70)), _meadow),
    (((110, 196, 236), (222, 242, 246)), ((238, 214, 160), (222, 190, 128)), _beach),
    (((240, 190, 160), (250, 226, 206)), ((150, 150, 156), (118, 118, 126)), _street),
    (((176, 204, 226), (228, 238, 246)), ((246, 248, 252), (216, 226, 238)), _snow),
    (((176, 216, 200), (214, 234, 214)), ((140, 152, 84), (110, 120, 66)), _forest),
    (((226, 206, 180), (238, 224, 202)), ((176, 128, 88), (148, 102, 68)), _room),
)
