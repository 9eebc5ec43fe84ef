"""The breeds that can be drawn: coat, ears, build and tail of each. Knows nothing of drawing."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Colour = tuple[int, int, int]
Pattern = Literal["solid", "saddle", "spots", "patches", "mask"]
Ears = Literal["pointed", "floppy", "round", "bat", "pompom"]
Tail = Literal["straight", "curled", "bushy", "stub", "pompom"]


@dataclass(frozen=True, kw_only=True)
class Coat:
    """Main colour, the light of belly and muzzle, and the dark of ears and markings."""

    main: Colour
    light: Colour
    dark: Colour
    pattern: Pattern = "solid"
    curly: bool = False


@dataclass(frozen=True, kw_only=True)
class Build:
    """Sizes in units of one ordinary dog's body height."""

    length: float = 1.5
    girth: float = 0.8
    legs: float = 0.6
    head: float = 0.48
    muzzle: float = 0.5


@dataclass(frozen=True, kw_only=True)
class Breed:
    name: str
    coat: Coat
    ears: Ears
    tail: Tail
    build: Build


BREEDS: tuple[Breed, ...] = (
    Breed(
        name="Beagle",
        coat=Coat(main=(196, 126, 66), light=(250, 244, 232), dark=(52, 42, 40), pattern="saddle"),
        ears="floppy",
        tail="straight",
        build=Build(),
    ),
    Breed(
        name="Dachshund",
        coat=Coat(main=(140, 66, 34), light=(196, 118, 70), dark=(98, 42, 22)),
        ears="floppy",
        tail="straight",
        build=Build(length=2.3, girth=0.62, legs=0.24, head=0.42, muzzle=0.62),
    ),
    Breed(
        name="Dalmatian",
        coat=Coat(main=(246, 246, 244), light=(255, 255, 255), dark=(34, 34, 38), pattern="spots"),
        ears="floppy",
        tail="straight",
        build=Build(legs=0.85, girth=0.72),
    ),
    Breed(
        name="Husky",
        coat=Coat(main=(104, 118, 138), light=(240, 244, 250), dark=(58, 66, 82), pattern="mask"),
        ears="pointed",
        tail="bushy",
        build=Build(girth=0.88, legs=0.68),
    ),
    Breed(
        name="Poodle",
        coat=Coat(main=(238, 178, 160), light=(252, 214, 200), dark=(214, 142, 124), curly=True),
        ears="pompom",
        tail="pompom",
        build=Build(length=1.25, girth=0.76, legs=0.78, head=0.44),
    ),
    Breed(
        name="Shiba",
        coat=Coat(main=(236, 146, 44), light=(255, 240, 214), dark=(206, 112, 24)),
        ears="pointed",
        tail="curled",
        build=Build(length=1.3, girth=0.78),
    ),
    Breed(
        name="Border_collie",
        coat=Coat(main=(40, 40, 46), light=(248, 248, 248), dark=(24, 24, 28), pattern="mask"),
        ears="floppy",
        tail="bushy",
        build=Build(legs=0.66),
    ),
    Breed(
        name="Bulldog",
        coat=Coat(
            main=(244, 232, 214), light=(255, 250, 242), dark=(172, 106, 62), pattern="patches"
        ),
        ears="round",
        tail="stub",
        build=Build(length=1.3, girth=0.95, legs=0.34, head=0.56, muzzle=0.72),
    ),
    Breed(
        name="Chihuahua",
        coat=Coat(main=(228, 190, 132), light=(250, 232, 200), dark=(190, 146, 92)),
        ears="bat",
        tail="curled",
        build=Build(length=1.0, girth=0.52, legs=0.5, head=0.46, muzzle=0.36),
    ),
    Breed(
        name="Great_dane",
        coat=Coat(main=(112, 130, 158), light=(150, 166, 190), dark=(84, 98, 124)),
        ears="floppy",
        tail="straight",
        build=Build(length=1.5, girth=0.78, legs=1.15, head=0.42, muzzle=0.6),
    ),
    Breed(
        name="Labrador",
        coat=Coat(main=(84, 52, 38), light=(112, 74, 56), dark=(60, 36, 26)),
        ears="floppy",
        tail="straight",
        build=Build(girth=0.86),
    ),
    Breed(
        name="Leaf_terrier",
        coat=Coat(
            main=(150, 178, 112), light=(222, 234, 190), dark=(92, 122, 66), pattern="patches"
        ),
        ears="pointed",
        tail="stub",
        build=Build(length=1.2, girth=0.66, legs=0.42),
    ),
)
