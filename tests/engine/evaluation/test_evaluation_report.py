"""The folder of an evaluation: what is written, that it goes on where it was, and what any data set may hold."""

import dataclasses
import json
from dataclasses import astuple
from html.parser import HTMLParser

import numpy as np
import pytest
from clics.concepts.registry import SITE_SETS
from clics.errors import Cancelled, CrystalError, InputError
from clics.evaluation.concept_tables import entries_of, entries_of_files
from clics.evaluation.evaluate import evaluate
from clics.evaluation.evaluation import SECTIONS, Shown, Supervised, sections_of
from clics.evaluation.html_page import page
from clics.evaluation.render import render
from clics.evaluation.result_cache import ResultCache, RowCache
from clics.evaluation.vectors import CrystalScores, banks, crystal_vectors
from clics.evaluation.write_report import Writer, read_supervised
from clics.model.encoder import Encoder
from clics.model.late_interaction import EVIDENCE_WEIGHT, SHARPNESS
from clics.progress import CancelToken

QUICK = {"label_sample": 0, "described_sample": 0}


class Counting:
    """An encoder that counts what it embeds, and whose hand can be stopped."""

    def __init__(self, encoder, stop_after=None):
        self.encoder, self.seen, self.stop_after = encoder, 0, stop_after
        self.fingerprint, self.vocabulary = encoder.fingerprint, encoder.vocabulary
        self.concepts, self.embed_texts = encoder.concepts, encoder.embed_texts
        self.scale = encoder.scale
        self.embed_texts_untrained = encoder.embed_texts_untrained

    def embed_all(self, crystals):
        if self.stop_after is not None and self.seen >= self.stop_after:
            raise KeyboardInterrupt
        self.seen += len(crystals)
        return self.encoder.embed_all(crystals)


@pytest.fixture(scope="module")
def everything(distance_encoder, dataset):
    shown = Shown(entries_of(dataset, [0, 1]), {"bad.cif": "It is <no> crystal."})
    beside = Supervised("our own tower", {"space_group.top1": 0.123})
    return evaluate(distance_encoder, dataset, shown=shown, supervised=beside, label_sample=5, described_sample=3)


def test_a_stopped_evaluation_goes_on(random_encoder, dataset, tmp_path, monkeypatch):
    monkeypatch.setattr("clics.evaluation.vectors._BATCH", 8)
    crystals = len(dataset.rows("val"))
    plain = evaluate(random_encoder, dataset, **QUICK)
    stopped = Counting(random_encoder, stop_after=16)
    with pytest.raises(KeyboardInterrupt):
        evaluate(stopped, dataset, keep=tmp_path, **QUICK)
    assert stopped.seen == 16
    (vectors,) = tmp_path.glob("crystals-*.f32")
    with vectors.open("ab") as file:
        file.write(b"cut off")  # as a kill leaves it
    rest = Counting(random_encoder)
    found = evaluate(rest, dataset, keep=tmp_path, sections=SECTIONS[:-1], **QUICK)
    assert rest.seen == crystals - 16
    assert json.dumps(found.to_json()) == json.dumps(
        dataclasses.replace(plain, sections=SECTIONS[:-1], examples_missing=()).to_json()
    )
    again = Counting(random_encoder)
    assert evaluate(again, dataset, keep=tmp_path, limit=10, sections=["table1"], **QUICK).crystals == 10
    assert again.seen == 0


def test_sites_of_a_crystal_outlast_a_kill_with_it(tiny_model, dataset, tmp_path, monkeypatch):
    """A kill between the writing of sites and of their crystals, or within, costs one block."""
    monkeypatch.setattr("clics.evaluation.vectors._BATCH", 3)
    encoder, rows = Encoder.load(tiny_model), dataset.rows("val")[:8]
    plain = crystal_vectors(encoder, dataset, rows)
    assert (plain.counts > 0).all()
    assert plain.counts.sum() == len(plain.sites)
    first = crystal_vectors(encoder, dataset, rows, limit=6, keep=tmp_path)
    (sites,) = tmp_path.glob("sites-*.f32")
    with sites.open("ab") as file:
        file.write(np.ones(3 * 128 + 5, "<f4").tobytes())
    again = crystal_vectors(encoder, dataset, rows, keep=tmp_path)
    for found, few, expected in zip(astuple(again), astuple(first), astuple(plain), strict=True):
        np.testing.assert_allclose(found, expected, atol=1e-5)
        np.testing.assert_array_equal(found[: len(few)], few)


def test_a_local_phrase_scores_by_the_crystal_and_its_best_site(tiny_model, dataset):
    encoder = Encoder.load(tiny_model)
    vectors = crystal_vectors(encoder, dataset, dataset.rows("val")[:6])
    scores = CrystalScores(vectors, banks(encoder, ["space_group", "environment"]), encoder)
    mask = np.array([True, False, True, True, False, True])
    phrases = scores.banks["environment"][1]
    ends = np.cumsum(vectors.counts)
    found = scores.of("environment", mask)
    assert isinstance(found, np.ndarray)
    for row, crystal in zip(found, np.flatnonzero(mask), strict=True):
        own = vectors.sites[ends[crystal] - vectors.counts[crystal] : ends[crystal]]
        every = own @ np.concatenate([encoder.concepts(kind)[1] for kind in SITE_SETS["environment"]]).T
        share = np.exp(encoder.scale * (own @ phrases.T)) / np.exp(encoder.scale * every).sum(axis=1, keepdims=True)
        best = (share ** (SHARPNESS / encoder.scale)).max(axis=0)
        weight = EVIDENCE_WEIGHT["environment"]
        expected = (vectors.crystals[crystal] @ phrases.T + weight * best) / (1 + weight)
        np.testing.assert_allclose(row, expected, atol=1e-4)
    cosines = vectors.crystals[mask] @ scores.banks["space_group"][1].T
    share = np.exp(encoder.scale * cosines) / np.exp(encoder.scale * cosines).sum(axis=1, keepdims=True)
    expected = (cosines + EVIDENCE_WEIGHT["space_group"] * share ** (SHARPNESS / encoder.scale)) / 2
    np.testing.assert_allclose(scores.of("space_group", mask), expected, atol=1e-4)


def test_other_crystals_and_other_models_are_not_taken_for_the_same(random_encoder, truth_encoder, dataset, tmp_path):
    for encoder in (random_encoder, truth_encoder):
        counting = Counting(encoder)
        evaluate(counting, dataset, keep=tmp_path, sections=["table1"], **QUICK)
        assert counting.seen == len(dataset.rows("val"))
    moved = dataclasses.replace(dataset, arrays={**dataset.arrays, "lattice": 1.01 * dataset.arrays["lattice"]})
    counting = Counting(type(random_encoder)(moved))
    evaluate(counting, moved, keep=tmp_path, sections=["table1"], **QUICK)
    assert counting.seen == len(dataset.rows("val"))


def test_readings_are_kept(random_encoder, dataset, tmp_path, monkeypatch):
    first = evaluate(
        random_encoder, dataset, keep=tmp_path, sections=["table1", "ceiling"], label_sample=6, described_sample=3
    )
    monkeypatch.setattr("clics.evaluation.ceiling._spglib", None)  # nothing is read again
    monkeypatch.setattr("clics.evaluation.ceiling._environments", None)
    again = evaluate(
        random_encoder, dataset, keep=tmp_path, sections=["table1", "ceiling"], label_sample=6, described_sample=3
    )
    assert again == first
    assert first.space_group_labels[0].figures[0].value == 1.0


def test_a_line_that_was_cut_off_is_made_again(tmp_path):
    kept = ResultCache(tmp_path / "lines.jsonl")
    kept.add("a", [1, "é"])
    with (tmp_path / "lines.jsonl").open("ab") as file:
        file.write(b'["b", 2')
    kept = ResultCache(tmp_path / "lines.jsonl")
    assert "a" in kept
    assert kept["a"] == [1, "é"]
    assert "b" not in kept
    kept.add("b", 3)
    assert ResultCache(tmp_path / "lines.jsonl")["b"] == 3
    rows = RowCache(tmp_path / "rows.f32", 3)
    assert (len(rows), rows.read(5).shape) == (0, (0, 3))
    rows.append(np.ones((2, 3), np.float32))
    assert (len(rows), rows.read(1).shape) == (2, (1, 3))


def test_only_what_is_asked_for(truth_encoder, dataset):
    found = evaluate(truth_encoder, dataset, sections=["errors"], **QUICK)
    assert found.sections == ("errors",)
    assert found.errors is not None
    assert (found.figures, found.curves, found.phrases, found.relations, found.examples) == ((), (), (), None, ())
    none = evaluate(Counting(truth_encoder, stop_after=0), dataset, sections=[], **QUICK)
    assert (none.sections, none.errors) == ((), None)
    assert render(none)
    assert sections_of(None) == SECTIONS
    assert sections_of(["errors", "table1"]) == ("table1", "errors")
    with pytest.raises(InputError, match="There is no section 'tables'; choose of table1, ceiling"):
        sections_of(["tables"])


def test_every_crystal_of_a_set_can_be_a_test(distance_encoder, dataset):
    found = evaluate(distance_encoder, dataset, split="all", sections=["table1"], **QUICK)
    assert (found.crystals, found.training_crystals) == (len(dataset), 0)
    bank, _ = distance_encoder.concepts("space_group")
    most = max(bank, key=distance_encoder.vocabulary.frequency)
    share = np.mean([most in dataset.concepts_of(i) for i in range(len(dataset))])
    assert found.figure("space_group.top1").guess == pytest.approx(share)


def test_a_split_that_is_not_there_is_said_with_those_that_are(truth_encoder, dataset):
    with pytest.raises(
        InputError, match=r"no crystal in its split 'test'; name another: it holds 'train' \(\d+\), 'val'"
    ):
        evaluate(truth_encoder, dataset, split="test")


def test_without_descriptions_space_groups_remain(truth_encoder, dataset, tmp_path):
    bare = dataclasses.replace(
        dataset, arrays={**dataset.arrays, "described": np.zeros_like(dataset.arrays["described"])}
    )
    found = evaluate(truth_encoder, bare, sections=SECTIONS, **QUICK)
    assert {figure.key.split(".")[0] for figure in found.figures} == {"space_group"}
    assert {curve.key for curve in found.curves} == {"space_group"}
    assert "Without descriptions only space groups can be checked." in page(found, "bare")
    assert "nan" not in render(found)


def test_without_labels_nothing_is_counted_and_nothing_fails(truth_encoder, dataset):
    arrays = {**dataset.arrays, "space_group": np.zeros_like(dataset.arrays["space_group"])}
    arrays["concept_truth"] = np.zeros_like(dataset.arrays["concept_truth"])
    found = evaluate(truth_encoder, dataclasses.replace(dataset, arrays=arrays), **QUICK)
    assert found.errors is None
    assert found.phrases == ()
    json.dumps(found.to_json(), allow_nan=False)
    assert "nan" not in page(found, "no labels").lower().replace("enantio", "")


def test_a_crystal_that_the_model_cannot_take_counts_as_not_found(truth_encoder, dataset):
    rows = dataset.rows("val")
    bad = {dataset.structure(int(rows[2]))[2].tobytes()}

    class Choosy(Counting):
        def embed_all(self, crystals):
            if any(cell[2].tobytes() in bad for cell in crystals):
                raise CrystalError("Too large.", kind="too-large")
            return super().embed_all(crystals)

    shown = Shown(entries_of(dataset, [int(rows[2])]))
    found = evaluate(Choosy(truth_encoder), dataset, shown=shown, sections=["table1"], **QUICK)
    n = len(found.unreadable)
    assert dataset.ids[rows[2]] in found.unreadable
    assert found.left_out["not readable for the model (counts as not found)"] == n
    figure = found.figure("space_group.top1")
    assert figure.crystals == len(rows)
    assert figure.value == pytest.approx(1 - n / len(rows))
    assert found.refused == {dataset.ids[rows[2]]: "Too large."}


def test_curves_pass_through_the_figures(everything):
    for curve in everything.curves:
        assert list(curve.model) == sorted(curve.model)
        assert len(curve.model) == len(curve.guess) == 20
        assert curve.model[0] == pytest.approx(everything.figure(f"{curve.key}.top1").value)
        assert curve.model[4] == pytest.approx(everything.figure(f"{curve.key}.top5").value)
        assert curve.guess[4] == pytest.approx(everything.figure(f"{curve.key}.top5").guess)
        if curve.ceiling:
            assert curve.ceiling[0] == pytest.approx(everything.figure(f"{curve.key}.top1").ceiling)


def test_phrases_one_by_one_give_the_mean(everything, dataset, distance_encoder):
    for kind in ("space_group", "environment", "polyhedra", "connection"):
        rows = [row for row in everything.phrases if row.kind == kind]
        figure = everything.figure(f"{kind}.p10")
        assert len(rows) == figure.concepts
        assert np.mean([row.precision for row in rows]) == pytest.approx(figure.value)
    row = next(row for row in everything.phrases if row.kind == "environment")
    bank, vectors = distance_encoder.concepts("environment")
    place = [concept.phrase for concept in bank].index(row.phrase)
    own = dataset.rows("val")
    own = own[dataset.arrays["described"][own] > 0]
    scores = distance_encoder.embed_all([dataset.structure(int(i)) for i in own]).shared @ vectors[place]
    true = np.array([bank[place] in dataset.concepts_of(int(i)) for i in own])
    assert row.crystals == true.sum()
    ranked = true[np.lexsort((true, -scores))]
    expected = (np.cumsum(ranked)[ranked] / (np.flatnonzero(ranked) + 1)).mean()
    assert row.average_precision == pytest.approx(expected)


class Page(HTMLParser):
    """The tags of a page, and whatever it would load."""

    VOID = frozenset({"meta", "circle", "line", "rect", "polyline", "br"})

    def __init__(self, text):
        super().__init__()
        self.open, self.links, self.ids = [], [], set()
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        attrs = dict(attrs)
        self.links += [attrs[name] for name in ("src", "href") if name in attrs]
        self.ids |= {attrs["id"]} if "id" in attrs else set()
        assert tag not in ("script", "link", "iframe")
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_endtag(self, tag):
        if tag not in self.VOID:
            assert self.open.pop() == tag


def test_the_page_is_whole_and_needs_nothing(everything):
    text = page(everything, "a <set>")
    parsed = Page(text)
    assert parsed.open == []
    assert all(link.startswith("#") and link[1:] in parsed.ids for link in parsed.links)
    assert "nan" not in text.lower().replace("enantio", "")
    assert "a &lt;set&gt;" in text
    assert "bad.cif: It is &lt;no&gt; crystal." in text
    assert "Supervised" in text
    assert text.count("<svg") == 3 + 3 + 3 + 2 + 7
    assert "url(" not in text
    assert "http" not in text.replace("http://www.w3.org/2000/svg", "")


def test_the_pictures_can_be_drawn(everything):
    QSvgRenderer = pytest.importorskip("PySide6.QtSvg").QSvgRenderer
    from clics.evaluation import plots

    drawn = [plots.curve(curve) for curve in everything.curves]
    drawn += [plots.recall_by_training(everything.errors.groups), plots.systems(everything.errors)]
    for picture in drawn:
        assert QSvgRenderer(picture.encode()).isValid()


def test_the_folder_holds_three_files_and_one_writer(everything, tmp_path):
    with Writer(tmp_path / "out") as writer:
        writer.write(everything, title="t")
        with pytest.raises(InputError, match="Another program"):
            Writer(tmp_path / "out")
    data = json.loads((tmp_path / "out" / "evaluation.json").read_text())
    assert data["schema"] == 1
    assert data["figures"][0]["supervised"] == 0.123
    assert data["errors"]["relations"].keys() == data["errors"]["by_chance"].keys()
    assert "our own tower" in (tmp_path / "out" / "evaluation.md").read_text()
    assert (tmp_path / "out" / "report.html").read_text().startswith("<!DOCTYPE html>")
    (tmp_path / "file").touch()
    with pytest.raises(InputError, match="is no folder"):
        Writer(tmp_path / "file")


def test_a_supervised_result_is_read_or_refused(tmp_path):
    path = tmp_path / "supervised.json"
    path.write_text(json.dumps({"format": "clics-supervised/1", "name": "x", "figures": {"space_group.top1": 0.5}}))
    assert read_supervised(path).values == {"space_group.top1": 0.5}
    for text in (
        "{",
        "[]",
        '{"format": "other"}',
        '{"format": "clics-supervised/1", "name": "x", "figures": {"a": null}}',
    ):
        path.write_text(text)
        with pytest.raises(InputError, match="not a result of benchmarks"):
            read_supervised(path)


def test_crystals_of_files_are_described_or_refused(tmp_path):
    from clics.crystals.crystal import Crystal, Refusal
    from pymatgen.core import Lattice, Structure

    salt = Structure.from_spacegroup("Fm-3m", Lattice.cubic(5.64), ["Na", "Cl"], [[0, 0, 0], [0.5, 0.5, 0.5]])
    mixed = Structure(Lattice.cubic(4), [{"Na": 0.5, "K": 0.5}], [[0, 0, 0]])
    entries, refused = entries_of_files(
        [
            Crystal("1", salt, "salt.cif", "one"),
            Crystal("2", mixed, "mixed.cif"),
            Refusal("bad.cif", "", "empty", "It is empty."),
        ]
    )
    assert [(entry.id, entry.formula, entry.described) for entry in entries] == [("salt.cif one", "NaCl", True)]
    assert refused["bad.cif"] == "It is empty."
    assert "partial occupancies" in refused["mixed.cif"]


def test_an_evaluation_that_is_stopped_by_hand_keeps_what_it_has(random_encoder, dataset, tmp_path, monkeypatch):
    monkeypatch.setattr("clics.evaluation.vectors._BATCH", 8)
    cancel = CancelToken()

    def stop(event):
        if event.text.startswith("reading crystals") and event.done >= 8:
            cancel.cancel()

    with pytest.raises(Cancelled):
        evaluate(random_encoder, dataset, keep=tmp_path, progress=stop, cancel=cancel, **QUICK)
    (vectors,) = tmp_path.glob("crystals-*.f32")
    assert vectors.stat().st_size == 16 * 65 * 4
