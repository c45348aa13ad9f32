"""The phrases about geometry keep to their schema: parts, keys and values of meanings, symbols, and halves."""

from __future__ import annotations

import csv
import json
import random
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from clics.crystals.atom_symbols import SYMBOLS

ROOT = Path(__file__).resolve().parents[2]
DATA = ROOT / "benchmarks" / "data"
PHRASES = [json.loads(line) for line in (DATA / "geometry_phrases.jsonl").read_text(encoding="utf-8").splitlines()]
with (DATA / "geometry_shapes.tsv").open(encoding="utf-8") as file:
    SHAPES = {row["symbol"]: row for row in csv.DictReader(file, delimiter="\t")}

SEED = 20261130
CENTRE = {"elements", "class", "role"}
SITE = {"shape", "cn", "cn_min", "centre", "ligands", "polyhedron", "sharing", "only_sharing", "partner", "network",
        "network_formula", "ring", "distorted", "every"}  # fmt: skip
CRYSTAL = {"bonding", "direction", "plane", "form", "space_group", "crystal_system", "tolerance", "elements", "formula",
           "structure_type", "negated", "filter"}  # fmt: skip
ALLOWED = {
    "sharing": {"corner", "edge", "face", "isolated"},
    "network": {0, 1, 2, 3},
    "bonding": {0, 1, 2, 3},
    "space_group": set(range(1, 231)),
    "shape": set(SHAPES),
    "ligands": set(SYMBOLS),
}
SYSTEMS = {"triclinic", "monoclinic", "orthorhombic", "tetragonal", "trigonal", "hexagonal", "cubic"}
LETTERS = {"A", "B", "M", "T", "RE"}
"""Letters that stand for a cation as the centre of a polyhedron's formula; B is boron unless the phrase names the A site, too."""
BETWEEN_PARTS = {"a", "and", "around", "both", "but", "environment", "in", "of", "site", "sites", "the", "with"}


def _meanings() -> Iterator[tuple[str, dict[str, Any]]]:
    for each in PHRASES:
        for part in each["parts"]:
            if part["understood"]:
                yield each["phrase"], part["meaning"]
                if "partner" in part["meaning"]:
                    yield each["phrase"], part["meaning"]["partner"]


def test_two_hundred_phrases_that_differ() -> None:
    assert [each["id"] for each in PHRASES] == list(range(1, 201))
    assert len({each["phrase"].casefold() for each in PHRASES}) == 200
    assert sum("confused_with" in each for each in PHRASES) >= 40


def test_of_each_two_phrases_the_seed_holds_one_out() -> None:
    draw = random.Random(SEED)
    expected = [half for _ in range(100) for half in ((True, False), (False, True))[draw.randrange(2)]]
    assert [each["held_out"] for each in PHRASES] == expected


@pytest.mark.parametrize("each", PHRASES, ids=lambda each: str(each["id"]))
def test_parts_cover_the_phrase(each: dict[str, Any]) -> None:
    assert each.keys() - {"confused_with", "note"} == {"id", "phrase", "held_out", "parts"}
    rest, end = "", 0
    for part in each["parts"]:
        assert part["start"] >= end
        rest += " " + each["phrase"][end : part["start"]]
        end = part["start"] + len(part["words"])
        assert each["phrase"][part["start"] : end] == part["words"] != ""
        assert ("meaning" in part) == part["understood"]
        assert part.keys() - {"meaning"} == {"words", "start", "understood"}
    rest += " " + each["phrase"][end:]
    assert set(re.findall(r"\w+", rest.casefold())) <= BETWEEN_PARTS
    assert set(each.get("confused_with", [])) <= SHAPES.keys() | SITE | CRYSTAL


def test_meanings_have_known_keys_and_values() -> None:
    for phrase, meaning in _meanings():
        assert meaning.keys() <= SITE | CRYSTAL, phrase
        assert ("centre" in meaning) == bool(meaning.keys() & SITE), phrase
        for key, allowed in ALLOWED.items():
            assert set(meaning.get(key, [])) <= allowed, (phrase, key)
        centre = meaning.get("centre", {"role": "any"})
        assert centre.keys() <= CENTRE, phrase
        assert centre["role"] in {"cation", "anion", "any"}, phrase
        assert meaning.get("crystal_system", "cubic") in SYSTEMS, phrase
        assert 0 < meaning.get("tolerance", 0.1) <= 0.5, phrase
        elements = meaning.get("elements", {})
        named = [symbol for key in ("all", "any", "none") for symbol in elements.get(key, [])]
        assert set(named + centre.get("elements", [])) <= set(SYMBOLS), phrase
        assert meaning.keys() - {"negated"}, phrase


def test_a_shape_has_the_vertices_that_its_phrase_counts() -> None:
    """The words state the coordination number beside the shape; both must be those of the same polyhedron."""
    both = [(phrase, each) for phrase, each in _meanings() if "shape" in each and "cn" in each]
    assert len(both) > 40
    for phrase, meaning in both:
        assert {int(SHAPES[symbol]["vertices"]) for symbol in meaning["shape"]} <= set(meaning["cn"]), phrase


def test_a_polyhedron_has_its_centre_and_its_ligands() -> None:
    for phrase, meaning in _meanings():
        if "polyhedron" in meaning:
            (centre, _), *ligands = re.findall(r"(RE|[A-Z][a-z]?)(\d*)", meaning["polyhedron"])
            elements = meaning["centre"].get("elements")
            letter = elements is None and centre in LETTERS and (centre != "B" or "A site" in phrase)
            assert elements == [centre] or letter, phrase
            assert meaning["ligands"] == [symbol for symbol, _ in ligands], phrase
            assert meaning["cn"] == [sum(int(count or 1) for _, count in ligands)], phrase


def test_symbols_count_their_vertices() -> None:
    for symbol, row in SHAPES.items():
        for name in [symbol, *filter(None, row["also"].split(","))]:
            assert name.rpartition("-")[2] == row["vertices"], name
