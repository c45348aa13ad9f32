"""The hulls of scipy without the rest of ``scipy.spatial`` and ``scipy.linalg``."""

import subprocess
import sys

LIGHT = """
import sys
import numpy as np
from clics.descriptions.robocrys.convex_hull import ConvexHull, QhullError
print(sorted(name for name in sys.modules if name.startswith(("scipy.spatial", "scipy.special", "scipy.sparse", "scipy.linalg"))))
corners = np.array([[x, y, z] for x in (0, 1) for y in (0, 1) for z in (0, 1)], float)
print(round(ConvexHull(corners).volume, 12), round(ConvexHull(corners).area, 12))
try:
    ConvexHull(np.zeros((5, 3)))
except QhullError:
    print("flat")
import scipy.spatial
from scipy.interpolate import LinearNDInterpolator
from scipy.linalg import cython_lapack, svdvals
print(scipy.spatial.ConvexHull is ConvexHull, scipy.spatial.QhullError is QhullError)
print(scipy.spatial.cKDTree(corners).query([0.1, 0, 0])[1], LinearNDInterpolator(corners, corners[:, 0])(0.25, 0.5, 0.5))
print(svdvals(np.diag([2.0, 1.0])), len(cython_lapack.__pyx_capi__) > 1000)
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
    loaded = "['scipy.linalg.cython_lapack', 'scipy.spatial._qhull']"
    assert _printed(LIGHT) == [loaded, "1.0 6.0", "flat", "True True", "0 0.25", "[2. 1.] True"]


def test_where_the_package_is_imported_its_class_is_taken() -> None:
    assert _printed(WHOLE) == ["True"]


TWO_THREADS = """
import importlib, sys, threading
sys.setswitchinterval(1e-5)
together, faults = threading.Barrier(2), []
def load(name):
    together.wait()
    try:
        importlib.import_module(name)
    except Exception as error:
        faults.append(error)
threads = [threading.Thread(target=load, args=(name,)) for name in ("clics.descriptions.robocrys.convex_hull", "scipy.spatial")]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
import scipy.spatial
from clics.descriptions.robocrys.convex_hull import ConvexHull
print(faults, scipy.spatial.ConvexHull is ConvexHull)
"""


def test_another_thread_may_import_the_package_at_the_same_time() -> None:
    assert [_printed(TWO_THREADS) for _ in range(3)] == [["[] True"]] * 3
