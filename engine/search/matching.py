"""Which atoms of a crystal a phrase of local geometry fits best, by the model."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engine.concepts.recognise import recognise
from engine.library.embedding import Arrays, PhraseEncoder
from engine.model.late import SITE_WEIGHT
from engine.search.phrase_vectors import concepts_vector

MARGIN = 0.1
"""Cosine by which a kind of atoms may fall short of the best one and still be named with it."""


@dataclass(frozen=True, slots=True)
class SiteMatch:
    """Words of a phrase, the atoms (ascending indices) of the kinds that fit them best, and the cosine of the best."""

    said: str
    atoms: tuple[int, ...]
    score: float


def nearest_atoms(
    sites: NDArray[np.float32], kind_of_atom: NDArray[np.int64], phrases: NDArray[np.float32]
) -> list[tuple[tuple[int, ...], float]]:
    """For each of the vectors of ``phrases`` (m, d) the atoms of the kinds nearest to it, and the cosine of the nearest.

    ``sites`` (k, d) are the vectors of the kinds of atoms, ``kind_of_atom`` (n,) that of each atom. Kinds that fall short of
    the nearest by at most :data:`MARGIN` count with it.
    """
    found = []
    for cosines in phrases @ sites.T:
        best = float(cosines.max())
        near = cosines >= best - MARGIN
        found.append((tuple(np.flatnonzero(near[kind_of_atom]).tolist()), best))
    return found


def matching_atoms(crystal: Arrays, phrase: str, encoder: PhraseEncoder) -> tuple[SiteMatch, ...]:
    """For each thing that a typed phrase says of local geometry the atoms of a crystal that fit it best.

    Empty where nothing local is recognised, and where the model has no vectors of kinds of atoms. Words that deny something
    name no atoms. Raises CrystalError for a crystal that the model cannot take.
    """
    recognised = recognise(" ".join(phrase.split()), encoder.vocabulary)
    local = [
        (words, group)
        for words, group in zip(recognised.said, recognised.aims, strict=True)
        if all(SITE_WEIGHT.get(concept.kind, 0.0) > 0 for concept in group)
    ]
    if not local or encoder.site_space is None:
        return ()
    sites, kind_of_atom = encoder.embed_sites(crystal)
    found = nearest_atoms(sites, kind_of_atom, np.array([concepts_vector(encoder, group) for _, group in local]))
    return tuple(
        SiteMatch(words, atoms, round(score, 4)) for (words, _), (atoms, score) in zip(local, found, strict=True)
    )
