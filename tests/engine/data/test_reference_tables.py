"""The tables of ``clics/data`` are what the packages say that they were taken from."""

import gzip
import importlib.util
import json
from importlib.resources import files
from pathlib import Path

import inflect
import pytest
from clics.data import read_bytes, read_json_lines, read_rows
from clics.descriptions import english
from clics.descriptions.robocrys.component_formulas import common_formula
from clics.descriptions.robocrys.fingerprint import entries
from clics.sources.prototypes import aflow_prototypes
from clics.symmetry.space_groups import SPACE_GROUPS

ROOT = Path(__file__).parents[3]


def _tool():
    spec = importlib.util.spec_from_file_location("reference_tables", ROOT / "tools" / "reference_tables.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


TOOL = _tool()


@pytest.mark.parametrize("name", TOOL.TABLES)
def test_each_table_is_what_the_packages_give_today(name: str) -> None:
    written = TOOL.TABLES[name]()
    assert read_bytes(name).decode() == written


def test_every_table_has_a_row_in_the_list_of_sources() -> None:
    listed = (TOOL.FOLDER / "SOURCES.md").read_text(encoding="utf-8")
    assert all(f"| `{name}` |" in listed for name in TOOL.TABLES)


def test_space_groups_and_hall_symbols_against_gemmi() -> None:
    """gemmi 0.7.5 has a table of its own (cctbx's); its Hall symbols of the settings that both list agree."""
    import gemmi

    halls = {symbol: int(number) for number, symbols in read_rows("hall_symbols.tsv") for symbol in symbols.split("; ")}
    shared = [group for group in gemmi.spacegroup_table() if group.hall in halls]
    assert len(shared) > 500
    assert all(halls[group.hall] == group.number for group in shared)
    for group in SPACE_GROUPS:
        assert gemmi.find_spacegroup_by_number(group.number).point_group_hm() in (group.point_group, _other_axes(group))


def _other_axes(group):
    """gemmi tells the two orientations of some point groups apart."""
    return {"-42m": "-4m2", "-6m2": "-62m", "32": "321", "3m": "3m1", "-3m": "-3m1"}.get(group.point_group)


def test_formulas_in_common_use_are_found_from_the_first_to_the_last() -> None:
    from robocrys.util import common_formulas

    names = sorted(common_formulas)
    for reduced in [*names[:3], *names[:: len(names) // 200], *names[-3:]]:
        assert common_formula(reduced) == common_formulas[reduced]
    for reduced in ("", "A", "~", "ZrO2Xx", "NaCl2Br9"):
        assert common_formula(reduced) == common_formulas.get(reduced)


def test_prototypes_keep_the_structures_of_pymatgens_file_where_these_are_right() -> None:
    import gemmi
    from pymatgen.core import Structure

    stored = json.loads(
        gzip.decompress((files("pymatgen.analysis.prototypes") / "aflow_prototypes.json.gz").read_bytes())
    )
    found = list(aflow_prototypes())
    assert len(found) == len(stored) == 288
    corrected = {block.name for block in gemmi.cif.read(str(TOOL.FOLDER / TOOL.CORRECTIONS))}
    assert corrected == {crystal.id for crystal in found if "correction" in crystal.provenance}
    for crystal, entry in zip(found, stored, strict=True):
        same = crystal.structure == Structure.from_dict(entry["snl"])
        assert same is (crystal.id not in corrected), crystal.id


def test_number_words_and_ordinals_are_inflects() -> None:
    engine = inflect.engine()
    for number in [*range(1300), 1999, 2100, 10_000, 99_999, 100_000, english.LARGEST]:
        assert english.to_words(number) == engine.number_to_words(number)
        assert english.ordinal(number) == engine.number_to_words(engine.ordinal(number))


def test_articles_plurals_and_lists_are_inflects() -> None:
    engine = inflect.engine()
    names = {" ".join(row["label"].split()[:-1]) for row in read_json_lines("site_fingerprint.jsonl")} - {
        "wt",
        "sgl_bd",
    }
    assert len(names) > 25
    names |= {"single-bond", "corner", "edge", "face"} | {f"{number}-coordinate" for number in range(100)}
    for name in names | {f"distorted {name}" for name in names}:
        assert english.with_article(name) == engine.a(name)
    for noun in ("framework", "sheet", "ribbon", "cluster", "direction", "corner", "edge", "face", "length"):
        for count in (0, 1, 2, 3, 12, "a", "one", "two", "twenty-four"):
            assert english.plural(noun, count) == engine.plural(noun, count)
    for count in range(6):
        words = [f"word{number}" for number in range(count)]
        assert english.listed(words) == engine.join(words)
        words[:1] = ["one ribbon oriented in the (1, 0, 0) direction"]
        assert english.listed(words) == engine.join(words)


def test_entries_of_the_fingerprint_keep_matminers_order() -> None:
    from matminer.featurizers.site import CrystalNNFingerprint

    labels = CrystalNNFingerprint.from_preset("ops", cation_anion=False).feature_labels()
    assert [entry.label for entry in entries()] == labels
