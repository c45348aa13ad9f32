"""Describing crystals in supervised processes: the task of :mod:`clics.supervision` for libraries and data sets."""

from __future__ import annotations

import importlib
import json
from collections.abc import Callable, Iterator, Mapping
from typing import Any, TypeAlias

import numpy as np

from clics.crystals.crystal import Crystal
from clics.errors import ClicsError, DescriptionError, reason_of
from clics.supervision.task import Handler, Task, folder_of, name_of

Describe: TypeAlias = Callable[[Crystal], Any]
"""A crystal in, a :class:`~clics.results.description.Description` out; importable by name from another process."""


def describe_without_mineral(crystal: Crystal) -> Any:
    """Describe a crystal without looking up its structure type."""
    from clics.descriptions.describe import describe  # only the processes that describe load it

    return describe(crystal)


def describe_with_mineral(crystal: Crystal) -> Any:
    """Describe a crystal with the name of its structure type."""
    from clics.descriptions.describe import describe

    return describe(crystal, mineral=True)


def description_of(crystal: Crystal, describe: Describe) -> Any:
    """Describe a crystal.

    Raises:
        ClicsError: The describer's own refusals, and kind ``not-described`` for whatever else it raises: of ten thousand
            crystals one odd one must not stop the others.
        MemoryError: As it comes; the caller may have to give up its process.
    """
    try:
        return describe(crystal)
    except (ClicsError, MemoryError):
        raise
    except Exception as error:
        message = f"{crystal.formula} ({crystal.id}) could not be described: {reason_of(error)}"
        raise DescriptionError(message[:500]) from error


def describing(describe: Describe) -> Task:
    """The task of describing crystals.

    Its items are those of :func:`crystal_to_json`, its answers ``{"description": …}`` or
    ``{"error": {"kind", "message"}}``.
    """
    return Task(name_of(describer), {"describe": name_of(describe)}, folder_of(describe))


def describer(describe: str) -> Handler:
    """The handler of :func:`describing`, in the child. A describer that cannot do rock salt can do nothing."""
    module, _, function = describe.partition(":")
    chosen: Describe = getattr(importlib.import_module(module), function)
    chosen(_rock_salt()).to_json()  # loads everything before the first crystal's time runs

    def handle(item: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
        try:
            description = description_of(crystal_from_json(item), chosen).to_json()
        except ClicsError as error:
            yield {"error": {"kind": error.kind, "message": error.message}}
            return
        # numbers of numpy become plain here, so that what cannot be stored is this crystal's failure
        yield {"description": json.loads(json.dumps(description, default=lambda value: value.item()))}

    return handle


def crystal_to_json(crystal: Crystal) -> dict[str, Any]:
    """Plain values of what a description depends on, exact to the last bit."""
    head = {"id": crystal.id, "source": crystal.source}
    if not crystal.is_ordered:
        return {**head, "structure": crystal.structure.as_dict()}
    lattice, numbers, frac = crystal.arrays()
    return {**head, "lattice": lattice.tolist(), "numbers": numbers.tolist(), "frac": frac.tolist()}


def crystal_from_json(data: Mapping[str, Any]) -> Crystal:
    """The crystal of :func:`crystal_to_json`, or of a row of a data set."""
    from pymatgen.core import Element, Structure

    if "structure" in data:
        structure = Structure.from_dict(data["structure"])
    else:
        species = [Element.from_Z(number) for number in data["numbers"]]
        structure = Structure(np.array(data["lattice"]), species, np.array(data["frac"]).reshape(-1, 3))
    return Crystal(data["id"], structure, data["source"])


def _rock_salt() -> Crystal:
    lattice = [[0.0, 2.82, 2.82], [2.82, 0.0, 2.82], [2.82, 2.82, 0.0]]
    frac = [[0.0, 0.0, 0.0], [0.5, 0.5, 0.5]]
    return crystal_from_json({"id": "rock-salt", "source": "", "lattice": lattice, "numbers": [11, 17], "frac": frac})
