"""Writes the vertices of the reference shapes and the site symmetries that they allow.

Both stand in ``engine/clics/data/reference_shapes.jsonl``; ``point_groups.tsv`` beside it has the operations of the
crystallographic point groups.

    python tools/reference_shapes.py [SHAPE_COORDINATES]

The shapes and their symbols are those of the program SHAPE (M. Llunell, D. Casanova, J. Cirera, P. Alemany, S. Alvarez,
University of Barcelona), which cosymlib continues; the centre is the origin. Most follow from a definition below. For
the shapes of :data:`TABULATED` SHAPE has coordinates that no short definition gives to the last digit; these rows are
kept as they are in the file, or read anew from ``ideal_structures_center.yaml`` of cosymlib where this is given. The
Frank-Kasper polyhedra have no entry in SHAPE; here their vertices lie on a sphere at the least Coulomb energy in their
point group.

A polyhedron has every operation of its site, so that a shape is possible on a site only if the point group of the shape
contains the site-symmetry group.
"""

from __future__ import annotations

import json
import sys
from collections import Counter
from collections.abc import Callable
from functools import cache
from itertools import product
from math import cos, pi, radians, sin, sqrt
from pathlib import Path

import numpy as np
from clics.descriptions.shapes.site_symmetry import kinds_of
from clics.descriptions.shapes.symmetry import NEARLY_SAME, vertex_isometries

FOLDER = Path(__file__).resolve().parent.parent / "engine" / "clics" / "data"
FILE = FOLDER / "reference_shapes.jsonl"

TABULATED = ("COC-7", "CTPR-7", "TDD-8", "JSD-8", "TT-8", "CCU-9", "CSAPR-9", "MFF-9", "JMBIC-10", "JATDI-10", "JSPC-10",
             "JAPPR-11", "JASPC-11", "JSPMC-12")  # fmt: skip
"""Shapes whose coordinates are taken from SHAPE: vertices on a sphere by numeric optimisation, and Johnson solids."""

Points = list[tuple[float, float, float]]


def ring(n: int, radius: float = 1.0, height: float = 0.0, turned: float = 0.0) -> Points:
    """A regular polygon about the z axis, its first corner ``turned`` degrees from the x axis."""
    angles = [2 * pi * k / n + radians(turned) for k in range(n)]
    return [(radius * cos(angle), radius * sin(angle), height) for angle in angles]


def poles(height: float = 1.0) -> Points:
    """Two points on the z axis."""
    return [(0.0, 0.0, height), (0.0, 0.0, -height)]


def apex(height: float = 1.0) -> Points:
    """A point on the z axis."""
    return [(0.0, 0.0, height)]


def chord(n: int) -> float:
    """Edge of the regular polygon of circumradius 1."""
    return 2 * sin(pi / n)


def cap(n: int) -> float:
    """Height over a regular polygon of circumradius 1 at which edges to its corners are as long as its own."""
    return sqrt(chord(n) ** 2 - 1)


def prism(n: int) -> Points:
    """The prism with square side faces, on a polygon of circumradius 1."""
    return ring(n, 1, chord(n) / 2) + ring(n, 1, -chord(n) / 2)


def antiprism_height(n: int) -> float:
    """Half the height of the antiprism with equal edges."""
    return sqrt(chord(n) ** 2 - chord(2 * n) ** 2) / 2


def antiprism(n: int) -> Points:
    """The antiprism with equal edges."""
    height = antiprism_height(n)
    return ring(n, 1, height) + ring(n, 1, -height, 180 / n)


def on_prism_sides(points: Points, n: int, sides: tuple[int, ...], radius: float) -> Points:
    """Points with caps over side faces of a prism, ``radius`` from the centre."""
    return points + [ring(n, radius, 0, 180 / n)[side] for side in sides]


def prism_cap(n: int) -> float:
    """Distance from the centre of a cap over a square face of :func:`prism` whose edges are as long as the others."""
    return cos(pi / n) + chord(n) / sqrt(2)


def cube() -> Points:
    """The cube."""
    return [(float(x), float(y), float(z)) for x, y, z in product((-1, 1), repeat=3)]


def octahedron() -> Points:
    """The octahedron, in the order x, y, z, −x, −y, −z."""
    return [(1, 0, 0), (0, 1, 0), (0, 0, 1), (-1, 0, 0), (0, -1, 0), (0, 0, -1)]


def tetrahedron() -> Points:
    """The tetrahedron."""
    return [(1, 1, 1), (1, -1, -1), (-1, 1, -1), (-1, -1, 1)]


def icosahedron() -> Points:
    """The icosahedron, a vertex on the z axis."""
    return apex() + ring(5, 2 / sqrt(5), 1 / sqrt(5)) + ring(5, 2 / sqrt(5), -1 / sqrt(5), 36) + apex(-1)


def sphere_prism(height: float) -> Points:
    """A trigonal prism inscribed in the sphere of radius 1."""
    radius = sqrt(1 - height**2)
    return ring(3, radius, height) + ring(3, radius, -height)


def cuboctahedron() -> Points:
    """The cuboctahedron."""
    points = [(x, y, 0.0) for x, y in product((-1.0, 1.0), repeat=2)]
    return [(p[i], p[j], p[k]) for p in points for i, j, k in ((0, 1, 2), (1, 2, 0), (2, 0, 1))]


def truncated_tetrahedron() -> Points:
    """The truncated tetrahedron."""
    points = [(x * a, y * b, z * c) for a, b, c in ((3, 1, 1), (1, 3, 1), (1, 1, 3)) for x, y, z in tetrahedron()]
    return [(float(x), float(y), float(z)) for x, y, z in points]


def gyrobifastigium() -> Points:
    """The gyrobifastigium: two triangular prisms of edge 2 on a common square face, turned by 90°."""
    square = [(float(x), float(y), 0.0) for x, y in product((-1, 1), repeat=2)]
    height = sqrt(3)
    return [*square, (1, 0, height), (-1, 0, height), (0, 1, -height), (0, -1, -height)]


def hula_hoop(*below: float, above: tuple[float, ...] | None = None) -> Points:
    """A hexagon, and pairs of points at 60° from the z axis, turned by the given angles; one apex without ``above``."""
    pairs = [p for angle in below for p in ring(2, 0.5, -sqrt(3) / 2, angle)]
    upper = apex() if above is None else [p for angle in above for p in ring(2, 0.5, sqrt(3) / 2, angle)]
    return ring(6) + pairs + upper


def anticuboctahedron() -> Points:
    """The anticuboctahedron (triangular orthobicupola)."""
    height = sqrt(2 / 3)
    return ring(6) + ring(3, 1 / sqrt(3), height, 30) + ring(3, 1 / sqrt(3), -height, 30)


def square_cupola() -> Points:
    """The square cupola, its octagon about the centre."""
    edge = chord(8)
    return ring(8) + ring(4, edge / sqrt(2), -edge / sqrt(2), 22.5)


EQUAL_PRISM = sqrt(3 / 7)
"""Half the height of the trigonal prism of equal edges in the sphere of radius 1."""


DEFINITIONS: dict[str, Callable[[], Points]] = {
    "L-2": poles,
    "vT-2": lambda: tetrahedron()[:2],
    "vOC-2": lambda: octahedron()[:2],
    "TP-3": lambda: ring(3),
    "vT-3": lambda: tetrahedron()[:3],
    "fvOC-3": lambda: octahedron()[:3],
    "mvOC-3": lambda: [octahedron()[k] for k in (0, 1, 3)],
    "SP-4": lambda: ring(4),
    "T-4": tetrahedron,
    "SS-4": lambda: [octahedron()[k] for k in (0, 1, 2, 5)],
    "vTBPY-4": lambda: ring(3) + apex(),
    "SPY-4": lambda: [point for point in cube() if point[2] > 0],
    "PP-5": lambda: ring(5),
    "vOC-5": lambda: octahedron()[:5],
    "TBPY-5": lambda: ring(3) + poles(),
    "SPY-5": lambda: apex() + ring(4, sqrt(15) / 4, -1 / 4),
    "JTBPY-5": lambda: ring(3) + poles(cap(3)),
    "HP-6": lambda: ring(6),
    "PPY-6": lambda: ring(5) + apex(),
    "OC-6": octahedron,
    "TPR-6": lambda: prism(3),
    "JPPY-6": lambda: ring(5) + apex(cap(5)),
    "HP-7": lambda: ring(7),
    "HPY-7": lambda: ring(6) + apex(),
    "PBPY-7": lambda: ring(5) + poles(),
    "JPBPY-7": lambda: ring(5) + poles(cap(5)),
    "JETPY-7": lambda: prism(3) + apex(chord(3) / 2 + cap(3)),
    "OP-8": lambda: ring(8),
    "HPY-8": lambda: ring(7) + apex(),
    "HBPY-8": lambda: ring(6) + poles(),
    "CU-8": cube,
    "SAPR-8": lambda: antiprism(4),
    "JGBF-8": gyrobifastigium,
    "JETBPY-8": lambda: prism(3) + poles(chord(3) / 2 + cap(3)),
    "JBTPR-8": lambda: on_prism_sides(prism(3), 3, (0, 1), prism_cap(3)),
    "BTPR-8": lambda: on_prism_sides(sphere_prism(EQUAL_PRISM), 3, (0, 1), 1),
    "ETBPY-8": lambda: sphere_prism(EQUAL_PRISM) + poles(),
    "EP-9": lambda: ring(9),
    "OPY-9": lambda: ring(8) + apex(),
    "HBPY-9": lambda: ring(7) + poles(),
    "JTC-9": lambda: ring(6) + ring(3, 1 / sqrt(3), sqrt(2 / 3), 30),
    "JCCU-9": lambda: prism(4) + apex(chord(4) / 2 + cap(4)),
    "JCSAPR-9": lambda: antiprism(4) + apex(antiprism_height(4) + cap(4)),
    "JTCTPR-9": lambda: on_prism_sides(prism(3), 3, (0, 1, 2), prism_cap(3)),
    "TCTPR-9": lambda: on_prism_sides(sphere_prism(sqrt(5) / 3), 3, (0, 1, 2), 1),
    "JTDIC-9": lambda: [p for k, p in enumerate(icosahedron()) if k not in (1, 3, 9)],
    "HH-9": lambda: hula_hoop(0),
    "DP-10": lambda: ring(10),
    "EPY-10": lambda: ring(9) + apex(),
    "OBPY-10": lambda: ring(8) + poles(),
    "PPR-10": lambda: prism(5),
    "PAPR-10": lambda: antiprism(5),
    "JBCCU-10": lambda: prism(4) + poles(chord(4) / 2 + cap(4)),
    "JBCSAPR-10": lambda: antiprism(4) + poles(antiprism_height(4) + cap(4)),
    "SDD-10": lambda: hula_hoop(60, above=(0,)),
    "TD-10": lambda: hula_hoop(90, above=(0,)),
    "HD-10": lambda: hula_hoop(0, above=(0,)),
    "HP-11": lambda: ring(11),
    "DPY-11": lambda: ring(10) + apex(),
    "EBPY-11": lambda: ring(9) + poles(),
    "JCPPR-11": lambda: prism(5) + apex(chord(5) / 2 + cap(5)),
    "JCPAPR-11": lambda: icosahedron()[:-1],
    "DP-12": lambda: ring(12),
    "HPY-12": lambda: ring(11) + apex(),
    "DBPY-12": lambda: ring(10) + poles(),
    "HPR-12": lambda: prism(6),
    "HAPR-12": lambda: antiprism(6),
    "TT-12": truncated_tetrahedron,
    "COC-12": cuboctahedron,
    "ACOC-12": anticuboctahedron,
    "IC-12": icosahedron,
    "JSC-12": square_cupola,
    "JEPBPY-12": lambda: prism(5) + poles(chord(5) / 2 + cap(5)),
    "JBAPPR-12": lambda: on_prism_sides(prism(5), 5, (0, 2), prism_cap(5)),
    "RD-14": lambda: cube() + [(2 * x, 2 * y, 2 * z) for x, y, z in octahedron()],
    "FK-14": lambda: least_energy(lambda t: poles() + at(6, t[0], 0) + at(6, pi - t[0], 30), [1.1]),
    "FK-15": lambda: least_energy(
        lambda t: ring(3) + at(3, t[0], 60) + at(3, pi - t[0], 60) + at(3, t[1], 0) + at(3, pi - t[1], 0), [0.95, 0.4]
    ),
    "FK-16": lambda: least_energy(lambda t: tetrahedral(t[0]), [0.6]),
}
"""Vertices of each shape about its centre, in any unit."""


def at(n: int, polar: float, turned: float) -> Points:
    """A polygon on the sphere at a polar angle in radians."""
    return ring(n, sin(polar), cos(polar), turned)


def tetrahedral(polar: float) -> Points:
    """Four vertices along one kind of threefold axes, and twelve around those of the other kind, on the sphere."""
    axes = np.array(tetrahedron()) / sqrt(3)
    points = [tuple(-axis) for axis in axes]
    for axis in axes:
        for other in axes:
            if other is not axis and abs(axis @ other) < 0.9:
                side = other - (other @ axis) * axis
                points.append(tuple(cos(polar) * axis + sin(polar) * side / np.linalg.norm(side)))
    return points


def least_energy(points_of: Callable[[list[float]], Points], start: list[float]) -> Points:
    """The points on a sphere at the least Coulomb energy."""
    from scipy.optimize import minimize

    def energy(angles: np.ndarray) -> float:
        points = np.array(points_of(list(angles)))
        distances = np.linalg.norm(points[:, None] - points[None], axis=2)
        return float((1 / distances[np.triu_indices(len(points), 1)]).sum())

    return points_of(list(minimize(energy, np.array(start), tol=1e-14, method="Nelder-Mead").x))


THREEFOLD = (1, 0)
"""Determinant and trace of a threefold rotation."""


@cache
def point_groups() -> dict[str, np.ndarray]:
    """Cartesian operations of the 32 crystallographic point groups, from spglib's table of space groups."""
    import spglib

    hexagonal = np.array([[1.0, -0.5, 0.0], [0.0, sqrt(0.75), 0.0], [0.0, 0.0, 1.0]])
    found: dict[str, np.ndarray] = {}
    for hall in range(1, 531):
        setting = spglib.get_spacegroup_type(hall)
        if setting.pointgroup_international in found or setting.choice == "R":
            continue
        rotations = np.unique(spglib.get_symmetry_from_database(hall)["rotations"], axis=0)
        axes = hexagonal if 143 <= setting.number <= 194 else np.eye(3)
        found[setting.pointgroup_international] = axes @ rotations @ np.linalg.inv(axes)
    return found


def contains(group: np.ndarray, subgroup: np.ndarray) -> bool:
    """True if a point group has a subgroup that is a rotated copy of another point group.

    Such a copy exists if and only if there is a homomorphism that keeps every trace, because real representations of
    equal character are equivalent.

    Args:
        group: (g, 3, 3) the group; none stand for D∞h.
        subgroup: (h, 3, 3) the group that is looked for.
    """
    wanted = kinds_of(subgroup)
    if not len(group):
        return wanted.count(THREEFOLD) <= 2  # every point group but the cubic ones has an axis for itself
    kinds = kinds_of(group)
    have = Counter(kinds)
    if len(group) % len(subgroup) or any(have[kind] < number for kind, number in Counter(wanted).items()):
        return False
    generators = _generators(subgroup)
    images = [[g for g, kind in enumerate(kinds) if kind == wanted[h]] for h in generators]
    table, sub_table = _products(group), _products(subgroup)
    return any(
        _keeps_traces(sub_table, table, wanted, kinds, dict(zip(generators, image, strict=True)))
        for image in product(*images)
    )


def _products(group: np.ndarray) -> np.ndarray:
    """Index of the product of every two elements."""
    products = np.einsum("gab,hbc->ghac", group, group)
    return np.asarray(np.abs(products[:, :, None] - group).max(axis=(3, 4)).argmin(axis=2))


def _generators(group: np.ndarray) -> list[int]:
    table = _products(group)
    found = {int(np.trace(group, axis1=1, axis2=2).argmax())}
    chosen: list[int] = []
    for element in range(len(group)):
        if element not in found:
            chosen.append(element)
            while True:
                more = {int(table[a, b]) for a in chosen for b in found} | found | {element}
                if more == found:
                    break
                found = more
    return chosen


def _keeps_traces(
    sub_table: np.ndarray,
    table: np.ndarray,
    wanted: list[tuple[int, int]],
    kinds: list[tuple[int, int]],
    image: dict[int, int],
) -> bool:
    """True if images of generators extend to a homomorphism that keeps determinants and traces."""
    identities = wanted.index((1, 3)), kinds.index((1, 3))
    to = {identities[0]: identities[1]}
    left = [identities[0]]
    while left:
        element = left.pop()
        for generator, its_image in image.items():
            new, its = int(sub_table[generator, element]), int(table[its_image, to[element]])
            if new not in to:
                if wanted[new] != kinds[its]:
                    return False
                to[new] = its
                left.append(new)
            elif to[new] != its:
                return False
    return True


def shapes(coordinates: Path | None = None) -> dict[str, np.ndarray]:
    """Vertices about the centre of every shape, their mean squared distance from it 1, by ascending number."""
    if coordinates is None:
        rows = [json.loads(line) for line in FILE.read_text().splitlines()]
        kept = {row["symbol"]: np.array(row["vertices"]) for row in rows if row["symbol"] in TABULATED}
    else:
        import yaml  # type: ignore[import-untyped]

        tables = yaml.safe_load(coordinates.read_text())
        kept = {symbol: np.array(tables[symbol])[:-1] - np.array(tables[symbol])[-1] for symbol in TABULATED}
    found = {symbol: np.array(define(), dtype=float) for symbol, define in DEFINITIONS.items()} | kept
    ordered = sorted(found, key=lambda symbol: (int(symbol.rsplit("-", 1)[1]), symbol))
    return {symbol: found[symbol] / np.sqrt((found[symbol] ** 2).sum(axis=1).mean()) for symbol in ordered}


def site_symmetries(vertices: np.ndarray) -> list[str]:
    """The crystallographic point groups that are subgroups of the point group of a shape."""
    isometries = vertex_isometries(vertices, NEARLY_SAME)
    return [name for name, operations in point_groups().items() if contains(isometries, operations)]


def main() -> None:
    """Write the files."""
    lines = ["symbol\toperations"]
    for name, operations in point_groups().items():
        kinds = sorted(Counter(kinds_of(operations)).items(), reverse=True)
        lines.append(
            f"{name}\t" + " ".join(f"{determinant}:{trace}:{number}" for (determinant, trace), number in kinds)
        )
    (FOLDER / "point_groups.tsv").write_text("\n".join(lines) + "\n")
    lines = []
    for symbol, vertices in shapes(Path(sys.argv[1]) if len(sys.argv) > 1 else None).items():
        values = [[round(float(value), 6) + 0.0 for value in vertex] for vertex in vertices]
        row = {"symbol": symbol, "site symmetries": " ".join(site_symmetries(np.array(values))), "vertices": values}
        lines.append(json.dumps(row))
    FILE.write_text("\n".join(lines) + "\n")


if __name__ == "__main__":
    main()
