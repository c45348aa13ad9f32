"""Every setting there is: one schema gives defaults, limits, the rows of the settings dialog, their tooltips and reset.

A new setting is a new field here and nothing else. A field that is renamed or changes its meaning raises ``VERSION`` and
adds a step to :mod:`clics_gui.state.settings_migrations`.
"""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal

from pydantic import BaseModel, ConfigDict, Field

VERSION = 1


class Section(BaseModel):
    """A page of the settings dialog under ``heading``; each field is a row.

    Without a heading it is what the program remembers by itself: no page, and no reset takes it away.
    """

    heading: ClassVar[str] = ""
    model_config = ConfigDict(extra="forbid", validate_assignment=True)


class Appearance(Section):
    """How the window looks."""

    heading: ClassVar[str] = "Appearance"

    theme: Annotated[
        Literal["system", "light", "dark"],
        Field(title="Colours", description="Light or dark; 'system' follows the desktop while the program runs."),
    ] = "system"
    density: Annotated[
        Literal["comfortable", "compact"],
        Field(title="Density", description="How much room rows, buttons and margins take."),
    ] = "comfortable"


class Viewer(Section):
    """How a newly opened crystal is drawn."""

    heading: ClassVar[str] = "Crystal view"

    style: Annotated[
        Literal["automatic", "vesta", "publication", "dark"],
        Field(title="Look", description="Colours, light and background; 'automatic' is dark in a dark window."),
    ] = "automatic"
    representation: Annotated[
        Literal["ball-and-stick", "space-filling", "polyhedra", "sticks"],
        Field(title="Representation", description="How a newly opened crystal is drawn."),
    ] = "ball-and-stick"
    perspective: Annotated[
        bool, Field(title="Perspective", description="Parallel lines meet in the distance; off: orthographic.")
    ] = False
    image_atoms: Annotated[
        bool,
        Field(title="Atoms on all faces", description="Draw atoms on a face, edge or corner of the cell on every one."),
    ] = True
    completion: Annotated[
        Literal["none", "polyhedra", "all"],
        Field(
            title="Atoms outside the cell",
            description="Neighbours outside the cell: none, of atoms with a polyhedron, or of all atoms.",
        ),
    ] = "polyhedra"


class Analysis(Section):
    """What is asked of the model."""

    heading: ClassVar[str] = "Analysis"

    top: Annotated[
        int, Field(ge=1, le=50, title="Entries per list", description="How many space groups and phrases are ranked.")
    ] = 8
    rank_on_open: Annotated[
        bool,
        Field(
            title="Ask the model at once", description="Rank phrases as soon as a crystal is opened; off: on request."
        ),
    ] = True


class Search(Section):
    """How much a search answers and remembers."""

    heading: ClassVar[str] = "Search"

    hits: Annotated[int, Field(ge=1, le=10_000, title="Hits", description="How many crystals a search answers.")] = 50
    history: Annotated[
        int, Field(ge=0, le=1_000, title="History", description="How many earlier searches are remembered.")
    ] = 50


class Opening(Section):
    """What is opened, and how much at once."""

    heading: ClassVar[str] = "Opening"

    restore_session: Annotated[
        bool, Field(title="Restore the session", description="Open at the start what was open at the end.")
    ] = True
    recent_files: Annotated[
        int, Field(ge=0, le=50, title="Recent files", description="How many files the menu remembers.")
    ] = 12
    most_tabs: Annotated[
        int,
        Field(
            ge=1,
            le=100,
            title="Most tabs at once",
            description="A file or folder with more crystals opens this many tabs.",
        ),
    ] = 16


class Training(Section):
    """How trainings go."""

    heading: ClassVar[str] = "Training"

    on_close: Annotated[
        Literal["ask", "keep", "pause"],
        Field(
            title="When the window closes",
            description="A training under way goes on in the background ('keep'), pauses, or you are asked.",
        ),
    ] = "ask"


class Export(Section):
    """How pictures and tables are saved."""

    heading: ClassVar[str] = "Export"

    table_format: Annotated[
        Literal["csv", "xlsx", "json", "html"],
        Field(title="Format of tables", description="What the export dialog offers first; the last one used."),
    ] = "csv"

    dpi: Annotated[
        int, Field(ge=50, le=1200, title="Picture resolution (dpi)", description="Dots per inch of saved pictures.")
    ] = 300
    transparent: Annotated[
        bool, Field(title="Transparent pictures", description="Save pictures without a background.")
    ] = False


class Libraries(Section):
    """Which library files are known beside the user's own, and which one is searched ("": the user's own)."""

    known: tuple[str, ...] = ()
    current: str = ""


class Settings(Section):
    """All settings."""

    version: Annotated[int, Field(ge=VERSION, le=VERSION)] = VERSION
    appearance: Appearance = Field(default_factory=Appearance)
    viewer: Viewer = Field(default_factory=Viewer)
    analysis: Analysis = Field(default_factory=Analysis)
    search: Search = Field(default_factory=Search)
    opening: Opening = Field(default_factory=Opening)
    training: Training = Field(default_factory=Training)
    export: Export = Field(default_factory=Export)
    libraries: Libraries = Field(default_factory=Libraries)
