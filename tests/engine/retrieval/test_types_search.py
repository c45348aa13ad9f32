"""A structure type that is named means the crystals built like its prototypes."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

import numpy as np
import pytest
from clics import paths
from clics.concepts.vocabulary import Vocabulary
from clics.crystals.crystal import Refusal
from clics.errors import InputError
from clics.library.add import add
from clics.library.encoder_protocol import space_of_crystals
from clics.library.projection import library_map
from clics.library.row_conditions import has_id
from clics.library.store import Library
from clics.model.encoder import Encoder
from clics.query.structure_types import PROTOTYPES
from clics.results.search import SIMILARITY
from clics.retrieval import prototype_similarity
from clics.retrieval.map_scores import phrase_map_scores
from clics.retrieval.neighbours import similar
from clics.retrieval.phrase_search import search_by_phrase
from clics.retrieval.prototype_similarity import FILE
from clics.retrieval.typed_phrase import read_phrase
from clics.sources.files import read_crystals
from tiny_encoder import TinyEncoder

SPINEL, DIAMOND, LAVES = "A2BC4_cF56_227_d_a_e", "A_cF8_227_a", "A2B_cF24_227_d_a"
CUBIC, BENT = "AB3C_cP5_221_a_c_b", "AB3C_oP20_62_c_cd_a"


@pytest.fixture(scope="module")
def encoder() -> Encoder:
    return Encoder.load(paths.model_folder())


@pytest.fixture(scope="module")
def library() -> Iterator[Library]:
    """All prototypes, with the vectors of the released model."""
    with Library(paths.starter_library(), "read") as starter:
        yield starter


def found(phrase: str, library: Library, encoder: Encoder, **options: object) -> list[str]:
    return [hit.id for hit in search_by_phrase(phrase, library, encoder, **options)]  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("phrase", "first"),
    [
        ("spinel", {SPINEL}),
        ("perovskite", {CUBIC, BENT}),
        ("rock salt", {"AB_cF8_225_a_b"}),
        ("half-Heusler", {"ABC_cF12_216_b_c_a"}),
        ("spinel or rutile", {SPINEL, "A2B_tP6_136_f_a"}),
        ("layered perovskite", {"AB2C4_tI14_139_a_e_ce"}),
        ("laves phases", {LAVES, "AB2_hP12_194_f_ah", "AB2_hP24_194_ef_fgh"}),
        ("Zintl Phase structure", {"AB_cF16_227_a_b"}),
        ("sigma phase", {"sigma_tP30_136_bf2ij"}),
        ("gamma-brass type", {"A5B8_cI52_217_ce_cg"}),
        ("kagome metals", {"AB_hP6_191_f_ad"}),
        ("perovskite with corner-sharing octahedra", {CUBIC, BENT}),
    ],
)
def test_a_name_finds_what_is_built_so(phrase: str, first: set[str], library: Library, encoder: Encoder) -> None:
    assert set(found(phrase, library, encoder, top=len(first))) == first


@pytest.mark.parametrize(("phrase", "highest"), [("spinel", 1.0), ("spinel with octahedra", 0.5)])
def test_a_name_lights_on_the_map_what_is_built_so(
    phrase: str, highest: float, library: Library, encoder: Encoder
) -> None:
    drawn = library_map(library, encoder.fingerprint, encoder.dimensions)
    scores = phrase_map_scores(drawn, read_phrase(phrase, encoder).scores, library, encoder).scores
    assert drawn.ids[int(np.argmax(scores))] == SPINEL
    assert scores.max() > highest - 1e-3
    groups = np.array(drawn.space_groups)
    assert np.isfinite(scores).all()
    assert (scores[groups != "Fd-3m"] < scores.max() - 0.2).all()


def test_what_shares_the_space_group_alone_comes_far_behind(library: Library, encoder: Encoder) -> None:
    hits = search_by_phrase("spinel", library, encoder, top=100, where="sg:227")
    assert (hits[0].id, hits[0].score) == (SPINEL, pytest.approx(1.0, abs=1e-3))
    assert {DIAMOND, LAVES} <= {hit.id for hit in hits}
    assert all(hit.score < 0.5 for hit in hits[1:])


def test_a_hit_says_what_the_name_was_read_as(library: Library, encoder: Encoder) -> None:
    first, second = search_by_phrase("perovskites", library, encoder, top=2)
    for hit in (first, second):
        assert (hit.reasons[0].similarity, hit.reasons[0].phrase) == (1.0, "CaTiO3, the prototype of perovskite")
        assert hit.checked == {"perovskites": True}
    (garnet,) = search_by_phrase("garnet", library, encoder, top=1)
    assert garnet.reasons[0].phrase == "Mg3Al2(SiO4)3, the prototype of garnet"
    assert garnet.checked == {}  # the facts know no garnets
    assert not any(reason.kind == SIMILARITY for reason in search_by_phrase("Fd-3m", library, encoder)[0].reasons)


def test_denied_and_further_types(library: Library, encoder: Encoder) -> None:
    without = found("corner-sharing octahedra, no perovskite", library, encoder, top=400)
    plain = found("corner-sharing octahedra", library, encoder, top=400)
    assert without.index(CUBIC) > plain.index(CUBIC) + 20
    assert SPINEL not in found("Fd-3m", library, encoder, top=400, must_not=["spinel"])
    assert found("Fd-3m", library, encoder, must=["spinel"], top=3) == [SPINEL]
    assert len(found("Fd-3m", library, encoder, must_not=["garnet"], top=400)) == library.count()
    assert found("spinel", library, encoder, facts_first=True, top=1) == [SPINEL]
    assert found("pyrochlore", library, encoder, facts_first=True) == found("pyrochlore", library, encoder)
    with pytest.raises(InputError) as caught:
        similar(SPINEL, library, encoder, must=["garnet"])
    assert caught.value.kind == "not-recognised"


def test_like_this_but_of_a_type(library: Library, encoder: Encoder) -> None:
    hits = similar(DIAMOND, library, encoder, top=3, but="spinel", weight=0.9)
    assert hits[0].id == SPINEL
    assert hits[0].reasons[0].label.startswith("Structural similarity 1.00 to MgAl2O4")
    assert not any(reason.kind == SIMILARITY for reason in similar(DIAMOND, library, encoder, top=1)[0].reasons)


def test_every_prototype_is_there_and_of_its_space_group(library: Library) -> None:
    further = {}
    for crystal in read_crystals([paths.resources() / FILE], sandboxed=False):
        assert not isinstance(crystal, Refusal), crystal
        further[crystal.block] = crystal
    for prototype in PROTOTYPES:
        assert prototype.crystals, prototype.names
        groups = set()
        for name in prototype.crystals:
            if name in further:
                groups.add(further[name].structure.get_space_group_info(symprec=0.01)[1])
            else:
                library.key(name)  # raises where there is none
                groups.add(int(name.split("_")[2]))
        assert prototype.group in groups, prototype.names
    used = {name for prototype in PROTOTYPES for name in prototype.crystals}
    assert set(further) <= used
    assert all(library.count(has_id(name)) == 0 for name in further)


def test_one_prototype_is_read_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(prototype_similarity, "_embedded", {})
    tiny = TinyEncoder(Vocabulary(0, {}), alike="one")
    scores = read_phrase("perovskite", tiny).scores
    assert tiny.embedded == 3
    assert scores.terms[0].structural is not None
    assert scores.terms[0].structural.shape == (3, space_of_crystals(tiny)[1])
    read_phrase("perovskites in Pm-3m", tiny)
    assert tiny.embedded == 3


def test_without_structure_embeddings_the_shared_space_serves(searched: tuple[Library, TinyEncoder]) -> None:
    """A model that has no such vectors, and a library that lacks them: both by the prototypes' vectors of phrases."""
    library, plain = searched
    lacking = TinyEncoder(plain.vocabulary, alike="one")
    keys = library.keys()
    vectors = library.vectors_of(keys, plain.fingerprint, plain.dimensions)
    rankings = []
    for encoder in (plain, lacking):
        (term,) = read_phrase("spinel", encoder).scores.terms
        expected = (vectors @ term.phrases.T).max(axis=1)
        hits = search_by_phrase("spinel", library, encoder, top=40)
        assert np.allclose([hit.score for hit in hits], np.sort(expected)[::-1][:40], atol=1e-5)
        assert all(one.score >= other.score for one, other in pairwise(hits))
        assert all(hit.reasons[0].kind == SIMILARITY for hit in hits)
        rankings.append([hit.id for hit in hits])
    assert rankings[0] == rankings[1]


def test_a_library_that_gets_structure_embeddings_is_searched_by_them(
    searched: tuple[Library, TinyEncoder], tmp_path_factory: pytest.TempPathFactory
) -> None:
    path = tmp_path_factory.mktemp("types") / "types.clics"
    searched[0].database.vacuum()
    path.write_bytes(searched[0].path.read_bytes())
    encoder = TinyEncoder(searched[1].vocabulary, alike="one")
    with Library(path, "create") as library:
        add(library, list(library.crystals()), encoder)
        space = encoder.similarity_space
        assert space is not None
        assert library.space_is_complete(space[0])
        (term,) = read_phrase("rutile", encoder).scores.terms
        assert term.structural is not None
        expected = (library.vectors_of(library.keys(), *space) @ term.structural.T).max(axis=1)
        hits = search_by_phrase("rutile", library, encoder, top=10)
        assert np.allclose([hit.score for hit in hits], np.sort(expected)[::-1][:10], atol=1e-5)
