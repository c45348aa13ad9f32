"""Import names, their folders, and the compiled kernels; everything else about the package is in ``pyproject.toml``."""

import os
from glob import glob

from setuptools import Extension, find_packages, setup

# sums are rounded as numpy rounds them; visible names could be taken from another library
OPTIONS = ["/O2"] if os.name == "nt" else ["-O3", "-ffp-contract=off", "-fno-math-errno", "-fvisibility=hidden"]


def kernel(module: str, folder: str) -> Extension:
    """A compiled module; without a compiler, numpy does its work."""
    return Extension(
        module,
        sorted(glob(f"{folder}/*.c")),
        depends=sorted(glob(f"{folder}/*.h")),
        extra_compile_args=OPTIONS,
        libraries=[] if os.name == "nt" else ["m"],
        py_limited_api=True,
        optional=True,
    )


KERNELS = [
    kernel("clics.model._graph_kernel", "engine/graph_kernel"),
    kernel("clics.descriptions.shapes._shape_kernel", "engine/shape_kernel"),
]

setup(
    packages=[
        *find_packages("engine"),
        *find_packages(".", include=["clics_gui", "clics_gui.*"]),
        "clics_resources",
    ],
    package_dir={"clics": "engine/clics", "clics_gui": "clics_gui", "clics_resources": "resources"},
    ext_modules=[] if os.environ.get("CLICS_WITHOUT_KERNELS") else KERNELS,  # a wheel for any system
    options={"bdist_wheel": {"py_limited_api": "cp311"}},
)
