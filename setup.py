"""Import names and their folders; everything else about the package is in ``pyproject.toml``."""

from setuptools import find_packages, setup

setup(
    packages=[
        *find_packages("engine"),
        *find_packages(".", include=["clics_gui", "clics_gui.*"]),
        "clics_resources",
    ],
    package_dir={"clics": "engine/clics", "clics_gui": "clics_gui", "clics_resources": "resources"},
)
