"""Functions of the public API: those of one session that is made when it is first needed.

    import clics

    clics.describe("rutile.cif")
    clics.search("corner-sharing octahedra", where="elements:Ti").to_dataframe()

The session has the released model and the user's own library. For another model or library make a
:class:`~clics.session.Session`; for several threads, one each.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from typing import TYPE_CHECKING, Any, overload

from clics.session import Session

if TYPE_CHECKING:
    from pathlib import Path

    from clics.crystals.crystal import Crystal
    from clics.results.analysis import Analyses, Analysis, Descriptions
    from clics.results.bond_rules import BondRules
    from clics.results.check import FileCheck
    from clics.results.description import Description
    from clics.results.geometry import CellKind
    from clics.results.ladder import SymmetryLadder
    from clics.results.lists import Crystals
    from clics.results.search import SearchResult
    from clics.sources.inputs import Source


@lru_cache(maxsize=1)
def default_session() -> Session:
    """The session that the functions of this module use."""
    return Session()


@overload
def read(source: Source, block: str | None = None) -> Crystal: ...
@overload
def read(*, id: str) -> Crystal: ...
@overload
def read(source: Iterable[Source]) -> Crystals: ...
def read(source: Any = None, block: str | None = None, **options: Any) -> Crystal | Crystals:
    """Read one crystal, or all crystals of several sources (:meth:`clics.Session.read`)."""
    return default_session().read(source, block, **options)


@overload
def describe(
    source: Source,
    block: str | None = None,
    *,
    mineral: bool = False,
    symprec: float = 0.01,
    bonds: BondRules | None = None,
) -> Description: ...
@overload
def describe(
    *, id: str, mineral: bool = False, symprec: float = 0.01, bonds: BondRules | None = None
) -> Description: ...
@overload
def describe(
    source: Iterable[Source], *, mineral: bool = False, symprec: float = 0.01, bonds: BondRules | None = None
) -> Descriptions: ...
def describe(source: Any = None, block: str | None = None, **options: Any) -> Description | Descriptions:
    """Describe the geometry of one crystal, or of all crystals of several sources (:meth:`clics.Session.describe`)."""
    return default_session().describe(source, block, **options)


def symmetry_ladder(source: Source | None = None, block: str | None = None, *, id: str | None = None) -> SymmetryLadder:
    """The space groups of a crystal from the smallest tolerance to the largest (:meth:`clics.Session.symmetry_ladder`)."""
    return default_session().symmetry_ladder(source, block, id=id)


def symmetrise(
    source: Source | None = None,
    block: str | None = None,
    *,
    id: str | None = None,
    rung: int | None = None,
    tolerance: float | None = None,
    group: int | str | None = None,
    cell: CellKind = "conventional",
) -> Crystal:
    """The crystal with exactly the symmetry of a rung of its ladder (:meth:`clics.Session.symmetrise`)."""
    return default_session().symmetrise(source, block, id=id, rung=rung, tolerance=tolerance, group=group, cell=cell)


def check(source: str | Path | Iterable[str | Path]) -> FileCheck:
    """Hold the crystals of files against everything that the files say (:meth:`clics.Session.check`)."""
    return default_session().check(source)


@overload
def analyse(
    source: Source, block: str | None = None, *, top: int = 5, symmetrise: bool | float = False
) -> Analysis: ...
@overload
def analyse(*, id: str, top: int = 5, symmetrise: bool | float = False) -> Analysis: ...
@overload
def analyse(source: Iterable[Source], *, top: int = 5, symmetrise: bool | float = False) -> Analyses: ...
def analyse(source: Any = None, block: str | None = None, **options: Any) -> Analysis | Analyses:
    """Rank space groups and geometry phrases for one crystal or several (:meth:`clics.Session.analyse`)."""
    return default_session().analyse(source, block, **options)


def search(
    phrase: str = "",
    *,
    top: int = 10,
    where: str | None = None,
    must: Iterable[str] = (),
    must_not: Iterable[str] = (),
    facts_first: bool = False,
    sort: str = "",
) -> SearchResult:
    """Rank the crystals of the user's library by a phrase, or list those that pass a filter (:meth:`clics.Session.search`)."""
    return default_session().search(
        phrase, top=top, where=where, must=must, must_not=must_not, facts_first=facts_first, sort=sort
    )


def similar(
    source: Source | None = None,
    *,
    block: str | None = None,
    id: str | None = None,
    top: int = 10,
    where: str | None = None,
    but: str | None = None,
    weight: float = 0.5,
    must: Iterable[str] = (),
    must_not: Iterable[str] = (),
    same_formula: bool = True,
    superpose: bool = False,
    symmetrise: bool | float = False,
) -> SearchResult:
    """Rank the crystals of the user's library by their similarity to one crystal (:meth:`clics.Session.similar`)."""
    return default_session().similar(
        source, block=block, id=id, top=top, where=where, but=but, weight=weight, must=must, must_not=must_not,
        same_formula=same_formula, superpose=superpose, symmetrise=symmetrise,
    )  # fmt: skip
