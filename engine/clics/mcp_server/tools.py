"""The tools of the server. Each answers with the JSON of the command of its name (docs/reference/json.md).

A tool is a method of :class:`Tools` that :data:`TOOLS` names. Its signature and docstring are what an agent is told; the
docstring of the class is what a person reads.
"""

from __future__ import annotations

import tempfile
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal, TypeAlias

from pydantic import Field

from clics.errors import InputError
from clics.mcp_server.folders import AllowedFolders
from clics.progress import CancelToken
from clics.results import SearchQuery
from clics.results.bond_rules import BondRules
from clics.results.schema import SCHEMA, plain
from clics.session import Session

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from clics.crystals.crystal import Crystal, Refusal

MOST_CRYSTALS = 20
"""Crystals of one file that one call answers; the rest is asked for by ``skip``."""

FileName: TypeAlias = Annotated[
    str, Field(description="A crystal file below an allowed folder (CIF, POSCAR, extended XYZ, JSON, CSV, zip, …).")
]
Id: TypeAlias = Annotated[str, Field(description="Id of a crystal of the library, in place of a file.")]
Block: TypeAlias = Annotated[
    str, Field(description="Data block, frame or archive member of a file that holds several.")
]
LibraryName: TypeAlias = Annotated[
    str,
    Field(
        description="A library file (.clics) below an allowed folder; by default the user's own or the starter library."
    ),
]
Top: TypeAlias = Annotated[int, Field(ge=1, le=200, description="Number of entries.")]
Skip: TypeAlias = Annotated[
    int, Field(ge=0, description="Crystals of the file to leave out, to read a large file in parts.")
]
Filter: TypeAlias = Annotated[str, Field(description="Filter, for example 'elements:Li,O sg:225 nsites<40 cn:8..12'.")]
Phrases: TypeAlias = Annotated[list[str], Field(description="Phrases about geometry.")]
Tolerance: TypeAlias = Annotated[
    float | None, Field(ge=0.0001, le=0.5, description="Take the crystal as idealised at this tolerance in Å.")
]


class Tools:
    """The tools, with a session for each library that was asked for. All calls come from one thread.

    Args:
        folders: What may be read.
        library: Library in place of the user's own.
        model: Model folder in place of the released model.
    """

    def __init__(self, folders: AllowedFolders, library: Path | None = None, model: Path | None = None) -> None:
        self._folders, self._library, self._model = folders, library, model
        self._sessions: dict[Path | None, Session] = {}
        self.cancel = CancelToken()

    def close(self) -> None:
        """Close the libraries."""
        for session in self._sessions.values():
            session.close()

    def files(
        self, containing: Annotated[str, Field(description="Text that the path must hold.")] = ""
    ) -> dict[str, Any]:
        """List the crystal files and libraries that can be read."""
        found, more = self._folders.files(containing)
        return {"schema": SCHEMA, "files": found, "more": more}

    def analyse(
        self,
        file: FileName = "",
        id: Id = "",
        top: Top = 5,
        symmetrise: Annotated[
            bool, Field(description="Take the crystal as idealised in its proposed space group.")
        ] = False,
        tolerance: Tolerance = None,
        skip: Skip = 0,
        library: LibraryName = "",
    ) -> dict[str, Any]:
        """Rank space groups and coordination environments by the model, beside symmetry analysis and computed geometry.

        Every entry says whether computed facts confirm it. One entry for each crystal of the file, at most 20 a call.
        """
        session = self._session(library)
        answers = session.iter_analyses(
            self._sources(session, file, id, skip),
            top=top,
            symmetrise=symmetrise if tolerance is None else tolerance,
            cancel=self.cancel,
        )
        return _entries(answer.to_json() for answer in answers)

    def describe(
        self,
        file: FileName = "",
        id: Id = "",
        mineral: Annotated[bool, Field(description="Also determine the structure type (slower).")] = False,
        symprec: Annotated[float, Field(ge=1e-6, le=1.0, description="Symmetry tolerance in Å.")] = 0.01,
        bonds: Annotated[
            list[str], Field(description="Corrected bonds of pairs of elements: 'Ti-Ti:none' or 'Ti-O:1.8-2.2' (Å).")
        ] = [],  # noqa: B006  the schema shows the default; nothing changes it
        skip: Skip = 0,
        library: LibraryName = "",
    ) -> dict[str, Any]:
        """Describe the geometry computed from the structure: for each site orbit its polyhedron, shape, bonds, networks.

        Facts and sentences, without a model. One entry for each crystal of the file, at most 20 a call.
        """
        session = self._session(library)
        answers = session.iter_descriptions(
            self._sources(session, file, id, skip),
            mineral=mineral,
            symprec=symprec,
            bonds=BondRules.parse(bonds),
            ladder=True,
            cancel=self.cancel,
        )
        return _entries(answer.to_json() for answer in answers)

    def search(
        self,
        phrase: Annotated[
            str, Field(description="Geometry in words, a space group or a structure type: 'corner-sharing octahedra'.")
        ] = "",
        where: Filter = "",
        must: Phrases = [],  # noqa: B006
        must_not: Phrases = [],  # noqa: B006
        facts_first: Annotated[
            bool, Field(description="List first the crystals of which every part is confirmed.")
        ] = False,
        sort: Annotated[
            str, Field(description="Without a phrase: formula, sites, space_group, id or added; - reverses.")
        ] = "",
        top: Top = 10,
        library: LibraryName = "",
    ) -> dict[str, Any]:
        """Find crystals of a library by a phrase about geometry, or list those that pass a filter.

        Says what was understood of the phrase, and for every part of every hit whether stored facts confirm or refute it.
        """
        query = SearchQuery(
            phrase, top, where or None, tuple(must), tuple(must_not), facts_first=facts_first, sort=sort
        )  # fmt: skip
        return {"schema": SCHEMA, **self._session(library).search(query).to_json()}

    def similar(
        self,
        file: FileName = "",
        id: Id = "",
        block: Block = "",
        where: Filter = "",
        but: Annotated[str, Field(description="A phrase that the similar crystals should also fit.")] = "",
        exact: Annotated[
            bool, Field(description="Superimpose the 50 nearest on the crystal and list matches first.")
        ] = False,
        tolerance: Tolerance = None,
        top: Top = 10,
        library: LibraryName = "",
    ) -> dict[str, Any]:
        """Find crystals of a library with a similar structure; the elements are ignored."""
        session = self._session(library)
        _one_of(file, id)
        result = session.similar(
            self._folders.path(file) if file else None,
            block=block or None,
            id=id or None,
            top=top,
            where=where or None,
            but=but or None,
            superpose=exact,
            symmetrise=False if tolerance is None else tolerance,
            cancel=self.cancel,
        )
        return {"schema": SCHEMA, **result.to_json()}

    def check(self, file: FileName, skip: Skip = 0) -> dict[str, Any]:
        """Hold crystals against everything that their file states: formula, Z, density, multiplicities, space group.

        One entry for each crystal of the file, at most 20 a call; contradictions and notes say what is wrong with it.
        """
        session = self._session("")
        checks = session.iter_checks([self._folders.path(file)], cancel=self.cancel)
        return _entries(islice((plain(block.to_json()) for block in checks), skip, None))

    def symmetrise(
        self,
        file: FileName = "",
        id: Id = "",
        block: Block = "",
        tolerance: Annotated[
            float | None, Field(ge=0.0001, le=0.5, description="The largest group found at this tolerance (Å).")
        ] = None,
        group: Annotated[str, Field(description="A space group of the ladder, by number or symbol.")] = "",
        cell: Literal["conventional", "primitive", "niggli", "read"] = "conventional",
        library: LibraryName = "",
    ) -> dict[str, Any]:
        """List the space groups that a crystal nearly has, and give it made exact in one of them, as the text of a CIF.

        Without a tolerance or group it is the group that the ladder proposes.
        """
        session = self._session(library)
        _one_of(file, id)
        path = self._folders.path(file) if file else None
        crystal = session.read(id=id) if path is None else session.read(path, block or None, cancel=self.cancel)
        ladder = session.symmetry_ladder(crystal, cancel=self.cancel)
        ideal = session.symmetrise(crystal, tolerance=tolerance, group=group or None, cell=cell, cancel=self.cancel)
        done: dict[str, Any] = {"sites": ideal.num_sites, **ideal.provenance["symmetrised"]}  # type: ignore[dict-item]
        return {"schema": SCHEMA, **ladder.to_json(), "symmetrised": done, "cif": _cif(session, ideal)}

    def _session(self, library: str) -> Session:
        path = self._folders.path(library) if library else self._library
        if path not in self._sessions:
            session = Session(model=self._model, library=path)
            for other in self._sessions.values():
                session.share_model(other)
            self._sessions[path] = session
        return self._sessions[path]

    def _sources(self, session: Session, file: str, id: str, skip: int) -> Iterable[Crystal | Refusal]:
        """One crystal more than are answered, which tells that there are more; none is computed in vain."""
        _one_of(file, id)
        if not file:
            return session.library.crystals([id])
        crystals = session.iter_crystals([self._folders.path(file)], cancel=self.cancel)
        return islice(crystals, skip, skip + MOST_CRYSTALS + 1)


def _cif(session: Session, crystal: Crystal) -> str:
    with tempfile.TemporaryDirectory(prefix="clics-") as folder:
        path = Path(folder) / "ideal.cif"
        session.write(crystal, path)
        return path.read_text(encoding="utf-8")


def _one_of(file: str, id: str) -> None:
    if bool(file) == bool(id):
        raise InputError("Name one crystal: a file, or the id of a crystal of the library.", kind="no-crystal")


def _entries(entries: Iterator[dict[str, Any]]) -> dict[str, Any]:
    found = list(islice(entries, MOST_CRYSTALS + 1))
    return {"schema": SCHEMA, "crystals": found[:MOST_CRYSTALS], "more": len(found) > MOST_CRYSTALS}


TOOLS = (Tools.files, Tools.analyse, Tools.describe, Tools.search, Tools.similar, Tools.check, Tools.symmetrise)
"""The tools that agents are offered, one row each."""
