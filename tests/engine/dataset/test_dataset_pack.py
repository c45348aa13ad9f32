import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from clics.concepts import phrases
from clics.concepts.concept import Concept, Truth
from clics.concepts.parse import concept_of
from clics.concepts.registry import LEARNED_KINDS
from clics.concepts.sentences import masked_sentences
from clics.concepts.truth import true_concepts
from clics.concepts.vocabulary import Vocabulary
from clics.dataset.build import build
from clics.dataset.dataset_info import info
from clics.dataset.description_store import read_lines
from clics.dataset.pack import pack_dataset
from clics.dataset.packed_reader import load
from clics.dataset.splits import SplitRule, side_of_file
from clics.errors import InputError
from clics.results.description import Description
from clics.symmetry.analysis import space_group_of_arrays
from prototypes import small_prototypes, write_prototypes

ROOT = Path(__file__).resolve().parents[3]
FILES = ("arrays.safetensors", "texts.json", "vocabulary.json", "manifest.json")
TEXT = (
    "NaCl crystallizes in the cubic Fm-3m space group. "
    "Na(1) is bonded to six equivalent Cl(1) atoms to form a mixture of corner and edge-sharing NaCl6 octahedra. "
    "The corner-sharing octahedra are not tilted. "
    "Cl(1) is bonded to six equivalent Na(1) atoms to form a mixture of corner and edge-sharing ClNa6 octahedra. "
    "The corner-sharing octahedra are not tilted."
)


@pytest.fixture(scope="module")
def sources(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Twelve crystals to train on, four to validate on; the text of one; six of them described."""
    folder = tmp_path_factory.mktemp("sources")
    write_prototypes(folder / "train-00.jsonl", 12)
    write_prototypes(folder / "val.jsonl", 4, start=20)
    rock_salt = next(
        i for i, s in enumerate(small_prototypes()) if s.composition.reduced_formula == "NaCl" and len(s) == 2
    )
    write_prototypes(folder / "train-01.jsonl", 1, start=rock_salt)
    lines = [
        {"id": f"proto-{rock_salt}", "spg": "Fm-3m", "cs": "cubic", "dim": 3, "text": TEXT},
        {"id": "proto-0", "error": "no Voronoi neighbours"},
    ]
    (folder / "descriptions.jsonl").write_text("\n".join(map(json.dumps, lines)) + "\n", encoding="utf-8")
    build([folder / "train-00.jsonl"], folder / "described", workers=1, limit_crystals=6, licence="materials-project")
    return folder


@pytest.fixture(scope="module")
def packed(sources: Path) -> Path:
    _pack(sources, sources / "packed", workers=1)
    return sources / "packed"


def _pack(sources: Path, output: Path, **options: object) -> None:
    structures = [sources / name for name in ("train-00.jsonl", "train-01.jsonl", "val.jsonl")]
    report = pack_dataset(
        structures,
        [sources / "descriptions.jsonl"],
        [sources / "described"],
        output,
        label_undescribed=True,
        **options,  # type: ignore[arg-type]
    )
    assert report.crystals == {"train": 13, "val": 4, "test": 0}
    assert report.described == 7


def test_same_bytes_again_with_more_workers(sources: Path, packed: Path, tmp_path: Path) -> None:
    _pack(sources, tmp_path / "again", workers=2)
    for name in FILES:
        assert (tmp_path / "again" / name).read_bytes() == (packed / name).read_bytes()


def test_every_crystal_is_what_it_was(packed: Path) -> None:
    dataset = load(packed)
    structures = small_prototypes()
    for i, identifier in enumerate(dataset.ids):
        original = structures[int(identifier.split("-")[1])]
        lattice, numbers, frac = dataset.structure(i)
        np.testing.assert_allclose(lattice, original.lattice.matrix, atol=1e-5)
        assert list(numbers) == [site.specie.Z for site in original]
        shift = frac - original.frac_coords
        np.testing.assert_allclose(shift, np.round(shift), atol=1e-5)
        assert ((frac >= 0) & (frac < 1)).all()
        assert dataset.formulas[i] == original.composition.reduced_formula


def test_described_crystals_carry_their_facts(sources: Path, packed: Path) -> None:
    dataset = load(packed)
    for line in read_lines(sources / "described"):
        i = dataset.ids.index(line["id"])
        description = Description.from_json(line["description"])
        assert dataset.arrays["described"][i] == 1
        assert dataset.arrays["space_group"][i] == description.space_group.number
        assert dataset.sentences_of(i) == masked_sentences(description.text)
        learned = {c: truth for c, truth in true_concepts(description).items() if c.kind in LEARNED_KINDS}
        assert dataset.concepts_of(i) == learned


def test_text_is_joined_by_id(packed: Path) -> None:
    dataset = load(packed)
    i = dataset.formulas.index("NaCl")
    assert dataset.arrays["space_group"][i] == 225
    assert [sentence.text for sentence in dataset.sentences_of(i)][:2] == [
        "This material crystallizes in Fm-3m space group.",
        "[METAL] is bonded to six equivalent [NONMETAL] atoms to form a mixture of corner and edge sharing "
        "[POLYHEDRA] octahedra.",
    ]
    assert dataset.concepts_of(i)[concept_of("environment", phrases.environment("METAL", "octahedral"))] is Truth.HELD


def test_the_others_are_labelled_by_spglib(packed: Path) -> None:
    dataset = load(packed)
    others = np.flatnonzero(dataset.arrays["described"] == 0)
    assert len(others) == 10
    for i in others:
        lattice, numbers, frac = dataset.structure(i)
        group = space_group_of_arrays(lattice, numbers, frac, 0.01)
        phrase = phrases.space_group(group.symbol)
        assert dataset.arrays["space_group"][i] == group.number
        assert dataset.concepts_of(i) == {concept_of("space_group", phrase): Truth.STATED}
        assert [s.text for s in dataset.sentences_of(i)] == [phrase]


def test_vocabulary_counts_the_training_split(packed: Path) -> None:
    dataset = load(packed)
    saved = Vocabulary.from_json(json.loads((packed / "vocabulary.json").read_text(encoding="utf-8")))
    assert saved.crystals == 13
    counted: dict[Concept, int] = {}
    for i in dataset.rows("train"):
        for concept in dataset.concepts_of(int(i)):
            counted[concept] = counted.get(concept, 0) + 1
    assert {concept: saved.frequency(concept) for concept in counted} == counted
    assert saved == dataset.vocabulary()
    assert dataset.vocabulary("val").crystals == 4


def test_manifest_says_where_it_comes_from(packed: Path) -> None:
    figures = info(packed)
    assert figures.kind == "packed"
    assert figures.crystals == {"train": 13, "val": 4, "test": 0}
    assert figures.errors == {"text: not-described": 1}
    assert "CC BY 4.0" in (figures.licence or "")
    assert figures.sources == ("train-00.jsonl", "train-01.jsonl", "val.jsonl", "descriptions.jsonl", "described")
    assert {"clics", "pymatgen-core", "spglib", "moyopy"} < set(figures.versions[0])
    assert ("space_group", 228) in [(kind, paper) for kind, _, paper in figures.vocabulary]
    json.dumps(figures.to_json())


def test_polymorphs_stay_on_one_side(sources: Path, tmp_path: Path) -> None:
    plain = tmp_path / "crystals.jsonl"
    structures = write_prototypes(plain, len(small_prototypes()))
    pack_dataset([plain], [], [], tmp_path / "a", True, splits=SplitRule(val=0.3, test=0.2), workers=1)
    dataset = load(tmp_path / "a")
    sides: dict[str, set[int]] = {}
    for formula, split in zip(dataset.formulas, dataset.arrays["split"], strict=True):
        sides.setdefault(formula, set()).add(int(split))
    assert len(sides) < len(structures)  # there are polymorphs among them
    assert all(len(split) == 1 for split in sides.values())
    assert min(info(tmp_path / "a").crystals.values()) > 0

    # a formula that a file puts into validation takes its polymorphs from unnamed files along
    pack_dataset([plain, sources / "val.jsonl"], [], [], tmp_path / "b", True, workers=1)
    named = load(tmp_path / "b")
    formulas = {s.composition.reduced_formula for s in small_prototypes()[20:24]}
    assert formulas <= {named.formulas[i] for i in named.rows("val")}
    assert not formulas & {named.formulas[i] for i in named.rows("train")}


@pytest.mark.parametrize(
    ("name", "side"),
    [
        ("train-00.jsonl.gz", "train"),
        ("val.jsonl", "val"),
        ("validation_2.cif", "val"),
        ("Test.zip", "test"),
        ("trained.cif", None),
    ],
)
def test_sides_of_file_names(name: str, side: str | None) -> None:
    assert side_of_file(name) == side


def test_too_large_and_undescribed_crystals_are_counted_out(sources: Path, tmp_path: Path) -> None:
    structures = [sources / "train-00.jsonl"]
    report = pack_dataset(structures, [], [sources / "described"], tmp_path / "p", max_sites=2)
    kept = load(tmp_path / "p")
    assert np.diff(kept.arrays["atom_offsets"]).max() <= 2
    assert kept.arrays["described"].all()
    assert len(kept) + sum(report.left_out.values()) >= 12


@pytest.mark.parametrize("name", FILES)
def test_damaged_pack_is_refused_by_name(packed: Path, tmp_path: Path, name: str) -> None:
    broken = tmp_path / "broken"
    shutil.copytree(packed, broken)
    whole = (broken / name).read_bytes()
    (broken / name).write_bytes(whole[: len(whole) // 2])
    with pytest.raises(InputError, match="broken") as caught:
        load(broken)
    assert caught.value.kind == "bad-dataset"
    assert name == "manifest.json" or name in caught.value.message
    (broken / name).unlink()
    with pytest.raises(InputError, match="broken"):
        load(broken)


def test_nothing_to_pack_and_bad_texts_are_named(sources: Path, tmp_path: Path) -> None:
    empty = tmp_path / "empty.jsonl"
    empty.write_text("", encoding="utf-8")
    with pytest.raises(InputError) as caught:
        pack_dataset([empty], [], [], tmp_path / "p")
    assert caught.value.kind == "empty-dataset"
    with pytest.raises(InputError, match=r"train-00\.jsonl, line 1 is not a description") as caught:
        pack_dataset([empty], [sources / "train-00.jsonl"], [], tmp_path / "p")
    assert caught.value.kind == "bad-descriptions"
    with pytest.raises(InputError, match="not a described data set"):
        pack_dataset([], [], [tmp_path], tmp_path / "p")


def test_equal_input_gives_equal_bytes_whatever_the_hash_seed(tmp_path: Path) -> None:
    sources = [ROOT / "tests" / "data" / "fixtures" / "v0_1" / "described"]
    program = (
        "import sys; from pathlib import Path; from clics.dataset.pack import pack_dataset\n"
        "pack_dataset([], [], [Path(p) for p in sys.argv[2:]], Path(sys.argv[1]), workers=1)\n"
    )
    for seed in ("1", "2"):
        environment = {**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": str(ROOT / "engine")}
        command = [sys.executable, "-c", program, str(tmp_path / seed), *map(str, sources)]
        subprocess.run(command, env=environment, check=True)
    one, two = ({path.name: path.read_bytes() for path in sorted((tmp_path / seed).iterdir())} for seed in ("1", "2"))
    assert set(one) == set(FILES)
    assert one == two
