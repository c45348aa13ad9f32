"""What is open: crystals with what is known of them so far, and which one is current. No widgets here."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

if TYPE_CHECKING:
    from clics.errors import ClicsError
    from clics.results import Analysis, Atoms, CellKind, Crystal, Geometry, Opened, SiteMatch


class Document(QObject):
    """One open crystal.

    ``crystal`` is opaque to the window: it goes back to the engine. ``geometry`` and ``analysis`` are None until they
    are known; where one cannot be, ``geometry_error`` or ``analysis_error`` says why. ``path`` is the file it came
    from, ``library_id`` the id of a stored one, ``asked`` the phrase that it was found by, and ``matches`` the sites that
    the model takes this to speak of (None until known).
    """

    crystal_changed = Signal()
    """Another cell of the same crystal: new atoms, geometry and analysis are unknown again."""
    geometry_changed = Signal()
    analysis_changed = Signal()
    selection_changed = Signal()
    lit_changed = Signal()

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
        """Whether the model was asked for although the settings say not to ask at once."""
        self.asked = ""
        self._just_asked = False
        self._opened = opened
        self._forget()

    def _forget(self) -> None:
        self._geometry: Geometry | None = None
        self._analysis: Analysis | None = None
        self.geometry_error: ClicsError | None = None
        self.analysis_error: ClicsError | None = None
        self._selection: frozenset[int] = frozenset()
        self._lit: frozenset[int] | None = None
        self._lit_phrase = ""
        self.lit_by_model = False
        """Whether the sites that are lit are the model's, not the description's."""
        self._matches: tuple[SiteMatch, ...] | None = None

    # ---- what it is -------------------------------------------------------------------------------------------------

    @property
    def crystal(self) -> Crystal:
        """The engine's crystal."""
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
        """Symmetry, description, bonds; None until known."""
        return self._geometry

    @property
    def analysis(self) -> Analysis | None:
        """What the model says; None until known."""
        return self._analysis

    def replace(self, opened: Opened) -> None:
        """The source was read again."""
        self.as_read = opened
        self.set_opened(opened)

    def set_opened(self, opened: Opened, cell: CellKind = "read") -> None:
        """Show another cell of the crystal (primitive, conventional, Niggli); what was known is forgotten."""
        self._opened, self.cell = opened, cell
        self._forget()
        self.crystal_changed.emit()
        self.geometry_changed.emit()
        self.analysis_changed.emit()
        self.selection_changed.emit()
        self.lit_changed.emit()

    def set_geometry(self, geometry: Geometry | None, error: ClicsError | None = None) -> None:
        """Its geometry, or why there is none."""
        self._geometry, self.geometry_error = geometry, error
        self.geometry_changed.emit()

    def set_analysis(self, analysis: Analysis | None, error: ClicsError | None = None) -> None:
        """The model's answer, or why there is none."""
        self._analysis, self.analysis_error = analysis, error
        self.analysis_changed.emit()

    @property
    def matches(self) -> tuple[SiteMatch, ...] | None:
        """What the phrase asked for says of sites, and which the model takes it to speak of; None until known."""
        return self._matches

    def ask(self, phrase: str) -> None:
        """The crystal was found by a phrase, whose sites are to be shown."""
        self.asked, self._matches, self._just_asked = phrase, None, bool(phrase)
        self.analysis_changed.emit()

    def set_matches(self, matches: tuple[SiteMatch, ...] | None, error: ClicsError | None = None) -> None:
        """The sites that the phrase asked for speaks of, lit at first; none where that cannot be told."""
        self._matches = matches or ()
        self.analysis_changed.emit()
        fresh, self._just_asked = self._just_asked, False
        if self._matches and fresh:
            phrase = self._matches[0].said if len(self._matches) == 1 else self.asked
            self.light({atom for match in self._matches for atom in match.atoms}, phrase, by_model=True)

    def forget_model(self) -> None:
        """Another model is in use: what the last one said no longer holds."""
        self._matches = None
        if self.lit_by_model:
            self.light(None)
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
        """Add a site to the selection, or take it out."""
        self.select(self._selection ^ {site})

    @property
    def lit(self) -> frozenset[int] | None:
        """Sites that stay bright while the rest fades; None: nothing is faded."""
        return self._lit

    @property
    def lit_phrase(self) -> str:
        """The phrase whose sites are lit; empty when none is."""
        return self._lit_phrase

    def light(self, sites: Iterable[int] | None, phrase: str = "", *, by_model: bool = False) -> None:
        """Keep these sites bright and fade the rest; None ends it. ``by_model``: the model names them."""
        chosen = None if sites is None else frozenset(sites)
        wanted = (chosen, "" if chosen is None else phrase, chosen is not None and by_model)
        if wanted != (self._lit, self._lit_phrase, self.lit_by_model):
            self._lit, self._lit_phrase, self.lit_by_model = wanted
            self.lit_changed.emit()


class Documents(QObject):
    """All open documents, in the order of their tabs, and the current one (None when nothing is open)."""

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
        """The document in front."""
        return self._current

    def add(self, document: Document, *, make_current: bool = True) -> None:
        """Take a document in (it becomes this object's child)."""
        document.setParent(self)
        self._documents.append(document)
        self.added.emit(document)
        if make_current or self._current is None:
            self.set_current(document)

    def set_current(self, document: Document | None) -> None:
        """Bring one to the front."""
        if document is not self._current:
            self._current = document
            self.current_changed.emit(document)

    def close(self, document: Document) -> None:
        """Let a document go; its neighbour becomes current."""
        place = self._documents.index(document)
        self._documents.remove(document)
        if document is self._current:
            rest = self._documents
            self.set_current(rest[min(place, len(rest) - 1)] if rest else None)
        self.removed.emit(document)
        document.deleteLater()

    def arrange(self, order: Sequence[Document]) -> None:
        """Tabs were dragged: the same documents in another order."""
        self._documents.sort(key=list(order).index)
