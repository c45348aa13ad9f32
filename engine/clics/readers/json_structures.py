"""Structures in JSON: pymatgen, ASE, OPTIMADE, JARVIS, and records of ``id``, ``lattice``, ``species``, ``frac_coords``.

The dictionaries are read field by field. The decoders of monty and ASE are not used, because they import and call
whatever class a file names.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from clics.crystals.as_stated import AsStated
from clics.crystals.atom_symbols import element_symbol
from clics.errors import CrystalError, reason_of
from clics.readers.assemble import cell_of_parameters
from clics.readers.decode_text import truncated
from clics.readers.json_jarvis import is_jarvis, read_jarvis
from clics.readers.json_optimade import is_optimade, read_optimade
from clics.readers.record import Occupants, Record, Step, fractional
from clics.readers.site_labels import with_labels

Found = tuple[str, dict[str, Any]]  # name that the file gives, and the dictionary of one structure
_NAME_KEYS = ("id", "material_id", "entry_id", "jid", "name")
_INSIDE = ("structure", "attributes", "atoms")
"""Keys under which an entry with a name keeps its structure: pymatgen, OPTIMADE, JARVIS."""


def is_json(_head: bytes, text: str) -> bool:
    """True for a text that begins as a JSON object or list."""
    return text.lstrip()[:1] in ("{", "[")


def json_steps(text: str, *, where: str) -> Iterator[Step]:
    """One step for every structure in a JSON text, in its order, named by its identifier or its place."""
    structures = list(find_structures(load(text, where=where)))
    if not structures:
        raise CrystalError(f"{where}: this JSON holds no structure that is known (pymatgen, ASE, OPTIMADE, JARVIS, "
                           "or lattice, species and frac_coords).", kind="no-crystals")  # fmt: skip
    for number, (name, data) in enumerate(structures, start=1):
        parse = partial(read_structure, data, name=name, alone=len(structures) == 1, where=where)
        yield Step(name or (str(number) if len(structures) > 1 else ""), parse)


def load(text: str, *, where: str) -> Any:
    """``json.loads`` with named errors (``truncated``, ``bad-json``)."""
    try:
        return json.loads(text)
    except json.JSONDecodeError as error:
        if error.pos >= len(text.rstrip()) - 1 or error.msg.startswith("Unterminated"):
            raise truncated(where, f"at line {error.lineno} of the JSON") from error
        raise CrystalError(f"{where}: no valid JSON ({error.msg}, line {error.lineno}).", kind="bad-json") from error
    except (RecursionError, ValueError) as error:
        raise CrystalError(f"{where}: no usable JSON ({str(error)[:80]}).", kind="bad-json") from error


def find_structures(data: object, depth: int = 0) -> Iterator[Found]:
    """All dictionaries that describe a structure, inside lists, entries, databases and mappings of names."""
    if depth > 6:
        return
    if isinstance(data, list):
        for entry in data:
            yield from find_structures(entry, depth + 1)
    elif isinstance(data, dict):
        name = next((str(data[key]) for key in _NAME_KEYS if isinstance(data.get(key), str | int)), "")
        if _is_structure(data):
            yield name, data
        elif inner := next((data[key] for key in _INSIDE if isinstance(data.get(key), dict)), None):
            yield from ((name or inner_name, structure) for inner_name, structure in find_structures(inner, depth + 1))
        else:
            for key, entry in data.items():
                if isinstance(entry, dict | list):
                    yield from ((inner_name or key, structure) if isinstance(entry, dict) else (inner_name, structure)
                                for inner_name, structure in find_structures(entry, depth + 1))  # fmt: skip


def _is_structure(data: dict[str, Any]) -> bool:
    return (
        ("lattice" in data and ("sites" in data or "frac_coords" in data))
        or ("numbers" in data and "positions" in data)
        or is_optimade(data)
        or is_jarvis(data)
    )


def read_structure(data: dict[str, Any], *, name: str, alone: bool, where: str) -> Record:
    """Parse one dictionary of any of the known kinds.

    Raises CrystalError: ``no-cell``, ``bad-json``, ``unknown-element``, ``not-finite``.
    """
    try:
        if "numbers" in data:
            record = _ase(data, where)
        elif is_optimade(data):
            record = read_optimade(data, where)
        elif is_jarvis(data):
            record = read_jarvis(data, where)
        elif "sites" in data:
            record = _pymatgen(data, where)
        else:
            record = _plain(data, where)
    except (KeyError, TypeError, ValueError, IndexError, AttributeError, OverflowError) as error:
        raise CrystalError(f"{where}: the structure {name} lacks or misuses a field ({reason_of(error)}).",
                           kind="bad-json") from error  # fmt: skip
    record.name, record.alone = name[:200], alone
    if "stated" in data:
        try:
            record.stated = AsStated.from_json(data["stated"], sites=len(record.sites))
        except ValueError as error:
            record.warnings.append(f"{error}; labels and displacement parameters are missing.")
    provenance = data.get("provenance")
    if isinstance(provenance, dict) and isinstance(notes := provenance.get("warnings"), list):
        record.warnings = [*map(str, notes), *record.warnings]
    return record


def _symbols(texts: list[Any], where: str) -> tuple[list[str], list[str]]:
    pairs = [element_symbol(str(text), where=where) for text in texts]
    return [symbol for symbol, _ in pairs], sorted({note for _, note in pairs if note})


def _plain(data: dict[str, Any], where: str) -> Record:
    symbols, notes = _symbols(data["species"], where)
    coords, lattice = _numbers(data["frac_coords"]).reshape(-1, 3), _numbers(data["lattice"])
    if len(symbols) != len(coords):
        raise ValueError(f"{len(symbols)} species, {len(coords)} coordinates")
    provenance = {key: data[key] for key in ("icsd",) if isinstance(data.get(key), str) and data[key]}
    return Record(lattice.reshape(3, 3).tolist(), [[(symbol, 1.0)] for symbol in symbols], coords.tolist(),
                  warnings=notes, provenance=provenance)  # fmt: skip


def _pymatgen(data: dict[str, Any], where: str) -> Record:
    if data["lattice"] is None:
        raise CrystalError(f"{where}: there is no unit cell; only periodic crystals can be read.", kind="no-cell")
    lattice, contradictions = _pymatgen_lattice(data["lattice"], where)
    notes: dict[str, None] = dict.fromkeys(contradictions)
    sites: list[Occupants] = []
    labels, oxidation = list[list[str]](), list[list[float | None]]()
    for site in data["sites"]:
        shares: dict[str, float] = {}  # one element may occur with two charges
        charges: dict[str, float | None] = {}
        for occupant in site["species"]:
            symbol, note = element_symbol(str(occupant["element"]), where=where)
            shares[symbol] = shares.get(symbol, 0.0) + float(_numbers(occupant.get("occu", 1.0)))
            charge = occupant.get("oxidation_state")
            charges[symbol] = None if charge is None or symbol in charges else float(_numbers(charge))
            notes |= {note: None} if note else {}
        if not shares or not 0.0 < sum(shares.values()) <= 1.02:
            raise CrystalError(f"{where}: the occupancies of a site add up to {sum(shares.values()):.3g}.",
                               kind="bad-occupancy")  # fmt: skip
        scale = max(1.0, sum(shares.values()))
        sites.append([(symbol, share / scale) for symbol, share in shares.items()])
        labels.append([_label(site, symbol) if len(shares) == 1 else "" for symbol in shares])
        oxidation.append(list(charges.values()))
    coords = _numbers([site["abc"] for site in data["sites"]]).reshape(-1, 3)
    if "matrix" in data["lattice"] and all("xyz" in site for site in data["sites"]):
        stated = _numbers([site["xyz"] for site in data["sites"]]).reshape(-1, 3)
        if not np.allclose(coords @ lattice, stated, atol=0.01):
            notes["Cartesian and fractional coordinates disagree; the fractional ones are taken."] = None
    partial_periodicity = data["lattice"].get("pbc", [True])
    if not all(partial_periodicity):
        notes["not periodic in all directions (pbc); it is read as a crystal of its whole cell."] = None
    return with_labels(Record(lattice.tolist(), sites, coords.tolist(), warnings=list(notes)), labels, oxidation)


def _pymatgen_lattice(data: dict[str, Any], where: str) -> tuple[NDArray[np.float64], list[str]]:
    """Rows a, b, c in Å (3, 3), and notes on lengths, angles and a volume that are not theirs."""
    names = ("a", "b", "c", "alpha", "beta", "gamma")
    parameters = [float(_numbers(data[name])) for name in names if data.get(name) is not None]
    if "matrix" not in data:
        if len(parameters) < 6:
            raise KeyError("matrix")
        return cell_of_parameters(parameters, where), []
    lattice = _numbers(data["matrix"]).reshape(3, 3)
    with np.errstate(all="ignore"):
        a, b, c = lengths = np.linalg.norm(lattice, axis=1)
        cosines = [lattice[i] @ lattice[j] / (lengths[i] * lengths[j]) for i, j in ((1, 2), (0, 2), (0, 1))]
        found = [a, b, c, *np.degrees(np.arccos(np.clip(cosines, -1, 1))), abs(np.linalg.det(lattice))]
    notes = []
    for name, value in zip([*names, "volume"], found, strict=True):
        stated = data.get(name)
        if isinstance(stated, int | float) and abs(stated - value) > 1e-3 * abs(value):
            notes.append(
                f"contradiction in the cell: the lattice states {name} = {stated:g}, its matrix has {value:.6g}."
            )
    return lattice, notes


def _label(site: dict[str, Any], symbol: str) -> str:
    """The label of a site; pymatgen's own labels are the species with their charges (``Fe3+``)."""
    label = str(site.get("label") or "")
    return "" if re.fullmatch(rf"{symbol}(\d*\.?\d*[+-])?", label) else label


def _ase(data: dict[str, Any], where: str) -> Record:
    from pymatgen.core import Element

    numbers = _numbers(_array(data["numbers"])).astype(int).ravel().tolist()
    positions = _numbers(_array(data["positions"])).reshape(-1, 3)
    cell = data.get("cell")
    cell = cell.get("array", cell) if isinstance(cell, dict) else cell
    if cell is None or not (lattice := _numbers(_array(cell))).any():
        raise CrystalError(f"{where}: there is no unit cell; only periodic crystals can be read.", kind="no-cell")
    if lattice.size == 3:
        lattice = np.diag(lattice.ravel())
    if not all(1 <= number <= 118 for number in numbers):
        raise CrystalError(f"{where}: an atomic number is not between 1 and 118.", kind="unknown-element")
    if len(numbers) != len(positions):
        raise ValueError(f"{len(numbers)} numbers, {len(positions)} positions")
    sites: list[Occupants] = [[(Element.from_Z(number).symbol, 1.0)] for number in numbers]
    notes = []
    if not _array(data.get("pbc", True)).all():
        notes.append("not periodic in all directions (pbc); it is read as a crystal of its whole cell.")
    lattice = lattice.reshape(3, 3)
    return Record(lattice.tolist(), sites, fractional(lattice, positions, where=where), warnings=notes)


def _numbers(value: Any) -> NDArray[np.float64]:
    """An array of numbers; ValueError for strings, which numpy would convert in surprising ways."""
    array = np.array(value)
    if array.dtype.kind not in "iuf":
        raise ValueError("something else than numbers")
    return array.astype(np.float64)


def _array(value: Any) -> np.ndarray:
    """A list, or ASE's ``{"__ndarray__": [shape, dtype, values]}``."""
    if isinstance(value, dict):
        shape, _, values = value["__ndarray__"]
        return np.array(values).reshape([int(length) for length in shape])
    return np.array(value)
