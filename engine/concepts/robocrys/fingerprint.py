"""The fingerprint of a site: weights of its coordination numbers times order parameters.

The same entries as matminer's ``CrystalNNFingerprint_ops`` (Zimmermann & Jain, RSC Adv. 10, 6063 (2020),
doi:10.1039/C9RA07755C), computed from a neighbourhood that is already known.
"""

from __future__ import annotations

import functools
from typing import NamedTuple

from matminer.featurizers.site import CrystalNNFingerprint

from engine.concepts.robocrys.crystal_nn import Neighbourhood
from engine.concepts.robocrys.order_parameters import Parameters, angles_of, order_parameter


class Entry(NamedTuple):
    """One entry of the fingerprint; ``kind`` is None for the weight of the coordination number alone."""

    label: str
    coordination: int
    kind: str | None
    parameters: Parameters | None


@functools.cache
def entries() -> tuple[Entry, ...]:
    """The entries in matminer's order, read once per process from its featurizer."""
    featurizer = CrystalNNFingerprint.from_preset("ops", cation_anion=False)
    labels = iter(featurizer.feature_labels())
    found = []
    for number in range(1, max(featurizer.op_types) + 1):
        for operator in featurizer.ops.get(number, ()):
            if operator == "wt":
                found.append(Entry(next(labels), number, None, None))
            else:
                parameters = operator.get_parameters(0)
                plain = None if parameters is None else dict(parameters)  # a yaml map looks keys up slowly
                found.append(Entry(next(labels), number, operator.get_type(0), plain))
    return tuple(found)


LARGEST_WITH_GEOMETRY = 12
"""Coordination numbers above this have a weight in the fingerprint, but no order parameter."""


def site_fingerprint(neighbourhood: Neighbourhood) -> dict[str, float]:
    """Label → value, in the order of matminer's labels, for example ``{"wt CN_1": 0.0, "sgl_bd CN_1": 0.0, …}``."""
    everything = angles_of(neighbourhood.vector[:LARGEST_WITH_GEOMETRY])
    among = {count: everything.first(count) for count in neighbourhood.weights if 0 < count <= LARGEST_WITH_GEOMETRY}
    found = {}
    for label, number, kind, parameters in entries():
        weight = neighbourhood.weights.get(number, 0)
        if kind is not None and weight != 0:
            weight *= order_parameter(kind, parameters, among[number])
        found[label] = float(weight)
    return found
