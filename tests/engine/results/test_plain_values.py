"""Plain values of results against the standard library's."""

from __future__ import annotations

import dataclasses
import json

from clics.crystals.crystal import Crystal
from clics.descriptions.describe import describe
from clics.results.description import Description
from clics.results.plain_values import plain
from pymatgen.core import Lattice, Structure


def spinel() -> Description:
    structure = Structure.from_spacegroup(
        "Fd-3m", Lattice.cubic(8.083), ["Mg", "Al", "O"], [[1 / 8] * 3, [1 / 2] * 3, [0.2624] * 3]
    )
    return describe(Crystal("spinel", structure), mineral=True)


def test_a_description_is_the_same_as_by_asdict() -> None:
    description = spinel()
    expected = dataclasses.asdict(description)
    assert description.to_json() == expected
    assert json.dumps(description.to_json()) == json.dumps(expected)
    assert description.geometry is not None
    assert description.geometry.to_json() == dataclasses.asdict(description.geometry)


def test_dictionaries_are_copies() -> None:
    description = spinel()
    before = dict(description.components[0])
    description.to_json()["components"][0]["formula"] = "?"
    assert description.components[0] == before


def test_values_keep_their_types() -> None:
    value = {"a": (1, [2.5, None], {"b": True}), "c": b"x"}
    assert plain(value) == value
    assert isinstance(plain(value)["a"], tuple)
    assert isinstance(plain(value)["a"][1], list)
