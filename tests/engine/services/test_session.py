"""The one door, in this process: answers, laziness, libraries, cancelling."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from clics import paths
from clics.errors import Cancelled, InputError, LibraryError, ModelError
from clics.progress import CancelToken, Progress
from clics.session import Session

EXAMPLES = Path(__file__).resolve().parents[3] / "resources" / "examples"


@pytest.fixture(scope="module")
def session(tiny_model: Path, tmp_path_factory: pytest.TempPathFactory) -> Session:
    library = tmp_path_factory.mktemp("library") / "mine.clics"
    session = Session(model=tiny_model, library=library, sandboxed=False)
    session.library.add([EXAMPLES])
    session.close()
    return session


def test_importing_the_door_loads_nothing_heavy() -> None:
    code = (
        "import sys, clics.session\n"
        "heavy = {'torch', 'numpy', 'scipy', 'pymatgen', 'robocrys', 'transformers', 'tokenizers', 'faiss', 'pandas', 'ase'}\n"
        "print(sorted(heavy & set(sys.modules)))\n"
    )
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert result.stdout.strip() == "[]"


def test_analysing_needs_neither_faiss_nor_the_prototype_databases(tiny_model: Path) -> None:
    code = (
        "import sys\nfrom pathlib import Path\nfrom clics.session import Session\n"
        f"answers = list(Session(model=Path({str(tiny_model)!r})).analyse([Path({str(EXAMPLES / 'rutile.cif')!r})]))\n"
        "assert answers[0].symmetry.number == 136\n"
        "print(sorted({'openpyxl', 'faiss', 'pymatgen.analysis.prototypes', 'typeguard'} & set(sys.modules)))\n"
    )
    result = subprocess.run([sys.executable, "-W", "ignore", "-c", code], capture_output=True, text=True, check=True)
    assert result.stdout.strip() == "[]"


def test_analysis_of_a_folder(session: Session) -> None:
    seen: list[Progress] = []
    answers = list(session.iter_analyses([EXAMPLES], progress=seen.append))
    numbers = {answer.block: answer.symmetry.number for answer in answers if answer.symmetry}
    assert numbers == {
        "calcite": 167,
        "CaTiO3": 62,
        "taenite": 225,
        "spinel": 227,
        "PrVO4": 141,
        "rutile": 136,
        "quartz": 154,
        "SrTiO3": 221,
        "anatase": 141,
        "brookite": 61,
    }
    assert [answer.block for answer in answers if answer.error] == ["taenite"]
    assert seen[-1].done == seen[-1].total


def test_every_true_environment_is_marked(session: Session) -> None:
    (answer,) = session.analyse([EXAMPLES / "srtio3-perovskite.cif"], top=1000)
    true = {ranked.phrase for ranked in answer.environments if ranked.in_description}
    assert "[METAL] is bonded in an octahedral geometry." in true
    assert "[METAL] is bonded in a cuboctahedral geometry." in true
    assert not any("tetrahedral" in phrase for phrase in true)
    assert [g.agrees for g in answer.space_groups].count(True) == 1


def test_the_library_of_the_engine(session: Session) -> None:
    info = session.library.info()
    assert (info.crystals, info.ordered) == (11, 10)
    assert {row.formula for row in session.library.rows(where="elements:Ti")} == {"TiO2", "CaTiO3", "SrTiO3"}
    found = session.similar(EXAMPLES / "rutile.cif", top=3, where="elements:Ti")
    assert found.searched == 6
    assert all(hit.formula != "" for hit in found.hits)
    scores = [hit.score for hit in found.hits if hit.score is not None]
    assert scores == sorted(scores, reverse=True)
    assert len(scores) == 3
    assert "rutile" not in {hit.id for hit in found.hits}


def test_a_recognised_phrase_is_checked(session: Session) -> None:
    found = session.search("P4_2/mnm", top=11)
    checked = {hit.formula: hit.checked for hit in found.hits}
    assert any(checked["SiO2"].values()) is False
    assert {hit.id for hit in found.hits if all((hit.checked or {"": False}).values())} == {
        hit.id for hit in found.hits if hit.space_group == "P4_2/mnm"
    }


@pytest.mark.parametrize(
    ("phrase", "understood"),
    [
        ("octahedra but  not tetrahedra", ("octahedra", "not tetrahedra")),
        ("hcp array of oxide ions", ()),
        ("something beautiful", ()),
    ],
)
def test_what_was_understood_of_a_phrase_is_told(session: Session, phrase: str, understood: tuple[str, ...]) -> None:
    found = session.search(phrase, top=2)
    assert found.understood == understood
    assert found.by_wording == (not understood)
    assert found.to_json()["understood"] == list(understood)


def test_where_there_is_no_phrase_nothing_is_told_of_one(session: Session) -> None:
    found = session.similar(EXAMPLES / "rutile.cif", top=2)
    assert not found.by_wording
    assert "understood" not in found.to_json()
    leaning = session.similar(EXAMPLES / "rutile.cif", top=2, but="something beautiful")
    assert leaning.by_wording


def test_export_of_hits_and_analyses(session: Session, tmp_path: Path) -> None:
    assert session.exports.table(session.search("octahedra", top=4).hits, tmp_path / "hits.csv") == 4
    assert (tmp_path / "hits.csv").read_text(encoding="utf-8-sig").startswith("rank,id,formula")
    session.exports.table(session.analyse([EXAMPLES / "rutile.cif"]), tmp_path / "answers.xlsx")
    assert (tmp_path / "answers.xlsx").stat().st_size > 1000
    assert session.library.export(tmp_path / "all.jsonl.gz") == 11


def test_removing(tiny_model: Path, tmp_path: Path) -> None:
    with Session(model=tiny_model, library=tmp_path / "l.clics", sandboxed=False) as session:
        session.library.add([EXAMPLES / "rutile.cif", EXAMPLES / "sio2-quartz.cif"])
        assert session.library.remove(where="elements:Si") == 1
        assert session.library.remove(["rutile"]) == 1
        with pytest.raises(InputError, match="no crystal 'rutile'"):
            session.library.remove(["rutile"])
        with pytest.raises(InputError, match="not both"):
            session.library.remove(["rutile"], where="elements:Ti")


def test_cancel(session: Session) -> None:
    token = CancelToken()
    answers = session.iter_analyses([EXAMPLES], cancel=token)
    next(answers)
    token.cancel()
    with pytest.raises(Cancelled):
        list(answers)


def test_missing_model_and_library_are_sentences(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="not a model folder"):
        list(Session(model=tmp_path).analyse([EXAMPLES]))
    with pytest.raises(LibraryError):
        Session(library=tmp_path / "nowhere.clics").library.info()


def test_the_first_change_copies_the_starter_library(
    session: Session, tiny_model: Path, own_home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    starter = tmp_path / "starter.clics"
    with Session(library=starter, model=tiny_model, sandboxed=False) as own:
        own.library.add([EXAMPLES / "sio2-quartz.cif"])
        own._state.library().database.vacuum(single_file=True)
    before = starter.read_bytes()
    monkeypatch.setattr(paths, "starter_library", lambda: starter)
    with Session(model=tiny_model, sandboxed=False) as user:
        assert [row.formula for row in user.library.rows()] == ["SiO2"]
        user.library.add([EXAMPLES / "rutile.cif"])
        assert user.library.info().crystals == 2
    assert starter.read_bytes() == before
    assert (own_home / "library.clics").exists()
