"""Reader of CIF: one crystal per data block. gemmi splits the file into blocks; CLICS checks every value itself.

pymatgen's parser turns some damaged files into other crystals without a warning (an unknown label becomes the element
of its first letter, a missing coordinate 0, an unreadable list of operations P1).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import partial
from typing import TYPE_CHECKING

from clics.errors import CrystalError
from clics.readers.cif_atoms import variants_of
from clics.readers.cif_blocks import DataBlock, data_blocks, has_atoms
from clics.readers.cif_cell import cells_of
from clics.readers.cif_decide import Block, decide
from clics.readers.cif_disorder import with_major_components
from clics.readers.cif_formula import stated_formula
from clics.readers.cif_modulation import is_modulated, modulation_note, refused_as_modulated
from clics.readers.cif_stated import stated_of
from clics.readers.cif_values import Values
from clics.readers.decode_text import ends_within_number, truncated
from clics.readers.record import Record, Step

if TYPE_CHECKING:
    from gemmi import cif
    from pymatgen.core import Structure

_BLOCK_LINE = re.compile(r"^[ \t]*data_\S*[ \t]*$", re.MULTILINE | re.IGNORECASE)
_TAG_LINE = re.compile(r"^[ \t]*(_\w|loop_)", re.MULTILINE)


def is_cif(_head: bytes, text: str) -> bool:
    """True if the text has a line that begins a block, and a tag or a loop."""
    return bool(_BLOCK_LINE.search(text) and _TAG_LINE.search(text))


def cif_steps(text: str, *, where: str) -> Iterator[Step]:
    """Yield one step (a deferred parse) for every block that has, or should have, atoms; ``#2`` makes names unique.

    Blocks without atoms (``data_global``, publication text, powder patterns) are left out, unless no block has any:
    then CrystalError (``no-crystals``). A block that is no CIF becomes a step that raises; the others still parse.
    """
    blocks = [each for each in data_blocks(text, where) if each.block is None or has_atoms(each.block)]
    if not blocks:
        raise CrystalError(f"{where}: no block of this CIF has atoms with coordinates.", kind="no-crystals")
    seen: dict[str, int] = {}
    for each in blocks:
        seen[each.name] = seen.get(each.name, 0) + 1
        unique = each.name if seen[each.name] == 1 else f"{each.name}#{seen[each.name]}"
        here = where if len(blocks) == 1 else f"{where} [{unique}]"
        yield Step(unique, partial(_read, each, text, len(blocks) == 1, here))


def _read(each: DataBlock, text: str, alone: bool, where: str) -> Record:
    if each.block is None:
        assert each.fault is not None
        raise CrystalError(f"{where}{each.fault.message}", kind=each.fault.kind)
    cut = each.last and ends_within_number(text)
    record = read_block(each.block, alone=alone, last=each.last, cut=cut, ends_in_line=text.endswith("\n"), where=where)
    record.warnings = [*each.notes, *record.warnings]
    return record


def read_block(block: cif.Block, *, alone: bool, last: bool, cut: bool, ends_in_line: bool, where: str) -> Record:
    """The crystal of one block.

    Args:
        block: The block.
        alone: True if no other block of the file has atoms.
        last: True if the file ends with this block.
        cut: True if the file ends within a number.
        ends_in_line: False if the file ends without a line end.
        where: Name of file and block in messages.

    Raises:
        CrystalError: ``no-cell``, ``bad-cif``, ``bad-symmetry``, ``ambiguous-setting``, ``cell-against-symmetry``,
            ``unknown-element``, ``not-finite``, ``truncated``, ``atoms-missing``, and the kinds of
            :mod:`clics.crystals.check`.
    """
    values = Values(block, where=where)
    if cut:
        raise truncated(where, "the last number is cut")
    cells, notes = cells_of(values, where)
    modulated = is_modulated(values)
    with refused_as_modulated(modulated, where):
        outcome = decide(Block(values, cells, with_major_components(variants_of(values, cells[0], where=where)), where))
    notes += [modulation_note(values)] if modulated else []
    moments = len(values.column("_atom_site_moment_label"))
    notes += (
        [f"the magnetic moments of {moments} atoms are not shown; this is the nuclear structure."] if moments else []
    )
    structure = outcome.built.structure
    notes += list(outcome.notes) + [each.sentence for each in outcome.contradictions]
    if last and _last_tag(block).startswith("_atom_site"):
        _check_whole(values, structure, ends_in_line=ends_in_line, where=where)
    sites = [[(specie.symbol, float(share)) for specie, share in site.species.items()] for site in structure]
    provenance: dict[str, object] = {}
    for key, tag in (("name", "_chemical_name_mineral"), ("database_id", "_database_code_ICSD"),
                     ("database_id", "_database_code")):  # fmt: skip
        if (text := values.text(tag.lower())) and key not in provenance:
            provenance[key] = text[:200]
    return Record(structure.lattice.matrix.tolist(), sites, structure.frac_coords.tolist(), alone=alone,
                  warnings=list(dict.fromkeys(notes)), provenance=provenance,
                  stated=stated_of(values, outcome.built.placed, list(outcome.reading.operations), structure),
                  statements=outcome.statements)  # fmt: skip


def _last_tag(block: cif.Block) -> str:
    tag = ""
    for item in block:
        tag = item.loop.tags[0] if item.loop is not None else item.pair[0] if item.pair is not None else tag
    return tag.lower()


def _check_whole(values: Values, structure: Structure, *, ends_in_line: bool, where: str) -> None:
    """Raises CrystalError where the file ends with the list of atoms, and an element of its formula is not in it."""
    formula = stated_formula(values)
    absent = formula.absent({str(e): float(n) for e, n in structure.composition.items()}) if formula else []
    if formula and absent:
        what = f"no atoms of {', '.join(absent)}, which the formula '{formula.text[:60]}' has, are in the list of atoms"
        if not ends_in_line:
            raise truncated(where, what)
        raise CrystalError(f"{where}: {what}.", kind="atoms-missing")
