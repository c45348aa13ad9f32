"""What an Session shows of one crystal, step by step: atoms first, then its geometry, then what the model says.

The types here are what a window draws from; they hold numbers, strings and tuples. A crystal is shown in three steps
of growing cost: :meth:`Viewing.open` only reads, :meth:`Viewing.geometry` finds symmetry and describes, :meth:`Viewing.rank` asks
the model.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from clics.errors import ClicsError, InputError, ModelError
from clics.progress import CancelToken, ProgressCallback, silent
from clics.results.geometry import Atoms, CellParameters, Geometry, Opened

if TYPE_CHECKING:
    from clics.concepts.concept import Kind
    from clics.crystals.cells import CellKind
    from clics.crystals.crystal import Crystal, Refusal
    from clics.library.store import Library
    from clics.model.encoder import Encoder
    from clics.results.analysis import Analysis, Failure
    from clics.results.description import Description
    from clics.results.geometry import Bond, WyckoffRow
    from clics.results.search import SiteMatch


class Viewing:
    """The part of :class:`clics.session.Session` that shows crystals; used through it only."""

    @property
    def encoder(self) -> Encoder:
        """The model that is asked."""
        raise NotImplementedError

    @property
    def model_path(self) -> Path:
        """The folder of that model."""
        raise NotImplementedError

    def library(self, *, write: bool = False) -> Library:
        """The library that crystals are taken from."""
        raise NotImplementedError

    def _read(
        self, paths: Sequence[Path], progress: ProgressCallback, cancel: CancelToken | None
    ) -> Iterator[Crystal | Refusal]:
        raise NotImplementedError

    def open(
        self,
        paths: Sequence[Path],
        *,
        progress: ProgressCallback = silent,
        cancel: CancelToken | None = None,
    ) -> Iterator[Opened | Refusal]:
        """Every crystal of files, folders and archives, and every refusal, as they come; nothing is computed."""
        from clics.crystals.crystal import Refusal

        for found in self._read(paths, progress, cancel):
            yield found if isinstance(found, Refusal) else opened(found)

    def geometry(self, crystal: Crystal) -> Geometry:
        """Symmetry, description, bonds and phrases of a crystal; what cannot be said is told in ``warnings``."""
        return geometry_of(crystal)

    def rank(self, crystal: Crystal, geometry: Geometry, top: int = 8) -> Analysis:
        """What the model says, ``top`` entries of each kind, held against a geometry of the same crystal."""
        from clics.analysis import of_described

        return of_described(crystal, geometry.symmetry, geometry.description, geometry.warnings, self.encoder, top=top)

    def matching_atoms(self, crystal: Crystal, phrase: str) -> tuple[SiteMatch, ...]:
        """The atoms that a typed phrase speaks of, by the model, for each thing that it says of local geometry.

        Empty where it says nothing local, and where the model has no vectors of kinds of atoms. Raises CrystalError.
        """
        from clics.crystals.check import check_for_model
        from clics.retrieval.site_matching import matching_atoms

        if self.encoder.site_space is None:
            return ()
        check_for_model(crystal)
        return matching_atoms(crystal.arrays(), phrase, self.encoder)

    def cell(self, crystal: Crystal, kind: CellKind) -> Opened:
        """The crystal in another cell (:func:`clics.crystals.cells.in_cell`); its geometry is to be asked for anew."""
        from clics.crystals.cells import in_cell

        return opened(in_cell(crystal, kind))

    def stored(self, crystal_id: str) -> Opened:
        """A crystal of the library. Raises InputError of kind ``unknown-id``."""
        return opened(self.library().crystal(crystal_id))

    def write_crystal(self, crystal: Crystal, path: Path, *, symprec: float | None = None) -> None:
        """Write CIF (``.cif``; with the symmetry found at ``symprec`` Å, else every atom listed) or POSCAR.

        ``.vasp``, ``.poscar`` and the names POSCAR and CONTCAR are POSCAR. Raises InputError of kind ``bad-option`` for
        another name ``disordered`` for a POSCAR of a disordered crystal and ``output-is-source`` for the file
        that it was read from, ClicsError of kind ``not-written``.
        """
        from clics.atomic_files import replacing
        from clics.crystals.writing import to_cif, to_poscar

        name = path.name.lower()
        if name.endswith(".cif"):
            text = to_cif(crystal, symprec=symprec)
        elif name.endswith((".vasp", ".poscar")) or name.startswith(("poscar", "contcar")):
            text = to_poscar(crystal)
        else:
            raise InputError(
                f"{path.name}: name the file .cif for CIF, or .vasp (or POSCAR) for POSCAR.", kind="bad-option"
            )
        with replacing(path, sources=[crystal.source]) as file:
            file.write(text.encode("utf-8"))

    def phrases(self, kind: Kind | None = None) -> tuple[str, ...]:
        """Phrases of the model's vocabulary for completion, most frequent first; of every kind but full patterns.

        Reads the vocabulary alone: neither the model nor torch is loaded. Raises ModelError.
        """
        from clics.concepts.kinds.space_group import UNKNOWN
        from clics.concepts.registry import COMPLETED_KINDS, COMPOUND_KINDS, row_of
        from clics.concepts.vocabulary import Vocabulary

        path = self.model_path / "vocabulary.json"
        try:
            vocabulary = Vocabulary.from_json(json.loads(path.read_text(encoding="utf-8")))
        except (OSError, ValueError) as error:
            raise ModelError(f"The vocabulary {path} cannot be read: {error}.", kind="bad-vocabulary") from error
        kinds = [kind] if kind else [k for k in COMPLETED_KINDS if k not in COMPOUND_KINDS]
        found = [concept for k in kinds for concept in vocabulary.concepts(k) if concept != UNKNOWN]
        found.sort(key=lambda concept: -vocabulary.frequency(concept))
        fixed = [concept for k in kinds for concept in row_of(k).fixed]
        return tuple(concept.phrase for concept in (*found, *fixed))

    def check_filter(self, where: str) -> None:
        """Read a filter without using it. Raises FilterError (kind ``bad-filter``) that says what is wrong, and where."""
        from clics.query.filters import parse_filter

        parse_filter(where)

    def filter_help(self) -> str:
        """The language of filters in lines of text, an example and its meaning each."""
        from clics.query.filters import filter_help

        return filter_help()


def opened(crystal: Crystal) -> Opened:
    """A crystal with its atoms as arrays and a title: its block or file name, and its formula."""
    import numpy as np

    from clics.analysis import reader_warnings

    structure = crystal.structure
    species = tuple(
        tuple((str(specie.symbol), float(amount)) for specie, amount in site.species.items()) for site in structure
    )
    atoms = Atoms(np.array(structure.lattice.matrix), np.array(structure.frac_coords), species)
    name = crystal.id or crystal.block or Path(crystal.source).stem
    title = name if crystal.formula in name else f"{name} · {crystal.formula}"
    return Opened(crystal, atoms, title, tuple(reader_warnings(crystal)))


def geometry_of(crystal: Crystal) -> Geometry:
    """See :meth:`Viewing.geometry`."""
    from clics.analysis import reader_warnings, symmetry_of
    from clics.concepts.phrase_sites import phrase_sites
    from clics.descriptions.bonds_as_read import bonds_as_read, count_otherwise
    from clics.descriptions.describe import describe
    from clics.results.analysis import Failure
    from clics.symmetry.wyckoff import wyckoff_table

    warnings = reader_warnings(crystal)
    symmetry = symmetry_of(crystal, warnings)
    description: Description | None = None
    undescribed: Failure | None = None
    bonds: tuple[Bond, ...] = ()
    try:
        description = describe(crystal)
        bonds = bonds_as_read(crystal)
        if otherwise := count_otherwise(description, bonds, crystal.num_sites):
            warnings.append(
                f"The bonds of {otherwise} of {crystal.num_sites} sites lie at the edge of the bonding rule: in the "
                "cell as it was read they are counted otherwise than in the description."
            )
    except ClicsError as error:
        warnings.append(error.message)
        if description is None:
            undescribed = Failure(error.kind, error.message)
    wyckoff: tuple[WyckoffRow, ...] = ()
    if symmetry is not None:
        wyckoff = wyckoff_table(crystal, symmetry.tolerance)
    structure = crystal.structure
    return Geometry(
        formula=crystal.formula,
        density=float(structure.density),
        volume=float(structure.volume),
        parameters=CellParameters(*(float(value) for value in structure.lattice.parameters)),
        sites=crystal.num_sites,
        symmetry=symmetry,
        wyckoff=wyckoff,
        description=description,
        undescribed=undescribed,
        bonds=bonds,
        phrases=() if description is None else phrase_sites(description),
        warnings=tuple(warnings),
    )
