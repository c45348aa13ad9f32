"""Phrases about geometry: what is understood of each, compared with its stated meaning.

    python -m benchmarks.geometry_phrases [--half HALF|both] [--wrong] [--model FOLDER]

``benchmarks/data/geometry_phrases.jsonl`` has the phrases and their meanings (benchmarks/README.md says what the keys mean). A
part is right where everything that it states is understood, and nothing else; a phrase is right where all its parts are, and
the words without a meaning are shown as not understood. ``fresh``, ``second``, ``third`` and ``fourth`` are later sets
(``geometry_phrases_fresh.jsonl``, …): 80 and 50 phrases that were held out as a whole, and 100 and 120 in halves. Two
meanings are the same where they have the same facts: a coordination number that the shape or formula implies is not
compared, two parts about one site may be one, and elements without crystals (astatine, francium) do not count.

``--wrong`` shows the phrases that are not right: all sets have been scored and looked at.
"""

from __future__ import annotations

import argparse
import csv
import json
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from clics.concepts.kinds.dimensionality import DimensionalityConcept
from clics.concepts.kinds.space_group import SpaceGroupConcept
from clics.concepts.kinds.structure_type import StructureTypeConcept
from clics.concepts.vocabulary import Vocabulary
from clics.model.folder import read_vocabulary
from clics.paths import model_folder
from clics.query import structure_types
from clics.query.composition_words import INTERMETALLIC
from clics.query.filter_grammar import read_terms
from clics.query.geometry.terms import GeometryTerm, Polyhedra
from clics.query.geometry.truth import ligands_of
from clics.query.geometry.vocabulary import element_groups
from clics.query.parsed_query import Group
from clics.query.recognise import recognise
from clics.query.unread_words import is_stop_word

DATA = Path(__file__).parent / "data"
SETS = {
    "fresh": "geometry_phrases_fresh.jsonl",
    "second": "geometry_phrases_second.jsonl",
    "third": "geometry_phrases_third.jsonl",
    "fourth": "geometry_phrases_fourth.jsonl",
}
HALVES = (
    "development", "held-out", "fresh", "second-development", "second-held-out", "third", "fourth-development",
    "fourth-held-out",
)  # fmt: skip
Meaning = dict[str, Any]
"""A meaning with its values as sets, without what other values imply."""
_GROUP_NAMES = {
    "lanthanoid": "lanthanide",
    "actinoid": "actinide",
    "alkaline earth": "alkaline earth metal",
    "rare earth": "rare earth metal",
}
_ARRANGEMENTS = {
    "nesosilicate": ("isolated", 0, False), "sorosilicate": ("corner", 0, False), "cyclosilicate": ("corner", 0, True),
    "inosilicate": ("corner", 1, False), "phyllosilicate": ("corner", 2, False), "tectosilicate": ("corner", 3, False),
}  # fmt: skip
_NO_CRYSTALS = frozenset({"At", "Fr"})
"""Elements that some meanings count among a group and others do not, and of which no crystal is known."""
_SITE = ("shape", "cn", "cn_min", "centre", "ligands", "polyhedron", "distorted")


def families() -> dict[str, str]:
    """The symbol that stands for each symbol of a shape, of SHAPE and of IUPAC, and for variants that share a name."""
    with (DATA / "geometry_shapes.tsv").open(encoding="utf-8") as file:
        found = {
            also: row["symbol"]
            for row in csv.DictReader(file, delimiter="\t")
            for also in [row["symbol"], *row["also"].split(",")]
        }
    same = {"vOC-2": "vT-2", "fvOC-3": "vT-3"}  # angles near 90 or 109.5 degrees
    return {symbol: same.get(of, of) for symbol, of in found.items()} | {"TPRS-8": "BTPR-8"}


FAMILIES = families()


# ---- meanings as they are stated --------------------------------------------------------------------------------------


def stated(meaning: Meaning) -> Meaning:
    """The stated meaning of a part."""
    if "filter" in meaning and "space_group" not in meaning:  # "sg:166" may be read at once
        return {"filter": meaning["filter"].replace(" ", "")}
    name = _silicate(meaning)
    if name:
        return {"name": name, "negated": meaning.get("negated", False)}
    found: Meaning = {"negated": meaning.get("negated", False)}
    found |= _sites(meaning)
    for key in ("sharing", "network", "bonding", "space_group"):
        if key in meaning:
            found[key] = frozenset(meaning[key])
    for key in ("only_sharing", "every", "ring", "form", "network_formula", "tolerance", "crystal_system", "formula"):
        if meaning.get(key):
            found[key] = meaning[key]
    for key in ("direction", "plane"):
        if key in meaning:
            found["axis"] = tuple(meaning[key])
    if "partner" in meaning:
        found["partner"] = _frozen(_sites(meaning["partner"]))
    if "elements" in meaning:
        found["elements"] = _frozen(
            {
                key: bool(value)
                if key == "only"
                else value
                if isinstance(value, str)
                else frozenset(value) - _NO_CRYSTALS
                for key, value in meaning["elements"].items()
            }
        )
    if "structure_type" in meaning:
        found["structure_type"] = _type(meaning["structure_type"])
    return _without_implied(found)


def _silicate(meaning: Meaning) -> str:
    """The class of silicates that a meaning describes, if its words are such a name."""
    centre = meaning.get("centre", {})
    is_silicate = set(centre.get("elements", ())) in ({"Si"}, {"Si", "Al"}) and meaning.get("ligands") == ["O"]
    if not is_silicate or meaning.get("shape") != ["T-4"] or "silicate" not in meaning.get("words", ""):
        return ""
    sharing = (meaning.get("sharing") or [""])[0]
    network = (meaning.get("network") or [0 if sharing == "isolated" else -1])[0]
    kind = next((k for k, v in _ARRANGEMENTS.items() if v == (sharing, network, bool(meaning.get("ring")))), "")
    if kind == "inosilicate" and "network_formula" in meaning:
        return f"{kind} ({'double' if meaning['network_formula'] == 'Si4O11' else 'single'} chain)"
    return kind


def _sites(meaning: Meaning) -> Meaning:
    centre = meaning.get("centre")
    if centre is None:
        return {}
    found: Meaning = {}
    elements = frozenset(centre.get("elements", ())) or _group(centre.get("class"))
    found["centre"] = elements or centre.get("role", "cation")
    if "shape" in meaning:
        found["shape"] = frozenset(FAMILIES[symbol] for symbol in meaning["shape"])
    if "cn" in meaning:
        found["cn"] = frozenset(meaning["cn"])
    if "cn_min" in meaning:
        found["cn_min"] = meaning["cn_min"]
    if "ligands" in meaning:
        found["ligands"] = frozenset(meaning["ligands"])
    if "polyhedron" in meaning:
        found["polyhedron"] = _frozen(ligands_of(meaning["polyhedron"]))
    if "distorted" in meaning:
        found["distorted"] = meaning["distorted"]
    return found


def _group(name: str | None) -> frozenset[str]:
    if name is None:
        return frozenset()
    return frozenset(element_groups()[_GROUP_NAMES.get(name, name)][1])


# ---- meanings as they are understood ----------------------------------------------------------------------------------


def understood(group: Group) -> Meaning:
    """What a part is understood as."""
    if group.filter:
        return _of_filter(group)
    if group.term is not None:
        return _of_term(group.term, negated=group.negated)
    found: Meaning = {"negated": group.negated}
    concepts = group.concepts or group.primary
    if all(isinstance(concept, DimensionalityConcept) for concept in concepts):
        found["bonding"] = frozenset(c.dimensions for c in concepts if isinstance(c, DimensionalityConcept))
    elif all(isinstance(concept, SpaceGroupConcept) for concept in concepts):
        numbers = frozenset(c.number for c in concepts if isinstance(c, SpaceGroupConcept))
        systems = {c.group.crystal_system for c in concepts if isinstance(c, SpaceGroupConcept) and c.group is not None}
        if len(systems) == 1 and len(numbers) > 2 and numbers == _system(next(iter(systems))):
            found["crystal_system"] = next(iter(systems))
        else:
            found["space_group"] = numbers
        if group.tolerance is not None:
            found["tolerance"] = group.tolerance
    elif all(isinstance(concept, StructureTypeConcept) for concept in concepts):
        found["structure_type"] = _type(
            next(c.name for c in (group.primary or concepts) if isinstance(c, StructureTypeConcept))
        )
    else:
        found["concepts"] = frozenset(concept.phrase for concept in concepts)
    return found


def _system(name: str) -> frozenset[int]:
    from clics.symmetry import space_groups

    return frozenset(group.number for group in space_groups.SPACE_GROUPS if group.crystal_system == name)


def _of_filter(group: Group) -> Meaning:
    if not group.applied:
        return {"filter": group.filter.replace(" ", "")}
    (term,) = read_terms(group.filter)
    values = [value.text for value in term.values]
    if term.name == "formula":
        return {"negated": group.negated, "formula": values[0]}
    if term.name != "elements":
        return {"filter": group.filter.replace(" ", "")}
    if ",".join(values) == INTERMETALLIC:
        return {"negated": False, "elements": _frozen({"only_class": "metal"})}
    if term.operator == "=":
        return {"negated": False, "elements": _frozen({"all": frozenset(values), "only": True})}
    if term.negative:
        return {"negated": False, "elements": _frozen({"none": frozenset("|".join(values).split("|")) - _NO_CRYSTALS})}
    alone = frozenset(value for value in values if "|" not in value)
    either = [frozenset(value.split("|")) - _NO_CRYSTALS for value in values if "|" in value]
    elements = ({"all": alone} if alone else {}) | ({"any": either[0]} if either else {})
    return {"negated": False, "elements": _frozen(elements)}


def _of_term(term: GeometryTerm, *, negated: bool) -> Meaning:
    found: Meaning = {"negated": negated}
    if term.name:
        return found | {"name": term.name}
    about_sites = not (term.bonding or term.extent)
    if about_sites:
        found |= _of_polyhedra(term.polyhedra)
    if term.sharing:
        found["sharing"] = frozenset(term.sharing)
    if term.network:
        found["network"] = frozenset(term.network)
    if term.bonding:
        found["bonding"] = frozenset(term.bonding)
    for key, value in (
        ("only_sharing", term.only),
        ("every", term.every),
        ("ring", term.ring),
        ("network_formula", term.network_formula),
    ):
        if value:
            found[key] = value
    if term.extent is not None:
        found["form"] = {"molecule": "molecule in a box"}.get(term.extent, term.extent)
    if term.plane or term.direction:
        found["axis"] = term.plane or term.direction
    if term.partner is not None:
        found["partner"] = _frozen(_of_polyhedra(term.partner))
    return _without_implied(found)


def _of_polyhedra(polyhedra: Polyhedra) -> Meaning:
    found: Meaning = {"centre": frozenset(polyhedra.elements) or polyhedra.role}
    if polyhedra.shapes:
        found["shape"] = frozenset(FAMILIES.get(symbol, symbol) for symbol in polyhedra.shapes)
    if polyhedra.numbers:
        found["cn"] = frozenset(polyhedra.numbers)
    if polyhedra.least:
        found["cn_min"] = polyhedra.least
    if polyhedra.ligands:
        found["ligands"] = frozenset(polyhedra.ligands)
    if polyhedra.formula:
        found["polyhedron"] = _frozen(ligands_of(polyhedra.formula))
    if polyhedra.distorted is not None:
        found["distorted"] = polyhedra.distorted
    return found


# ---- comparison -------------------------------------------------------------------------------------------------------


def _type(name: str) -> str:
    prototype = structure_types.named(name)
    return name.lower() if prototype is None else prototype.names[0]


def _frozen(mapping: Meaning) -> frozenset[tuple[str, Any]]:
    return frozenset(_without_implied(mapping).items())


def _without_implied(meaning: Meaning) -> Meaning:
    """The meaning without coordination numbers and ligands that shape or formula imply, and the rest that others imply."""
    found = dict(meaning)
    shapes = found.get("shape", frozenset())
    if "cn" in found and (
        found["cn"] == {int(symbol.rpartition("-")[2]) for symbol in shapes} or "polyhedron" in found
    ):
        del found["cn"]
    if "polyhedron" in found:
        found.pop("ligands", None)
    if found.get("sharing") == {"isolated"}:
        found.pop("network", None)
    return found


def _merged(one: Meaning, other: Meaning) -> Meaning | None:
    """Two parts about one site as one; None where they are not."""
    keys = set(one) | set(other)
    if one.get("negated") or other.get("negated") or not ("centre" in one and "centre" in other):
        return None
    if any(key in one and key in other and one[key] != other[key] for key in keys - {"centre"}):
        return None
    centres = {one["centre"], other["centre"]}
    if len(centres) > 1 and "cation" not in centres:
        return None
    centre = next((c for c in centres if c != "cation"), "cation")
    return _without_implied({**one, **other, "centre": centre})


def _implied(part: Meaning, other: Meaning) -> bool:
    """True if another part says all that a part says."""
    numbers = {int(symbol.rpartition("-")[2]) for symbol in other.get("shape", ())}
    full = {**other, **({"cn": frozenset(numbers)} if numbers else {})}
    return all(full.get(key) == value or (key == "centre" and value == "cation") for key, value in part.items())


def matches(expected: list[Meaning], found: list[Meaning]) -> int:
    """Number of expected parts that are found; parts about one site may be put together."""
    left, right = list(expected), list(found)
    number = 0
    for part in list(left):
        if part in right:
            left.remove(part)
            right.remove(part)
            number += 1
    for one in list(left):
        for other in list(left):
            if (
                one in left
                and other in left
                and one is not other
                and (joined := _merged(one, other)) in right
                and joined is not None
            ):
                left.remove(one)
                left.remove(other)
                right.remove(joined)
                number += 2
    for one in list(right):
        for other in list(right):
            if (
                one in right
                and other in right
                and one is not other
                and (joined := _merged(one, other)) in left
                and joined is not None
            ):
                left.remove(joined)
                right.remove(one)
                right.remove(other)
                number += 1
    for part in list(left):
        if any(_implied(part, other) for other in found):
            left.remove(part)
            number += 1
    extra = [part for part in right if not any(_implied(part, other) for other in expected)]
    return number if not extra else min(number, len(expected) - 1) if number == len(expected) else number


@dataclass(frozen=True, slots=True)
class Outcome:
    """How one phrase is understood.

    Attributes:
        phrase: The phrase.
        parts: Number of its parts with a meaning.
        right: Number of those that are understood as stated.
        unread: The words without a meaning are those that are shown as not understood.
        found: What the parts are understood as, for people.
    """

    phrase: str
    parts: int
    right: int
    unread: bool
    found: Sequence[Meaning]

    @property
    def whole(self) -> bool:
        """True if all of the phrase is understood as stated."""
        return self.right == self.parts and self.unread


def compare(entry: dict[str, Any], vocabulary: Vocabulary) -> Outcome:
    """Compare what is understood of a phrase with its meaning."""
    parsed = recognise(entry["phrase"], vocabulary)
    expected = [stated({**part["meaning"], "words": part["words"]}) for part in entry["parts"] if part["understood"]]
    found = [part for group in parsed.groups for part in _by_way(understood(group), group.term)]
    words = _words(part["words"] for part in entry["parts"] if not part["understood"])
    unread = _words(parsed.text[start:end] for start, end in parsed.unread)
    return Outcome(entry["phrase"], len(expected), matches(expected, found), words == unread, found)


def _by_way(meaning: Meaning, term: GeometryTerm | None) -> list[Meaning]:
    """One meaning for each way of sharing, as they are stated: "corner- and edge-sharing octahedra" are two parts."""
    ways = meaning.get("sharing", frozenset())
    if len(ways) < 2 or term is None or term.either:
        return [meaning]
    return [{**meaning, "sharing": frozenset({way})} for way in sorted(ways)]


def _words(texts: Iterable[str]) -> set[str]:
    return {word for text in texts for word in re.findall(r"[^\W_]+", text.lower()) if not is_stop_word(word)}


def read(half: str) -> list[dict[str, Any]]:
    """The phrases of a half of one of the sets, or of the fresh set."""
    name = next((name for start, name in SETS.items() if half.startswith(start)), "geometry_phrases.jsonl")
    lines = (DATA / name).read_text(encoding="utf-8").splitlines()
    entries = [json.loads(line) for line in lines]
    return [entry for entry in entries if half in ("fresh", "third") or entry["held_out"] == half.endswith("held-out")]


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--half", choices=[*HALVES, "both"], default="development")
    parser.add_argument("--model", type=Path, default=None)
    parser.add_argument(
        "--wrong", action="store_true", help="show the phrases that are not right and what is understood of them"
    )
    options = parser.parse_args()
    vocabulary = read_vocabulary(options.model or model_folder())
    for half in ["development", "held-out"] if options.half == "both" else [options.half]:
        outcomes = [compare(entry, vocabulary) for entry in read(half)]
        parts, right = sum(o.parts for o in outcomes), sum(o.right for o in outcomes)
        whole, unread = sum(o.whole for o in outcomes), sum(o.unread for o in outcomes)
        print(
            f"{half}: {len(outcomes)} phrases, {right} of {parts} parts as stated ({right / parts:.3f}), "
            f"{whole} phrases wholly ({whole / len(outcomes):.3f}), words not understood right in {unread}"
        )
        if options.wrong:
            for outcome in outcomes:
                if not outcome.whole:
                    print(f"  {outcome.phrase}  ({outcome.right} of {outcome.parts}, unread {outcome.unread})")
                    for part in outcome.found:
                        print(f"      {part}")


if __name__ == "__main__":
    main()
