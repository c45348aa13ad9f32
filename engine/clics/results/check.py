"""What a file says about its crystal beside the atoms, held against the crystal that was read."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Statement:
    """One thing that a file says about its crystal.

    Attributes:
        what: What it is about: ``formula``, ``formula units``, ``weight``, ``density``, ``electrons``, ``volume``, ``space
            group``, ``crystal system``, ``multiplicities``, ``orders of site symmetry``, ``Wyckoff letters``, ``bond lengths``,
            ``mineral``, ``name``, ``cell`` or ``title``.
        tag: Where the file says it, for example ``_cell_formula_units_z``.
        stated: The value as the file has it.
        found: The value of the crystal that was read.
        agrees: False for a contradiction.
        fits: The reading of the file that would agree, "" if none is known.
    """

    what: str
    tag: str
    stated: str
    found: str
    agrees: bool
    fits: str = ""

    @property
    def sentence(self) -> str:
        """The contradiction in one sentence."""
        would = f"; {self.fits} would fit" if self.fits else ""
        return f"contradiction in the {self.what}: the file says {self.stated}, what was read has {self.found}{would}."

    def to_list(self) -> list[object]:
        """Plain JSON values."""
        return [self.what, self.tag, self.stated, self.found, self.agrees, self.fits]

    @classmethod
    def from_list(cls, values: Sequence[object]) -> Statement:
        """The statement of :meth:`to_list`. Raises ValueError for anything else."""
        what, tag, stated, found, agrees, fits = values
        return cls(str(what), str(tag), str(stated), str(found), bool(agrees), str(fits))


@dataclass(frozen=True, slots=True)
class BlockCheck:
    """A crystal of a file, or what stood in its way, and everything that the file says about it.

    Attributes:
        file: The file, or ``archive.zip!member``.
        block: Data block, row or frame; "" where the format has none.
        formula: Reduced formula of the crystal that was read; "" where it was refused.
        sites: Number of its sites.
        space_group: Symbol of its space group at 0.01 Å; "" where none was found.
        number: Number of its space group, 0 where none was found.
        volume: Of the cell, in Å³.
        density: In g/cm³.
        shortest: Shortest distance between two atoms of full sites, in Å; nan where there is none.
        shortest_pair: Their elements, for example ``"Si–O"``.
        statements: What the file says.
        kept: What the crystal keeps of the file beyond cell and elements, for example ``"labels"``, ``"oxidation states"``.
        notes: Sentences of the reader, contradictions included.
        kind: Stable name of the refusal; "" for a crystal.
        message: The refusal in one sentence.
    """

    file: str
    block: str
    formula: str = ""
    sites: int = 0
    space_group: str = ""
    number: int = 0
    volume: float = 0.0
    density: float = 0.0
    shortest: float = float("nan")
    shortest_pair: str = ""
    statements: tuple[Statement, ...] = ()
    kept: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    kind: str = ""
    message: str = ""

    def to_json(self) -> dict[str, object]:
        """The entry of ``clics check --json`` (docs/reference/json.md)."""
        if self.refused:
            return {"file": self.file, "block": self.block, "error": {"kind": self.kind, "message": self.message}}
        return {
            "file": self.file,
            "block": self.block,
            "formula": self.formula,
            "sites": self.sites,
            "space_group": {"symbol": self.space_group, "number": self.number} if self.number else None,
            "volume": self.volume,
            "density": self.density,
            "shortest": {"pair": self.shortest_pair, "distance": self.shortest} if self.shortest_pair else None,
            "statements": [
                {name: getattr(each, name) for name in ("what", "tag", "stated", "found", "agrees", "fits")}
                for each in self.statements
            ],
            "contradictions": list(self.contradictions),
            "kept": list(self.kept),
            "notes": list(self.notes),
        }

    @property
    def contradictions(self) -> tuple[str, ...]:
        """The contradictions in sentences: with what the file states, and among the things that it states."""
        return tuple(note for note in self.notes if note.startswith("contradiction"))

    @property
    def refused(self) -> bool:
        """True where no crystal was read."""
        return bool(self.kind)


@dataclass(frozen=True, slots=True)
class FileCheck:
    """The answers to ``clics check``, one for each block.

    Attributes:
        blocks: In the order of the files.
    """

    blocks: tuple[BlockCheck, ...] = field(default=())

    def __iter__(self) -> Iterator[BlockCheck]:
        return iter(self.blocks)

    def __len__(self) -> int:
        return len(self.blocks)

    @property
    def contradictions(self) -> int:
        """How many contradictions there are, all blocks together."""
        return sum(len(block.contradictions) for block in self.blocks)

    @property
    def refusals(self) -> int:
        """How many blocks were refused."""
        return sum(block.refused for block in self.blocks)
