"""The API for notebooks: lazy imports, sources of every kind, one and several crystals, tables."""

from __future__ import annotations

import ast
import os
import subprocess
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import clics
import pytest
from ase import Atoms
from ase.build import bulk, molecule
from clics import results
from clics.crystals.crystal import Crystal, Refusal
from clics.errors import CrystalError, InputError
from clics.results.table import to_table
from clics.session import Session
from clics.sources.inputs import is_single, read
from clics.sources.prototypes import PrototypeSource
from pymatgen.core import Lattice, Structure

EXAMPLES = Path(__file__).resolve().parents[3] / "resources" / "examples"
RUTILE = EXAMPLES / "rutile.cif"
POLYMORPHS = EXAMPLES / "titania-polymorphs.cif"
HALITE = Structure.from_spacegroup("Fm-3m", Lattice.cubic(5.64), ["Na+", "Cl-"], [[0, 0, 0], [0.5, 0.5, 0.5]])


@pytest.fixture(scope="module")
def session(tiny_model: Path, tmp_path_factory: pytest.TempPathFactory) -> Session:
    session = Session(model=tiny_model, library=tmp_path_factory.mktemp("api") / "mine.clics", sandboxed=False)
    session.library.add(str(EXAMPLES))
    return session


# ---- imports --------------------------------------------------------------------------------------------------------


def test_importing_imports_nothing_and_changes_nothing() -> None:
    code = (
        "import os, sys; before = dict(os.environ); import clics; print(clics.__version__);"
        "print(sorted(name for name in sys.modules if name.startswith('clics.')));"
        "clics.Session(); print(dict(os.environ) == before);"
        "print(sorted({'torch', 'pymatgen', 'numpy', 'pandas'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines() == [clics.__version__, "[]", "True", "[]"]


def test_every_public_name_is_there_and_stays_a_function() -> None:
    import clics.retrieval.phrase_search  # a room of the name of a function would replace it

    for name in clics.__all__:
        assert name in dir(clics)
        value = getattr(clics, name)
        assert isinstance(value, (str, ModuleType)) or callable(value)
    assert {name for name in dir(clics) if not name.startswith("_")} == set(clics.__all__) - {"__version__"}
    with pytest.raises(AttributeError):
        _ = clics.serach  # type: ignore[attr-defined]


def test_the_stubs_of_the_results_are_truthful() -> None:
    assert results.__file__ is not None
    tree = ast.parse(Path(results.__file__).read_text(encoding="utf-8"))
    (block,) = [node for node in tree.body if isinstance(node, ast.If)]
    stubs = {
        (alias.asname, node.module) for node in block.body if isinstance(node, ast.ImportFrom) for alias in node.names
    }
    assert stubs == {(name, results._MODULES[name]) for name in results.__all__}
    for name in results.__all__:
        assert getattr(results, name) is not None
    with pytest.raises(AttributeError):
        _ = results.Hits  # type: ignore[attr-defined]


# ---- sources --------------------------------------------------------------------------------------------------------


def test_every_kind_of_source_is_one_crystal(session: Session) -> None:
    by_name, by_path = session.read(str(RUTILE)), session.read(RUTILE)
    assert by_name.structure == by_path.structure
    assert session.read(by_path) is by_path
    text = session.describe(str(RUTILE)).text
    for source in (RUTILE, by_path, by_path.structure, by_path.structure.to_ase_atoms()):
        assert session.describe(source).text == text
    halite = session.describe(HALITE)
    assert (halite.formula, halite.space_group.number) == ("NaCl", 225)  # not NaCl of ions: charges are dropped
    assert session.describe(bulk("Cu")).space_group.symbol == "Fm-3m"
    assert str(halite).startswith("Na 4a · CN 6 · octahedron")
    assert "<b>NaCl</b>" in halite._repr_html_()


def test_a_string_is_a_path_and_its_letters_are_never_read(session: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(EXAMPLES)
    with pytest.raises(CrystalError, match=r"q\.cif: there is no such file") as raised:
        session.describe("q.cif")
    assert raised.value.kind == "missing"
    with pytest.raises(CrystalError, match="there is no such file"):
        session.analyse("no/way.cif")
    assert [type(found) for found in session.read(["rutile.cif", "q.cif"])] == [Crystal, Refusal]


@pytest.mark.parametrize("source", [3, b"rutile.cif", None, object()])
def test_what_is_no_source_is_refused(session: Session, source: Any) -> None:
    with pytest.raises(InputError) as raised:
        session.read(source)
    assert raised.value.kind == "bad-source"
    before, refused, after = read([RUTILE, source, str(RUTILE)], sandboxed=False)
    assert isinstance(before, Crystal)
    assert isinstance(after, Crystal)
    assert isinstance(refused, Refusal)
    assert (refused.kind, refused.block) == ("bad-source", "entry 2")
    assert refused.message.startswith("Entry 2: ")


def test_bad_objects_of_a_list_are_answered_in_their_place(session: Session) -> None:
    twins = Structure(Lattice.cubic(4), ["Na", "Cl"], [[0, 0, 0], [0, 0, 0.001]])
    sources: list[Any] = ["", RUTILE, [RUTILE], twins, "data_x\nloop_", bulk("Cu")]
    described = session.describe(sources)
    kinds = ["bad-source", None, "bad-source", "atoms-too-close", "bad-source", None]
    assert [one.error and one.error.kind for one in described] == kinds
    assert [one.formula for one in described if one.error is None] == ["TiO2", "Cu"]
    assert [one.error and one.error.kind for one in session.analyse(sources, top=1)] == kinds
    with pytest.raises(InputError, match="An empty text is no path"):
        session.read("")


def test_structures_are_checked_as_files_are(session: Session) -> None:
    twins = Structure(Lattice.cubic(4), ["Na", "Cl"], [[0, 0, 0], [0, 0, 0.001]])
    with pytest.raises(CrystalError) as raised:
        session.describe(twins)
    assert raised.value.kind == "atoms-too-close"
    with pytest.raises(CrystalError) as raised:
        Crystal.from_atoms(molecule("H2O"))
    assert raised.value.kind == "no-cell"
    (refusal,) = session.read([twins])
    assert isinstance(refusal, Refusal)
    assert "atoms-too-close" in str(session.read([twins]))


def test_atoms_keep_their_cell_and_mixed_sites_their_shares() -> None:
    slab = Crystal.from_atoms(Atoms("Cu", cell=[3, 3, 20], pbc=[True, True, False]), id="slab")
    assert (slab.id, slab.structure.lattice.abc) == ("slab", (3.0, 3.0, 20.0))
    warnings = slab.provenance["warnings"]
    assert isinstance(warnings, list)
    assert "not periodic in all directions" in warnings[0]
    mixed = Structure(Lattice.cubic(4), [{"Fe3+": 0.25, "Fe2+": 0.25, "Ni2+": 0.5}], [[0, 0, 0]])
    crystal = Crystal.from_structure(mixed)
    assert crystal.structure[0].species.as_dict() == {"Fe": 0.5, "Ni": 0.5}
    assert not crystal.is_ordered
    assert crystal.id == crystal.formula


def test_one_file_of_several_crystals_wants_a_name_or_a_list(session: Session) -> None:
    with pytest.raises(CrystalError, match="rutile, anatase, brookite") as raised:
        session.describe(POLYMORPHS)
    assert raised.value.kind == "several-blocks"
    assert session.describe(POLYMORPHS, "anatase").space_group.number == 141
    several = session.describe([POLYMORPHS])
    assert [one.block for one in several] == ["rutile", "anatase", "brookite"]
    assert is_single(POLYMORPHS)
    assert not is_single([POLYMORPHS])


def test_a_crystal_of_the_library_is_named_by_its_id(session: Session) -> None:
    stored = session.read(id="rutile")
    assert (stored.id, stored.structure) == ("rutile", session.library.crystal("rutile").structure)
    assert session.describe(id="rutile").text == session.describe(stored).text
    assert session.analyse(id="rutile", top=1) == session.analyse(stored, top=1)
    assert session.geometry(id="rutile").description == session.geometry(stored).description
    for function in (session.read, session.describe, session.analyse):
        with pytest.raises(InputError, match="There is no crystal 'nothing'") as raised:
            function(id="nothing")  # type: ignore[operator]
        assert raised.value.kind == "unknown-id"
        with pytest.raises(InputError, match="Name one crystal"):
            function(RUTILE, id="rutile")  # type: ignore[operator]
    crystal, refusal = session.library.crystals(["rutile", "nothing"])
    assert isinstance(crystal, Crystal)
    assert isinstance(refusal, Refusal)
    assert (refusal.block, refusal.kind) == ("nothing", "unknown-id")


def test_similar_takes_sources_and_ids(session: Session) -> None:
    by_path, by_id = session.similar(str(RUTILE), top=3), session.similar(id="rutile", top=3)
    assert by_path.query == str(RUTILE)
    assert "rutile" not in {hit.id for hit in by_path}  # a crystal is not its own hit
    assert by_id.query == "rutile"
    # by its structure all equal crystals are itself, by its id one is
    assert by_id.hits[0].id == "titania-polymorphs:rutile"
    assert [hit.score for hit in by_path.hits[:2]] == pytest.approx([hit.score for hit in by_id.hits[1:]], abs=1e-5)
    with pytest.raises(InputError, match="Name one crystal"):
        session.similar()
    with pytest.raises(InputError, match=r"no crystal 'rutile\.cif'"):
        session.similar(id="rutile.cif")
    assert (
        session.search("octahedra", must="tetragonal", top=2).hits
        == session.search("octahedra", must=["tetragonal"], top=2).hits
    )


# ---- tables ---------------------------------------------------------------------------------------------------------


def test_tables_become_data_frames_and_html(session: Session) -> None:
    found = session.search("octahedra", top=4)
    frame = found.to_dataframe()
    assert list(frame["id"]) == [hit.id for hit in found]
    assert list(frame["score"]) == [hit.score for hit in found]
    assert "<table>" in found._repr_html_()
    assert found.hits[0].id in str(found)
    analyses = session.analyse([RUTILE, EXAMPLES / "srtio3-perovskite.cif"], top=2)
    frame = analyses.to_dataframe()
    assert set(frame["formula"]) == {"TiO2", "SrTiO3"}
    assert list(frame[frame["kind"] == "space_group"]["rank"]) == [1, 2, 1, 2]
    assert str(analyses).count("Symmetry analysis:") == 2
    rows = session.library.rows("elements:Ti")
    assert len(rows.to_dataframe()) == len(rows) == 6
    assert len(session.models.list().to_dataframe()) == len(session.models.list())
    described = session.describe([RUTILE, "no.cif"])
    assert list(described.to_dataframe()["space_group"])[:1] == ["P4_2/mnm"]
    assert "no such file" in str(described)
    assert list(session.read([RUTILE]).to_dataframe()["sites"]) == [6]


def test_html_is_escaped_and_cut() -> None:
    table = to_table([{"name": "<script>", "value": number} for number in range(150)])
    html = table.to_html("a < b")
    assert "<script>" not in html
    assert "a &lt; b" in html
    assert html.count("<tr>") == 101
    assert "50 more" in html


def test_without_pandas_one_sentence_says_what_to_do(session: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pandas", None)
    with pytest.raises(clics.errors.ClicsError, match="pip install pandas") as raised:
        session.library.rows().to_dataframe()
    assert raised.value.kind == "no-pandas"


def test_hits_of_schema_1_are_read_as_tables() -> None:
    hit = {
        "id": "a", "formula": "TiO2", "space_group": "P4_2/mnm", "score": 0.9, "reasons": ["one", "two"],
        "checked": {"octahedra": True, "superposed": True}, "rms": 0.01,
    }  # fmt: skip
    (row,) = to_table([hit]).rows
    assert dict(zip(to_table([hit]).columns, row, strict=True)) == {
        "rank": 1, "id": "a", "formula": "TiO2", "space_group": "P4_2/mnm", "score": 0.9, "reasons": "one; two",
        "matches": True, "rmsd": 0.01, "checked: octahedra": True,
    }  # fmt: skip


# ---- work that is done once -----------------------------------------------------------------------------------------


def test_symmetry_is_analysed_once_a_request(session: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    import moyopy
    import spglib

    calls: list[str] = []

    def counted(name: str, real: Any) -> Any:
        def call(*arguments: Any, **options: Any) -> Any:
            calls.append(name)
            return real(*arguments, **options)

        return call

    monkeypatch.setattr(spglib, "get_symmetry_dataset", counted("spglib", spglib.get_symmetry_dataset))
    monkeypatch.setattr(moyopy, "MoyoDataset", counted("moyopy", moyopy.MoyoDataset))
    crystal = session.read(RUTILE)
    session.analyse(crystal)
    assert sorted(calls) == ["moyopy", "moyopy", "spglib"]  # 0.001 and 0.1 Å; 0.01 Å
    calls.clear()
    session.geometry(crystal)
    assert sorted(calls) == ["moyopy", "moyopy", "spglib", "spglib"]  # Wyckoff positions are those of the cell as read


def test_a_phrase_is_recognised_once_a_search(session: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    from clics.retrieval import typed_phrase

    texts: list[str] = []
    real = typed_phrase.recognise

    def counted(text: str, *others: Any) -> Any:
        texts.append(text)
        return real(text, *others)

    monkeypatch.setattr(typed_phrase, "recognise", counted)
    assert session.search("corner-sharing octahedra", top=2).understood == ("corner-sharing octahedra",)
    assert session.similar(RUTILE, but="tetrahedra", top=2).understood == ("tetrahedra",)
    assert texts == ["corner-sharing octahedra", "tetrahedra"]


def test_a_session_changes_no_environment_variable(session: Session) -> None:
    before = dict(os.environ)
    session.analyse(RUTILE)
    session.search("octahedra")
    assert dict(os.environ) == before


# ---- mistakes -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("tolerance", [-1.0, 0.0, float("nan"), float("inf"), "a", None])
def test_a_tolerance_that_is_no_length_is_refused(session: Session, tmp_path: Path, tolerance: Any) -> None:
    # spglib ends the process at -1 and at NaN
    for call in (
        lambda: session.describe(HALITE, symprec=tolerance),
        lambda: session.describe([HALITE], symprec=tolerance),
        lambda: session.write(HALITE, tmp_path / "halite.cif", symprec=tolerance or 0.0),
    ):
        with pytest.raises(InputError) as caught:
            call()
        assert caught.value.kind == "bad-tolerance"
        assert "Å" in caught.value.message


@pytest.mark.parametrize("content", [{"a": 1}, HALITE.as_dict(), b"rutile.cif", None, 5, ""], ids=repr)
def test_content_in_place_of_a_path_is_refused(session: Session, content: Any) -> None:
    with pytest.raises(InputError) as caught:
        session.read(content)
    assert caught.value.kind == "bad-source"


def test_text_open_files_and_data_frames_are_no_lists_of_paths(session: Session) -> None:
    pandas = pytest.importorskip("pandas")
    text = RUTILE.read_text(encoding="utf-8")
    with RUTILE.open(encoding="utf-8") as file:
        for content in (text, file, pandas.DataFrame({"path": [str(RUTILE)]})):
            with pytest.raises(InputError) as caught:
                session.read(content)
            assert caught.value.kind == "bad-source"
            assert len(caught.value.message) < 250
    assert len(session.read(pandas.DataFrame({"path": [str(RUTILE)]})["path"])) == 1


def test_a_path_may_hold_a_line_break(session: Session, tmp_path: Path) -> None:
    odd = tmp_path / "ru tile\n☃.cif"
    odd.write_bytes(RUTILE.read_bytes())
    assert session.read(str(odd)).formula == "TiO2"


def test_one_crystal_of_a_source_is_named_by_its_id(session: Session) -> None:
    assert session.read(PrototypeSource(), "AB_cF8_225_a_b").formula == "NaCl"  # type: ignore[call-overload]
    assert len(session.read([PrototypeSource()])) == 288
    for block, kind in ((None, "several-blocks"), ("none", "no-such-block")):
        with pytest.raises(CrystalError) as caught:
            session.read(PrototypeSource(), block)  # type: ignore[call-overload]
        assert caught.value.kind == kind


def test_wrong_options_are_named(session: Session) -> None:
    mistakes: list[tuple[str, dict[str, Any]]] = [
        ("bad-option", {"query": None}),
        ("bad-option", {"query": ["layered"]}),
        ("bad-option", {"query": "layered", "where": 5}),
        ("bad-option", {"query": "layered", "must": 5}),
        ("bad-option", {"query": "layered", "must_not": [None]}),
        ("bad-top", {"query": "layered", "top": "3"}),
        ("bad-top", {"query": "layered", "top": 2.5}),
        ("bad-top", {"query": "layered", "top": -1}),
    ]
    for kind, options in mistakes:
        with pytest.raises(InputError) as caught:
            session.search(**options)
        assert caught.value.kind == kind, options
    for wrong in (-1, "a", None):
        with pytest.raises(InputError) as caught:
            session.analyse(HALITE, top=wrong)  # type: ignore[call-overload]
        assert caught.value.kind == "bad-top"
    with pytest.raises(InputError) as caught:
        session.describe([RUTILE], block="rutile")  # type: ignore[call-overload]
    assert caught.value.kind == "bad-option"


# ---- results in a notebook ------------------------------------------------------------------------------------------


def test_a_search_result_is_a_sequence(session: Session) -> None:
    result = session.search("octahedra", top=4)
    assert len(result) == 4
    assert result[0] == result.hits[0]
    assert result[-1] == result.hits[3]
    assert [hit.id for hit in result[1:3]] == [hit.id for hit in result.hits[1:3]]
    assert result[1:3].searched == result.searched
    assert result[:0]  # without hits it is a result all the same


def test_results_are_shown_short(session: Session) -> None:
    found = session.search("edge-sharing octahedra", top=2)
    assert repr(found) == str(found)
    assert "[" not in repr(found[0])
    assert repr(session.read(POLYMORPHS, "rutile")).count("\n") == 0
    assert "TiO2" in repr(session.read([RUTILE]))
    assert repr(session.read([])) == "Crystals()"
    assert repr(session.analyse(RUTILE, top=1)).startswith("TiO2 ")
    assert "released model" not in repr(session)
    assert "guess" in str(session.search("xyzzy", top=1))


def test_tables_show_labels_and_json_the_phrases(session: Session) -> None:
    pytest.importorskip("pandas")
    analysis = session.analyse(RUTILE, top=3)
    concepts = analysis.to_dataframe().query("kind in ('environment', 'connection')")["concept"].tolist()
    assert len(concepts) == 6
    assert not [name for name in concepts if "[" in name]
    assert "[" in analysis.to_json()["environments"][0]["phrase"]
    page = analysis._repr_html_()
    rankings = (analysis.space_groups, analysis.environments, analysis.connections, analysis.shapes, analysis.networks,
                analysis.dimensionalities)  # fmt: skip
    assert page.count("<table>") == sum(bool(ranking) for ranking in rankings) >= 3
    assert "[METAL]" not in page


def test_the_sites_of_a_description_are_a_table(session: Session) -> None:
    pytest.importorskip("pandas")
    described = session.describe(RUTILE)
    frame = described.to_dataframe()
    assert frame["site"].tolist() == ["Ti1", "O1"]  # as the file calls them
    assert frame["wyckoff"].tolist() == ["2a", "4f"]
    assert frame["symbol"][0] == "OC-6"
    assert frame["polyhedron"].tolist() == ["TiO6", "OTi3"]
    assert "TiO6" in frame["networks"][0]
    assert "<td>TiO6</td>" in described._repr_html_()


def test_one_result_is_exported_like_several(session: Session, tmp_path: Path) -> None:
    assert session.export(session.describe(RUTILE), tmp_path / "one.csv") == 1
    assert session.export(session.analyse(RUTILE, top=2), tmp_path / "ranked.csv") > 5
    assert "P4_2/mnm" in (tmp_path / "one.csv").read_text(encoding="utf-8")


def test_methods_of_a_session_take_any_source(session: Session, tmp_path: Path) -> None:
    session.write(str(RUTILE), tmp_path / "copy.cif")
    assert session.read(tmp_path / "copy.cif").formula == "TiO2"
    assert session.in_cell(RUTILE, "primitive").crystal.num_sites == 6
    assert session.matching_atoms(RUTILE, "octahedral") == session.matching_atoms(session.read(RUTILE), "octahedral")
