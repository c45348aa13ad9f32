"""Results of VASP: structures known beforehand, in the files of VASP 6; ASE 3.29 and pymatgen agree where they read them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import ase.io
import numpy as np
import pytest
from ase import Atoms
from ase.io.vasp import write_vasp_xdatcar
from clics.crystals.crystal import Crystal, Refusal
from clics.readers import formats
from pymatgen.core import Lattice, Structure
from pymatgen.io.vasp import Chgcar, Poscar, Xdatcar

Read = Callable[..., list[Crystal | Refusal]]
SHARED = Path(__file__).parents[4] / "shared" / "cases" / "XDATCAR"


def frames(count: int = 3, *, cell_too: bool = True) -> list[Atoms]:
    """Wurtzite-like ZnO that relaxes; the elements stand in two groups."""
    found = []
    for step in range(count):
        cell = np.array([[3.25, 0, 0], [-1.625, 2.8146, 0], [0, 0, 5.2]]) * (1 + 0.01 * step * cell_too)
        coords = [[1 / 3, 2 / 3, 0.01 * step], [2 / 3, 1 / 3, 0.5], [1 / 3, 2 / 3, 0.38], [2 / 3, 1 / 3, 0.88]]
        found.append(Atoms("Zn2O2", scaled_positions=coords, cell=cell, pbc=True))
    return found


def vasprun(steps: list[Atoms], *, final: bool = True, end: str = "</modeling>\n") -> str:
    """vasprun.xml after the manual of VASP 6, without its energies."""

    def structure(atoms: Atoms, name: str = "") -> str:
        form = "<v> {:.8f} {:.8f} {:.8f} </v>\n".format
        rows, reciprocal = ("".join(form(*row) for row in cell[:]) for cell in (atoms.cell, atoms.cell.reciprocal()))
        at = "".join(f"<v> {x:.8f} {y:.8f} {z:.8f} </v>\n" for x, y, z in atoms.get_scaled_positions())
        label = f' name="{name}"' if name else ""
        return (f'<structure{label}>\n<crystal>\n<varray name="basis" >\n{rows}</varray>\n'
                f'<i name="volume"> {atoms.cell.volume:.8f} </i>\n'
                f'<varray name="rec_basis" >\n{reciprocal}</varray>\n</crystal>\n<varray name="positions" >\n{at}</varray>\n'
                "</structure>\n")  # fmt: skip

    rows = "".join(f"<rc><c>{symbol:2s}</c><c>   {1 + (symbol == 'O')}</c></rc>\n" for symbol in steps[0].symbols)
    kinds = "<rc><c>   2</c><c>Zn</c><c> 65.4</c></rc>\n<rc><c>   2</c><c>O </c><c> 16.0</c></rc>\n"
    text = ('<?xml version="1.0" encoding="ISO-8859-1"?>\n<modeling>\n<atominfo>\n<atoms> 4 </atoms>\n<types> 2 </types>\n'
            f'<array name="atoms" >\n<field type="string">element</field>\n<set>\n{rows}</set>\n</array>\n'
            f'<array name="atomtypes" >\n<set>\n{kinds}</set>\n</array>\n</atominfo>\n')  # fmt: skip
    text += '<kpoints>\n<varray name="kpointlist" >\n<v> 0 0 0 </v>\n</varray>\n<varray name="weights" >\n<v> 1 </v>\n'
    text += "</varray>\n</kpoints>\n" + structure(steps[0], "initialpos")
    energies = "".join(f'<i name="{name}"> -1.0 </i>' for name in ("e_fr_energy", "e_wo_entrp", "e_0_energy"))
    step = f"<scstep><energy>{energies}</energy></scstep><energy>{energies}</energy>"
    text += "".join(f"<calculation>\n{step}\n{structure(atoms)}</calculation>\n" for atoms in steps)
    return text + (structure(steps[-1], "finalpos") if final else "") + end


def outcar(steps: list[Atoms]) -> str:
    """OUTCAR in the columns of VASP 6; ``start`` positions, then a table of positions and forces for each step."""
    vectors_of = [zip(atoms.cell[:], atoms.cell.reciprocal()[:], strict=True) for atoms in steps]
    cells = ["".join("".join(f"{x:13.9f}" for x in row) + "    " + "".join(f"{x:13.9f}" for x in back) + "\n"
                     for row, back in rows) for rows in vectors_of]  # fmt: skip
    vectors = "      direct lattice vectors                 reciprocal lattice vectors\n"
    start = "".join("".join(f"{x:12.8f}" for x in row) + "\n" for row in steps[0].get_scaled_positions())
    text = (" vasp.6.3.0 20Jan22 (build Jan 22 2022) complex\n"
            + 2 * " POTCAR:    PAW_PBE Zn 06Sep2000\n POTCAR:    PAW_PBE O 08Apr2002\n" +
            "   VRHFIN =Zn: d10 p2\n   VRHFIN =O: s2p4\n   ions per type =               2   2\n"
            f"{vectors}{cells[0]}\n position of ions in fractional coordinates (direct lattice)\n{start}\n"
            "--------- Iteration      1(   1)  ---------\n")  # fmt: skip
    for atoms, cell in zip(steps, cells, strict=True):
        rows = "".join("".join(f"{x:13.5f}" for x in [*row, 0.1, 0.0, -0.1]) + "\n" for row in atoms.positions)
        text += (f"{vectors}{cell}\n POSITION                                       TOTAL-FORCE (eV/Angst)\n {'-' * 83}\n"
                 f"{rows} {'-' * 83}\n    total drift:   0.0 0.0 0.0\n")  # fmt: skip
    return text + " General timing and accounting informations for this job:\n"


def assert_frames(found: list[Crystal | Refusal], expected: list[Atoms], tolerance: float = 1e-6) -> None:
    assert [entry.block for entry in found] == [str(number + 1) for number in range(len(expected))]
    for crystal, atoms in zip(found, expected, strict=True):
        assert isinstance(crystal, Crystal), crystal
        assert [site.specie.symbol for site in crystal.structure] == list(atoms.symbols)
        np.testing.assert_allclose(crystal.structure.lattice.matrix, atoms.cell[:], atol=tolerance)
        gap = crystal.structure.frac_coords - atoms.get_scaled_positions()
        np.testing.assert_allclose(gap - np.round(gap), 0, atol=tolerance)
    last = found[-1]
    assert isinstance(last, Crystal)
    assert f"frame {len(expected)} of {len(expected)}, the last" in str(last.provenance["warnings"])


def test_vasprun_gives_every_ionic_step_and_the_last_one_is_named(read: Read, tmp_path: Path) -> None:
    steps = frames()
    assert_frames(read(vasprun(steps), "vasprun.xml"), steps)
    (tmp_path / "ase.xml").write_text(vasprun(steps))
    for atoms, other in zip(ase.io.read(tmp_path / "ase.xml", format="vasp-xml", index=":"), steps, strict=True):
        np.testing.assert_allclose(atoms.positions, other.positions, atol=1e-6)
    assert formats.by_content(vasprun(steps).encode()) == "vasprun"
    moved = vasprun(steps[:1], final=False, end="") + vasprun([steps[0], steps[1]]).split("</calculation>")[-1]
    assert len(read(moved, "vasprun.xml")) == 2  # a final structure of its own is a frame


def test_a_vasprun_of_a_run_that_was_ended(read: Read) -> None:
    steps = frames()
    text = vasprun(steps)
    cut = read(text[: text.rindex("<calculation>") + 200], "vasprun.xml")
    assert [type(entry) for entry in cut] == [Crystal, Crystal, Refusal]
    assert isinstance(cut[-1], Refusal)
    assert cut[-1].kind == "truncated"
    unfinished = read(vasprun(steps[:1]).replace("<calculation>", "<!--").replace("</calculation>", "-->")
                      .replace("<structure>", "").replace("finalpos", "primitive_cell"), "vasprun.xml")  # fmt: skip
    assert len(unfinished) == 1
    assert isinstance(unfinished[0], Crystal)
    assert "no ionic step is finished" in str(unfinished[0].provenance["warnings"])


@pytest.mark.parametrize("entity", ['<!ENTITY a "b">', '<!ENTITY x SYSTEM "file:///etc/passwd">'])
def test_entities_of_xml_are_never_expanded(entity: str, read: Read) -> None:
    text = (
        vasprun(frames(1))
        .replace("<modeling>", f"<!DOCTYPE modeling [{entity}]>\n<modeling>")
        .replace("<c>Zn", "<c>&x;")
    )
    [found] = read(text, "vasprun.xml")
    assert isinstance(found, Refusal)
    assert found.kind == "bad-format"


def test_outcar_gives_every_ionic_step(read: Read) -> None:
    steps = frames()
    assert formats.by_content(outcar(steps).encode()) == "outcar"
    found = read(outcar(steps), "OUTCAR")
    assert_frames(found, steps, 1e-5)


def test_outcars_without_a_finished_step_and_with_a_broken_one(read: Read) -> None:
    text = outcar(frames(2))
    start = read(text[: text.index(" POSITION      ")], "OUTCAR")
    assert len(start) == 1
    assert isinstance(start[0], Crystal)
    assert "at the start" in str(start[0].provenance["warnings"])
    cut = read(text[: text.rindex("total drift") - 400], "OUTCAR")
    assert [type(entry) for entry in cut] == [Crystal, Refusal]
    stars = read(text.replace("-0.10000\n", "-0.10000\n").replace("  0.10000", "*********"), "OUTCAR")
    assert all(isinstance(entry, Crystal) for entry in stars)  # forces that overflow their columns do not matter
    nan = read(text.replace("0.10000", "NaN"), "OUTCAR")
    assert all(isinstance(entry, Crystal) for entry in nan)
    huge = read(text.replace("ions per type =               2   2", "ions per type =  99999999 2"), "OUTCAR")
    assert all(isinstance(entry, Refusal) for entry in huge)


def test_xdatcar_of_fixed_and_of_variable_cells(read: Read, tmp_path: Path) -> None:
    for cell_too in (True, False):
        steps = frames(cell_too=cell_too)
        path = tmp_path / "ase.XDATCAR"
        if cell_too:
            texts = []
            for number, atoms in enumerate(steps, start=1):
                write_vasp_xdatcar(path.open("w"), [atoms])
                texts.append(path.read_text().replace("=     1", f"=     {number}"))
            path.write_text("".join(texts))
        else:
            with path.open("w") as out:
                write_vasp_xdatcar(out, steps)
        text = path.read_text()
        assert formats.by_content(text.encode()) == "xdatcar"
        assert_frames(read(text, "XDATCAR"), steps)
        assert len(Xdatcar(path).structures) == 3
        assert_frames(read(text, "POSCAR"), steps) if not cell_too else None


@pytest.mark.shared
@pytest.mark.skipif(not SHARED.exists(), reason="the shared cases are not beside this checkout")
def test_the_shared_xdatcar_has_two_frames_of_which_the_last_is_cubic(read: Read) -> None:
    found = read(SHARED.read_text(), "XDATCAR")
    assert [entry.block for entry in found] == ["1", "2"]
    assert isinstance(found[-1], Crystal)
    assert found[-1].structure.get_space_group_info()[1] == 227


@pytest.mark.parametrize(("text", "kind"), [
    ("a\n1\n3 0 0\n0 3 0\n0 0 3\nSi\n1\nDirect configuration= 1\n", "truncated"),
    ("a\n1\n3 0 0\n0 3 0\n0 0 3\nSi\n999999999\nDirect configuration= 1\n0 0 0\n", "too-large"),
    ("Direct configuration= 1\n0 0 0\n", "no-cell"),
    ("8 8 1\n0.1\nDirect configuration= 1\n0 0 0\n", "no-cell"),
    ("a\n1\n3 0 0\n0 3 0\n0 0 3\nSi\n1\n0 0 0\n", "bad-format"),
])  # fmt: skip
def test_xdatcars_that_are_refused(text: str, kind: str, read: Read) -> None:
    [found] = read(text, "XDATCAR")
    assert isinstance(found, Refusal)
    assert found.kind == kind


def test_the_head_of_a_charge_density(read: Read, tmp_path: Path) -> None:
    structure = Structure(Lattice.hexagonal(3.25, 5.2), ["Zn", "Zn", "O", "O"], frames(1)[0].get_scaled_positions())
    path = tmp_path / "written"
    Chgcar(Poscar(structure), {"total": np.arange(64.0).reshape(4, 4, 4)}).write_file(path)
    text = path.read_text()
    assert formats.by_content(text.encode()) == "chgcar"
    for name, content in (("CHGCAR", text), ("LOCPOT", text), ("AECCAR0", text[: text.index("   4   4   4")])):
        [found] = read(content, name)
        assert isinstance(found, Crystal), found
        np.testing.assert_allclose(found.structure.lattice.matrix, structure.lattice.matrix, atol=1e-5)
        np.testing.assert_allclose(found.structure.frac_coords, structure.frac_coords, atol=1e-5)
    [cut] = read("\n".join(text.splitlines()[:9]), "CHGCAR")
    assert isinstance(cut, Refusal)
    assert cut.kind == "truncated"
