"""The eleven enantiomorphic pairs of space groups, and the screw axes by whose hand the groups of a pair differ.

From the International Tables for Crystallography, volume A (2016), section 1.4.2 and the diagrams of the groups.
"""

from __future__ import annotations

from collections.abc import Mapping

_PAIRS = (
    (76, 78, 4, 1), (91, 95, 4, 1), (92, 96, 4, 1), (144, 145, 3, 1), (151, 153, 3, 1), (152, 154, 3, 1), (169, 170, 6, 1),
    (171, 172, 6, 2), (178, 179, 6, 1), (180, 181, 6, 2), (213, 212, 4, 1),
)  # fmt: skip
"""Two numbers, and order n and step m of the axis n_m of the first; the second has n_(n-m)."""

ENANTIOMORPHS: Mapping[int, int] = {
    group: other for one, two, *_ in _PAIRS for group, other in ((one, two), (two, one))
}
"""Number of the group of the mirror image."""

SCREWS: Mapping[int, tuple[int, int]] = {
    group: axis for one, two, n, m in _PAIRS for group, axis in ((one, (n, m)), (two, (n, n - m)))
}
"""Order n and step m of the screw axis n_m by which a group of a pair differs from its partner."""
