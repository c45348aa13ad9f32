"""A crystal as plain arrays of balls, sticks, faces and lines, independent of the drawing library. No Qt, no VisPy."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

import numpy as np

from clics_gui.viewer import boundary as cells
from clics_gui.viewer.bonds import Bonds, BondSettings, bonds_of
from clics_gui.viewer.boundary import Placed, bare
from clics_gui.viewer.displayed_atoms import DisplayedAtoms, gather
from clics_gui.viewer.polyhedra import Hull, centres, hull
from clics_gui.viewer.style import DEFAULT_PRESET, PRESETS, REPRESENTATIONS, Preset, Representation

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from clics_gui.viewer.protocols import AtomsLike, BondLike, Species

Completion = Literal["none", "polyhedra", "all"]


@dataclass(frozen=True, slots=True)
class SceneSettings:
    """Contents and style of a scene.

    Attributes:
        representation: Key of ``REPRESENTATIONS``.
        preset: Key of ``PRESETS``.
        repeats: Number of cells along a, b, c.
        images: Include boundary atoms: images on the far faces, edges and corners.
        completion: Neighbours outside the cell: of sites with a polyhedron, of all atoms, or of highlighted sites only.
        cell_edges: Draw the edges of the cell.
        hidden: Elements that are not drawn.
        bonds: Rules of bonds.
        polyhedra_of: Elements whose polyhedra are drawn (True) or not (False) against the default.
        highlighted: Sites whose polyhedra are drawn in any representation.
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
    highlighted: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class Balls:
    """Atoms as balls.

    The first ``inside`` of them are the atoms of the cells, then come images, then completing neighbours.

    Attributes:
        atoms: Site and cell of each ball.
        centre: Positions (m, 3) in Å.
        radius: Radii (m,) in Å.
        colour: Colours (m, 3), 0–1.
        inside: Number of atoms in the cells.
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
    """Half bonds of one radius in Å.

    Attributes:
        ends: End points (s, 2, 3) in Å.
        colour: Colours (s, 3), 0–1.
        sites: Sites (s, 2) of the bond, the nearer one first.
        radius: Radius in Å.
    """

    ends: NDArray[np.float64]
    colour: NDArray[np.float64]
    sites: NDArray[np.int64]
    radius: float


@dataclass(frozen=True, slots=True)
class Faces:
    """Faces of polyhedra.

    Attributes:
        corners: Triangles (f, 3, 3) in Å turning outwards.
        colour: Colours (f, 3), 0–1.
        site: Central site (f,) of each triangle.
        lines: Edges (e, 2, 3) in Å.
        line_site: Central site (e,) of each edge.
        count: Number of polyhedra.
    """

    corners: NDArray[np.float64]
    colour: NDArray[np.float64]
    site: NDArray[np.int64]
    lines: NDArray[np.float64]
    line_site: NDArray[np.int64]
    count: int


@dataclass(frozen=True, slots=True)
class LegendEntry:
    """Element of the crystal with its colour, its atoms in the cell (sum of occupancies), and its visibility."""

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
        """Centre (3,) and radius in Å of a sphere around everything drawn."""
        points = np.concatenate([self.balls.centre, self.cell_edges.reshape(-1, 3)])
        if not len(points):
            return np.zeros(3), 1.0
        middle = (points.min(axis=0) + points.max(axis=0)) / 2.0
        reach = float(np.linalg.norm(points - middle, axis=1).max())
        return middle, reach + float(self.balls.radius.max(initial=0.0))

    def half_size(self, rotation: NDArray[np.float64]) -> tuple[float, float]:
        """Half the width and height in Å of the picture around the centre of :meth:`sphere`, for a rotation."""
        middle, _ = self.sphere()
        balls = np.abs((self.balls.centre - middle) @ rotation[:2].T) + self.balls.radius[:, None]
        corners = np.abs((self.cell_edges.reshape(-1, 3) - middle) @ rotation[:2].T)
        width, height = np.concatenate([balls, corners]).max(axis=0, initial=0.5)
        return float(width), float(height)


def build_scene(atoms: AtomsLike, bonds: Sequence[BondLike] | None, settings: SceneSettings | None = None) -> Scene:
    """Scene of a crystal.

    Args:
        atoms: Cell and sites.
        bonds: Bonds of geometric analysis; None while unknown: atoms that touch are bonded.
        settings: Contents and style.

    Raises:
        ValueError: A repeat is below 1.
        KeyError: There is no such representation or preset.
    """
    settings = settings or SceneSettings()
    representation, preset = REPRESENTATIONS[settings.representation], PRESETS[settings.preset]
    directed = bonds_of(atoms, bonds, settings.bonds)
    names = np.array([bare(symbol) for symbol in cells.symbols(atoms.species)], dtype=object)
    middles = centres(atoms, directed, settings.polyhedra_of)
    drawn = (middles if representation.polyhedra else frozenset()) | settings.highlighted
    complete = {
        "none": settings.highlighted,
        "polyhedra": middles | settings.highlighted,
        "all": frozenset(range(len(names))),
    }
    completion = settings.completion
    if completion == "polyhedra" and not (representation.stick or drawn):
        completion = "none"  # nothing would show why these neighbours are there
    displayed = gather(atoms, directed, settings.repeats, images=settings.images, complete=complete[completion])
    visible = ~np.isin(names[displayed.atoms.site], list(settings.hidden))
    spokes = drawn if representation.polyhedra and drawn else frozenset(range(len(names)))
    colours = np.array([preset.colour(name) for name in names]).reshape(-1, 3)
    return Scene(
        lattice=np.asarray(atoms.lattice, dtype=np.float64),
        species=atoms.species,
        balls=_balls(atoms, displayed, visible, colours, representation),
        sticks=_sticks(atoms, displayed, visible, colours, spokes, representation),
        faces=_faces(atoms, displayed, visible, colours, directed, drawn),
        cell_edges=cells.edges(atoms.lattice, settings.repeats) if settings.cell_edges else np.zeros((0, 2, 3)),
        legend=_legend(atoms.species, preset, settings.hidden),
        bonds=directed,
        preset=preset,
        representation=representation,
    )


def _balls(
    atoms: AtomsLike,
    displayed: DisplayedAtoms,
    visible: NDArray[np.bool_],
    colours: NDArray[np.float64],
    representation: Representation,
) -> Balls:
    radii = np.array([_radius(parts, representation) for parts in atoms.species])
    shown = Placed(displayed.atoms.site[visible], displayed.atoms.cell[visible])
    inside = int(visible[: displayed.inside].sum())
    return Balls(shown, cells.positions(atoms, shown), radii[shown.site], colours[shown.site], inside)


def _radius(parts: Species, representation: Representation) -> float:
    """Mean of the radii on a site; vacancies do not reduce it."""
    whole = sum(share for _, share in parts)
    if whole <= 0:
        return representation.radius("?")
    return sum(share * representation.radius(symbol) for symbol, share in parts) / whole


def _sticks(
    atoms: AtomsLike,
    displayed: DisplayedAtoms,
    visible: NDArray[np.bool_],
    colours: NDArray[np.float64],
    spokes: frozenset[int],
    representation: Representation,
) -> Sticks:
    """Bonds of the sites ``spokes``: of all, or among polyhedra only of those at their centres.

    Each listed bond has both directions listed, except to completing neighbours: their half is added here.
    """
    if representation.stick <= 0:
        return Sticks(np.zeros((0, 2, 3)), np.zeros((0, 3)), np.zeros((0, 2), dtype=np.int64), 0.0)
    shown = (displayed.second >= 0) & visible[displayed.first] & visible[displayed.second]
    first, second = displayed.first[shown], displayed.second[shown]
    outwards = second >= displayed.listed
    first, second = np.concatenate([first, second[outwards]]), np.concatenate([second, first[outwards]])
    where = cells.positions(atoms, displayed.atoms)
    middle = (where[first] + where[second]) / 2.0
    sites = np.column_stack([displayed.atoms.site[first], displayed.atoms.site[second]])
    mine = np.isin(sites, list(spokes)).any(axis=1)
    ends = np.stack([where[first], middle], axis=1)
    return Sticks(ends[mine], colours[sites[mine, 0]], sites[mine], representation.stick)


def _faces(
    atoms: AtomsLike,
    displayed: DisplayedAtoms,
    visible: NDArray[np.bool_],
    colours: NDArray[np.float64],
    bonds: Bonds,
    drawn: frozenset[int],
) -> Faces:
    """Polyhedra around the listed atoms of ``drawn`` sites whose neighbours are all in the picture."""
    where = cells.positions(atoms, displayed.atoms)
    wrapped, _ = cells.home(atoms)
    corners, owners, lines, line_owners, count = [], [], [], [], 0
    cartesian = (wrapped[bonds.end] + bonds.cell - wrapped[bonds.start]) @ np.asarray(atoms.lattice, dtype=np.float64)
    for site in sorted(drawn):
        spokes = cartesian[bonds.start == site]
        shape: Hull | None = hull(spokes)
        if shape is None:
            continue
        mine = displayed.atoms.site[displayed.first] == site
        rows, whole = displayed.first[mine], displayed.second[mine] >= 0
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
