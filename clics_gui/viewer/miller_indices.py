"""Directions and planes in the notation of crystallography: ``[1 1 0]``, ``(1 0 -1 2)``, ``1-10``."""

from __future__ import annotations

import re
from typing import Literal

Kind = Literal["uvw", "hkl"]


def parse(text: str) -> tuple[Kind, tuple[int, int, int]]:
    """Kind and three indices of a text. Round brackets (or braces) are planes, square ones or none a direction.

    Four indices of hexagonal crystals become three: (h k i l) loses i, [u v t w] becomes [u−t v−t w]. Digits may stand
    together (``1-10``).

    Raises:
        ValueError: The text is not a direction.
    """
    inner = text.strip().replace("−", "-").replace("–", "-")
    kind: Kind = "hkl" if inner[:1] in {"(", "{"} else "uvw"
    inner = inner.strip("()[]{}<> ")
    separated = bool(re.search(r"[\s,;]", inner))
    indices = re.findall(r"-?\d+" if separated else r"-?\d", inner)
    rest = re.sub(r"-?\d+|[\s,;]", "", inner)
    numbers = [int(number) for number in indices]
    if rest or len(numbers) not in (3, 4) or not any(numbers):
        raise ValueError(f"“{text.strip()}” is not a direction. Write [1 1 0] for a direction or (1 1 0) for a plane.")
    if len(numbers) == 4:
        first, second, third, last = numbers
        if first + second + third != 0:
            raise ValueError(f"The first three of four indices must add up to zero; in “{text.strip()}” they do not.")
        numbers = [first, second, last] if kind == "hkl" else [first - third, second - third, last]
    return kind, (numbers[0], numbers[1], numbers[2])
