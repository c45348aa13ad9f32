"""Descriptions of stock robocrystallographer and their times: one JSON line per crystal, resumable.

    python -m benchmarks.robocrys_baseline run --source prototypes --out prototypes.jsonl
    python -m benchmarks.robocrys_baseline run --source shared --crystals 300 --out shared.jsonl
    python -m benchmarks.robocrys_baseline join prototypes.jsonl shared.jsonl --out tests/data/stock-facts.jsonl.gz

Stock runs twice: whole, as it comes, and with mineral matching off and its databases warm (``--without-minerals`` leaves
out the first). Facts are kept under the crystal's id, coordinates are not. ``join`` makes the file of reference facts
that the tests compare with; of records of one crystal the last that names its mineral counts.
"""

from __future__ import annotations

import argparse
import functools
import gzip
import itertools
import json
import re
import time
import warnings
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any, TypeVar

from clics.crystals.crystal import Crystal

T = TypeVar("T")
Record = dict[str, Any]

SHARED = Path(__file__).resolve().parents[1].parent / "shared" / "data" / "mp" / "val.jsonl.gz"
_NUMPY_INTEGER = re.compile(r"np\.int64\((-?\d+)\)")
_MIXTURE = re.compile(r"(a mixture of (?:distorted )?)((?:corner|edge|face)[a-z, ]*?)(-sharing)")
_ORIENTED = re.compile(r"(oriented in the )(\([^)]*\)(?:[,;]? and \([^)]*\)|[,;] \([^)]*\))+)( directions)")


def shared_crystals(limit: int, max_sites: int) -> Iterator[Crystal]:
    """The first ``limit`` crystals of at most ``max_sites`` sites; the shared file is in random order."""
    from pymatgen.core import Structure

    with gzip.open(SHARED, "rt") as lines:
        rows = (json.loads(line) for line in lines)
        small = (row for row in rows if len(row["species"]) <= max_sites)
        for row in itertools.islice(small, limit):
            yield Crystal(row["id"], Structure(row["lattice"], row["species"], row["frac_coords"]), SHARED.name)


def prototypes() -> Iterator[Crystal]:
    """The AFLOW prototypes that pymatgen ships, by their place in the library and their AFLOW name."""
    from pymatgen.analysis.prototypes import AFLOW_PROTOTYPE_LIBRARY

    for number, entry in enumerate(AFLOW_PROTOTYPE_LIBRARY):
        structure = entry["snl"].structure.copy()
        structure.remove_oxidation_states()
        yield Crystal(f"{number}-{entry['tags']['aflow']}", structure, "AFLOW")


def timed(work: Callable[[], T]) -> tuple[T | Exception, float]:
    """Result of ``work``, or its error, and its CPU seconds (steadier than the clock)."""
    begin = time.process_time()
    outcome: T | Exception
    try:
        outcome = work()
    except Exception as error:  # noqa: BLE001 - a failure of stock is a result here
        outcome = error
    return outcome, time.process_time() - begin


class Stock:
    """Stock robocrystallographer: whole, and without mineral matching on warm databases."""

    def __init__(self) -> None:
        import robocrys.condense.condenser as module
        from robocrys import StructureCondenser, StructureDescriber
        from robocrys.condense.mineral import MineralMatcher

        self._module, self._cold = module, module.MoleculeNamer
        self._warm = functools.cache(lambda: self._cold(use_online_pubchem=False))
        self._matcher = MineralMatcher()
        self._whole = StructureCondenser(mineral_matcher=self._matcher)
        self._bare = StructureCondenser(mineral_matcher=False)
        self._describer = StructureDescriber()
        self._matching_s = 0.0
        self._search = self._matcher.get_best_mineral_name
        self._matcher.get_best_mineral_name = self._matched

    def _matched(self, structure: Any) -> Any:
        outcome, seconds = timed(lambda: self._search(structure))
        self._matching_s += seconds
        if isinstance(outcome, Exception):
            raise outcome
        return outcome

    def record(self, crystal: Crystal, minerals: bool = True) -> Record:
        """Times in CPU seconds and facts of one crystal, or the error that stock raised."""
        self._matching_s = 0.0
        whole, whole_s = timed(lambda: self._described(self._whole, crystal)) if minerals else (None, 0.0)
        mineral_s = self._matching_s
        self._module.MoleculeNamer = self._warm
        bare, bare_s = timed(lambda: self._described(self._bare, crystal))
        self._module.MoleculeNamer = self._cold
        best = (
            whole if isinstance(whole, tuple) else bare
        )  # where only naming a mineral failed, the other facts are kept
        return {
            "id": crystal.id,
            "sites": crystal.num_sites,
            "stock_s": whole_s,
            "stock_without_minerals_s": bare_s,
            "mineral_s": mineral_s,
            "error": repr(whole if minerals else bare)[:200] if not isinstance(best, tuple) else None,
            "facts": facts_of(*best) if isinstance(best, tuple) else {},
            "names_mineral": isinstance(whole, tuple),
        }

    def _described(self, condenser: Any, crystal: Crystal) -> tuple[Record, str]:
        condensed = condenser.condense_structure(crystal.structure)
        return condensed, str(self._describer.describe(condensed))


def facts_of(condensed: Record, text: str) -> Record:
    """Every fact of stock's condensed form, as plain data in the form of our own facts."""
    from robocrys.describe.adapter import DescriptionAdapter
    from robocrys.describe.describer import get_mineral_name

    adapter = DescriptionAdapter(condensed)
    makeup = condensed["component_makeup"]
    labels = [(site["element"], label) for site in condensed["sites"].values() for label in site["sym_labels"]]
    facts = {
        "formula": condensed["formula"],
        "symbol": condensed["spg_symbol"],
        "crystal_system": condensed["crystal_system"],
        "dimensionality": condensed["dimensionality"],
        "mineral": get_mineral_name(condensed["mineral"]),
        "sites": [_site(adapter, key) for key in sorted(adapter.sites)],
        "components": [
            {
                "formula": part["formula"],
                "dimensionality": part["dimensionality"],
                "orientation": list(part["orientation"]) if part["orientation"] else None,
                "count": makeup.count(key),
            }
            for key, part in condensed["components"].items()
        ],
        "text": steady(_NUMPY_INTEGER.sub(r"\1", text)),
        # Stock calls atoms inequivalent that symmetry maps on each other: a label twice, as in O(1,1).
        "splits_an_orbit": len(labels) != len(set(labels)),
    }
    plain: Record = json.loads(json.dumps(facts, default=int))
    return plain


def _site(adapter: Any, key: int) -> Record:
    from robocrys.util import geometry_to_polyhedra, polyhedra_plurals

    def plural(geometry: str) -> str:
        return str(polyhedra_plurals[geometry_to_polyhedra[geometry]])

    facts = adapter.sites[key]
    geometry = facts["geometry"]["type"]
    polyhedral = bool(facts["poly_formula"])
    far = adapter.get_next_nearest_neighbor_details(key) if polyhedral else []
    return {
        "label": facts["element"] + adapter.sym_labels[key],
        "element": facts["element"],
        "geometry": geometry,
        "likeness": float(facts["geometry"]["likeness"]),
        "neighbours": [
            {"element": near.element, "label": near.element + near.sym_label, "count": near.count}
            for near in adapter.get_nearest_neighbor_details(key)
        ],
        "polyhedra": plural(geometry) if polyhedral else None,
        "connections": [
            {
                "sharing": near.connectivity,
                "geometry": plural(near.geometry),
                "element": near.element,
                "label": near.element + near.sym_label,
                "count": near.count,
            }
            for near in far
        ],
    }


def steady(text: str) -> str:
    """A robocrystallographer text with what it lists from sets in alphabetical order."""
    import inflect

    english = inflect.engine()

    def in_order(pattern: str) -> Callable[[re.Match[str]], str]:
        return lambda match: f"{match[1]}{english.join(sorted(re.findall(pattern, match[2])))}{match[3]}"

    return _ORIENTED.sub(in_order(r"\([^)]*\)"), _MIXTURE.sub(in_order("corner|edge|face"), text))


def read(path: Path) -> dict[str, Record]:
    """Records by id, from a plain or gzipped file; a line cut off by a kill is left out."""
    records = {}
    opened = gzip.open if path.suffix == ".gz" else open
    if path.exists():
        with opened(path, "rt", encoding="utf-8") as lines:
            for line in lines:
                try:
                    record = json.loads(line)
                except json.JSONDecodeError:
                    continue
                records[record["id"]] = record
    return records


def run(crystals: Iterable[Crystal], path: Path, minerals: bool = True) -> None:
    """Records of all crystals into ``path``; those that are there already are not made again."""
    known = read(path)
    stock: Stock | None = None
    for crystal in crystals:
        if crystal.id in known:
            continue
        opening = ""
        if stock is None:
            stock, opening = Stock(), "\n"  # a kill may have cut the last line off
            stock.record(crystal, minerals)  # the first time of all reads the databases
        record = stock.record(crystal, minerals)
        with path.open("a") as lines:
            lines.write(f"{opening}{json.dumps(record)}\n")


def join(paths: Iterable[Path], out: Path) -> None:
    """The facts of several files of records in one gzipped file, without times, by id; the same bytes every time."""
    facts: dict[str, Record] = {}
    for record in itertools.chain.from_iterable(read(path).values() for path in paths):
        named = bool(record.get("names_mineral", record["stock_s"] and not record["error"]))
        if record["facts"] and (named or record["id"] not in facts):
            own = {**record["facts"], "text": steady(record["facts"]["text"]), "names_mineral": named}
            for site in own["sites"]:
                site["likeness"] = round(site["likeness"], 9)
            facts[record["id"]] = {"id": record["id"], "facts": own}
    lines = "".join(f"{json.dumps(facts[key], sort_keys=True)}\n" for key in sorted(facts))
    out.write_bytes(gzip.compress(lines.encode(), mtime=0))
    asked = sum(record["facts"]["names_mineral"] for record in facts.values())
    print(f"{len(facts)} crystals, {asked} with the mineral's name asked for, {out.stat().st_size} bytes")


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    commands = parser.add_subparsers(dest="command", required=True)
    running = commands.add_parser("run", help="ask stock")
    running.add_argument("--source", choices=["shared", "prototypes"], default="shared")
    running.add_argument("--crystals", type=int, default=300)
    running.add_argument("--max-sites", type=int, default=60)
    running.add_argument("--without-minerals", action="store_true")
    running.add_argument("--out", type=Path, required=True)
    joining = commands.add_parser("join", help="make the file of reference facts")
    joining.add_argument("records", type=Path, nargs="+")
    joining.add_argument("--out", type=Path, required=True)
    options = parser.parse_args()
    warnings.simplefilter("ignore")
    if options.command == "join":
        join(options.records, options.out)
    else:
        own = prototypes() if options.source == "prototypes" else shared_crystals(options.crystals, options.max_sites)
        run(own, options.out, not options.without_minerals)


if __name__ == "__main__":
    main()
