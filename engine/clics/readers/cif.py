"""Reader of CIF: one crystal per data block. gemmi splits the file into blocks; CLICS checks every value itself.

pymatgen's parser turns some damaged files into other crystals without a warning (an unknown label becomes the element
of its first letter, a missing coordinate 0, an unreadable list of operations P1).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import partial
from typing import TYPE_CHECKING

from clics.crystals.check import check_structure
from clics.errors import CrystalError
from clics.readers.cif_atoms import Atom, atoms_of
from clics.readers.cif_formula import formula_warnings
from clics.readers.cif_positions import SAME_CELL, WIDE, Operations, idealised, without_repeated
from clics.readers.cif_stated import stated_of
from clics.readers.cif_structure import crystal_of
from clics.readers.cif_symmetry import operations
from clics.readers.cif_values import Values
from clics.readers.decode_text import ends_within_number, truncated
from clics.readers.record import Record, Step

if TYPE_CHECKING:
    from gemmi import cif
    from pymatgen.core import Structure

_VOLUME_TOLERANCE = 0.02
"""Relative difference between the stated volume and that of the cell above which the file gets a warning."""
_CELL = [f"_cell_length_{x}" for x in "abc"] + [f"_cell_angle_{x}" for x in ("alpha", "beta", "gamma")]
_AFTER_LOOP = re.compile(r"^\s*(loop_|_\S+[ \t]+\S)", re.MULTILINE | re.IGNORECASE)
_BLOCK_LINE = re.compile(r"^\s*data_\S*\s*$", re.MULTILINE | re.IGNORECASE)
_TAG_LINE = re.compile(r"^\s*(_\w|loop_)", re.MULTILINE)
_BLOCK_START = re.compile(r"^data_(\S*)", re.MULTILINE | re.IGNORECASE)


def is_cif(_head: bytes, text: str) -> bool:
    """True if the text has a line that begins a block, and a tag or a loop."""
    return bool(_BLOCK_LINE.search(text) and _TAG_LINE.search(text))


def cif_steps(text: str, *, where: str) -> Iterator[Step]:
    """Yield one step (a deferred parse) for every block that has, or should have, atoms; ``#2`` makes names unique.

    Blocks without atoms (``data_global``, publication text, powder patterns) are left out, unless no block has any:
    then CrystalError (``no-crystals``). A block that is no CIF becomes a step that raises; the others still parse.
    """
    blocks, last = _blocks(text, where)
    with_atoms = [
        (name, block) for name, block in blocks if block is None or isinstance(block, str) or _has_atoms(block)
    ]
    if not with_atoms:
        raise CrystalError(f"{where}: no block of this CIF has atoms with coordinates.", kind="no-crystals")
    seen: dict[str, int] = {}
    for name, block in with_atoms:
        seen[name] = seen.get(name, 0) + 1
        unique = name if seen[name] == 1 else f"{name}#{seen[name]}"
        here = where if len(with_atoms) == 1 else f"{where} [{unique}]"
        if isinstance(block, str):
            yield Step(unique, partial(_damaged, block, here))
        else:
            cut = block is last and ends_within_number(text)
            yield Step(
                unique, partial(read_block, block, alone=len(with_atoms) == 1, last=block is last, cut=cut, where=here)
            )


def _document(text: str) -> list[cif.Block]:
    """The blocks of a text. At level 0, gemmi accepts repeated names and tags, which are judged block by block."""
    from gemmi import cif

    try:
        return list(cif.read_string(text, 0))
    except (ValueError, RuntimeError):
        if text.isascii():
            raise
        # Letters beyond ASCII are forbidden in names and bare words, yet common; no value that is read here has any.
        return list(cif.read_string(text.encode("ascii", errors="replace").decode(), 0))


def _blocks(text: str, where: str) -> tuple[list[tuple[str, cif.Block | str]], cif.Block | None]:
    """Names with gemmi blocks, or with the syntax error of a block; and the block that ends the file."""
    try:
        parsed = _document(text)
        return [(block.name, block) for block in parsed], parsed[-1] if parsed else None
    except (ValueError, RuntimeError) as error:
        if not _BLOCK_START.search(text):
            fault = "a web page" if "<html" in text[:2000].lower() else "no CIF: it has no 'data_' block"
            raise CrystalError(f"{where}: this is {fault}.", kind="not-a-crystal") from error
    named_blocks: list[tuple[str, cif.Block | str]] = []
    last: cif.Block | None = None
    starts = [match.start() for match in _BLOCK_START.finditer(text)]
    for start, end in zip(starts, [*starts[1:], len(text)], strict=True):
        piece = text[start:end]
        name = _BLOCK_START.match(piece)
        try:
            document = _document(piece)
            named_blocks += [(block.name, block) for block in document]
            last = document[-1] if end == len(text) else None
        except (ValueError, RuntimeError) as error:
            reason = _at_end(str(error), piece) if end == len(text) else str(error)
            named_blocks.append((name[1] if name else "", reason))
    return named_blocks, last


def _at_end(message: str, piece: str) -> str:
    """The message, marked ``truncated`` if the syntax error is at the end of the text: the file breaks off."""
    position = re.match(r"[^:]*:\d+:\d+\((\d+)\)", message)
    if position is None:
        return message
    rest = piece.encode()[int(position[1]) :].decode(errors="replace")
    # gemmi points at the start of a loop that has too few values; nothing but its values may follow.
    # A quoted string ends with its line, so an unterminated one does not mean that the file breaks off.
    if "unterminated 'string'" in message and "\n" in rest.strip():
        return message
    in_last_loop = "Wrong number" in message and not _AFTER_LOOP.search(rest[5:])
    return f"truncated: {message}" if in_last_loop or not rest.strip() or "unterminated" in message else message


def _damaged(reason: str, where: str) -> Record:
    if reason.startswith("truncated: "):
        raise truncated(where, reason.removeprefix("truncated: ").removeprefix("string:"))
    raise CrystalError(f"{where}: the block is no valid CIF ({reason.removeprefix('string:')[:120]}).", kind="bad-cif")


def _has_atoms(block: cif.Block) -> bool:
    """True where a block lists atoms; some have a list with nothing but ``?``."""
    tags = ("_atom_site_fract_x", "_atom_site.fract_x", "_atom_site_Cartn_x")
    return any(value not in ("?", ".") for tag in tags for value in block.find_values(tag))


def read_block(block: cif.Block, *, alone: bool, last: bool, cut: bool, where: str) -> Record:
    """The crystal of one block.

    Args:
        block: The block.
        alone: True if no other block of the file has atoms.
        last: True if the file ends with this block.
        cut: True if the file ends within a number.
        where: Name of file and block in messages.

    Raises:
        CrystalError: ``no-cell``, ``bad-cif``, ``bad-symmetry``, ``unknown-element``, ``not-finite``, ``truncated``,
            and the kinds of :mod:`clics.crystals.check`.
    """
    values = Values(block, where=where)
    if cut:
        raise truncated(where, "the last number is cut")
    cell = _cell(values, where)
    atoms, notes = atoms_of(values, where=where)
    symmetry, more = operations(values, where=where)
    notes += more
    structure, placed, more = _build(cell, atoms, symmetry, where)
    notes += more
    ends_in_atoms = last and _last_tag(block).startswith("_atom_site")
    stated = values.number("_cell_volume")
    if stated > 0 and abs(structure.volume / stated - 1) > _VOLUME_TOLERANCE:
        notes.append(f"the cell has {structure.volume:.4g} Å³, the file says {stated:.4g} Å³.")
    notes += formula_warnings(values, structure, ends_in_atoms=ends_in_atoms, where=where)
    sites = [[(specie.symbol, float(share)) for specie, share in site.species.items()] for site in structure]
    provenance: dict[str, object] = {}
    for key, tag in (("name", "_chemical_name_mineral"), ("database_id", "_database_code_ICSD"),
                     ("database_id", "_database_code")):  # fmt: skip
        if (text := values.text(tag.lower())) and key not in provenance:
            provenance[key] = text[:200]
    return Record(structure.lattice.matrix.tolist(), sites, structure.frac_coords.tolist(), alone=alone,
                  warnings=list(dict.fromkeys(notes)), provenance=provenance,
                  stated=stated_of(values, placed, symmetry, structure))  # fmt: skip


def _last_tag(block: cif.Block) -> str:
    tag = ""
    for item in block:
        tag = item.loop.tags[0] if item.loop is not None else item.pair[0] if item.pair is not None else tag
    return tag.lower()


def _cell(values: Values, where: str) -> list[float]:
    """a, b, c in Å and α, β, γ in degrees."""
    missing = [tag for tag in _CELL if not values.text(tag)]
    if missing:
        raise CrystalError(f"{where}: there is no unit cell ({missing[0]} is missing).", kind="no-cell")
    cell = [values.number(tag) for tag in _CELL]
    if any(x != x or abs(x) == float("inf") for x in cell):
        raise CrystalError(f"{where}: a cell length or angle is not a finite number.", kind="not-finite")
    alpha, beta, gamma = cell[3:]
    spans = max(cell[3:]) < 180 and alpha + beta + gamma < 360 and 2 * max(cell[3:]) < alpha + beta + gamma
    if min(cell[:3]) <= 0.01 or max(cell[:3]) > 1e5 or min(cell[3:]) <= 0 or not spans:
        raise CrystalError(f"{where}: lengths {cell[:3]} Å and angles {cell[3:]}° span no cell.", kind="absurd-volume")
    return cell


def _build(
    cell: list[float], atoms: list[Atom], symmetry: list[str], where: str
) -> tuple[Structure, list[Atom], list[str]]:
    """The crystal, its atom list as it was placed, and warnings.

    Where fully occupied atoms come too close to their own images, they are moved to special positions within wider
    tolerances: the coordinates were rounded.
    """
    operations = Operations(symmetry)
    cell, cell_notes = _constrained(cell, operations)
    failure: CrystalError | None = None
    for wide in (0.0, *WIDE):
        placed, moved = idealised(atoms, operations, wide=wide)
        placed, notes = without_repeated(placed, operations)
        try:
            structure = crystal_of(cell, placed, operations, where=where)
            notes += check_structure(structure, where=where)
        except CrystalError as error:
            failure = failure or error
            if error.kind != "atoms-too-close" or len(symmetry) == 1:
                break
        else:
            if moved and wide:
                notes.append(f"coordinates have few decimals; {moved} atoms were put onto special positions.")
            return structure, placed, cell_notes + notes
    assert failure is not None
    raise failure


def _constrained(cell: list[float], operations: Operations) -> tuple[list[float], list[str]]:
    """The cell (Å, degrees) with the constraints of the operations (a = b for a fourfold axis …), and notes.

    A cell that does not nearly have them stays as it is.
    """
    exact, change = operations.cell(cell)
    if change == 0.0:
        return cell, []
    if change > SAME_CELL:
        return cell, ["the cell does not fit the operations of the file; look for a mistyped length or angle."]
    was, now = (" ".join(f"{value:.6g}" for value in each) for each in (cell, exact))
    return exact, [f"the cell {was} was made {now}, as the operations of the file ask for."]
