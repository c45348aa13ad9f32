"""Our descriptions against stock robocrystallographer's: the time of each and every fact compared, in one run.

    python -m benchmarks.describe --crystals 300 --out describe.json
    python -m benchmarks.describe folder/of/cifs one.cif

Crystals are those of the files named, else of the shared Materials Project file beside the checkout, else the
prototypes that pymatgen ships. Stock is ``StructureCondenser()`` and ``StructureDescriber()`` as they come, and again
with mineral matching off and its databases warm; ours is asked without and then with the structure type's name.
``--stock FILE`` takes stock's side from a file of ``benchmarks.robocrys_baseline`` where it is there, instead of running it anew;
``--keep FILE`` writes such a file of what stock said in this run.
"""

from __future__ import annotations

import argparse
import itertools
import json
import statistics
import warnings
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from clics.crystals.crystal import Crystal
from clics.descriptions.describe import describe
from clics.results.description import Description

from benchmarks.parity import differences, same_concepts, same_masked_sentences
from benchmarks.robocrys_baseline import SHARED, Stock, prototypes, read, shared_crystals, timed

Row = dict[str, Any]
SITE_BINS = (4, 8, 12, 16, 24, 32, 48, 64, 96, 128)


def crystals(paths: list[Path], limit: int, max_sites: int) -> Iterable[Crystal]:
    """At most ``limit`` crystals of at most ``max_sites`` sites."""
    if not paths and SHARED.exists():
        return shared_crystals(limit, max_sites)
    source: Iterable[Any] = prototypes()
    if paths:
        from clics.sources.files import read_crystals

        source = read_crystals(paths)
    small = (crystal for crystal in source if isinstance(crystal, Crystal) and crystal.num_sites <= max_sites)
    return itertools.islice(small, limit)


def run(source: Iterable[Crystal], known: dict[str, Row], keep: Path | None = None) -> list[Row]:
    """One row a crystal; see the module."""
    stock: Stock | None = None
    rows: list[Row] = []
    for crystal in source:
        if not rows:
            describe(crystal, mineral=True)  # reads what is read once
        ours, ours_s = timed(lambda crystal=crystal: describe(crystal))  # type: ignore[misc]
        named, named_s = timed(lambda crystal=crystal: describe(crystal, mineral=True))  # type: ignore[misc]
        theirs = known.get(crystal.id)
        if theirs is None:
            if stock is None:
                stock = Stock()
                stock.record(crystal)  # reads what is read once
            theirs = stock.record(crystal)
            if keep:
                with keep.open("a") as lines:
                    lines.write(f"{json.dumps(theirs)}\n")
        rows.append(_row(crystal, ours, ours_s, named, named_s, theirs))
        row = rows[-1]
        print(
            f"{len(rows):4d} {crystal.id:12s} {crystal.num_sites:4d} sites {ours_s:7.4f} s {row['stock_s']:7.2f} s "
            f"{row['stock_without_minerals_s']:7.3f} s  {', '.join(row['failed'] + row['differs'])}",
            flush=True,
        )
    return rows


def _row(crystal: Crystal, ours: Any, ours_s: float, named: Any, named_s: float, theirs: Row) -> Row:
    failed = [repr(ours)[:200]] if isinstance(ours, Exception) else []
    if theirs["error"]:
        failed.append(f"stock: {theirs['error']}")
    comparable = not failed and bool(theirs["facts"])
    differs = differences(ours, theirs["facts"]) if comparable else []
    if comparable and theirs["names_mineral"] and named.mineral != theirs["facts"]["mineral"]:
        differs.append("mineral")
    return {
        "id": crystal.id,
        "formula": crystal.formula,
        "sites": crystal.num_sites,
        "ours_s": ours_s,
        "ours_with_mineral_s": named_s,
        "failed": failed,
        "differs": differs,
        "same_concepts": not comparable or same_concepts(ours, theirs["facts"]),
        "same_masked_sentences": not comparable or same_masked_sentences(ours, theirs["facts"]),
        "mineral": named.mineral if isinstance(named, Description) else None,
        "stock_splits_an_orbit": comparable and theirs["facts"]["splits_an_orbit"],
        **{key: theirs[key] for key in ("stock_s", "stock_without_minerals_s", "mineral_s")},
    }


def summary(rows: list[Row]) -> Row:
    """Medians in CPU seconds, ratios of medians, seconds against sites, and where facts differ."""
    median = {
        key: statistics.median(row[key] for row in rows)
        for key in ("ours_s", "ours_with_mineral_s", "stock_s", "stock_without_minerals_s", "mineral_s")
    }
    naming = sum(row["ours_with_mineral_s"] - row["ours_s"] for row in rows)
    times = sorted(row["ours_s"] for row in rows)
    differing = [row for row in rows if row["differs"]]
    return {
        "crystals": len(rows),
        **{f"median_{key}": value for key, value in median.items()},
        "mean_naming_s": naming / len(rows),
        "mean_mineral_s": sum(row["mineral_s"] for row in rows) / len(rows),
        "p95_ours_s": times[int(0.95 * (len(times) - 1))],
        "slowest_ours_s": times[-1],
        "times_faster": median["stock_s"] / median["ours_s"],
        "times_faster_than_stock_without_minerals": median["stock_without_minerals_s"] / median["ours_s"],
        "naming_times_faster": sum(row["mineral_s"] for row in rows) / naming,
        "seconds_by_sites": seconds_by_sites(rows),
        "failed": sum(bool(row["failed"]) for row in rows),
        "same_concepts": sum(row["same_concepts"] for row in rows),
        "same_masked_sentences": sum(row["same_masked_sentences"] for row in rows),
        "named_structure_types": sum(row["mineral"] is not None for row in rows),
        "other_structure_types": sum("mineral" in row["differs"] for row in rows),
        "differing": {row["id"]: row["differs"] for row in differing},
        "differing_where_stock_splits_an_orbit": sum(row["stock_splits_an_orbit"] for row in differing),
    }


def seconds_by_sites(rows: list[Row]) -> dict[str, Row]:
    """Number of crystals by number of sites, and the median and largest of our seconds."""
    by_size = {}
    for low, high in itertools.pairwise((0, *SITE_BINS)):
        times = [row["ours_s"] for row in rows if low < row["sites"] <= high]
        if times:
            by_size[f"{low + 1}-{high}"] = {
                "crystals": len(times),
                "median": statistics.median(times),
                "max": max(times),
            }
    return by_size


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("paths", type=Path, nargs="*", help="files or folders of crystals")
    parser.add_argument("--crystals", type=int, default=300)
    parser.add_argument("--max-sites", type=int, default=60, help="leave out larger cells (stock takes minutes)")
    parser.add_argument("--stock", type=Path, nargs="*", default=[], help="files of benchmarks.robocrys_baseline")
    parser.add_argument(
        "--keep", type=Path, help="add stock's side of this run to this file of benchmarks.robocrys_baseline"
    )
    parser.add_argument("--only-known", action="store_true", help="leave out crystals that no such file has")
    parser.add_argument("--out", type=Path, help="write the whole result as JSON")
    options = parser.parse_args()
    warnings.simplefilter("ignore")
    known = {key: record for path in options.stock for key, record in read(path).items()}
    chosen = crystals(options.paths, options.crystals, options.max_sites)
    rows = run((crystal for crystal in chosen if not options.only_known or crystal.id in known), known, options.keep)
    result = {"summary": summary(rows), "crystals": rows}
    print(json.dumps(result["summary"], indent=2))
    if options.out:
        options.out.write_text(json.dumps(result, indent=1))


if __name__ == "__main__":
    main()
