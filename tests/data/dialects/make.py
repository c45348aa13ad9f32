# ruff: noqa: E501  # rows of files stand on one line
"""Writes the corpus of dialects: ``python tests/data/dialects/make.py``, with the environment of the project.

``programs.txt`` is written by hand: rutile after files of many programs. ``inputs.txt`` is written by ``inputs.py``. Each entry is a small file in the manner of a real program,
with its right answer. Answers of crystals come from gemmi and spglib
(crystals.py), those of refusals and contradictions from what was changed in the file.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from crystals import Reference, answer, in_setting, reference
from pymatgen.core import Structure

HERE = Path(__file__).parent
NAME_TAGS = {
    "ICSD": "_symmetry_space_group_name_H-M",
    "COD": "_space_group_name_H-M_alt",
    "SHELX": "_space_group_name_H-M_alt",
}


@dataclass
class Entry:
    """A file: its name, content, and what is right; ``says`` must be in the notes or the message."""

    kind: str
    name: str
    text: str
    right: dict[str, object]
    says: list[str] = field(default_factory=list)
    contradicts: bool = False


def cell(ref: Reference, leave_out: Iterable[str] = ()) -> str:
    tags = ("length_a", "length_b", "length_c", "angle_alpha", "angle_beta", "angle_gamma")
    return "".join(
        f"_cell_{tag} {value:g}\n" for tag, value in zip(tags, ref.cell, strict=True) if tag not in leave_out
    )


def operations(triplets: Iterable[str], style: str = "old") -> str:
    rows = list(triplets)
    if style == "icsd":
        body = "".join(f"{k} '{row.replace(',', ', ')}'\n" for k, row in enumerate(rows, 1))
        return f"loop_\n_symmetry_equiv_pos_site_id\n_symmetry_equiv_pos_as_xyz\n{body}"
    if style == "new":
        return "loop_\n_space_group_symop_operation_xyz\n" + "".join(f"'{row}'\n" for row in rows)
    if style == "bare":
        return "loop_\n_symmetry_equiv_pos_as_xyz\n" + "".join(f"{row.replace(',', ', ')}\n" for row in rows)
    if style == "capitals":
        return "loop_\n_symmetry_equiv_pos_as_xyz\n" + "".join(f"  {row.upper()}\n" for row in rows)
    return "loop_\n_symmetry_equiv_pos_as_xyz\n" + "".join(f"{row}\n" for row in rows)


def atoms(
    ref: Reference, *, types: bool = True, digits: int = 5, multiplicities: bool = False, upper: bool = False
) -> str:
    head = (
        "loop_\n_atom_site_label\n"
        + "_atom_site_type_symbol\n" * types
        + "_atom_site_symmetry_multiplicity\n" * multiplicities
    )
    head += "".join(f"_atom_site_fract_{axis}\n" for axis in "xyz")
    seen: dict[str, int] = {}
    rows = []
    for (symbol, *xyz), many in zip(ref.atoms, ref.multiplicities(), strict=True):
        seen[symbol] = seen.get(symbol, 0) + 1
        label = f"{symbol.upper() if upper else symbol}{seen[symbol]}"
        rows.append(
            " ".join([label, *[symbol] * types, *[str(many)] * multiplicities, *(f"{x:.{digits}f}" for x in xyz)])
        )
    return head + "\n".join(rows) + "\n"


def counts(ref: Reference, *tags: str) -> str:
    weight = ref.structure().composition.weight / ref.z
    density = ref.structure().density
    lines = {
        "formula": f"_chemical_formula_sum '{ref.formula}'\n", "z": f"_cell_formula_units_Z {ref.z}\n",
        "weight": f"_chemical_formula_weight {weight:.2f}\n", "density": f"_exptl_crystal_density_diffrn {density:.3f}\n",
        "volume": f"_cell_volume {ref.structure().volume:.2f}\n", "number": f"_symmetry_Int_Tables_number {ref.setting.number}\n",
    }  # fmt: skip
    return "".join(lines[tag] for tag in tags)


def named(symbol: str, tag: str = "_symmetry_space_group_name_H-M") -> str:
    return f"{tag} '{symbol}'\n"


def right(ref: Reference) -> dict[str, object]:
    return answer(ref.structure())


def settings() -> Iterator[Entry]:
    """No operations are listed."""
    spelled = {
        "spinel": ["Fd-3m (origin choice 2)", "F d -3 m :2", "F d -3 m Z", "F d -3 m O2", "F 41/d -3 2/m :2", "Fd-3mZ",
                   "F d -3 m [origin at -3m]", "Fd-3m, origin 2", "F d -3 m:2"],
    }  # fmt: skip
    for k, symbol in enumerate(spelled["spinel"]):
        ref = reference("spinel")
        yield Entry(
            "origin choice by name",
            f"spinel-{k}.cif",
            "data_spinel\n" + cell(ref) + named(symbol) + atoms(ref),
            right(ref),
        )
    for k, symbol in enumerate(["F d -3 m S", "Fd-3m:1", "F d -3 m (origin choice 1)", "F d -3 m :1"]):
        ref = in_setting("spinel", "F d -3 m:1")
        yield Entry(
            "origin choice by name",
            f"spinel-first-{k}.cif",
            "data_s\n" + cell(ref) + named(symbol) + atoms(ref),
            right(ref),
        )
    for name, first, second in (("silicon", "F d -3 m:1", "F d -3 m:2"), ("anatase", "I 41/a m d:1", "I 41/a m d:2"),
                                ("cuprite", "P n -3 m:1", "P n -3 m:2"), ("spinel", "F d -3 m:1", "F d -3 m:2")):  # fmt: skip
        for setting in (first, second):
            ref = in_setting(name, setting)
            text = f"data_{name}\n" + cell(ref) + counts(ref, "formula", "z") + named(setting[:-2]) + atoms(ref)
            yield Entry(
                "origin choice by Z and formula",
                f"{name}-counts-{setting[-1]}.cif",
                text,
                right(ref),
                ["no operations are listed"],
            )
            text = f"data_{name}\n" + cell(ref) + counts(ref, "number") + atoms(ref, multiplicities=True)
            yield Entry(
                "origin choice by multiplicities", f"{name}-mult-{setting[-1]}.cif", text, right(ref), ["no operations"]
            )
    for name in ("calcite", "hematite", "bismuth telluride"):
        for axes in "HR":
            ref = in_setting(name, f"{reference(name).setting.hm}:{axes}")
            short = name.split()[0]
            text = f"data_{short}\n" + cell(ref) + counts(ref, "number").replace("_symmetry_Int", "_space_group_IT").replace(
                "_Tables_number", "_number") + atoms(ref)  # fmt: skip
            yield Entry("axes by the cell", f"{short}-{axes}.cif", text, right(ref), ["no operations are listed"])
            yield Entry("axes by the cell", f"{short}-name-{axes}.cif",
                        f"data_{short}\n" + cell(ref) + named(ref.setting.hm) + atoms(ref), right(ref))  # fmt: skip
    for name, setting, symbol in (
        ("perovskite", "P b n m", "P b n m"), ("perovskite", "P b n m", "Pbnm"), ("perovskite", "P m n b", "P m n b"),
        ("baddeleyite", "P 1 21/n 1", "P 21/n"), ("baddeleyite", "P 1 1 21/b", "P 1 1 21/b"), ("baddeleyite", "P 1 1 21/b", "P 21/b"),
        ("baddeleyite", "P 1 21/c 1", "P2_1/c"), ("baddeleyite", "P 1 21/c 1", "P121/c1"), ("diopside", "C 1 2/c 1", "C2/c"),
        ("diopside", "I 1 2/a 1", "I 2/a"), ("rutile", "P 42/m n m", "P 42/m 21/n 2/m"), ("sylvite", "F m -3 m", "F 4/m -3 2/m"),
        ("pyrite", "P a -3", "Pa3"), ("fluorite", "F m -3 m", "FM3M"), ("wurtzite", "P 63 m c", "P6_3mc"),
        ("calcite", "R -3 c:H", "R -3 c {hexagonal axes}"), ("calcite", "R -3 c:R", "R -3 c R"), ("hematite", "R -3 c:H", "R-3cH"),
    ):  # fmt: skip
        ref = in_setting(name, setting)
        file = f"{name}-{symbol.count(chr(32))}-{symbol.replace('/', '_').replace(' ', '').replace('{', '_').replace('}', '')}.cif"
        yield Entry(
            "symbols in any spelling",
            file,
            "data_x\n" + cell(ref) + named(symbol, NAME_TAGS["COD"]) + atoms(ref),
            right(ref),
        )
    for name, vectors in (("sylvite", 60.0), ("fluorite", 60.0), ("tungsten", 109.4712)):
        ref = reference(name)
        primitive = ref.structure().get_primitive_structure()
        a = primitive.lattice.a
        made = Structure(type(primitive.lattice).from_parameters(a, a, a, vectors, vectors, vectors), primitive.species,
                         {"sylvite": [[0, 0, 0], [0.5] * 3], "fluorite": [[0, 0, 0], [0.25] * 3, [0.75] * 3], "tungsten": [[0, 0, 0]]}[name])  # fmt: skip
        rows = {
            "sylvite": "K1 K 0 0 0\nCl1 Cl 0.5 0.5 0.5\n",
            "fluorite": "Ca1 Ca 0 0 0\nF1 F 0.25 0.25 0.25\n",
            "tungsten": "W1 W 0 0 0\n",
        }
        head = "".join(f"_cell_length_{x} {a:.5f}\n" for x in "abc") + "".join(
            f"_cell_angle_{x} {vectors}\n" for x in ("alpha", "beta", "gamma")
        )
        site = "loop_\n_atom_site_label\n_atom_site_type_symbol\n_atom_site_fract_x\n_atom_site_fract_y\n_atom_site_fract_z\n"
        yield Entry("primitive cell of a centred group", f"{name}-primitive.cif", "data_p\n" + head + counts(ref, "number") + site + rows[name],
                    answer(made), ["primitive cell"])  # fmt: skip
    germanium = Reference(
        reference("silicon").setting, (5.658, 5.658, 5.658, 90, 90, 90), [("Ge", 0.125, 0.125, 0.125)], "Ge", 8
    )
    tin = Reference(
        reference("silicon").setting, (6.489, 6.489, 6.489, 90, 90, 90), [("Sn", 0.125, 0.125, 0.125)], "Sn", 8
    )
    for name, ref in (("silicon", reference("silicon")), ("germanium", germanium), ("tin", tin)):
        yield Entry("origin choice by distances", f"{name}-number.cif", f"data_{name}\n" + cell(ref) + counts(ref, "number") + atoms(ref),
                    right(ref), ["too short"])  # fmt: skip
    ref = reference("diamond")
    text = "data_diamond\n" + cell(ref) + counts(ref, "number") + atoms(ref)
    yield Entry(
        "two readings remain", "diamond-number.cif", text, {"refused": "ambiguous-setting"}, ["C–C 1.26", "C–C 1.54"]
    )
    for name, symbol, a in (("Mg", "F d -3 m", 8.08), ("Po", "P n -3 m", 6.7), ("Ba", "I a -3 d", 12.0)):
        text = (
            "data_open\n"
            + "".join(f"_cell_length_{x} {a}\n" for x in "abc")
            + "".join(f"_cell_angle_{x} 90\n" for x in ("alpha", "beta", "gamma"))
        )
        text += (
            named(symbol)
            + f"loop_\n_atom_site_label\n_atom_site_fract_x\n_atom_site_fract_y\n_atom_site_fract_z\n{name}1 0 0 0\n"
        )
        if symbol != "I a -3 d":
            yield Entry(
                "two readings remain",
                f"open-{name}.cif",
                text,
                {"refused": "ambiguous-setting"},
                [f"{symbol}:1", f"{symbol}:2"],
            )
    for name, wrong in (
        ("quartz", "_cell_length_b 4.319"),
        ("rutile", "_cell_length_b 5.495"),
        ("pyrite", "_cell_angle_gamma 120"),
    ):
        ref = reference(name)
        tag = wrong.split()[0]
        lines = [wrong if line.startswith(tag + " ") else line for line in cell(ref).splitlines()]
        text = f"data_{name}\n" + "\n".join(lines) + "\n" + operations(ref.operations) + atoms(ref)
        yield Entry(
            "a cell against its operations",
            f"{name}-cell.cif",
            text,
            {"refused": "cell-against-symmetry"},
            ["contradicts"],
        )


def witnesses() -> Iterator[Entry]:
    """The file's own counts."""
    for name, tags in (
        ("hematite", ("number",)),
        ("K2NiF4", ("number", "z", "formula", "density")),
        ("calcite", ("formula", "number")),
    ):
        ref = reference(name)
        primitive = [
            op for op in ref.operations if "/3" not in op and "/6" not in op and (name != "K2NiF4" or "1/2" not in op)
        ]
        text = (
            f"data_{name}\n"
            + cell(ref)
            + named(ref.setting.hm)
            + counts(ref, *tags)
            + operations(primitive, "new")
            + atoms(ref)
        )
        yield Entry(
            "operations without the centring",
            f"{name}-named-P.cif",
            text,
            right(ref),
            ["contradiction: the symmetry operations"],
        )
    for name, setting in (("baddeleyite", "P 1 1 21/b"), ("baddeleyite", "P 21/c 1 1"), ("diopside", "B 1 1 2/b")):
        ref = in_setting(name, setting)
        text = f"data_{name}\n" + cell(ref) + counts(ref, "number", "formula", "z") + atoms(ref)
        yield Entry(
            "unique axis by the cell",
            f"{name}-axis-{setting.count('1')}{setting[2]}.cif",
            text,
            right(ref),
            ["no operations are listed"],
        )
    for name in ("sylvite", "rutile", "hematite", "perovskite", "K2NiF4"):
        ref = reference(name)
        text = f"data_{name}\n" + cell(ref) + named(ref.setting.hm) + counts(ref, "number", "formula", "z")
        yield Entry("only the identity is listed", f"{name}-identity.cif", text + operations(["x,y,z"]) + atoms(ref), right(ref),
                    ["contradiction: the symmetry operations listed are not those of the crystal"])  # fmt: skip
    for name in (
        "sylvite",
        "quartz",
        "K2NiF4",
    ):  # all atoms listed under the identity, as VASP tools do: nothing is wrong
        ref = reference(name)
        full = ref.structure()
        listed = Reference(
            ref.setting, ref.cell, [(s.species_string, *map(float, s.frac_coords)) for s in full], ref.formula, ref.z
        )
        rows = "loop_\n_atom_site_label\n_atom_site_fract_x\n_atom_site_fract_y\n_atom_site_fract_z\n"
        rows += "".join(f"{s}{k} {x:.6f} {y:.6f} {z:.6f}\n" for k, (s, x, y, z) in enumerate(listed.atoms, 1))
        text = f"data_{name}\n" + cell(ref) + counts(ref, "number", "formula", "z") + operations(["x,y,z"]) + rows
        yield Entry("all atoms listed under the identity", f"{name}-all.cif", text, right(ref))
    ref = reference("K2NiF4")
    primitive = [op for op in ref.operations if "1/2" not in op]
    yield Entry("operations without the centring", "K2NiF4-P.cif", "data_k\n" + cell(ref) + counts(ref, "formula", "z")
                + operations(primitive) + atoms(ref, multiplicities=True), right(ref), ["I-centring", "Z = 2"])  # fmt: skip
    ref = reference("tungsten")
    yield Entry("operations without the centring", "tungsten-P.cif", "data_w\n" + cell(ref) + counts(ref, "z", "formula") + operations(
        [op for op in ref.operations if "1/2" not in op]) + atoms(ref, multiplicities=True), right(ref), ["I-centring"])  # fmt: skip
    ref = reference("fluorite")
    yield Entry("operations without the centring", "fluorite-P.cif", "data_f\n" + cell(ref) + named("F m -3 m") + counts(ref, "z") + operations(
        [op for op in ref.operations if "1/2" not in op], "icsd") + atoms(ref), right(ref), ["contradiction"])  # fmt: skip
    for tag, what, value in (("z", "formula units", "_cell_formula_units_Z 3\n"), ("density", "density", "_exptl_crystal_density_diffrn 3.10\n"),
                             ("weight", "weight", "_chemical_formula_weight 95.9\n"), ("volume", "volume", "_cell_volume 80.1\n"),
                             ("formula", "formula", "_chemical_formula_sum 'O3 Ti2'\n")):  # fmt: skip
        ref = reference("rutile")
        text = (
            "data_r\n" + cell(ref) + value + ("" if tag in ("formula", "density", "volume") else counts(ref, "formula"))
        )
        yield Entry("one count is wrong", f"rutile-{tag}.cif", text + operations(ref.operations) + atoms(ref), right(ref),
                    [f"contradiction in the {what}"], contradicts=True)  # fmt: skip
    ref = reference("quartz")
    yield Entry("one count is wrong", "quartz-hand.cif", "data_q\n" + cell(ref) + named("P 31 2 1") + operations(ref.operations) + atoms(ref),
                right(ref), ["contradiction in the space group"], contradicts=True)  # fmt: skip
    ref = reference("pyrite")
    wrong = atoms(ref, multiplicities=True).replace("S1 S 8", "S1 S 24")
    yield Entry("one count is wrong", "pyrite-mult.cif", "data_p\n" + cell(ref) + operations(ref.operations) + wrong, right(ref),
                ["contradiction in the multiplicities"], contradicts=True)  # fmt: skip
    for style, tag in (("icsd", "ICSD"), ("new", "COD"), ("capitals", "SHELX"), ("bare", "ICSD")):
        ref = reference("hematite" if style != "bare" else "rutile")
        all_counts = counts(ref, "formula", "z", "weight", "density", "volume", "number")
        text = (
            "data_w\n"
            + all_counts
            + cell(ref)
            + named(ref.setting.hm, NAME_TAGS[tag])
            + operations(ref.operations, style)
        )
        yield Entry("everything agrees", f"whole-{style}.cif", text + atoms(ref, multiplicities=True), right(ref))
    ref = reference("hematite")
    short = operations(ref.operations[:-1], "new")
    yield Entry("a damaged list of operations", "hematite-35.cif", "data_h\n" + cell(ref) + named("R -3 c") + counts(ref, "formula", "z")
                + short + atoms(ref), right(ref), ["damaged"])  # fmt: skip
    ref = reference("rutile")
    typo = operations(ref.operations, "new").replace("'-x,-y,z'", "'-x,-y,q'")
    yield Entry("a damaged list of operations", "rutile-typo.cif", "data_r\n" + cell(ref) + named("P 42/m n m") + counts(ref, "formula", "z")
                + typo + atoms(ref), right(ref), ["damaged"])  # fmt: skip
    yield Entry(
        "a damaged list of operations",
        "rutile-nameless.cif",
        "data_r\n" + cell(ref) + typo + atoms(ref),
        {"refused": "bad-symmetry"},
    )


def write(name: str, entries: Iterable[Entry]) -> int:
    """One file of the corpus: a line of JSON before each content."""
    parts = []
    for entry in entries:
        head = {"name": entry.name, "kind": entry.kind, **entry.right}
        head |= {"says": entry.says} if entry.says else {}
        head |= {"contradicts": True} if entry.contradicts else {}
        parts.append(f"#### {json.dumps(head)}\n{entry.text}")
    (HERE / f"{name}.txt").write_text("".join(parts), encoding="utf-8")
    return len(parts)


if __name__ == "__main__":
    from details import details

    print(write("settings", settings()), write("witnesses", witnesses()), write("details", details()))
