"""Which reading of a CIF block is right: the one that contradicts nothing that the file says.

Operations that a file lists count. Where they contradict what the file says elsewhere, the reading that would fit is named, and
taken if the list is the identity alone or several independent statements speak for it. A block without operations is read in the
setting that its symbols allow and that fits cell, formula, Z, multiplicities and density; where two different crystals remain,
the block is refused with both named.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from clics.errors import CrystalError
from clics.readers import cif_readings
from clics.readers.cif_atoms import Variant
from clics.readers.cif_build import Built, build
from clics.readers.cif_distances import implausible, shortest
from clics.readers.cif_groups import HALL, NAMES, NUMBERS
from clics.readers.cif_readings import Reading, lacks_centring
from clics.readers.cif_symmetry import listed_operations
from clics.readers.cif_values import Values
from clics.readers.cif_witnesses import witnesses
from clics.results.check import Statement

_IDENTITY = "x,y,z"
_LISTED = "the operations listed"
_WHOLE_CELL = Reading("every atom listed (P1)", (_IDENTITY,))


@dataclass(frozen=True, slots=True)
class Block:
    """What a block states, before its symmetry is decided.

    Attributes:
        values: All of it.
        cells: The cell, or the cells that missing angles allow; the first that fits the operations counts.
        variants: The readings of the atom list.
        where: Begins the message of an error.
    """

    values: Values
    cells: list[list[float]]
    variants: list[Variant]
    where: str


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of one reading."""

    reading: Reading
    built: Built
    statements: list[Statement]
    notes: tuple[str, ...]

    @property
    def contradictions(self) -> list[Statement]:
        """What the file says otherwise."""
        return [statement for statement in self.statements if not statement.agrees]

    @property
    def title(self) -> str:
        """``"F d -3 m:2 (Si, 8 sites, Si–Si 2.35 Å)"``."""
        structure = self.built.structure
        distance, pair = shortest(structure)
        near = f", {pair} {distance:.2f} Å" if pair else ""
        return f"{self.reading.name} ({structure.composition.reduced_formula}, {len(structure)} sites{near})"


def decide(block: Block) -> Outcome:
    """The crystal of a block.

    Raises:
        CrystalError: ``ambiguous-setting`` where two readings remain; ``bad-symmetry`` where none is known;
            ``cell-against-symmetry`` where the cell fits none; and the kinds of :mod:`clics.crystals.check`.
    """
    return _or_whole_cell(block, _decided(block))


def _decided(block: Block) -> Outcome:
    try:
        listed, notes = listed_operations(block.values, where=block.where)
    except CrystalError as error:
        return _in_place_of(block, error)
    if listed:
        return _listed(block, Reading(_LISTED, tuple(listed), tuple(notes)))
    tiers = [tier for tier in cif_readings.declared(block.values) if tier]
    if tiers:
        return _declared(block, tiers)
    tags = (*HALL, *NAMES, *NUMBERS)
    stated = [text for tag in tags if (text := block.values.text(tag))]
    if stated:
        raise CrystalError(
            f"{block.where}: the symmetry '{stated[0][:40]}' is unknown and no operations are listed; give "
            "_space_group_symop_operation_xyz.", kind="bad-symmetry")  # fmt: skip
    note = "no symmetry is stated; every atom of the cell is taken to be listed (P1)."
    return _listed(block, replace(_WHOLE_CELL, notes=(note,)))


def _or_whole_cell(block: Block, chosen: Outcome) -> Outcome:
    """The chosen reading, or that of all atoms of the cell where the list repeats some of its atoms and lacks others.

    So are supercells written that name the group of the small cell: their list has the group, its operations do not fit the
    large cell and would double the atoms.

    Raises:
        CrystalError: ``ambiguous-setting`` where no operations are listed and nothing speaks for one of both readings.
    """
    listed = len(block.variants[0].atoms)
    if len(chosen.built.placed) >= listed or len(chosen.built.structure) <= listed:
        return chosen
    outcomes, _ = _tried(block, [_WHOLE_CELL])
    if not outcomes or outcomes[0].contradictions or not any(s.what == "space group" for s in outcomes[0].statements):
        return chosen
    whole = outcomes[0]
    short = implausible(chosen.built.structure) and not implausible(whole.built.structure)
    if chosen.contradictions or short:
        note = (f"contradiction: of the {listed} atoms that are listed, {len(chosen.built.placed)} would give {chosen.title}; "
                "they are read as all atoms of the cell.")  # fmt: skip
        return replace(whole, notes=(note, *whole.notes))
    both = f"{chosen.title} and {whole.title}"
    if chosen.reading.name != _LISTED:
        raise CrystalError(
            f"{block.where}: some of the atoms listed repeat others, and more than one reading fits: {both}; list the "
            "operations, or state the formula units (Z).", kind="ambiguous-setting")  # fmt: skip
    return replace(chosen, notes=(*chosen.notes, f"if all atoms of the cell were listed, it would be {whole.title}."))


def _tried(block: Block, readings: Iterable[Reading]) -> tuple[list[Outcome], list[CrystalError]]:
    outcomes, errors = [], []
    for reading in readings:
        try:
            outcomes.append(_outcome(block, reading))
        except CrystalError as error:
            errors.append(error)
    return outcomes, errors


def _outcome(block: Block, reading: Reading) -> Outcome:
    """The crystal of one reading, with the elements that fit best. Raises CrystalError where it is none."""
    outcomes: list[Outcome] = []
    failure: CrystalError | None = None
    for variant in block.variants:
        try:
            built = _in_a_cell(block, reading, variant)
        except CrystalError as error:
            failure = failure or error
            continue
        notes = (*reading.notes, *variant.notes, *built.notes)
        outcomes.append(Outcome(reading, built, witnesses(block.values, built), notes))
        if len(block.variants) > 1 and implausible(built.structure):
            continue
        if not outcomes[-1].contradictions:
            return outcomes[-1]
    if not outcomes:
        assert failure is not None
        raise failure
    return min(outcomes, key=lambda each: len(each.contradictions))


def _in_a_cell(block: Block, reading: Reading, variant: Variant) -> Built:
    failure: CrystalError | None = None
    for cell in block.cells:
        try:
            return build(cell, variant.atoms, reading.operations, block.where)
        except CrystalError as error:
            if error.kind != "cell-against-symmetry":
                raise
            failure = failure or error
    assert failure is not None
    raise failure


def _listed(block: Block, reading: Reading) -> Outcome:
    """The reading of listed operations, or the one for which the rest of the file speaks."""
    failure: CrystalError | None = None
    first: Outcome | None = None
    try:
        first = _outcome(block, reading)
    except CrystalError as error:
        failure = error
    if first is not None and not first.contradictions:
        return first
    fitting = _fitting(block, reading, explicit=first is not None)
    if len(fitting) == 1 and (first is None or _outweighs(first, reading, fitting[0].reading)):
        other = fitting[0]
        why = "they contradict the cell or the atoms" if first is None else _why(first)
        return replace(other, notes=(f"contradiction: the symmetry operations listed are not those of the crystal ({why}); "
                                     f"it is read by {other.reading.name}.", *other.notes))  # fmt: skip
    if first is None:
        assert failure is not None
        raise failure
    fits = " or ".join(other.title for other in fitting[:3])
    return replace(first, statements=[s if s.agrees or not fits else replace(s, fits=fits) for s in first.statements])


def _fitting(block: Block, reading: Reading, *, explicit: bool) -> list[Outcome]:
    """The other readings that contradict nothing; those of the most explicit symbol that has any."""
    listed = set(reading.operations)
    tiers = [*cif_readings.declared(block.values, explicit=explicit)]
    if len(reading.operations) > 1:
        tiers.append(list(cif_readings.with_centring(reading.operations)))
    for tier in tiers:
        outcomes, _ = _tried(block, [each for each in tier if set(each.operations) != listed])
        if fitting := [each for each in outcomes if not each.contradictions]:
            return _different(fitting)
    return []


def _outweighs(first: Outcome, reading: Reading, other: Reading) -> bool:
    """True where the file's own statements count more than the operations that it lists.

    Some programs list no operation but the identity, or leave out the centring translations of the group that they name.
    """
    kinds = {statement.what for statement in first.contradictions}
    return reading.operations == (_IDENTITY,) or len(kinds) > 1 or lacks_centring(reading, other)


def _why(first: Outcome) -> str:
    parts = [f"they give {s.what} {s.found}, the file says {s.stated}" for s in first.contradictions[:3]]
    return "; ".join(parts)


def _in_place_of(block: Block, error: CrystalError) -> Outcome:
    """The crystal where the listed operations are damaged, if symbols or numbers name one that contradicts nothing."""
    outcomes, _ = _tried(block, (each for tier in cif_readings.declared(block.values) for each in tier))
    fitting = _different(each for each in outcomes if not each.contradictions and each.statements)
    if len(fitting) != 1 or not any(
        s.what != "space group" and s.what != "crystal system" for s in fitting[0].statements
    ):
        raise error
    reason = error.message.removeprefix(f"{block.where}: ").rstrip(".")
    note = f"contradiction: the list of symmetry operations is damaged ({reason}); it is read by {fitting[0].reading.name}."
    return replace(fitting[0], notes=(note, *fitting[0].notes))


def _declared(block: Block, tiers: Sequence[list[Reading]]) -> Outcome:
    """The reading without listed operations that fits."""
    best: list[Outcome] = []
    failure: CrystalError | None = None
    for tier in tiers:
        outcomes, errors = _tried(block, tier)
        failure = failure or (errors[0] if errors else None)
        fitting = [each for each in outcomes if not each.contradictions]
        if fitting:
            return _only(block, tier, fitting)
        best = best or outcomes
    if not best:
        assert failure is not None
        raise failure
    fewest = min(len(each.contradictions) for each in best)
    return _only(block, tiers[0], [each for each in best if len(each.contradictions) == fewest])


def _only(block: Block, tier: list[Reading], fitting: list[Outcome]) -> Outcome:
    """The one crystal of the readings that fit. Raises CrystalError (``ambiguous-setting``) where there are two."""
    different = _different(fitting)
    refuted = {each.reading.name: far for each in different if (far := implausible(each.built.structure))}
    plausible = [each for each in different if each.reading.name not in refuted]
    if len(different) > 1 and len(plausible) != 1:
        named = " and ".join(each.title for each in different[:3])
        raise CrystalError(
            f"{block.where}: no operations are listed, and more than one setting fits: {named}; state the setting (the "
            "choice of origin or axes), or list the operations.", kind="ambiguous-setting")  # fmt: skip
    chosen = plausible[0] if plausible else different[0]
    if len(tier) == 1:
        return chosen
    notes = tuple(text for text in chosen.notes if text not in chosen.reading.notes)
    return replace(chosen, notes=(_chosen_note(chosen, tier, fitting, refuted), *notes))


def _chosen_note(chosen: Outcome, tier: list[Reading], fitting: list[Outcome], refuted: dict[str, str]) -> str:
    """What is said of a setting that was decided by all that the file states."""
    others = [each.name for each in tier if each.name != chosen.reading.name]
    if len(fitting) > 1 and not refuted:
        names = ", ".join(each.reading.name for each in fitting[:4])
        return f"no operations are listed; the settings {names} give the same crystal."
    if not others:
        return " ".join(chosen.reading.notes)
    names = ", ".join([chosen.reading.name, *others][:4])
    short = "".join(f"; {name} would give {far}, which is too short" for name, far in refuted.items())
    return f"no operations are listed; of the settings {names} the first is the one that fits{short}."


def _different(outcomes: Iterable[Outcome]) -> list[Outcome]:
    """Without those whose crystal is that of an earlier one (another origin of the same crystal)."""
    kept: list[Outcome] = []
    for outcome in outcomes:
        if not any(_same(outcome, other) for other in kept):
            kept.append(outcome)
    return kept


def _same(one: Outcome, other: Outcome) -> bool:
    a, b = one.built.structure, other.built.structure
    if len(a) != len(b) or a.composition != b.composition:
        return False
    from pymatgen.core.structure_matcher import StructureMatcher

    matcher = StructureMatcher(ltol=1e-3, stol=1e-3, angle_tol=0.1, primitive_cell=False, scale=False)
    return bool(matcher.fit(a, b))
