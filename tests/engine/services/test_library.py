"""Library files and the map, through the Session."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from clics import paths
from clics.errors import InputError, LibraryError
from clics.model import channels
from clics.model import folder as model_folder
from clics.model.similarity_projection import SimilarityProjection
from clics.retrieval.typed_phrase import read_phrase
from clics.session import Session

EXAMPLES = Path(__file__).resolve().parents[3] / "resources" / "examples"


@pytest.fixture(scope="module")
def session(tiny_model: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Session]:
    session = Session(model=tiny_model, library=tmp_path_factory.mktemp("library") / "examples.clics", sandboxed=False)
    session.library.add([EXAMPLES])
    yield session
    session.close()


def test_a_library_is_made_named_and_deleted(session: Session, tiny_model: Path, tmp_path: Path) -> None:
    path = tmp_path / "new.clics"
    session.library.create(path, "Oxides")
    with pytest.raises(LibraryError, match="is there already"):
        session.library.create(path)
    state = session.library.state(path)
    assert (state.info.name, state.info.crystals, state.lacking, state.starter, state.writable) == (
        "Oxides", 0, 0, False, True,
    )  # fmt: skip
    with Session(model=tiny_model, library=path, sandboxed=False) as other:
        other.library.rename("  Oxides  of  mine ")
        assert other.library.state().info.name == "Oxides of mine"
        with pytest.raises(LibraryError, match="needs a name"):
            other.library.rename(" ")
        assert other.library.check() == 0
    session.library.delete(path)
    assert list(tmp_path.iterdir()) == []
    with pytest.raises(LibraryError) as caught:
        session.library.state(path)
    assert caught.value.kind == "missing"


def test_what_is_no_library_is_not_deleted(session: Session, tmp_path: Path) -> None:
    letter = tmp_path / "letter.txt"
    letter.write_text("dear reader")
    with pytest.raises(LibraryError, match="not a library"):
        session.library.delete(letter)
    assert letter.exists()
    with pytest.raises(LibraryError, match="part of the program"):
        session.library.delete(paths.starter_library())
    assert paths.starter_library().exists()


def test_the_starter_library_is_never_changed(session: Session, tiny_model: Path) -> None:
    starter = paths.starter_library()
    before = starter.read_bytes()
    with Session(model=tiny_model, library=starter, sandboxed=False) as careless:
        for change in (
            lambda: careless.library.add([EXAMPLES / "rutile.cif"]),
            careless.library.update_embeddings,
            lambda: careless.library.remove(where="nsites>0"),
            lambda: careless.library.rename("mine"),
        ):
            with pytest.raises(LibraryError, match="never changed"):
                change()
    assert starter.read_bytes() == before
    state = session.library.state(starter)
    assert (state.starter, state.writable, state.info.crystals, state.lacking) == (True, False, 288, 288)
    assert "Mehl" in state.attribution


def test_an_engine_that_reads_sees_that_another_has_begun_the_users_own_library(tiny_model: Path) -> None:
    with Session(model=tiny_model, sandboxed=False) as reading, Session(model=tiny_model, sandboxed=False) as writing:
        assert reading.library.state().starter
        writing.library.add([EXAMPLES / "rutile.cif"])
        state = reading.library.state()
        assert not state.starter
        assert state.info.path == str(paths.user_library())
        assert (state.info.name, state.info.crystals) == ("My library", 289)
        assert len(state.sources) == 2


def test_a_disk_that_is_full_when_the_own_library_is_begun(
    tiny_model: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    occupied = tmp_path / "file"
    occupied.write_text("")
    monkeypatch.setattr(paths, "user_library", lambda: occupied / "library.clics")
    with Session(model=tiny_model, sandboxed=False) as session, pytest.raises(LibraryError, match="could not be begun"):
        session.library.add([EXAMPLES / "rutile.cif"])


def test_refusals_are_kept(tiny_model: Path, tmp_path: Path) -> None:
    (tmp_path / "bad.cif").write_text("data_x\n_cell_length_a 3\n")
    with Session(model=tiny_model, library=tmp_path / "l.clics", sandboxed=False) as session:
        session.library.add([tmp_path / "bad.cif"])
        (refusal,) = session.library.refusals()
    assert refusal.source.endswith("bad.cif")
    assert refusal.message


def test_an_engine_takes_over_the_model_of_another(session: Session, tiny_model: Path, tmp_path: Path) -> None:
    loaded = session.encoder
    same, other = Session(model=tiny_model), Session(model=tmp_path)
    for fresh in (same, other):
        fresh.share_model(session)
    assert same.encoder is loaded
    with pytest.raises(Exception, match="config"):
        _ = other.encoder


def test_similar_with_another_formula(session: Session) -> None:
    rutile = next(row.id for row in session.library.rows(where="formula:TiO2"))
    everything = session.similar(id=rutile, top=50)
    others = session.similar(id=rutile, top=50, same_formula=False)
    assert {hit.formula for hit in everything.hits} - {hit.formula for hit in others.hits} == {"TiO2"}
    assert others.hits == tuple(hit for hit in everything.hits if hit.formula != "TiO2")
    opened = next(found for found in session.iter_opened([EXAMPLES / "rutile.cif"]) if hasattr(found, "crystal"))
    assert "TiO2" not in {hit.formula for hit in session.similar(opened.crystal, top=50, same_formula=False).hits}


def test_a_crystal_on_the_map(session: Session) -> None:
    drawn = session.maps.draw()
    opened = next(found for found in session.iter_opened([EXAMPLES / "rutile.cif"]) if hasattr(found, "crystal"))
    found = session.maps.locate(drawn, opened.crystal)
    itself = next(i for i, name in enumerate(drawn.ids) if name == opened.crystal.id)
    assert found.position == pytest.approx(drawn.xy[itself], abs=1e-5)
    assert found.scores[itself] == pytest.approx(1.0, abs=1e-5)
    hits = {hit.id: hit.score for hit in session.similar(opened.crystal, top=50).hits}
    for name, score in zip(drawn.ids, found.scores, strict=True):
        if name in hits:
            assert hits[name] == pytest.approx(float(score), abs=1e-6)


def test_a_phrase_on_the_map(session: Session) -> None:
    drawn = session.maps.draw()
    found = session.maps.score(drawn, "corner-sharing octahedra")
    assert found.position is None
    library, encoder = session._state.library(), session.encoder
    query = read_phrase("corner-sharing octahedra", encoder).scores.centroid
    hits = {name: float(library.vector(name, encoder.fingerprint) @ query) for name in drawn.ids}
    assert dict(zip(drawn.ids, found.scores.tolist(), strict=True)) == pytest.approx(hits, abs=1e-6)
    with pytest.raises(InputError):
        session.maps.score(drawn, "  ")


def test_the_map_outlives_what_it_was_drawn_from(tiny_model: Path, tmp_path: Path) -> None:
    with Session(model=tiny_model, library=tmp_path / "l.clics", sandboxed=False) as session:
        session.library.add([EXAMPLES / "rutile.cif", EXAMPLES / "srtio3-perovskite.cif"])
        drawn = session.maps.draw()
        session.library.remove(where="formula:TiO2")
        scores = session.maps.score(drawn, "octahedra").scores
        assert np.isnan(scores[drawn.formulas.index("TiO2")])
        assert np.isfinite(scores[drawn.formulas.index("SrTiO3")])
        session.library.remove(where="nsites>0")
        assert np.isnan(session.maps.score(drawn, "octahedra").scores).all()
        assert len(session.maps.draw().ids) == 0


def test_a_model_that_learns_to_compare_crystals(tiny_model: Path, tmp_path: Path) -> None:
    """Phrases are still found, similar crystals are asked for again when they are embedded anew."""
    library = tmp_path / "l.clics"
    with Session(model=tiny_model, library=library, sandboxed=False) as session:
        session.library.add([EXAMPLES])
        before = session.search("octahedra", top=50).hits
    folder = tmp_path / "model"
    shutil.copytree(tiny_model, folder)
    readout = model_folder.load(folder, text=False).model.graph_tower.readout
    size = readout[0].out_features + channels.CRYSTAL
    axes = np.random.default_rng(0).normal(size=(size, 16)).astype(np.float16).astype(np.float32)
    model_folder.save_similarity(folder, SimilarityProjection(np.zeros(size, np.float32), axes))
    with Session(model=folder, library=library, sandboxed=False) as session:
        assert session.search("octahedra", top=50).hits == before
        with pytest.raises(InputError, match="no structure embeddings") as caught:
            session.similar(EXAMPLES / "rutile.cif")
        assert caught.value.kind == "no-vectors"
        state = session.library.state()
        assert (state.lacking, state.info.models[0].structural) == (11, 0)
        assert session.library.update_embeddings() == 11
        state = session.library.state()
        assert (state.lacking, state.info.models[0].structural) == (0, 10)
        found = session.similar(EXAMPLES / "rutile.cif", top=50)
        rutile = next(
            opened for opened in session.iter_opened([EXAMPLES / "rutile.cif"]) if hasattr(opened, "crystal")
        ).crystal
        drawn = session.maps.draw()
        marked = session.maps.locate(drawn, rutile)
        assert marked.position == pytest.approx(drawn.xy[drawn.ids.index(rutile.id)], abs=1e-5)
        scores = dict(zip(drawn.ids, marked.scores.tolist(), strict=True))
        assert len(scores) == 10
        assert {hit.id: hit.score for hit in found.hits} == pytest.approx(
            {hit.id: scores[hit.id] for hit in found.hits}, abs=1e-6
        )
        exact = session.similar(EXAMPLES / "rutile.cif", top=50, superpose=True)
        assert {hit.id for hit in exact.hits} == {hit.id for hit in found.hits}
