"""A picture to paint outlines on, in a dog's own units."""

from __future__ import annotations

from collections.abc import Sequence

from PIL import Image, ImageChops, ImageDraw, ImageFilter

from cli.dogs.breeds import Colour
from cli.dogs.geometry import Frame, Outline

INK_WIDTH = 0.035


class Canvas:
    def __init__(self, picture: Image.Image, frame: Frame, ink: Colour) -> None:
        self.picture = picture
        self.frame = frame
        self.ink = ink
        self._draw = ImageDraw.Draw(picture)

    def shapes(self, outlines: Sequence[Outline], colour: Colour) -> Image.Image:
        """Shapes that melt into one, with one ink line around them; returns their mask."""
        for outline in outlines:
            self._edge(outline)
        self.fill(outlines, colour)
        return self.mask(outlines)

    def fill(self, outlines: Sequence[Outline], colour: Colour) -> None:
        for outline in outlines:
            self._draw.polygon(self.frame.place(outline), fill=colour)

    def marks(self, outlines: Sequence[Outline], colour: Colour, inside: Image.Image) -> None:
        """Coat markings: only what lies inside the mask is painted."""
        self.picture.paste(colour, mask=ImageChops.darker(self.mask(outlines), inside))

    def shade(self, outlines: Sequence[Outline], inside: Image.Image, strength: float) -> None:
        """A soft shadow inside the mask."""
        blur = ImageFilter.BoxBlur(self.frame.scale * 0.12)
        soft = self.mask(outlines).filter(blur).point(lambda value: round(value * strength))
        self.picture.paste((24, 16, 40), mask=ImageChops.darker(soft, inside))

    def line(self, outline: Outline, colour: Colour, width: float) -> None:
        self._draw.line(
            self.frame.place(outline), fill=colour, width=self._pixels(width), joint="curve"
        )

    def mask(self, outlines: Sequence[Outline]) -> Image.Image:
        mask = Image.new("L", self.picture.size, 0)
        draw = ImageDraw.Draw(mask)
        for outline in outlines:
            draw.polygon(self.frame.place(outline), fill=255)
        return mask

    def _edge(self, outline: Outline) -> None:
        width = self._pixels(2 * INK_WIDTH)
        points = self.frame.place([*outline, *outline[:2]])
        self._draw.line(points, fill=self.ink, width=width, joint="curve")

    def _pixels(self, width: float) -> int:
        return max(1, round(width * self.frame.scale))
