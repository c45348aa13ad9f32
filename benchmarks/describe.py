"""Our descriptions against stock robocrystallographer's: the time of each and every fact compared, in one run.

    python -m benchmarks.describe --crystals 100 --out describe.json

Crystals come from the shared Materials Project file beside the checkout, else from the prototypes that pymatgen ships.
Stock is ``StructureCondenser()`` and ``StructureDescriber()`` as they come, and again with mineral matching off; ours
leaves mineral names out, because they come only when asked for.
"""

from __future__ import annotations

import argparse
import gzip
import json
import re
import statistics
import time
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from engine.concepts.describe import describe
from engine.concepts.description import Description, Site
from engine.concepts.robocrys.describer import steady
from engine.concepts.robocrys.facts import typed_sites
from engine.crystals.crystal import Crystal

SHARED = Path(__file__).resolve().parents[1].parent / "shared" / "data" / "mp" / "val.jsonl.gz"
LIKENESS_TOLERANCE = 1e-6
_MINERAL = re.compile(r" is [^.]*? structured and crystallizes")
_NUMPY_INTEGER = re.compile(r"np\.int64\((-?\d+)\)")


def crystals(limit: int, max_sites: int) -> Iterator[Crystal]:
    """The first ``limit`` crystals of at most ``max_sites`` sites; the shared file is in random order."""
    from pymatgen.core import Structure

    if SHARED.exists():
        with gzip.open(SHARED, "rt") as lines:
            rows = (json.loads(line) for line in lines)
            small = (row for row in rows if len(row["species"]) <= max_sites)
            for _, row in zip(range(limit), small, strict=False):
                yield Crystal(row["id"], Structure(row["lattice"], row["species"], row["frac_coords"]), SHARED.name)
        return
    from pymatgen.analysis.prototypes import AFLOW_PROTOTYPE_LIBRARY

    small_prototypes = (entry for entry in AFLOW_PROTOTYPE_LIBRARY if len(entry["snl"].structure) <= max_sites)
    for _, entry in zip(range(limit), small_prototypes, strict=False):
        yield Crystal(entry["tags"]["aflow"], entry["snl"].structure, "AFLOW")


def timed(work: Callable[[], Any]) -> tuple[Any, float]:
    """What ``work`` returned, or the error it raised, and its CPU seconds (steadier than the clock)."""
    begin = time.process_time()
    try:
        found = work()
    except Exception as error:  # noqa: BLE001 - a failure of stock is a result here
        found = error
    return found, time.process_time() - begin


def plain_words(text: str) -> str:
    """Stock's text without the mineral's name, its lists in our order, and numpy integers as numbers."""
    return steady(_NUMPY_INTEGER.sub(r"\1", _MINERAL.sub(" crystallizes", text)))


def site_facts(sites: tuple[Site, ...]) -> dict[str, set[Any]]:
    """The facts of sites in a form that does not hang on their order."""
    return {
        "geometry": {(site.label, site.geometry) for site in sites},
        "neighbours": {(site.label, frozenset(site.neighbours)) for site in sites},
        "connections": {(site.label, site.polyhedra, frozenset(site.connections)) for site in sites},
    }


def differences(ours: Description, condensed: dict[str, Any], text: str) -> list[str]:
    """Names of the facts in which a description and stock's condensed form or text differ."""
    theirs = typed_sites({**condensed, "site_of_atom": []})
    found = []
    if ours.space_group.symbol != condensed["spg_symbol"] or ours.crystal_system != condensed["crystal_system"]:
        found.append("space group")
    if ours.dimensionality != condensed["dimensionality"]:
        found.append("dimensionality")
    if ours.formula != condensed["formula"]:
        found.append("formula")
    if len(ours.sites) != len(theirs):
        found.append("number of inequivalent sites")
    mine, stock = site_facts(ours.sites), site_facts(theirs)
    found += [name for name in mine if mine[name] != stock[name]]
    likeness = {site.label: site.likeness for site in theirs}
    if any(abs(site.likeness - likeness.get(site.label, site.likeness)) > LIKENESS_TOLERANCE for site in ours.sites):
        found.append("likeness")
    if ours.text != plain_words(text):
        found.append("text")
    return found


def splits_an_orbit(condensed: dict[str, Any]) -> bool:
    """Whether stock calls atoms inequivalent that symmetry maps on each other: a label twice, as in ``O(1,1)``."""
    labels = [(site["element"], label) for site in condensed["sites"].values() for label in site["sym_labels"]]
    return len(labels) != len(set(labels))


def run(limit: int, max_sites: int) -> dict[str, Any]:
    """The benchmark; see the module."""
    from robocrys import StructureCondenser, StructureDescriber

    full, bare, describer = StructureCondenser(), StructureCondenser(mineral_matcher=False), StructureDescriber()
    rows: list[dict[str, Any]] = []
    for number, crystal in enumerate([next(crystals(1, 8)), *crystals(limit, max_sites)]):
        ours, our_time = timed(lambda crystal=crystal: describe(crystal))  # type: ignore[misc]
        stock, stock_time = timed(
            lambda crystal=crystal: (  # type: ignore[misc]
                (condensed := full.condense_structure(crystal.structure)),
                describer.describe(condensed),
            )
        )
        _, bare_time = timed(
            lambda crystal=crystal: describer.describe(bare.condense_structure(crystal.structure))  # type: ignore[misc]
        )
        if number == 0:
            continue  # the first crystal only warms up
        failed = [repr(found)[:200] for found in (ours, stock) if isinstance(found, Exception)]
        differs = [] if failed else differences(ours, *stock)
        row = {
            "id": crystal.id,
            "formula": crystal.formula,
            "sites": crystal.num_sites,
            "ours_s": our_time,
            "stock_s": stock_time,
            "stock_without_minerals_s": bare_time,
            "failed": failed,
            "differs": differs,
            "stock_splits_an_orbit": not failed and splits_an_orbit(stock[0]),
        }
        rows.append(row)
        times = f"{our_time:7.3f} s {stock_time:7.2f} s {bare_time:7.2f} s"
        print(
            f"{number:4d} {crystal.id:12s} {crystal.num_sites:4d} sites {times}  {', '.join(failed + differs)}",
            flush=True,
        )
    return {"summary": summary(rows), "crystals": rows}


def summary(rows: list[dict[str, Any]]) -> dict[str, Any]:
    """Medians in CPU seconds, ratios of medians, and where facts differ."""
    ours, stock, bare = (
        statistics.median(row[key] for row in rows) for key in ("ours_s", "stock_s", "stock_without_minerals_s")
    )
    differing = [row for row in rows if row["differs"]]
    return {
        "crystals": len(rows),
        "median_ours_s": ours,
        "median_stock_s": stock,
        "median_stock_without_minerals_s": bare,
        "times_faster": stock / ours,
        "times_faster_than_stock_without_minerals": bare / ours,
        "failed": sum(bool(row["failed"]) for row in rows),
        "differing": len(differing),
        "differing_where_stock_splits_an_orbit": sum(row["stock_splits_an_orbit"] for row in differing),
        "facts": {
            fact: sum(fact in row["differs"] for row in differing)
            for fact in sorted({fact for row in differing for fact in row["differs"]})
        },
    }


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--crystals", type=int, default=100)
    parser.add_argument(
        "--max-sites", type=int, default=40, help="leave out cells with more sites (stock takes minutes)"
    )
    parser.add_argument("--out", type=Path, help="write the whole result as JSON")
    options = parser.parse_args()
    warnings.simplefilter("ignore")
    result = run(options.crystals, options.max_sites)
    print(json.dumps(result["summary"], indent=2))
    if options.out:
        options.out.write_text(json.dumps(result, indent=1))


if __name__ == "__main__":
    main()
