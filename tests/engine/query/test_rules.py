"""Every rule of normalisation has an effect: without it, some phrase is understood otherwise."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from clics.concepts.labels import short_label
from clics.query import normalise, recognise

from tests.paper_vocabulary import paper_vocabulary

VOCABULARY = paper_vocabulary()
TYPED = Path(__file__).parents[3] / "benchmarks" / "data"

RARE = {
    "corner–sharing octahedra": ["Corner-sharing octahedra"],  # an en dash
    "pent. planar metal": ["Metal: pentagonal planar", "Metal: distorted pentagonal planar"],
    "hex. planar metal": ["Metal: hexagonal planar", "Metal: distorted hexagonal planar"],
    "orthoborate groups": ["Metalloid: trigonal planar"],
    "selenite groups": ["Nonmetal: trigonal pyramidal (non-coplanar)"],
    "tellurite groups": ["Metalloid: trigonal pyramidal (non-coplanar)"],
    "titanate octahedra": ["Metal: octahedral"],
    "borate tetrahedra": ["Metalloid: tetrahedral"],
    "metal with five neighbours in one plane": ["Metal: pentagonal planar", "Metal: distorted pentagonal planar"],
    "quadrangular pyramidal metal": ["Metal: square pyramidal"],
    "bicapped square antiprismatic metal": ["Metal: 10-coordinate"],
    "five coordinate metal in a square pyramid": ["Metal: square pyramidal"],
    "eight coordinate nonmetal in a hexagonal bipyramid": ["Nonmetal: hexagonal bipyramidal"],
    "three coordinate nonmetal, trigonal planar": ["Nonmetal: trigonal planar"],
    "two coordinate nonmetal, linear": ["Nonmetal: linear"],
    "seven coordinate metal, pentagonal bipyramid": ["Metal: pentagonal bipyramidal", "Metal: distorted pentagonal bipyramidal"],
    "oxygen with one neighbour, single bond": ["Nonmetal: terminal (CN 1)"],
    "octahedral six coordinate metal": ["Metal: octahedral"],
    "tetrahedral four coordinate metal": ["Metal: tetrahedral"],
    "trigonal bipyramidal five coordinate metal": ["Metal: trigonal bipyramidal"],
    "cuboctahedral twelve coordinate metal": ["Metal: cuboctahedral"],
}  # fmt: skip
"""Phrases for rules that none of the benchmark's phrases needs, and what they mean first."""


@pytest.mark.parametrize("text", RARE)
def test_rare_forms_are_understood(text: str) -> None:
    (primary,) = recognise.recognise(text, VOCABULARY).primary
    assert sorted(map(short_label, primary)) == sorted(RARE[text])


def phrases() -> Iterator[str]:
    """The phrases of the benchmark, those above and a few of other tests."""
    yield from RARE
    for file in sorted(TYPED.glob("typed*.tsv")):
        for line in file.read_text(encoding="utf-8").splitlines():
            yield from line.split("\t")[2:]
    own = Path(__file__).with_name("test_typed_words.py"), Path(__file__).with_name("test_words_of_others.py")
    for file in (*own, Path(__file__).with_name("test_recognise.py")):
        yield from (part for part in file.read_text(encoding="utf-8").split('"')[1::2] if len(part) < 200)


def test_no_rule_is_without_effect(monkeypatch: pytest.MonkeyPatch) -> None:
    rules = normalise._RULES
    texts = list(dict.fromkeys(phrases()))
    fired: dict[int, list[str]] = {number: [] for number in range(len(rules))}
    understood = {}
    for text in texts:
        understood[text] = recognise.recognise(text, VOCABULARY)
        for start in {text, text.strip()}:
            normalised = normalise.NormalisedText.of(start)
            for number, (pattern, replacement) in enumerate(rules):
                before, normalised = normalised, normalised.replaced(pattern, replacement)
                if normalised is not before:
                    fired[number].append(text)
    idle = []
    for number, some in fired.items():
        monkeypatch.setattr(normalise, "_RULES", (*rules[:number], *rules[number + 1 :]))
        if all(recognise.recognise(text, VOCABULARY) == understood[text] for text in dict.fromkeys(some)):
            idle.append(rules[number][0].pattern)
    assert idle == []
