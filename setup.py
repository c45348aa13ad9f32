"""Import names, their folders, and the compiled kernel; everything else about the package is in ``pyproject.toml``."""

import os
from glob import glob

from setuptools import Extension, find_packages, setup

KERNEL = Extension(
    "clics.model._graph_kernel",
    sorted(glob("engine/graph_kernel/*.c")),
    depends=sorted(glob("engine/graph_kernel/*.h")),
    # sums are rounded as numpy rounds them; visible names could be taken from another library
    extra_compile_args=["-O3", "-ffp-contract=off", "-fno-math-errno", "-fvisibility=hidden"]
    if os.name != "nt"
    else ["/O2"],
    libraries=["m"] if os.name != "nt" else [],
    py_limited_api=True,
    optional=True,  # without a compiler, numpy builds the graphs
)

setup(
    packages=[
        *find_packages("engine"),
        *find_packages(".", include=["clics_gui", "clics_gui.*"]),
        "clics_resources",
    ],
    package_dir={"clics": "engine/clics", "clics_gui": "clics_gui", "clics_resources": "resources"},
    ext_modules=[] if os.environ.get("CLICS_WITHOUT_KERNEL") else [KERNEL],  # a wheel for any system
    options={"bdist_wheel": {"py_limited_api": "cp311"}},
)
