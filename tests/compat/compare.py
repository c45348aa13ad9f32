"""Compares JSON that version 0.1 printed with what is printed today.

Strings, whole numbers, orders and lengths must be the same; floats may differ by :data:`TOLERANCE`, scores by
:data:`SCORE_TOLERANCE`. A renaming or an intended change is entered here, once, and holds for every golden file and fixture.
"""

from __future__ import annotations

import json
from typing import Any

from clics.symmetry.enantiomorphs import ENANTIOMORPHS

RENAMED: dict[str, str] = {
    "models.likeness": "structural",  # of library info: crystals with a structure embedding
}
"""JSON keys that have another name today: old name → new name.

``"sites": "site_count"`` holds for the key wherever it occurs; ``"facts.sites": "site_list"`` holds for it inside an object
that is the value of (old) key ``facts``, or in a list there, and goes before the plain one.
"""

IGNORED: dict[str, str] = {
    "schema": "the version of the printed JSON grows when keys are renamed",
    "version": "the version of the program, or of a file's layout, may grow",
    "versions": "of the packages in use",
    "seconds": "how long it took",
    "size": "of a library file in bytes; SQLite decides it",
    "format": "the version of a library's tables may grow",
    "in_description": "a ranked environment or connection is decided by shape measures and by cation-centred polyhedra now",
}
"""Keys (old or new names) whose presence and values do not matter, each with the reason."""

ADDED: dict[str, str] = {
    "label": "ranked phrases have words for people beside the fixed phrase",
    "symmetry_ladder": "descriptions are printed with the ladder of space groups",
    "relation": "ranked space groups have their relation to the group of symmetry analysis",
    "summary": "the description in sentences made from these facts",
    "chips": "a search says what each part of the phrase is understood as",
    "parts": "each part of the phrase has a state of truth for each hit",
    "verdict": "so has the whole phrase",
    "by_wording": "a search says where its hits are guesses",
    "geometry": "descriptions hold the facts of geometry in the field's terms",
    "shapes": "models that have learned them rank coordination shapes",
    "networks": "and networks of polyhedra",
    "dimensionalities": "and dimensionality",
    "notes": "rows of libraries, hits and additions have the notes of the reader",
    "without_geometry": "a search tells how many crystals lack the facts of geometry that it asks for",
    "duplicates": "an addition names crystals that equal a stored one",
}
"""Keys that version 0.1 did not have, each with the reason."""

REDECIDED: dict[str, str] = {
    "tetrahedral": "tetrahedral",
    "octahedral": "metal in an octahedral",
    "trigonal planar": "nonmetal in a trigonal planar",
    "square planar": "square planar",
    "edge-sharing octahedra": "edge-sharing octahedra",
    "corner-sharing octahedra": "corner-sharing octahedra",
}
"""Parts of phrases that the facts of geometry decide today, in place of robocrystallographer's words: old words → words today."""

OTHER_HITS: dict[tuple[str, ...], str] = {
    (
        "search",
        "edge-sharing octahedra",
        "--must",
        "tetragonal",
        "--must-not",
        "corner-sharing octahedra",
        "--top",
        "5",
        "--json",
    ): ("what must not be true is decided by the facts of geometry"),
    (
        "similar",
        "examples/srtio3-perovskite.cif",
        "--but",
        "layers",
        "--json",
    ): '"layers" alone mean a layered crystal today',
}
"""Commands that find other crystals today, each with the reason; of their answers only the keys are compared."""

REWORDED: dict[str, str] = {
    "has shared or partly empty sites; its geometry can be described only after each site is given one element.": (
        "is disordered (partial occupancies); only the geometry of an ordered structure can be described."
    ),
    "sites are shared or partly empty (for example Fe:0.6, Ni:0.4); the model needs an ordered crystal, so choose one "
    "ordering (a supercell with every site full).": (
        "the structure is disordered (partial occupancies, for example Fe:0.6, Ni:0.4). The model needs an ordered "
        "structure: choose one ordering, if necessary in a supercell."
    ),
}
"""Sentences to people that are put better today: old words → new words."""

TOLERANCE = 1e-4
SCORE_TOLERANCE = 2e-4
_NAMES = ("id", "phrase", "symbol", "number")
"""Keys by which ranked entries are told apart; neighbours whose scores are the same may change places."""


def reworded(text: str) -> str:
    """A sentence of version 0.1 in the words of today."""
    for old, new in REWORDED.items():
        text = text.replace(old, new)
    return text


def comparable(arguments: list[str], answer: Any) -> Any:
    """The answer of a command; without its hits where these are others today."""
    left_out = {"hits", "understood", "searched"} if tuple(arguments) in OTHER_HITS else set()
    return {key: None if key in left_out else value for key, value in answer.items()} if left_out else answer


def differences(old: Any, new: Any, where: str = "", parent: str = "", key: str = "") -> list[str]:
    """In what ``new`` differs from ``old``, one sentence each; none where they agree."""
    if isinstance(old, dict) and isinstance(new, dict):
        return _of_objects(old, new, where, key)
    if isinstance(old, list) and isinstance(new, list):
        if len(old) != len(new):
            return [f"{where}: {len(old)} entries before, {len(new)} now"]
        found = []
        if key == "understood":
            old = [one if one == other else REDECIDED.get(one, one) for one, other in zip(old, new, strict=True)]
        for place, (one, other) in enumerate(zip(old, _aligned(old, new, key), strict=True)):
            found += differences(one, other, f"{where}[{place}]", parent, key)
        return found
    if _is_number(old) and _is_number(new) and float in (type(old), type(new)):
        tolerance = SCORE_TOLERANCE if key == "score" else TOLERANCE
        return [] if abs(old - new) <= tolerance * max(1.0, abs(old)) else [f"{where}: {old} before, {new} now"]
    if isinstance(old, str) and reworded(old) == new:  # what a file stores keeps its old words
        return []
    return [] if type(old) is type(new) and old == new else [f"{where}: {old!r} before, {new!r} now"]


def _of_objects(old: dict[str, Any], new: dict[str, Any], where: str, parent: str) -> list[str]:
    if "reasons" in old and "reasons" in new and is_of_schema_1(old):
        new = as_before(new)
    if parent == "space_groups":
        old, new = without_hand(old), without_hand(new)
    if parent == "checked" and old.keys() != new.keys():
        old = {words: true for words, true in old.items() if words not in REDECIDED}
        new = {words: true for words, true in new.items() if words not in REDECIDED.values()}
    expected = {today(name, parent): name for name in old if name not in IGNORED}
    there = [name for name in new if name not in IGNORED and (name not in ADDED or name in expected)]
    found = [f"{where}: the key {name} is gone" for name in expected if name not in new]
    found += [f"{where}: the key {name} is new" for name in there if name not in expected]
    if not found and there != list(expected):
        found.append(f"{where}: the keys came in the order {list(expected)}, and come in the order {there}")
    for name, before in expected.items():
        if name in new:
            found += differences(old[before], new[name], f"{where}.{name}", parent, before)
    return found


def without_hand(group: dict[str, Any]) -> dict[str, Any]:
    """A ranked space group, the two of an enantiomorphic pair being one: today the crystal's hand decides which is first."""
    partner = ENANTIOMORPHS.get(group["number"])
    return (
        group if partner is None else {**group, "number": min(group["number"], partner), "symbol": "", "agrees": None}
    )


def is_of_schema_1(hit: dict[str, Any]) -> bool:
    """True if the reasons of a hit are sentences."""
    return "superposition" not in hit and not any(isinstance(reason, dict) for reason in hit["reasons"])


def as_before(hit: dict[str, Any]) -> dict[str, Any]:
    """A hit of today in the form of schema 1: reasons as sentences, the superposition among the checks and as ``rms``."""
    hit = dict(hit)
    if hit["reasons"] and isinstance(hit["reasons"][0], dict):
        hit["reasons"] = [
            f"Likeness {reason['similarity']:.2f} to {reason['phrase']}."
            if "similarity" in reason
            else reason["phrase"]
            for reason in hit["reasons"]
        ]
    superposition = hit.pop("superposition", None)
    if superposition is not None:
        hit["checked"] = {**(hit["checked"] or {}), "superposed": superposition["matches"]}
        if superposition["rmsd"] is not None:
            hit["rms"] = superposition["rmsd"]
    return hit


def today(name: str, parent: str = "") -> str:
    """The name that a key of version 0.1 has today, inside the value of the (old) key ``parent``."""
    return RENAMED.get(f"{parent}.{name}", RENAMED.get(name, name))


def without_ignored(new: Any, key: str = "") -> Any:
    """JSON without added keys, in which what is ignored is null."""
    if isinstance(new, dict) and key == "checked":
        return {words: true for words, true in new.items() if words not in REDECIDED.values()}
    if isinstance(new, dict):
        return {
            name: None if name in IGNORED else without_ignored(value, name)
            for name, value in new.items()
            if name not in ADDED
        }
    return [without_ignored(entry) for entry in new] if isinstance(new, list) else new


def as_printed(data: Any) -> str:
    """The text of a JSON object on stdout."""
    return json.dumps(data, ensure_ascii=False, indent=2) + "\n"


def _aligned(old: list[Any], new: list[Any], key: str) -> list[Any]:
    """``new``, in which neighbours stand as in ``old`` where their old scores differ by less than the tolerance."""
    if not all(isinstance(entry, dict) and isinstance(entry.get("score"), float) for entry in old):
        return new
    name = next((name for name in _NAMES if all(name in entry for entry in old)), None)
    if name is None:
        return new
    found, start = list(new), 0
    for end in range(1, len(old) + 1):
        if end < len(old) and abs(old[end]["score"] - old[end - 1]["score"]) < SCORE_TOLERANCE:
            continue
        by_name = {str(entry.get(today(name, key))): entry for entry in new[start:end]}
        wanted = [str(entry[name]) for entry in old[start:end]]
        if len(by_name) == end - start and set(by_name) == set(wanted):
            found[start:end] = [by_name[one] for one in wanted]
        start = end
    return found


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)
