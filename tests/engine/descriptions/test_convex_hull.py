"""The hulls of scipy without the rest of ``scipy.spatial``."""

import subprocess
import sys

LIGHT = """
import sys
import numpy as np
from clics.descriptions.robocrys.convex_hull import ConvexHull, QhullError
print(sorted(name for name in sys.modules if name.startswith(("scipy.spatial", "scipy.special", "scipy.sparse"))))
corners = np.array([[x, y, z] for x in (0, 1) for y in (0, 1) for z in (0, 1)], float)
print(round(ConvexHull(corners).volume, 12), round(ConvexHull(corners).area, 12))
try:
    ConvexHull(np.zeros((5, 3)))
except QhullError:
    print("flat")
import scipy.spatial
from scipy.interpolate import LinearNDInterpolator
print(scipy.spatial.ConvexHull is ConvexHull, scipy.spatial.QhullError is QhullError)
print(scipy.spatial.cKDTree(corners).query([0.1, 0, 0])[1], LinearNDInterpolator(corners, corners[:, 0])(0.25, 0.5, 0.5))
"""

WHOLE = """
import scipy.spatial
from clics.descriptions.robocrys.convex_hull import ConvexHull
print(scipy.spatial.ConvexHull is ConvexHull)
"""


def _printed(code: str) -> list[str]:
    return subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    ).stdout.splitlines()  # fmt: skip


def test_only_the_module_of_hulls_is_imported_and_the_package_can_follow() -> None:
    """The unit cube has volume 1 and surface 6."""
    assert _printed(LIGHT) == ["['scipy.spatial._qhull']", "1.0 6.0", "flat", "True True", "0 0.25"]


def test_where_the_package_is_imported_its_class_is_taken() -> None:
    assert _printed(WHOLE) == ["True"]
