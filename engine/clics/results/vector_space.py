"""The spaces of vectors of a model, and the names by which libraries store them.

A model embeds into up to three spaces. Only vectors of one space are comparable. Everything that makes or reads the name
of a space does so here, but for the conditions of SQL on stored names (:mod:`clics.library.schema`).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias

Role: TypeAlias = Literal["shared", "structural", "sites"]
"""The purpose of a space of vectors: crystals and phrases, crystals among crystals, inequivalent sites and phrases."""

SEPARATOR = "/"
"""Stands in a stored name between the model and the rest; fingerprints are hexadecimal and have none."""
SITES = "sites"
"""Second part of the stored name of a space of sites."""


@dataclass(frozen=True, slots=True)
class VectorSpace:
    """One space of vectors of one model.

    Attributes:
        model: Fingerprint of the model.
        role: The purpose of the space.
        projection: Of a structural space, the fingerprint of the similarity projection; empty for the others.
    """

    model: str
    role: Role = "shared"
    projection: str = ""

    @property
    def name(self) -> str:
        """The name in files: ``model`` of the shared space, ``model/sites``, ``model/projection`` of the structural."""
        if self.role == "shared":
            return self.model
        return f"{self.model}{SEPARATOR}{SITES if self.role == 'sites' else self.projection}"

    @classmethod
    def parse(cls, name: str) -> VectorSpace:
        """The space of a stored name."""
        model, separator, rest = name.partition(SEPARATOR)
        if not separator:
            return cls(model)
        return cls(model, "sites") if rest == SITES else cls(model, "structural", rest)
