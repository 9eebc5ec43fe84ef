"""One picture of one dog: a place, a pose, a light, all drawn by lot from one random source."""

from __future__ import annotations

from dataclasses import replace
from io import BytesIO
from random import Random

from PIL import Image, ImageEnhance

from cli.dogs.body import Pose, height, paint_body
from cli.dogs.breeds import Breed, Colour
from cli.dogs.canvas import Canvas
from cli.dogs.face import paint_head
from cli.dogs.geometry import Frame, ellipse
from cli.dogs.scenery import paint_scenery

SUPERSAMPLED = 2
SHAPES = ((1.0, 1.0), (1.0, 0.8), (1.0, 0.88), (0.88, 1.0))


def draw_picture(breed: Breed, random: Random, size: int) -> Image.Image:
    """An RGB picture whose longer side has `size` pixels."""
    width, tall = (round(size * share) for share in random.choice(SHAPES))
    picture = Image.new("RGB", (width * SUPERSAMPLED, tall * SUPERSAMPLED))
    paint_scenery(picture, random.uniform(0.5, 0.72), random)
    _paint_dog(picture, _in_own_colours(breed, random), random)
    return _in_some_light(picture.resize((width, tall), Image.Resampling.BOX), random)


def jpeg(picture: Image.Image) -> bytes:
    encoded = BytesIO()
    picture.save(encoded, "JPEG", quality=88)
    return encoded.getvalue()


def _paint_dog(picture: Image.Image, breed: Breed, random: Random) -> None:
    pose = Pose.by_lot(random)
    canvas = Canvas(picture, _frame(picture, breed, random), ink=(46, 34, 40))
    shadow = canvas.mask([ellipse((0.0, 0.02), breed.build.length * 0.75, 0.14)])
    picture.paste((30, 30, 40), mask=shadow.point(lambda value: value // 3))
    paint_body(canvas, breed, pose, random)
    paint_head(canvas, breed, pose, random)


def _frame(picture: Image.Image, breed: Breed, random: Random) -> Frame:
    """As large as the picture allows, or down to two thirds of it, somewhere near the middle."""
    broad = breed.build.length + 1.8
    fitting = min(picture.width / broad, picture.height / (height(breed) + 0.5))
    scale = fitting * random.uniform(0.7, 1.0)
    free = picture.width - scale * broad * 0.92
    return Frame(
        origin=(
            picture.width / 2 + random.uniform(-0.4, 0.4) * free,
            picture.height * random.uniform(0.9, 0.97),
        ),
        scale=scale,
        tilt=random.uniform(-0.06, 0.06),
        facing=random.choice((-1, 1)),
    )


def _in_own_colours(breed: Breed, random: Random) -> Breed:
    """No two dogs of a breed have quite the same coat."""
    warmth, light = random.uniform(-8, 8), random.uniform(0.92, 1.06)

    def own(colour: Colour) -> Colour:
        red, green, blue = colour
        return (_byte(red * light + warmth), _byte(green * light), _byte(blue * light - warmth))

    coat = breed.coat
    own_coat = replace(coat, main=own(coat.main), light=own(coat.light), dark=own(coat.dark))
    return replace(breed, coat=own_coat)


def _in_some_light(picture: Image.Image, random: Random) -> Image.Image:
    bright = ImageEnhance.Brightness(picture).enhance(random.uniform(0.8, 1.12))
    contrast = ImageEnhance.Contrast(bright).enhance(random.uniform(0.85, 1.1))
    return ImageEnhance.Color(contrast).enhance(random.uniform(0.8, 1.15))


def _byte(value: float) -> int:
    return max(0, min(255, round(value)))
