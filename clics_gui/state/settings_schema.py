"""Schema of all settings: defaults, limits, rows and tooltips of the settings dialog.

A new setting is a new field here and nothing else. A field that is renamed or changes its meaning raises ``VERSION``
and adds a step to :mod:`clics_gui.state.settings_migrations`.
"""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal

from pydantic import BaseModel, ConfigDict, Field

VERSION = 1


_TITLES: dict[str | bool, str] = {
    "vesta": "VESTA-like",
    "csv": "CSV",
    "xlsx": "Excel workbook",
    "json": "JSON",
    "html": "HTML page",
    True: "on",
    False: "off",
}


def option_title(option: object) -> str:
    """Wording of a stored value for people: ``"ball-and-stick"`` is "Ball and stick"."""
    if isinstance(option, str):
        return str(_TITLES.get(option, option.replace("-", " ").capitalize()))
    return str(_TITLES[option]) if isinstance(option, bool) else str(option)


class Section(BaseModel):
    """A page of the settings dialog under ``heading``; each field is a row.

    A section without a heading is remembered by the program: it has no page and is not reset.
    """

    heading: ClassVar[str] = ""
    model_config = ConfigDict(extra="forbid", validate_assignment=True)


class Appearance(Section):
    """Theme and density of the window."""

    heading: ClassVar[str] = "Appearance"

    theme: Annotated[
        Literal["system", "light", "dark"],
        Field(title="Theme", description="Light or dark; System follows the desktop."),
    ] = "system"
    density: Annotated[
        Literal["comfortable", "compact"],
        Field(title="Density", description="Spacing of rows, buttons and margins."),
    ] = "comfortable"


class Viewer(Section):
    """Style of newly opened crystals."""

    heading: ClassVar[str] = "Crystal view"

    style: Annotated[
        Literal["automatic", "vesta", "publication", "dark"],
        Field(title="Colour scheme", description="Colours, lighting and background; Automatic follows the theme."),
    ] = "automatic"
    representation: Annotated[
        Literal["ball-and-stick", "space-filling", "polyhedra", "sticks"],
        Field(title="Representation", description="Representation of newly opened crystals."),
    ] = "ball-and-stick"
    perspective: Annotated[
        bool, Field(title="Perspective", description="Perspective projection; off: orthographic.")
    ] = False
    image_atoms: Annotated[
        bool,
        Field(title="Include boundary atoms", description="Repeat atoms on cell faces, edges and corners."),
    ] = True
    completion: Annotated[
        Literal["none", "polyhedra", "all"],
        Field(
            title="Atoms outside the cell",
            description="Bonded atoms outside the cell: none, those completing cation polyhedra, or all.",
        ),
    ] = "polyhedra"


class Analysis(Section):
    """Lists of the model."""

    heading: ClassVar[str] = "Analysis"

    top: Annotated[
        int,
        Field(
            ge=1,
            le=50,
            title="Entries per list",
            description="Number of space groups and phrases in the lists of the model.",
        ),
    ] = 8
    rank_on_open: Annotated[
        bool,
        Field(
            title="Run model on opening", description="Rank phrases as soon as a crystal is opened; off: on request."
        ),
    ] = True


class Search(Section):
    """Size of results and of the history."""

    heading: ClassVar[str] = "Search"

    hits: Annotated[int, Field(ge=1, le=10_000, title="Hits", description="Maximum number of results of a search.")] = (
        50
    )
    history: Annotated[
        int, Field(ge=0, le=1_000, title="History", description="Number of past searches that are kept.")
    ] = 50


class Opening(Section):
    """Restoring and opening of crystals."""

    heading: ClassVar[str] = "Opening"

    restore_session: Annotated[
        bool, Field(title="Restore the session", description="Reopen the crystals of the last session at start.")
    ] = True
    recent_files: Annotated[
        int, Field(ge=0, le=50, title="Recent files", description="Number of files in the menu Open recent.")
    ] = 12
    most_tabs: Annotated[
        int,
        Field(
            ge=1,
            le=100,
            title="Maximum number of tabs",
            description="A file or folder with more crystals opens only this many.",
        ),
    ] = 16
    duplicates: Annotated[
        Literal["add", "skip"],
        Field(
            title="Duplicates",
            description="A crystal added to a library that equals a stored one under another name is added or skipped.",
        ),
    ] = "add"


class Training(Section):
    """Trainings at the end of the program."""

    heading: ClassVar[str] = "Training"

    on_close: Annotated[
        Literal["ask", "keep", "pause"],
        Field(
            title="When the window closes",
            description="A running training continues in the background (Keep), pauses, or you are asked.",
        ),
    ] = "ask"


class Export(Section):
    """Formats of pictures and tables."""

    heading: ClassVar[str] = "Export"

    table_format: Annotated[
        Literal["csv", "xlsx", "json", "html"],
        Field(title="Format of tables", description="Default format of the export dialog: the last one used."),
    ] = "csv"

    dpi: Annotated[
        int,
        Field(
            ge=50,
            le=1200,
            title="Picture resolution (dpi)",
            description="Resolution of saved pictures in dots per inch.",
        ),
    ] = 300
    transparent: Annotated[
        bool, Field(title="Transparent pictures", description="Save pictures without a background.")
    ] = False


class Libraries(Section):
    """Files of known libraries besides the user's own, and the active one ("": the user's own)."""

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
