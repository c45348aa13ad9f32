# ruff: noqa: E501  # rows of files stand on one line
"""Writes ``inputs.txt``: files of programs in dialects of their formats, and supercells that name the group of the small cell.

The triclinic crystal is made up; no cell that is read with exchanged axes, transposed or in other units has its distances.
Right values: pymatgen builds the crystals that the texts state by the programs' manuals, spglib finds their groups.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import spglib
from crystals import reference
from make import Entry, atoms, cell, counts, named, operations, write
from pymatgen.core import Lattice, Structure

BOHR = 0.529177210903
TRICLINIC = Structure(
    Lattice.from_parameters(5.1, 5.9, 6.7, 82.0, 95.0, 103.0),
    ["Sr", "Al", "O", "O"], [[0.1, 0.12, 0.2], [0.6, 0.55, 0.71], [0.4, 0.8, 0.1], [0.85, 0.3, 0.55]],
)  # fmt: skip
KINDS = {"Sr": 1, "Al": 2, "O": 3}


def right_of(structure: Structure) -> dict[str, object]:
    spglib_cell = (structure.lattice.matrix, structure.frac_coords, [site.specie.Z for site in structure])
    shortest = min(d for d in structure.get_neighbor_list(5.0)[3] if d > 1e-3)
    number = int(spglib.get_symmetry_dataset(spglib_cell, symprec=0.01).number)
    formula = structure.composition.reduced_composition.formula
    return {"formula": formula, "sites": len(structure), "group": number, "shortest": round(float(shortest), 3)}


def rows(values: object, before: list[str] | None = None, behind: list[str] | None = None) -> str:
    lines = [" ".join(f"{x:.7f}" for x in row) for row in np.asarray(values)]
    lines = [f"{word} {line}" for word, line in zip(before or [""] * len(lines), lines, strict=True)]
    return "\n".join(f"{line} {word}".strip() for line, word in zip(lines, behind or [""] * len(lines), strict=True))


def poscars() -> Iterator[tuple[str, str]]:
    matrix, at, xyz = TRICLINIC.lattice.matrix, TRICLINIC.frac_coords, TRICLINIC.cart_coords
    volume, three = TRICLINIC.volume, np.array([2.0, 0.5, 4.0])

    def text(scale: str, vectors: object, mode: str, positions: str, tail: str = "") -> str:
        return f"a crystal\n{scale}\n{rows(vectors)}\nSr Al O\n1 1 2\n{mode}\n{positions}\n{tail}"

    yield "volume-third.vasp", text(f"-{volume:.6f}", matrix / 3, "Direct", rows(at))
    yield "volume-cartesian.vasp", text(f"-{volume:.6f}", matrix * 2, "Cartesian", rows(xyz * 2))
    yield "three-scales.vasp", text("2.0 0.5 4.0", matrix / three, "Direct", rows(at))
    yield "three-scales-cartesian.vasp", text("2.0 0.5 4.0", matrix / three, "Cartesian", rows(xyz / three))
    yield (
        "selective.vasp",
        text("1.0", matrix, "Selective\nKart", rows(xyz, behind=["T F T", ".TRUE. .FALSE. T", "F F F", "T T T"])),
    )
    yield "scale-comment.vasp", text("1.0 ! scale", matrix, "Direct", rows(at), "\n" + rows(0 * at + 0.001) + "\n")
    yield (
        "lattice-velocities.vasp",
        text(
            "1.0",
            matrix,
            "Direct",
            rows(at),
            f"Lattice velocities and vectors\n1\n{rows(matrix / 1000)}\n{rows(matrix)}\n",
        ),
    )


def frames() -> Iterator[tuple[str, str]]:
    names = [site.specie.symbol for site in TRICLINIC]
    box = " ".join(f"{x:.7f}" for x in TRICLINIC.lattice.matrix.ravel())
    listed = rows(TRICLINIC.cart_coords, names)
    matrix = json.dumps(TRICLINIC.lattice.matrix.round(7).tolist())
    yield "json-lattice.xyz", f"4\nLattice={matrix} pbc=[T, T, T] Properties=species:S:1:pos:R:3\n{listed}\n"
    yield (
        "braces.xyz",
        f"4\nLattice={{{box}}} Properties=forces:R:3:species:S:1:pos:R:3:tag:I:1\n"
        + rows(TRICLINIC.cart_coords, [f"1.0 2.0 3.0 {name}" for name in names], ["7"] * 4)
        + "\n",
    )
    yield (
        "numbers.xyz",
        f"4\nLattice='{box}' Properties=Z:I:1:pos:R:3\n" + rows(TRICLINIC.cart_coords, ["38", "13", "8", "8"]) + "\n",
    )
    yield "no-properties.xyz", f'4\nlattice="{box}" pbc="True True True" energy=-1.0 note="a \\"b\\" = c"\n{listed}\n'


def inputs() -> Iterator[tuple[str, str]]:
    a, b, c, alpha, beta, gamma = TRICLINIC.lattice.parameters
    cosines = [math.cos(math.radians(angle)) for angle in (alpha, beta, gamma)]
    matrix, at, xyz = TRICLINIC.lattice.matrix, TRICLINIC.frac_coords, TRICLINIC.cart_coords
    names = [site.specie.symbol for site in TRICLINIC]
    numbers, kinds = [str(site.specie.Z) for site in TRICLINIC], [str(KINDS[name]) for name in names]
    head, types = (
        "&CONTROL\n/\n&SYSTEM\n nat = 4, ntyp = 3,\n ",
        "/\nATOMIC_SPECIES\nSr 87.62 a\nAl 26.98 b\nO 16.0 c\n",
    )
    yield "ibrav-14.pwi", (f"{head}ibrav=14, A={a}, B={b}, C={c}, cosBC={cosines[0]:.9f}, cosAC={cosines[1]:.9f}, cosAB={cosines[2]:.9f}\n"
                           f"{types}ATOMIC_POSITIONS (crystal)\n{rows(at, names)}\n")  # fmt: skip
    yield "alat.pwi", (f"{head}ibrav=0, celldm(1)=10.0\n{types}CELL_PARAMETERS alat\n{rows(matrix / BOHR / 10)}\n"
                       f"ATOMIC_POSITIONS {{alat}}\n{rows(xyz / BOHR / 10, names, ['0 0 1'] * 4)}\n")  # fmt: skip
    yield "lattice-abc.cell", (f"%BLOCK LATTICE_ABC\nnm\n{a / 10} {b / 10} {c / 10}\n{alpha} {beta} {gamma}\n%ENDBLOCK LATTICE_ABC\n"
                               f"%block positions_frac\n{rows(at, ['Sr:1', *names[1:]], ['SPIN= 1.0'] * 4)}\n%endblock positions_frac\n")  # fmt: skip
    yield "bohr.cell", (f"%BLOCK lattice_cart\nbohr\n{rows(matrix / BOHR)}\n%ENDBLOCK lattice_cart\n%BLOCK POSITIONS_ABS\nbohr\n"
                        f"{rows(xyz / BOHR, numbers)}\n%ENDBLOCK POSITIONS_ABS\nFIX_ALL_CELL : true\n")  # fmt: skip
    vectors = "".join(f"{rows([row])} {name}\n" for row, name in zip(matrix, ("avec", "bvec", "cvec"), strict=True))
    yield "general-triclinic.lmp", (f"LAMMPS data\n\n4 atoms\n3 atom types\n{vectors}0 0 0 abc origin\n\nMasses\n\n1 87.62\n2 26.9815\n3 15.9994\n\n"
                                    f"Atoms # atomic\n\n{rows(xyz, [f'{k} {kind}' for k, kind in enumerate(kinds, 1)])}\n")  # fmt: skip
    species = "%block ChemicalSpeciesLabel\n1 38 Sr\n2 13 Al.pbe\n3 8 O\n%endblock ChemicalSpeciesLabel\n"
    yield "origin.fdf", (f"number_of_atoms 4\nLattice.Constant 10.0 Bohr\n%block LatticeVectors\n{rows(matrix / BOHR / 10)}\n%endblock\n{species}"
                         "Atomic_Coordinates_Format ScaledCartesian\n%block AtomicCoordinatesOrigin\n0.1 0.2 0.3\n%endblock\n"
                         f"%block AtomicCoordinatesAndAtomicSpecies\n{rows(xyz / BOHR / 10, behind=kinds)}\n%endblock\n")  # fmt: skip
    yield (
        "angdeg.abi",
        (
            f"natom 4 ntypat 3 typat 1 2 2*3 znucl 38 13 8\nacell {a} {b} {c} Angstr\nangdeg {alpha} {beta} {gamma}\nxred\n{rows(at)}\n"
        ),
    )
    yield (
        "scaled.abi",
        (
            f"natom 4 ntypat 3 typat 1 2 3 3 znucl 38 13 8\nacell 3*2\nrprim {rows(matrix / BOHR / 2)}\nxcart {rows(xyz)} Angstrom\n"
        ),
    )


def entries() -> Iterator[Entry]:
    right = right_of(TRICLINIC)
    for kind, files in (
        ("dialects of POSCAR", poscars()),
        ("dialects of extended XYZ", frames()),
        ("units of inputs", inputs()),
    ):
        for name, text in files:
            yield Entry(kind, name, text, right)
    small = reference("rutile")
    large = small.structure() * (1, 1, 2)
    sites = "".join(f"{s.specie.symbol}{k} {s.specie.symbol} {rows([s.frac_coords])}\n" for k, s in enumerate(large, 1))
    begin = "data_r\n" + cell(small).replace("length_c 2.959", "length_c 5.918")
    listed = atoms(small).partition("Ti1")[0] + sites
    says, z = ["12 atoms that are listed, 6 would give"], counts(small, "formula", "z").replace("Z 2", "Z 4")
    for name, middle in (
        ("named", named("P 42/m n m")), ("counted", z + named("P 42/m n m")), ("listed", operations(small.operations)),
        ("listed-named", z + named("P 42/m n m") + operations(small.operations)),
    ):  # fmt: skip
        if name == "listed":  # nothing but the distances speaks for the large cell
            middle = named("P 42/m n m") + middle
        yield Entry("supercells under the group of the small cell", f"supercell-{name}.cif", begin + middle + listed, right_of(large),
                    says, contradicts=False)  # fmt: skip


if __name__ == "__main__":
    print(Path(__file__).name, write("inputs", entries()))
