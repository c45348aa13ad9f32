"""Precision at 10 of phrases as people type them, checked by the facts of the crystals that are found.

    python -m benchmarks.typed_phrases PACKED [--model FOLDER] [--split val] [--half development|held-out|both] [--kind KIND]
                               [--work FOLDER] [--worst N] [--out FILE]

``benchmarks/data/typed.tsv`` has some 1,500 phrases: kind, meaning (:mod:`benchmarks.typed_phrase_facts`), and the phrases that
mean it. They were written before the recognition was improved with them, and are split in halves by a hash of their
words; a phrase that a training wording makes as it stands counts as development. Only the development half may be
looked at (``--worst`` shows no other); the held-out half is scored.

``benchmarks/data/typed_others.tsv`` has some 600 more, in the words of others: shortened to what one would type from what
stands in abstracts, on pages of minerals, in documentation, forums, lecture notes and databases. After the kind stands where such
words are found, in brackets. Where the meaning is ``-``, no fact of ours could tell ("layered", "hcp array of anions"):
there nothing should be read.

Of each phrase: the share of true crystals among the ten nearest of the split, in four ways:

- ``own``: as the program searches, with what is recognised in the phrase and the text tower's vector for the rest;
- ``facts first``: the same with the crystals first of which the facts say what was recognised;
- ``tower``: the text tower's vector of the phrase as it was typed, nothing recognised;
- ``random``: what a random order gives, which is the share of true crystals.

Beside them ``best``: what a perfect order gives (a phrase true of three crystals cannot pass 0.3). The columns ``of ten``
are over the phrases that are true of at least ten crystals. ``read``: share of the phrases in which something is recognised.
``same``: of how far the crystals of which all that is recognised is true are those of which the meaning is true, without any
model: crystals in both over crystals in either, the mean over the phrases.
"""

from __future__ import annotations

import argparse
import hashlib
import json
from collections.abc import Container
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
from clics.concepts.registry import KINDS
from clics.concepts.templates import paraphrases
from clics.concepts.vocabulary import Vocabulary
from clics.dataset.packed_reader import PackedDataset, load
from clics.errors import CrystalError
from clics.evaluation.result_cache import RowCache, structures_digest
from clics.evaluation.vectors import CrystalVectors, crystal_vectors
from clics.model.encoder import Encoder
from clics.paths import model_folder
from clics.query.parsed_query import ParsedQuery
from clics.query.recognise import recognise
from clics.results.vector_space import VectorSpace
from clics.retrieval.phrase_scores import SiteVectors
from clics.retrieval.typed_phrase import read_phrase

from benchmarks.typed_phrase_facts import Column, Facts, holds

FILE = Path(__file__).parent / "data" / "typed.tsv"
OTHERS = FILE.with_name("typed_others.tsv")
UNTOLD = "-"
"""The meaning of a phrase of which no fact tells."""
TOP = 10
WAYS = ("own", "facts first", "tower", "random", "best")
HALVES = ("development", "held-out")


@dataclass(frozen=True, slots=True)
class Typed:
    """One phrase as typed, the kind of concept it is about, what it means, its half, and where such words are found."""

    kind: str
    phrase: str
    meaning: str
    half: str
    origin: str = ""


def read(vocabulary: Vocabulary, file: Path = FILE) -> list[Typed]:
    """Every phrase of the file. Raises ValueError for a line that is not kind, meaning and at least one phrase.

    ``vocabulary``: the concepts whose training wordings are looked through.
    """
    typed = []
    known = training_wordings(vocabulary)
    for number, line in enumerate(file.read_text(encoding="utf-8").splitlines(), 1):
        head, meaning, *phrases = line.split("\t") if line.count("\t") > 1 else ("", "")
        kind, _, origin = head.partition(" (")
        if not phrases or not all(phrases):
            raise ValueError(f"Line {number} of {file.name} is not kind, meaning and phrases with tabs between.")
        typed += [Typed(kind, phrase, meaning, half(phrase, known), origin.removesuffix(")")) for phrase in phrases]
    return typed


def half(phrase: str, known: Container[str] = ()) -> str:
    """The half of a phrase, by a hash, so that it does not change when phrases are added; ``known`` are training wordings."""
    return HALVES[0] if phrase.casefold() in known else HALVES[hashlib.sha256(phrase.encode()).digest()[0] % 2]


@lru_cache(maxsize=1)
def training_wordings(vocabulary: Vocabulary) -> frozenset[str]:
    """Every wording that the training makes of a concept, in small letters."""
    texts: set[str] = set()
    for kind in KINDS:
        for concept in vocabulary.concepts(kind):
            wordings = paraphrases(concept)
            texts.update(text.casefold() for text in (wordings.all() if wordings else ()))
    return frozenset(texts)


def precision(scores: np.ndarray, true: Column) -> float:
    """Share of true crystals among the ten of the highest scores."""
    return float(true[np.argsort(-scores, kind="stable")[:TOP]].mean())


def overlap(one: Column, other: Column) -> float:
    """Crystals in both over crystals in either; 1 where neither has any."""
    either = int((one | other).sum())
    return float((one & other).sum() / either) if either else 1.0


def recognised_true(recognised: ParsedQuery, facts: Facts) -> Column:
    """Of which crystals everything recognised is true."""
    held = np.ones(len(facts.groups), np.bool_)
    for _, group, wanted in recognised.parts():
        held &= facts.any_of(group) == wanted
    return held


def likeness(encoder: Encoder, data: PackedDataset, rows: np.ndarray, keep: Path) -> np.ndarray | None:
    """Vectors (n, a) of crystals by which they are compared with prototypes, kept; zeros of one that the model cannot take."""
    if encoder.similarity_space is None:
        return None
    name, width = encoder.similarity_space
    space = VectorSpace.parse(name)
    kept = RowCache(keep / f"likeness-{space.model}-{space.projection}-{structures_digest(data, rows)}.f32", width)
    for row in rows[len(kept) :].tolist():
        try:
            made = encoder.embed_all([data.structure(row)]).structural
        except CrystalError:
            made = None
        kept.append(np.zeros((1, width), np.float32) if made is None else made)
    return kept.read(len(rows))


def measured(
    typed: list[Typed], encoder: Encoder, crystals: CrystalVectors, facts: Facts, alike: np.ndarray | None = None
) -> list[dict[str, Any]]:
    """The precision of every phrase in every way; ``alike``: what :func:`likeness` gives."""
    raw = encoder.embed_texts([each.phrase for each in typed])
    sites = None
    if encoder.site_space is not None:
        sites = SiteVectors(crystals.sites, crystals.counts, encoder)
    rows = []
    for each, tower in zip(typed, raw, strict=True):
        true = holds(each.meaning, facts)
        query = read_phrase(each.phrase, encoder)
        recognised, scores = query.parsed, query.scores.scores(crystals.crystals, sites, encoder, alike)
        told = recognised_true(recognised, facts) if any(recognised.parts()) else np.zeros(len(true), np.bool_)
        first = scores + 4.0 * told
        rows.append({
            "kind": each.kind, "phrase": each.phrase, "half": each.half, "true": int(true.sum()),
            "own": precision(scores, true), "facts first": precision(first, true),
            "tower": precision(crystals.crystals @ tower, true), "random": float(true.mean()),
            "best": min(int(true.sum()), TOP) / TOP, "read": bool(recognised),
            "same": overlap(told, true), "origin": each.origin,
            "said": [said for said, _, _ in recognised.parts()], "groups": [len(group) for group in recognised.primary],
        })  # fmt: skip
    return rows


def table(rows: list[dict[str, Any]]) -> list[list[str]]:
    """Means per kind and in all: the ways over all phrases, the same over those true of ten crystals, how many are read."""
    lines = []
    for kind in [*dict.fromkeys(row["kind"] for row in rows), "all"]:
        of = [row for row in rows if kind in (row["kind"], "all")]
        often = [row for row in of if row["true"] >= TOP]
        means = [np.mean([row[way] for row in of]) for way in WAYS]
        means += [np.mean([row[way] for row in often]) if often else np.nan for way in WAYS[:3]]
        read_share = np.mean([row["read"] for row in of])
        same = np.mean([row["same"] for row in of])
        lines.append([kind, str(len(of)), *(f"{mean:.3f}" for mean in means), f"{read_share:.2f}", f"{same:.3f}"])
    return lines


HEAD = ["kind", "phrases", *WAYS, *(f"{way} (of ten)" for way in WAYS[:3]), "read", "same"]


def report(file: Path, rows: list[dict[str, Any]], untold: list[Typed], vocabulary: Vocabulary, worst: int) -> None:
    """Prints the tables of a file, what is read where nothing should be, and the worst of the development half."""
    for name in HALVES:
        here = [row for row in rows if row["half"] == name]
        if here:
            print(f"\n{file.name}, {name}\n\n| " + " | ".join(HEAD) + " |\n|" + "---|" * len(HEAD))
            print("\n".join("| " + " | ".join(line) + " |" for line in table(here)))
        nothing = [each for each in untold if each.half == name]
        if nothing:
            wrong = [each.phrase for each in nothing if recognise(each.phrase, vocabulary)]
            print(f"\nof {len(nothing)} that no fact tells, {len(wrong)} are read as something")
            if worst and name == HALVES[0]:
                print("\n".join(wrong))
    shown = sorted((r for r in rows if r["half"] == HALVES[0]), key=lambda r: r["own"] - r["best"])
    for row in shown[:worst]:
        print(f"{row['own']:.1f} ({row['tower']:.1f}, best {row['best']:.1f})  {row['phrase']}  {row['said']}")


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("packed", type=Path)
    parser.add_argument("--model", type=Path, default=None)
    parser.add_argument("--split", default="val")
    parser.add_argument("--half", choices=[*HALVES, "both"], default="both")
    parser.add_argument("--kind", default=None)
    parser.add_argument("--work", type=Path, default=Path("typed-work"), help="where the crystals' vectors are kept")
    parser.add_argument("--worst", type=int, default=0, help="show the worst phrases of the development half")
    parser.add_argument("--out", type=Path, default=None)
    options = parser.parse_args()
    data = load(options.packed)
    rows = data.rows(options.split)
    encoder = Encoder.load(options.model or model_folder())
    crystals = crystal_vectors(encoder, data, rows, keep=options.work)
    facts = Facts.of(data, rows)
    alike = likeness(encoder, data, rows, options.work)
    results = []
    for file in (FILE, OTHERS):
        typed = [
            each
            for each in read(encoder.vocabulary, file)
            if options.half in (each.half, "both") and options.kind in (each.kind, None)
        ]
        here = measured([each for each in typed if each.meaning != UNTOLD], encoder, crystals, facts, alike)
        results += here
        report(file, here, [each for each in typed if each.meaning == UNTOLD], encoder.vocabulary, options.worst)
    if options.out is not None:
        options.out.write_text(json.dumps(results, ensure_ascii=False, indent=1), encoding="utf-8")


if __name__ == "__main__":
    main()
