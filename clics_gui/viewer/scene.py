"""A crystal as plain arrays of balls, sticks, faces and lines, ready to be drawn by anything. No Qt, no VisPy."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

import numpy as np

from clics_gui.viewer import boundary as cells
from clics_gui.viewer.bonds import Bonds, BondSettings, bonds_of
from clics_gui.viewer.boundary import Placed, bare
from clics_gui.viewer.displayed_atoms import Crowd, gather
from clics_gui.viewer.polyhedra import Hull, centres, hull
from clics_gui.viewer.style import DEFAULT_PRESET, PRESETS, REPRESENTATIONS, Preset, Representation

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from clics_gui.viewer.protocols import AtomsLike, BondLike, Species

Completion = Literal["none", "polyhedra", "all"]


@dataclass(frozen=True, slots=True)
class SceneSettings:
    """What is drawn.

    ``images`` adds the atoms on the far faces, edges and corners; ``completion`` the neighbours outside the cell of
    sites with a polyhedron, of all atoms, or of none but those lit. ``hidden``: elements not drawn. ``polyhedra_of``:
    elements whose polyhedra are drawn (True) or not (False) against the usual choice. ``lit``: sites whose polyhedra are drawn in
    any representation.
    """

    representation: str = "ball-and-stick"
    preset: str = DEFAULT_PRESET
    repeats: tuple[int, int, int] = (1, 1, 1)
    images: bool = True
    completion: Completion = "polyhedra"
    cell_edges: bool = True
    hidden: frozenset[str] = frozenset()
    bonds: BondSettings = field(default_factory=BondSettings)
    polyhedra_of: Mapping[str, bool] = field(default_factory=dict)
    lit: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class Balls:
    """``atoms`` says which site and cell; ``centre`` (m, 3) Å, ``radius`` (m,) Å, ``colour`` (m, 3) 0–1.

    The first ``inside`` of them are the atoms of the cells, then come images, then completed neighbours.
    """

    atoms: Placed
    centre: NDArray[np.float64]
    radius: NDArray[np.float64]
    colour: NDArray[np.float64]
    inside: int

    def __len__(self) -> int:
        return len(self.radius)


@dataclass(frozen=True, slots=True)
class Sticks:
    """Half bonds: ``ends`` (s, 2, 3) Å, ``colour`` (s, 3), ``sites`` (s, 2) of the bond, nearer one first; one radius."""

    ends: NDArray[np.float64]
    colour: NDArray[np.float64]
    sites: NDArray[np.int64]
    radius: float


@dataclass(frozen=True, slots=True)
class Faces:
    """Triangles ``corners`` (f, 3, 3) Å turning outwards, ``colour`` (f, 3), ``site`` (f,) in the middle.

    ``lines`` (e, 2, 3) are the polyhedra's edges, ``line_site`` (e,) the site in the middle.
    """

    corners: NDArray[np.float64]
    colour: NDArray[np.float64]
    site: NDArray[np.int64]
    lines: NDArray[np.float64]
    line_site: NDArray[np.int64]
    count: int


@dataclass(frozen=True, slots=True)
class LegendEntry:
    """An element of the crystal: its colour, how many atoms of it the cell has (occupancies count), and if it is shown."""

    symbol: str
    colour: tuple[float, float, float]
    count: float
    shown: bool


@dataclass(frozen=True, slots=True)
class Scene:
    """Everything in one picture; lengths in Å. ``species`` by site: shared and partly empty ones are drawn as pies."""

    lattice: NDArray[np.float64]
    species: Sequence[Species]
    balls: Balls
    sticks: Sticks
    faces: Faces
    cell_edges: NDArray[np.float64]
    legend: tuple[LegendEntry, ...]
    bonds: Bonds
    preset: Preset
    representation: Representation

    def sphere(self) -> tuple[NDArray[np.float64], float]:
        """Middle and radius in Å of a sphere around everything that is drawn."""
        points = np.concatenate([self.balls.centre, self.cell_edges.reshape(-1, 3)])
        if not len(points):
            return np.zeros(3), 1.0
        middle = (points.min(axis=0) + points.max(axis=0)) / 2.0
        reach = float(np.linalg.norm(points - middle, axis=1).max())
        return middle, reach + float(self.balls.radius.max(initial=0.0))

    def half_size(self, rotation: NDArray[np.float64]) -> tuple[float, float]:
        """Half the width and height in Å that the picture needs around :meth:`sphere`'s middle, seen by ``rotation``."""
        middle, _ = self.sphere()
        balls = np.abs((self.balls.centre - middle) @ rotation[:2].T) + self.balls.radius[:, None]
        corners = np.abs((self.cell_edges.reshape(-1, 3) - middle) @ rotation[:2].T)
        width, height = np.concatenate([balls, corners]).max(axis=0, initial=0.5)
        return float(width), float(height)


def build_scene(atoms: AtomsLike, bonds: Sequence[BondLike] | None, settings: SceneSettings | None = None) -> Scene:
    """The picture of a crystal. ``bonds`` None: not known yet, atoms that touch are drawn bonded.

    Raises ValueError for repeats below 1; KeyError for an unknown representation or preset.
    """
    settings = settings or SceneSettings()
    representation, preset = REPRESENTATIONS[settings.representation], PRESETS[settings.preset]
    directed = bonds_of(atoms, bonds, settings.bonds)
    names = np.array([bare(symbol) for symbol in cells.symbols(atoms.species)], dtype=object)
    middles = centres(atoms, directed, settings.polyhedra_of)
    drawn = (middles if representation.polyhedra else frozenset()) | settings.lit
    complete = {"none": settings.lit, "polyhedra": middles | settings.lit, "all": frozenset(range(len(names)))}
    completion = settings.completion
    if completion == "polyhedra" and not (representation.stick or drawn):
        completion = "none"  # nothing would show why these neighbours are there
    crowd = gather(atoms, directed, settings.repeats, images=settings.images, complete=complete[completion])
    visible = ~np.isin(names[crowd.atoms.site], list(settings.hidden))
    spokes = drawn if representation.polyhedra and drawn else frozenset(range(len(names)))
    colours = np.array([preset.colour(name) for name in names]).reshape(-1, 3)
    return Scene(
        lattice=np.asarray(atoms.lattice, dtype=np.float64),
        species=atoms.species,
        balls=_balls(atoms, crowd, visible, colours, representation),
        sticks=_sticks(atoms, crowd, visible, colours, spokes, representation),
        faces=_faces(atoms, crowd, visible, colours, directed, drawn),
        cell_edges=cells.edges(atoms.lattice, settings.repeats) if settings.cell_edges else np.zeros((0, 2, 3)),
        legend=_legend(atoms.species, preset, settings.hidden),
        bonds=directed,
        preset=preset,
        representation=representation,
    )


def _balls(
    atoms: AtomsLike,
    crowd: Crowd,
    visible: NDArray[np.bool_],
    colours: NDArray[np.float64],
    representation: Representation,
) -> Balls:
    radii = np.array([_radius(parts, representation) for parts in atoms.species])
    shown = Placed(crowd.atoms.site[visible], crowd.atoms.cell[visible])
    inside = int(visible[: crowd.inside].sum())
    return Balls(shown, cells.positions(atoms, shown), radii[shown.site], colours[shown.site], inside)


def _radius(parts: Species, representation: Representation) -> float:
    """Mean over what shares the site; empty shares do not make it smaller."""
    whole = sum(share for _, share in parts)
    if whole <= 0:
        return representation.radius("?")
    return sum(share * representation.radius(symbol) for symbol, share in parts) / whole


def _sticks(
    atoms: AtomsLike,
    crowd: Crowd,
    visible: NDArray[np.bool_],
    colours: NDArray[np.float64],
    spokes: frozenset[int],
    representation: Representation,
) -> Sticks:
    """Bonds of the sites ``spokes``: of all, or among polyhedra only of those in their middles.

    Each listed bond has both directions listed, except to completed neighbours: their half is added here.
    """
    if representation.stick <= 0:
        return Sticks(np.zeros((0, 2, 3)), np.zeros((0, 3)), np.zeros((0, 2), dtype=np.int64), 0.0)
    shown = (crowd.second >= 0) & visible[crowd.first] & visible[crowd.second]
    first, second = crowd.first[shown], crowd.second[shown]
    outwards = second >= crowd.listed
    first, second = np.concatenate([first, second[outwards]]), np.concatenate([second, first[outwards]])
    where = cells.positions(atoms, crowd.atoms)
    middle = (where[first] + where[second]) / 2.0
    sites = np.column_stack([crowd.atoms.site[first], crowd.atoms.site[second]])
    mine = np.isin(sites, list(spokes)).any(axis=1)
    ends = np.stack([where[first], middle], axis=1)
    return Sticks(ends[mine], colours[sites[mine, 0]], sites[mine], representation.stick)


def _faces(
    atoms: AtomsLike,
    crowd: Crowd,
    visible: NDArray[np.bool_],
    colours: NDArray[np.float64],
    bonds: Bonds,
    drawn: frozenset[int],
) -> Faces:
    """Polyhedra around the listed atoms of ``drawn`` sites that have all their neighbours in the picture."""
    where = cells.positions(atoms, crowd.atoms)
    wrapped, _ = cells.home(atoms)
    corners, owners, lines, line_owners, count = [], [], [], [], 0
    cartesian = (wrapped[bonds.end] + bonds.cell - wrapped[bonds.start]) @ np.asarray(atoms.lattice, dtype=np.float64)
    for site in sorted(drawn):
        spokes = cartesian[bonds.start == site]
        shape: Hull | None = hull(spokes)
        if shape is None:
            continue
        mine = crowd.atoms.site[crowd.first] == site
        rows, whole = crowd.first[mine], crowd.second[mine] >= 0
        complete = np.unique(rows[whole], return_counts=True)
        middles = complete[0][(complete[1] == len(spokes)) & visible[complete[0]]]
        points = where[middles][:, None, :] + spokes[None, :, :]
        corners.append(points[:, shape.triangles].reshape(-1, 3, 3))
        lines.append(points[:, shape.edges].reshape(-1, 2, 3))
        owners.append(np.full(len(corners[-1]), site))
        line_owners.append(np.full(len(lines[-1]), site))
        count += len(middles)
    none = np.zeros(0, dtype=np.int64)
    owner = np.concatenate([none, *owners])
    return Faces(
        np.concatenate([np.zeros((0, 3, 3)), *corners]),
        colours[owner],
        owner,
        np.concatenate([np.zeros((0, 2, 3)), *lines]),
        np.concatenate([none, *line_owners]),
        count,
    )


def _legend(species: Sequence[Species], preset: Preset, hidden: frozenset[str]) -> tuple[LegendEntry, ...]:
    counts: Counter[str] = Counter()
    for parts in species:
        for symbol, share in parts:
            counts[bare(symbol)] += share  # type: ignore[assignment]  # Counter holds any number
    return tuple(LegendEntry(name, preset.colour(name), float(n), name not in hidden) for name, n in counts.items())
