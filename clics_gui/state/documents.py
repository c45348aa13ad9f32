"""Open crystals, their results so far, and the current one. No widgets."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

if TYPE_CHECKING:
    from clics.errors import ClicsError
    from clics.results import Analysis, Atoms, BondRules, CellKind, Crystal, Geometry, Opened, SiteMatch, SymmetryLadder


class Document(QObject):
    """One open crystal.

    Attributes:
        path: File of its origin; None for a stored crystal.
        library_id: Identifier in its library; None for a file.
        as_read: The crystal in the cell of its source; other cells are made from it.
        cell: Kind of the cell shown.
        bond_rules: The user's corrections of bonds; None without any.
        geometry_outdated: The geometry was made with other corrections; it stays until the new one is known.
        geometry_error: Reason why there is no geometry.
        ladder_error: Reason why there is no symmetry ladder.
        analysis_error: Reason why there is no analysis.
        wants_analysis: The user ran the model although the settings do not run it on opening.
        query_phrase: Phrase by which the crystal was found.
        highlighted_by_model: The highlighted sites are the model's, not those of geometric analysis.
    """

    crystal_changed = Signal()
    """Another cell of the same crystal: new atoms, geometry and analysis are unknown again."""
    geometry_changed = Signal()
    ladder_changed = Signal()
    analysis_changed = Signal()
    selection_changed = Signal()
    highlight_changed = Signal()

    def __init__(
        self,
        opened: Opened,
        *,
        path: Path | None = None,
        library_id: str | None = None,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self.path = path
        self.library_id = library_id
        self.as_read = opened
        """The crystal in the cell of its source; other cells are made from this one."""
        self.cell: CellKind = "read"
        self.wants_analysis = False
        """True if the user has run the model although the settings do not run it at once."""
        self.query_phrase = ""
        self.bond_rules: BondRules | None = None
        self._highlight_when_known = False
        self._opened = opened
        self._forget()

    def _forget(self) -> None:
        self._geometry: Geometry | None = None
        self._analysis: Analysis | None = None
        self.geometry_outdated = False
        self.geometry_error: ClicsError | None = None
        self.analysis_error: ClicsError | None = None
        self._ladder: SymmetryLadder | None = None
        self.ladder_error: ClicsError | None = None
        self._selection: frozenset[int] = frozenset()
        self._highlighted: frozenset[int] | None = None
        self._highlighted_phrase = ""
        self.highlighted_by_model = False
        """True if the highlighted sites come from the model, not from the description."""
        self._matches: tuple[SiteMatch, ...] | None = None

    # ---- what it is -------------------------------------------------------------------------------------------------

    @property
    def crystal(self) -> Crystal:
        """The engine's crystal, opaque to the window."""
        return self._opened.crystal

    @property
    def atoms(self) -> Atoms:
        """Cell and sites as arrays."""
        return self._opened.atoms

    @property
    def title(self) -> str:
        """Short name for a tab."""
        return str(self.as_read.title)

    @property
    def geometry(self) -> Geometry | None:
        """Symmetry, description and bonds; None until known."""
        return self._geometry

    @property
    def ladder(self) -> SymmetryLadder | None:
        """Space groups from the smallest tolerance to the largest; None until known."""
        return self._ladder

    @property
    def analysis(self) -> Analysis | None:
        """Prediction of the model; None until known."""
        return self._analysis

    def replace(self, opened: Opened) -> None:
        """Show the source after it was read again."""
        self.as_read = opened
        self.set_opened(opened)

    def set_opened(self, opened: Opened, cell: CellKind = "read") -> None:
        """Show another cell of the crystal; results of the earlier cell are discarded."""
        self._opened, self.cell = opened, cell
        self._forget()
        self.crystal_changed.emit()
        self.geometry_changed.emit()
        self.ladder_changed.emit()
        self.analysis_changed.emit()
        self.selection_changed.emit()
        self.highlight_changed.emit()

    def set_geometry(self, geometry: Geometry | None, error: ClicsError | None = None) -> None:
        """Set the geometry, or the reason why there is none."""
        self._geometry, self.geometry_error = geometry, error
        ranked_before = self.geometry_outdated and self._analysis is not None
        self.geometry_outdated = False
        self.geometry_changed.emit()
        if ranked_before:
            self.set_analysis(None)  # its verdicts are those of the earlier bonds

    def set_ladder(self, ladder: SymmetryLadder | None, error: ClicsError | None = None) -> None:
        """Set the symmetry ladder, or the reason why there is none."""
        self._ladder, self.ladder_error = ladder, error
        self.ladder_changed.emit()

    def correct_bonds(self, rules: BondRules | None) -> None:
        """Set the user's corrections of bonds; the geometry is to be made anew."""
        self.bond_rules = rules
        self.geometry_outdated = True

    def set_analysis(self, analysis: Analysis | None, error: ClicsError | None = None) -> None:
        """Set the prediction of the model, or the reason why there is none."""
        self._analysis, self.analysis_error = analysis, error
        self.analysis_changed.emit()

    @property
    def matches(self) -> tuple[SiteMatch, ...] | None:
        """Sites that match the query phrase best, for each term of it; None until known."""
        return self._matches

    def set_query(self, phrase: str) -> None:
        """Set the phrase by which the crystal was found; its sites are highlighted once known."""
        self.query_phrase, self._matches, self._highlight_when_known = phrase, None, bool(phrase)
        self.analysis_changed.emit()

    def set_matches(self, matches: tuple[SiteMatch, ...] | None, error: ClicsError | None = None) -> None:
        """Set the sites that match the query phrase best and highlight them the first time."""
        self._matches = matches or ()
        self.analysis_changed.emit()
        fresh, self._highlight_when_known = self._highlight_when_known, False
        if self._matches and fresh:
            phrase = self._matches[0].matched_text if len(self._matches) == 1 else self.query_phrase
            self.highlight({atom for match in self._matches for atom in match.atoms}, phrase, by_model=True)

    def forget_model(self) -> None:
        """Discard the results of a model that is no longer in use."""
        self._matches = None
        if self.highlighted_by_model:
            self.highlight(None)
        self.set_analysis(None)

    # ---- what is looked at ------------------------------------------------------------------------------------------

    @property
    def selection(self) -> frozenset[int]:
        """Selected sites, as indices into ``atoms``."""
        return self._selection

    def select(self, sites: Iterable[int]) -> None:
        """Select these sites and no others."""
        chosen = frozenset(sites)
        if chosen != self._selection:
            self._selection = chosen
            self.selection_changed.emit()

    def toggle(self, site: int) -> None:
        """Add a site to the selection or remove it."""
        self.select(self._selection ^ {site})

    @property
    def highlighted(self) -> frozenset[int] | None:
        """Highlighted sites, as indices into ``atoms``; the others are faded. None: no site is faded."""
        return self._highlighted

    @property
    def highlighted_phrase(self) -> str:
        """Phrase of the highlighted sites; empty if there is none."""
        return self._highlighted_phrase

    def highlight(self, sites: Iterable[int] | None, phrase: str = "", *, by_model: bool = False) -> None:
        """Highlight sites and fade the others.

        Args:
            sites: Indices of sites; None clears the highlight.
            phrase: Phrase that the sites belong to.
            by_model: The model names the sites.
        """
        chosen = None if sites is None else frozenset(sites)
        wanted = (chosen, "" if chosen is None else phrase, chosen is not None and by_model)
        if wanted != (self._highlighted, self._highlighted_phrase, self.highlighted_by_model):
            self._highlighted, self._highlighted_phrase, self.highlighted_by_model = wanted
            self.highlight_changed.emit()


class Documents(QObject):
    """All open documents in the order of their tabs, and the current one (None if nothing is open)."""

    added = Signal(object)
    removed = Signal(object)
    current_changed = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._documents: list[Document] = []
        self._current: Document | None = None

    def __iter__(self) -> Iterator[Document]:
        return iter(tuple(self._documents))

    def __len__(self) -> int:
        return len(self._documents)

    @property
    def current(self) -> Document | None:
        """The current document."""
        return self._current

    def add(self, document: Document, *, make_current: bool = True) -> None:
        """Add a document, which becomes a child of this object."""
        document.setParent(self)
        self._documents.append(document)
        self.added.emit(document)
        if make_current or self._current is None:
            self.set_current(document)

    def set_current(self, document: Document | None) -> None:
        """Make a document the current one."""
        if document is not self._current:
            self._current = document
            self.current_changed.emit(document)

    def close(self, document: Document) -> None:
        """Remove a document; its neighbour becomes current."""
        place = self._documents.index(document)
        self._documents.remove(document)
        if document is self._current:
            rest = self._documents
            self.set_current(rest[min(place, len(rest) - 1)] if rest else None)
        self.removed.emit(document)
        document.deleteLater()

    def arrange(self, order: Sequence[Document]) -> None:
        """Sort the documents after tabs were dragged."""
        self._documents.sort(key=list(order).index)
