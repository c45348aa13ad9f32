"""Files of simulation programs, written by ASE or after the programs' manuals."""

from __future__ import annotations

import tempfile
import warnings
from collections.abc import Callable
from pathlib import Path

from pymatgen.core import Structure
from pymatgen.io.ase import AseAtomsAdaptor
from pymatgen.io.vasp import Poscar

ASE = {
    "traj": "traj", "ase-db": "db", "espresso-input": "espresso-in", "shelx": "res", "gen": "gen",
    "crystal-gui": "crystal", "wien2k": "struct", "lammps": "lammps-data", "aims": "aims", "xdatcar": "vasp-xdatcar",
    "abinit": "abinit-in", "xyz": "extxyz", "xsf": "xsf", "json": "json",
}  # fmt: skip
"""Formats of the registry that ASE writes and reads, and its names for them."""
_BOHR = 0.529177210903


def by_ase(structure: Structure, name: str) -> bytes:
    """What ASE writes."""
    from ase.io import write

    atoms = AseAtomsAdaptor.get_atoms(structure, msonable=False)
    atoms.calc = None
    options: dict[str, object] = {}
    if name == "espresso-in":
        options["pseudopotentials"] = {symbol: f"{symbol}.upf" for symbol in set(atoms.symbols)}
    if name == "lammps-data":
        options = {"masses": True, "units": "metal", "atom_style": "charge", "reduce_cell": False}
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"x.{name}"
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            write(path, atoms, format=name, **options)
        return path.read_bytes()


def _rows(values: object, form: str = "{:.9f} {:.9f} {:.9f}") -> str:
    return "".join(form.format(*row) + "\n" for row in values)  # type: ignore[attr-defined]


def _cell(structure: Structure, factor: float = 1.0) -> str:
    return _rows(structure.lattice.matrix * factor)


def _kinds(structure: Structure) -> list[str]:
    return list(dict.fromkeys(site.specie.symbol for site in structure))


def _numbered(structure: Structure) -> list[tuple[int, int, tuple[float, ...]]]:
    """Number of the kind, atomic number and fractional coordinates of each atom."""
    kinds = _kinds(structure)
    return [(kinds.index(site.specie.symbol) + 1, site.specie.Z, tuple(site.frac_coords)) for site in structure]


def _fdf(structure: Structure) -> str:
    atoms = "".join("{:.9f} {:.9f} {:.9f} {}\n".format(*at, kind) for kind, _, at in _numbered(structure))
    numbers = {kind: number for kind, number, _ in _numbered(structure)}
    labels = "".join(f"{kind} {number} {name}\n" for (kind, number), name in zip(numbers.items(), _kinds(structure)))
    return (
        f"NumberOfAtoms {len(structure)}\nNumberOfSpecies {len(numbers)}\nLatticeConstant 1.0 Ang\n"
        f"%block ChemicalSpeciesLabel\n{labels}%endblock ChemicalSpeciesLabel\n"
        f"%block LatticeVectors\n{_cell(structure)}%endblock LatticeVectors\nAtomicCoordinatesFormat Fractional\n"
        f"%block AtomicCoordinatesAndAtomicSpecies\n{atoms}%endblock AtomicCoordinatesAndAtomicSpecies\n"
    )


def _castep(structure: Structure) -> str:
    rows = "".join(
        f"{site.specie.symbol} {a:.9f} {b:.9f} {c:.9f}\n" for site in structure for a, b, c in [site.frac_coords]
    )
    cell = f"%BLOCK LATTICE_CART\n{_cell(structure)}%ENDBLOCK LATTICE_CART\n"
    return f"{cell}%BLOCK POSITIONS_FRAC\n{rows}%ENDBLOCK POSITIONS_FRAC\n"


def _struct_out(structure: Structure) -> str:
    rows = "".join(
        "{} {} {:.9f} {:.9f} {:.9f}\n".format(kind, number, *at) for kind, number, at in _numbered(structure)
    )
    return f"{_cell(structure)}{len(structure)}\n{rows}"


def _d12(structure: Structure) -> str:
    """P1 (space group 1), with lengths and angles."""
    cell = "{:.9f} {:.9f} {:.9f} {:.9f} {:.9f} {:.9f}".format(*structure.lattice.parameters)
    rows = "".join("{} {:.9f} {:.9f} {:.9f}\n".format(number, *at) for _, number, at in _numbered(structure))
    return f"a crystal\nCRYSTAL\n0 0 0\n1\n{cell}\n{len(structure)}\n{rows}END\n"


def _phonopy(structure: Structure) -> str:
    cell = _rows(structure.lattice.matrix, "  - [ {:.9f}, {:.9f}, {:.9f} ]")
    points = "".join(
        f"  - symbol: {site.specie.symbol}\n    coordinates: [ {a:.9f}, {b:.9f}, {c:.9f} ]\n"
        for site in structure
        for a, b, c in [site.frac_coords]
    )
    return (
        'phonopy:\n  version: "2.20.0"\nphysical_unit:\n  length: "angstrom"\n'
        f"unit_cell:\n  lattice:\n{cell}  points:\n{points}\n"
    )


def _chgcar(structure: Structure) -> str:
    return f"{Poscar(structure)}\n    2    2    2\n 0.1 0.2 0.3 0.4 0.5\n 0.6 0.7 0.8\n"


def _vasprun(structure: Structure) -> str:
    kinds = _kinds(structure)
    rows = "".join(
        f"<rc><c>{s.specie.symbol:2s}</c><c> {kinds.index(s.specie.symbol) + 1}</c></rc>\n" for s in structure
    )
    form = "<v> {:.9f} {:.9f} {:.9f} </v>"
    cell, at = _rows(structure.lattice.matrix, form), _rows(structure.frac_coords, form)
    reciprocal = _rows(structure.lattice.reciprocal_lattice_crystallographic.matrix, form)

    def block(name: str) -> str:
        return (
            f'<structure{name}>\n<crystal>\n<varray name="basis" >\n{cell}</varray>\n'
            f'<i name="volume"> {structure.volume:.8f} </i>\n<varray name="rec_basis" >\n{reciprocal}</varray>\n</crystal>\n'
            f'<varray name="positions" >\n{at}</varray>\n</structure>\n'
        )

    return (
        '<?xml version="1.0" encoding="ISO-8859-1"?>\n<modeling>\n<atominfo>\n<array name="atoms" >\n'
        f"<set>\n{rows}</set>\n</array>\n</atominfo>\n" + block(' name="initialpos"')
        + f"<calculation>\n{block('')}</calculation>\n" + block(' name="finalpos"') + "</modeling>\n"
    )  # fmt: skip


def _outcar(structure: Structure) -> str:
    structure = structure.get_sorted_structure()
    kinds = _kinds(structure)
    counts = [sum(site.specie.symbol == kind for site in structure) for kind in kinds]
    direct, reciprocal = structure.lattice.matrix, structure.lattice.reciprocal_lattice_crystallographic.matrix
    cell = _rows([[*one, *two] for one, two in zip(direct, reciprocal)], 6 * "{:13.9f}")
    head = "".join(f" POTCAR:    PAW_PBE {kind} 06Sep2000\n" for kind in kinds) * 2
    head += "".join(f"   VRHFIN ={kind}: s1\n" for kind in kinds)
    vectors = f"  volume of cell : {structure.volume:11.2f}\n      direct lattice vectors    reciprocal lattice vectors\n{cell}\n"
    start = _rows(structure.frac_coords, 3 * "{:12.8f}")
    rows = _rows([[*row, 0.1, 0.0, -0.1] for row in structure.cart_coords], 6 * "{:13.5f}")
    return (
        f" vasp.6.3.0 20Jan22 (build Jan 22 2022) complex\n{head}   ions per type = {' '.join(map(str, counts))}\n{vectors}"
        f" position of ions in fractional coordinates (direct lattice)\n{start}\n"
        f"--------- Iteration      1(   1)  ---------\n{vectors}"
        f" POSITION                                       TOTAL-FORCE (eV/Angst)\n {'-' * 83}\n{rows} {'-' * 83}\n"
        " General timing and accounting informations for this job:\n"
    )


def _espresso_output(structure: Structure) -> str:
    axes = "".join(
        f"               a({n}) = ( {a:.9f} {b:.9f} {c:.9f} )\n"
        for n, (a, b, c) in enumerate(structure.lattice.matrix / _BOHR / 10, 1)
    )
    sites = "".join(
        f"  {n:8d}           {site.specie.symbol:4s}tau({n:4d}) = ( {a:.9f} {b:.9f} {c:.9f} )\n"
        for n, site in enumerate(structure, 1)
        for a, b, c in [site.coords / _BOHR / 10]
    )
    return (
        "\n     Program PWSCF v.7.1 starts on  1Jan2024 at 12:00:00\n\n     bravais-lattice index     =            0\n"
        f"     lattice parameter (alat)  =      10.0000  a.u.\n     number of atoms/cell      = {len(structure):12d}\n"
        f"     number of atomic types    = {len(_kinds(structure)):12d}\n\n     celldm(1)=  10.000000  celldm(2)=   0.000000\n\n"
        f"     crystal axes: (cart. coord. in units of alat)\n{axes}\n   Cartesian axes\n\n"
        f"     site n.     atom                  positions (alat units)\n{sites}\n     End of self-consistent calculation\n"
    )


BY_HAND: dict[str, Callable[[Structure], str]] = {
    "castep": _castep, "fdf": _fdf, "siesta-out": _struct_out, "crystal-input": _d12, "phonopy": _phonopy, "chgcar": _chgcar,
    "vasprun": _vasprun, "outcar": _outcar, "espresso-output": _espresso_output,
}  # fmt: skip
