"""The fingerprint of a site: weights of its coordination numbers times order parameters.

The same entries as matminer's ``CrystalNNFingerprint_ops`` (Zimmermann & Jain, RSC Adv. 10, 6063 (2020),
doi:10.1039/C9RA07755C), computed from a neighbourhood that is already known.
"""

from __future__ import annotations

import functools
from typing import Any, NamedTuple

import numpy as np
from matminer.featurizers.site import CrystalNNFingerprint
from numpy.typing import NDArray

from engine.concepts.robocrys.crystal_nn import Neighbourhood


class _Point(NamedTuple):
    """What the order parameters ask of a site: where it is."""

    coords: NDArray[np.float64]


@functools.cache
def _entries() -> tuple[tuple[str, int, Any], ...]:
    """(label, coordination number, order parameter or None for the weight alone), made once per process."""
    featurizer = CrystalNNFingerprint.from_preset("ops", cation_anion=False)
    numbers = [
        (cn, operator) for cn in range(1, max(featurizer.op_types) + 1) for operator in featurizer.ops.get(cn, ())
    ]
    return tuple(
        (label, cn, None if operator == "wt" else operator)
        for label, (cn, operator) in zip(featurizer.feature_labels(), numbers, strict=True)
    )


def site_fingerprint(neighbourhood: Neighbourhood) -> dict[str, float]:
    """Label → value, in the order of matminer's labels, for example ``{"wt CN_1": 0.0, "sgl_bd CN_1": 0.0, …}``."""
    points = [_Point(np.zeros(3)), *(_Point(vector) for vector in neighbourhood.vector)]
    found = {}
    for label, number, operator in _entries():
        weight = neighbourhood.weights.get(number, 0)
        if operator is None or weight == 0:
            found[label] = float(weight)
        else:
            value = operator.get_order_parameters(points[: number + 1], 0, indices_neighs=list(range(1, number + 1)))[0]
            found[label] = float(weight * (value or 0))
    return found
