"""Shapes of coordination polyhedra: time, and agreement with cosymlib and ChemEnv, on the same polyhedra in one run.

    python -m benchmarks.shapes speed --crystals 300 --peer 40
    python -m benchmarks.shapes chemenv --crystals 300 --out chemenv.json
    python -m benchmarks.shapes cosymlib tests/data/shapes/cosymlib-measures.jsonl.gz
    python -m benchmarks.shapes starter

``speed`` names the shapes of all orbits of described crystals, and of the first orbits of each coordination number asks
cosymlib and ChemEnv for their measures too. ``chemenv`` compares the nearest shape with that of ChemEnv (D. Waroquiers et
al., Acta Cryst. B76, 683 (2020), doi:10.1107/S2052520620007994), given the same neighbours. ``cosymlib`` writes the
measures of 500 random distorted polyhedra, which a test compares with ours. ``starter`` compares every stored shape of the
starter library, which decide the ticks of searches in it, with the nearest shape of the same neighbours by cosymlib (up to
eight neighbours, ``--largest``) or by the definition alone (``benchmarks.shape_definition``). Crystals of the others are
those of the shared file, in its random order.
"""

from __future__ import annotations

import argparse
import gzip
import json
import statistics
import time
import warnings
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from clics.crystals.crystal import Crystal
from clics.descriptions.facts.orbits import find_orbits, site_rotations
from clics.descriptions.robocrys.condenser import condense
from clics.descriptions.robocrys.conventional_cell import conventional_cell
from clics.descriptions.shapes.measures import near_measures
from clics.descriptions.shapes.naming import LINEAR_FROM, shape_of
from clics.descriptions.shapes.reference import family_of, shapes_of
from clics.errors import ClicsError
from clics.symmetry.analysis import arrays_of

from benchmarks.robocrys_baseline import shared_crystals
from benchmarks.shape_definition import measures

CHEMENV = {
    "L:2": "L-2", "A:2": "vT-2", "TL:3": "TP-3", "TY:3": "vT-3", "TS:3": "mvOC-3", "T:4": "T-4", "S:4": "SP-4", "SS:4": "SS-4",
    "SY:4": "SPY-4", "PP:5": "PP-5", "S:5": "SPY-5", "T:5": "TBPY-5", "O:6": "OC-6", "T:6": "TPR-6", "PP:6": "PPY-6",
    "PB:7": "PBPY-7", "ST:7": "CTPR-7", "ET:7": "JETPY-7", "FO:7": "COC-7", "C:8": "CU-8", "SA:8": "SAPR-8",
    "SBT:8": "BTPR-8", "TBT:8": "ETBPY-8", "DD:8": "TDD-8", "DDPN:8": "TDD-8", "HB:8": "HBPY-8", "BO_1:8": "", "BO_2:8": "",
    "BO_3:8": "", "TC:9": "JTC-9", "TT_1:9": "TCTPR-9", "TT_2:9": "", "TT_3:9": "", "HD:9": "HBPY-9", "TI:9": "JTDIC-9",
    "SMA:9": "CSAPR-9", "SS:9": "CCU-9", "TO_1:9": "", "TO_2:9": "", "TO_3:9": "", "PP:10": "PPR-10", "PA:10": "PAPR-10",
    "SBSA:10": "JBCSAPR-10", "MI:10": "JMBIC-10", "S:10": "JSPC-10", "H:10": "HD-10", "BS_1:10": "JBCCU-10", "BS_2:10": "",
    "TBSA:10": "", "PCPA:11": "JCPAPR-11", "H:11": "", "SH:11": "", "CO:11": "", "DI:11": "JCPAPR-11", "I:12": "IC-12",
    "PBP:12": "JEPBPY-12", "TT:12": "TT-12", "C:12": "COC-12", "AC:12": "ACOC-12", "SC:12": "JSC-12", "S:12": "JSPMC-12",
    "HP:12": "HPR-12", "HA:12": "HAPR-12",
}  # fmt: skip
"""ChemEnv's symbols and the families of ours; empty where we have no such shape."""

VALUES_DIFFER = 5e-3
"""Difference of two values of one measure that is reported; cosymlib's references have rounded vertices."""

Polyhedron = tuple[str, str, np.ndarray, np.ndarray]
"""Crystal, element of the centre, (n, 3) vectors, (m, 3, 3) site symmetry."""


def polyhedra(crystals: Iterator[Crystal]) -> Iterator[Polyhedron]:
    """The polyhedra of all orbits with at least two bonds."""
    for crystal in crystals:
        try:
            cell = conventional_cell(*arrays_of(crystal.structure), 0.01)
            bonds = condense(cell, 0.01, None).bonds
        except (ClicsError, ArithmeticError, ValueError, LookupError):
            continue  # what cannot be described has no bonds to compare
        orbits = find_orbits(cell)
        groups = site_rotations(cell, [orbit.first for orbit in orbits])
        for orbit, rotations in zip(orbits, groups, strict=True):
            vectors = bonds.vector[bonds.bounds[orbit.first] : bonds.bounds[orbit.first + 1]]
            if len(vectors) > 1:
                yield f"{crystal.id} {crystal.formula}", orbit.element, vectors, rotations


def cosymlib_measures(vectors: np.ndarray) -> dict[str, float]:
    """Measures against all shapes by cosymlib."""
    from cosymlib.shape import Shape, tools  # type: ignore[import-not-found]

    points = Shape(np.vstack([vectors, np.zeros(3)]))
    symbols = tools.get_structure_references(len(vectors))
    return {symbol: float(points.measure(symbol, central_atom=len(vectors) + 1)) for symbol in symbols}


def chemenv_measures(vectors: np.ndarray) -> dict[str, float]:
    """Measures against all shapes by ChemEnv."""
    from pymatgen.analysis.chemenv.coordination_environments.coordination_geometry_finder import AbstractGeometry

    finder = _finder()
    finder.local_geometry = AbstractGeometry(
        central_site=np.zeros(3),
        bare_coords=list(vectors),
        centering_type=finder.centering_type,
        include_central_site_in_centroid=finder.include_central_site_in_centroid,
    )
    found = finder.get_coordination_symmetry_measures(only_minimum=True, all_csms=False)
    return {symbol: float(values["csm"]) for symbol, values in found.items()}


@cache
def _finder() -> Any:
    from pymatgen.analysis.chemenv.coordination_environments.coordination_geometry_finder import LocalGeometryFinder

    finder = LocalGeometryFinder()
    finder.setup_parameters(structure_refinement="none")
    return finder


def timed(work: Callable[[], Any]) -> tuple[Any, float]:
    """Result and CPU milliseconds."""
    begin = time.process_time()
    result = work()
    return result, 1000 * (time.process_time() - begin)


def speed(options: argparse.Namespace) -> None:
    """Print the time of an orbit by coordination number, and how many times as long the peers take."""
    own: dict[int, list[float]] = defaultdict(list)
    peers: dict[int, dict[str, list[float]]] = defaultdict(lambda: defaultdict(list))
    rows = list(polyhedra(shared_crystals(options.crystals, options.max_sites)))
    for count in {len(vectors) for _, _, vectors, _ in rows}:
        shape_of(next(vectors for _, _, vectors, _ in rows if len(vectors) == count))  # tables are read
    for _, _, vectors, rotations in rows:
        own[len(vectors)].append(timed(lambda v=vectors, r=rotations: shape_of(v, r))[1])  # type: ignore[misc]
    programs: dict[str, Callable[[np.ndarray], dict[str, float]]] = {}
    for name, measure in (("cosymlib", cosymlib_measures), ("ChemEnv", chemenv_measures)):
        with suppress(ImportError):
            measure(np.vstack([np.eye(3), -np.eye(3)]))  # imports and tables are not measured
            programs[name] = measure
    for _, _, vectors, _ in rows:
        count = len(vectors)
        mine = peers[count]["ours"]
        if len(mine) < options.peer and shapes_of(count) and count <= 12:
            mine.append(timed(lambda v=vectors: near_measures(v))[1])  # type: ignore[misc]
            for name, measure in programs.items():
                peers[count][name].append(timed(lambda v=vectors, m=measure: m(v))[1])  # type: ignore[misc]
    times = [value for values in own.values() for value in values]
    print(f"{len(times)} orbits: mean {statistics.mean(times):.2f} ms, longest {max(times):.1f} ms (CPU)")
    print("CN  orbits  mean ms  longest ms  cosymlib  ChemEnv (times as long, of the first orbits)")
    for count in sorted(own):
        mine = peers[count].get("ours", [])
        ratios = [
            f"{statistics.mean(peers[count][name]) / statistics.mean(mine):8.1f}"
            if mine and peers[count].get(name)
            else "       –"
            for name in ("cosymlib", "ChemEnv")
        ]
        print(f"{count:2}  {len(own[count]):6}  {statistics.mean(own[count]):7.2f}  {max(own[count]):10.1f}", *ratios)


def chemenv(options: argparse.Namespace) -> None:
    """Print how often the nearest shapes agree, and which differ."""
    rows: list[dict[str, Any]] = []
    for crystal, element, vectors, rotations in polyhedra(shared_crystals(options.crystals, options.max_sites)):
        if not shapes_of(len(vectors)) or len(vectors) > options.largest:
            continue
        shape = shape_of(vectors, rotations)
        theirs = chemenv_measures(vectors)
        best = min(theirs, key=theirs.__getitem__)
        rows.append(
            {
                "crystal": crystal, "element": element, "neighbours": len(vectors), "named": shape.named,
                "ours": shape.nearest and family_of(shape.nearest.symbol).symbol,
                "value": shape.nearest and shape.nearest.value,
                "second": shape.second and (family_of(shape.second.symbol).symbol, shape.second.value),
                "excluded": shape.excluded and shape.excluded.symbol,
                "theirs": best, "their value": theirs[best], "in our words": CHEMENV.get(best, ""),
            }
        )  # fmt: skip
    if options.out:
        options.out.write_text(json.dumps(rows))
    for title, chosen in (("all", rows), ("named", [row for row in rows if row["named"]])):
        same = sum(row["ours"] == row["in our words"] for row in chosen)
        print(f"{title}: {same} of {len(chosen)} agree")
    for (ours, theirs, named), number in Counter(
        (row["ours"], row["theirs"], row["named"]) for row in rows if row["ours"] != row["in our words"]
    ).most_common():
        print(f"{number:5}  ours {ours}, ChemEnv {theirs}{'' if named else ' (not named)'}")


def cosymlib(options: argparse.Namespace) -> None:
    """Write 500 random polyhedra with cosymlib's measures."""
    from cosymlib.shape import tools  # type: ignore[import-not-found]

    rng = np.random.default_rng(16)
    lines = []
    for count in range(4, 13):
        symbols = tools.get_structure_references(count)
        for number in range(56 if count < 12 else 52):
            if number % 8 == 7:
                base = "random"
                vertices = rng.normal(size=(count, 3))
                vertices /= np.linalg.norm(vertices, axis=1)[:, None]
                vertices *= rng.uniform(0.8, 1.25, (count, 1))
            else:
                base = symbols[number % len(symbols)]
                points = tools.get_reference_structure(base, central_atom=1).get_positions()
                vertices = points[:-1] - points[-1]
                vertices = vertices / np.sqrt((vertices**2).sum(1).mean())
                vertices = vertices + rng.normal(0, (0.03, 0.08, 0.15, 0.25)[number % 4], vertices.shape)
            rotation, _ = np.linalg.qr(rng.normal(size=(3, 3)))
            vertices = (vertices @ rotation) * rng.uniform(1.6, 2.8)
            vertices = np.round(vertices[rng.permutation(count)], 4)
            values = {symbol: round(value, 5) for symbol, value in cosymlib_measures(vertices).items()}
            row = {"base": base, "vertices": vertices.tolist(), "measures": values}
            lines.append(json.dumps(row, separators=(",", ":")))
    options.file.write_bytes(gzip.compress("\n".join(lines).encode() + b"\n", mtime=0))


def _with_missing(found: dict[str, float], vectors: np.ndarray, starts: int) -> dict[str, float]:
    """Measures with those against the shapes that cosymlib does not have."""
    if all(shape.symbol in found for shape in shapes_of(len(vectors))):
        return found
    return {**measures(vectors, starts), **found}


def starter(options: argparse.Namespace) -> None:
    """Print each stored shape of the starter library that is not the nearest one by independent measures."""
    from clics import paths
    from clics.library.store import Library

    known: dict[tuple[Any, ...], dict[str, float]] = {}
    counts: Counter[str] = Counter()
    with Library(paths.starter_library(), "read") as library:
        crystals = list(library.crystals())
        facts = {crystal.id: library.description(crystal.id) for crystal in crystals}
    for crystal in crystals:
        description = facts[crystal.id]
        if description is None or description.geometry is None:
            print(f"{crystal.id} {crystal.formula}: no facts of geometry")
            continue
        counts["crystals"] += 1
        cell = conventional_cell(*arrays_of(crystal.structure), 0.01)
        bonds = condense(cell, 0.01, None).bonds
        first = {orbit.label: orbit.first for orbit in find_orbits(cell)}
        for site in description.geometry.sites:
            count = site.coordination_number
            vectors = bonds.vector[bonds.bounds[first[site.label]] : bonds.bounds[first[site.label] + 1]]
            if site.shape is None or site.shape.symbol is None or site.shape.nearest is None:
                counts["sites without a named shape"] += 1
                continue
            if len(vectors) != count:
                print(f"{crystal.id} {crystal.formula} {site.label}: {count} neighbours stored, {len(vectors)} found")
                continue
            lengths = np.linalg.norm(vectors[:, None] - np.vstack([vectors, np.zeros(3)]), axis=2)
            key = (count, *np.round(np.sort(lengths.ravel() / lengths.mean()), 4))
            by_cosymlib = count <= options.largest
            if key not in known and by_cosymlib:
                known[key] = _with_missing(cosymlib_measures(vectors), vectors, options.starts)
            elif key not in known:
                known[key] = measures(vectors, options.starts)
            found = known[key]
            if count == 2:  # an angle has no ideal
                one, two = vectors / np.linalg.norm(vectors, axis=1)[:, None]
                angle = np.degrees(np.arccos(np.clip(one @ two, -1, 1)))
                right = (site.shape.nearest.name == "linear") == (angle >= LINEAR_FROM)
                counts["angle as named" if right else "other"] += 1
                continue
            stored, excluded = site.shape.nearest, site.shape.excluded
            family = family_of(stored.symbol)
            best = min(found, key=found.__getitem__)
            if abs(found.get(stored.symbol, np.inf) - stored.value) > VALUES_DIFFER:
                counts["other value"] += 1
                print(
                    f"{crystal.id} {crystal.formula} {site.label}: {stored}, independently {found.get(stored.symbol)}"
                )
            if family_of(best) == family:
                counts["same by cosymlib" if by_cosymlib else "same by the definition"] += 1
                continue
            vetoed = excluded is not None and family_of(best) == family_of(excluded.symbol)
            counts["nearer one excluded by the site" if vetoed else "other"] += 1
            print(
                f"{crystal.id} {crystal.formula} {site.label} ({site.site_symmetry}) CN {count}: stored {stored.symbol}"
                f" {stored.value:.2f}, independently {best} {found[best]:.2f}{', which the site excludes' * vetoed}",
                flush=True,
            )
    print(dict(counts))


def main() -> None:
    """Run one part."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parts = parser.add_subparsers(required=True)
    for name, work in (("speed", speed), ("chemenv", chemenv)):
        part = parts.add_parser(name)
        part.add_argument("--crystals", type=int, default=300)
        part.add_argument("--max-sites", type=int, default=120)
        part.set_defaults(work=work)
    parts.choices["speed"].add_argument("--peer", type=int, default=20, help="orbits of each coordination number")
    parts.choices["chemenv"].add_argument("--out", type=Path)
    parts.choices["chemenv"].add_argument("--largest", type=int, default=12, help="largest coordination number")
    part = parts.add_parser("starter")
    part.add_argument("--largest", type=int, default=8, help="largest coordination number that cosymlib measures")
    part.add_argument("--starts", type=int, default=1000, help="orientations from which the definition is minimised")
    part.set_defaults(work=starter)
    part = parts.add_parser("cosymlib")
    part.add_argument("file", type=Path)
    part.set_defaults(work=cosymlib)
    options = parser.parse_args()
    warnings.simplefilter("ignore")
    options.work(options)


if __name__ == "__main__":
    main()
