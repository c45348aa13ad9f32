"""Libraries, data and citation: texts of the dialog About."""

from __future__ import annotations

from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, metadata, version

PARTS = (
    "torch", "numpy", "scipy", "pymatgen-core", "spglib", "moyopy", "gemmi", "ase", "faiss-cpu", "safetensors", "tokenizers",
    "transformers", "PySide6-Essentials", "vispy", "pyqtgraph", "superqt", "QtAwesome", "pydantic", "platformdirs", "openpyxl",
    "pandas",
)  # fmt: skip

ATTRIBUTION = (
    "The released model was trained on crystal structures of the Materials Project (materialsproject.org), used under "
    "CC BY 4.0: A. Jain et al., APL Materials 1, 011002 (2013), doi:10.1063/1.4812323. The built-in library contains the "
    "AFLOW prototypes: M. J. Mehl et al., Comput. Mater. Sci. 136, S1 (2017), doi:10.1016/j.commatsci.2017.01.017."
)

CITATION = (
    "K. Ozawa, T. Suzuki, S. Tonogai, T. Itakura: Graph-text contrastive learning of inorganic crystal structure toward "
    "a foundation model of inorganic materials (CLICS), preprint, 28 March 2024. Descriptions: A. M. Ganose, "
    "A. Jain, Robocrystallographer, MRS Commun. 9, 874 (2019). Symmetry: A. Togo, K. Shinohara, I. Tanaka, spglib, "
    "arXiv:1808.01590."
)


@dataclass(frozen=True, slots=True)
class Part:
    """An installed library."""

    name: str
    version: str
    licence: str


def parts() -> list[Part]:
    """Installed libraries with the licences that their packages state."""
    packages = []
    for name in PARTS:
        try:
            about = metadata(name)
        except PackageNotFoundError:
            continue
        packages.append(Part(name, version(name), _licence(about)))
    return packages


def _licence(about: object) -> str:
    values = {key: about.get_all(key) or [] for key in ("License-Expression", "License", "Classifier")}  # type: ignore[attr-defined]
    classifiers = [line.rpartition("::")[2].strip() for line in values["Classifier"] if line.startswith("License ::")]
    stated = [
        line
        for line in (*values["License-Expression"], *values["License"])
        if line and "\n" not in line and len(line) < 80
    ]
    return next(iter([*stated, *classifiers]), "see its package")
