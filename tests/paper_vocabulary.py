"""The vocabulary of the released model without the kinds that facts of geometry brought: the language of the paper.

Phrases are understood as environments of the paper where a model has learned no shapes, as models of earlier versions.
"""

from __future__ import annotations

from clics.concepts.registry import GEOMETRY_KINDS
from clics.concepts.vocabulary import Vocabulary
from clics.model.folder import read_vocabulary
from clics.paths import model_folder


def paper_vocabulary() -> Vocabulary:
    """The vocabulary."""
    data = read_vocabulary(model_folder()).to_json()
    data["counts"] = {kind: counts for kind, counts in data["counts"].items() if kind not in GEOMETRY_KINDS}
    return Vocabulary.from_json(data)
