# ruff: noqa: E501  # rows of files stand on one line
"""Dialects in which one detail once blocked a crystal: hydrogen, occupancies, quotes, labels, superspace, POSCAR."""

from __future__ import annotations

from collections.abc import Iterator

from crystals import Reference, answer, reference
from make import Entry, atoms, cell, counts, operations, right


def without(ref: Reference, symbol: str) -> dict[str, object]:
    structure = ref.structure()
    structure.remove_species([symbol])
    return answer(structure)


def details() -> Iterator[Entry]:
    yield from hydrogen()
    yield from occupancies()
    yield from text_slips()
    yield from isotopes_and_mixtures()
    yield from labels()
    yield from superspace()
    yield from poscars()


def base(ref: Reference, *more: str, name: str = "x", left_out: tuple[str, ...] = ()) -> str:
    return f"data_{name}\n" + cell(ref, left_out) + "".join(more) + operations(ref.operations, "new")


def hydrogen() -> Iterator[Entry]:
    ref = reference("brucite")
    kind = "hydrogen without coordinates"
    heavy = atoms(ref).rsplit("H1", 1)[0]
    for k, row in enumerate(("H1 H ? ? ?\n", "H1 H . . .\n", "D1 D ? ? ?\n", "H(1) H ? ? 0.4\n")):
        yield Entry(kind, f"brucite-{k}.cif", base(ref, counts(ref, "formula", "z", "weight", "density")) + heavy + row, without(ref, "H"),
                    ["hydrogen is missing"])  # fmt: skip
    yield Entry("true reasons", "brucite-O.cif", base(ref) + atoms(ref).replace("0.33333 0.66667 0.22050", "? ? ?"),
                {"refused": "missing-coordinates"})  # fmt: skip
    attached = heavy.replace("_atom_site_fract_x", "_atom_site_attached_hydrogens\n_atom_site_fract_x").replace("Mg1 Mg", "Mg1 Mg 0").replace(
        "O1 O", "O1 O 1")  # fmt: skip
    yield Entry(
        kind, "brucite-attached.cif", base(ref, counts(ref, "formula", "z")) + attached, without(ref, "H"), ["hydrogen"]
    )


def occupancies() -> Iterator[Entry]:
    for name, row in (("pyrite", "Fe1 Fe 1.03(2) "), ("pyrite", "Fe1 Fe 1.004(3) "), ("rutile", "Ti1 Ti 1.05(3) "), ("sylvite", "K1 K 1.02 "),
                      ("fluorite", "Ca1 Ca 0.998(4) "), ("sylvite", "K1 K 1.0000 ")):  # fmt: skip
        ref = reference(name)
        symbol = row.split()[0]
        listed = atoms(ref).replace("_atom_site_fract_x", "_atom_site_occupancy\n_atom_site_fract_x")
        lines = [line.replace(f"{symbol} {row.split()[1]} ", row) if line.startswith(symbol + " ") else line.replace(" 0.", " 1 0.", 1) if
                 line[:1].isalpha() and not line.startswith("loop_") else line for line in listed.splitlines()]  # fmt: skip
        yield Entry(
            "occupancy around 1", f"{name}-{row.split()[2]}.cif", base(ref) + "\n".join(lines) + "\n", right(ref)
        )
    ref = reference("sylvite")
    for value in ("1.5", "4", "-0.2"):
        listed = (
            atoms(ref)
            .replace("_atom_site_fract_x", "_atom_site_occupancy\n_atom_site_fract_x")
            .replace("K1 K", f"K1 K {value}")
            .replace("Cl1 Cl", "Cl1 Cl 1")
        )
        yield Entry(
            "occupancies that are none", f"sylvite-occ-{value}.cif", base(ref) + listed, {"refused": "bad-occupancy"}
        )


def text_slips() -> Iterator[Entry]:
    ref = reference("hematite")
    whole = base(ref) + atoms(ref)
    for k, line in enumerate((
        "_chemical_formula_sum Fe2 O3", "_chemical_name_common iron(III) oxide, red", "_publ_author_name 'O'Keefe, M.", "_journal_name 'Acta Cryst.",
        '_chemical_name_mineral "Hematite', "_exptl_special_details see text", "_chemical_formula_sum\nFe2 O3", "_chemical_formula_sum Fe2 O3 # red",
    )):  # fmt: skip
        yield Entry(
            "unquoted text and stray quotes",
            f"hematite-{k}.cif",
            whole.replace("_cell_length_a", f"{line}\n_cell_length_a"),
            right(ref),
        )
    for k, line in enumerate(("_journal_pages [12 14]", "_audit_author_name ['A' 'B']", '_exptl_details """two\nlines"""', "_title '''O'Neil's \"red\"'''",
                              "_x_table {'a':1 'b':[2 3]}", "_chemical_formula_sum '''Fe2 O3'''")):  # fmt: skip
        yield Entry(
            "CIF 2",
            f"hematite-two-{k}.cif",
            "#\\#CIF_2.0\n" + whole.replace("_cell_length_a", f"{line}\n_cell_length_a"),
            right(ref),
        )
    yield Entry(
        "operations without quotes",
        "hematite-bare.cif",
        "data_h\n" + cell(ref) + operations(ref.operations, "bare") + atoms(ref),
        right(ref),
    )
    bare = operations(ref.operations, "icsd").replace("'", "")
    yield Entry(
        "operations without quotes", "hematite-bare-id.cif", "data_h\n" + cell(ref) + bare + atoms(ref), right(ref)
    )
    yield Entry(
        "operations without quotes",
        "hematite-X.cif",
        "data_h\n" + cell(ref) + operations(ref.operations, "capitals") + atoms(ref),
        right(ref),
    )
    yield Entry(
        "unquoted text and stray quotes",
        "hematite-block.cif",
        whole.replace("data_x", "data_hematite from Elba"),
        right(ref),
    )
    yield Entry(
        "unquoted text and stray quotes",
        "hematite-words.cif",
        whole.replace("_cell_length_a", "please cite us\n_cell_length_a"),
        right(ref),
    )
    broken = whole.replace("O1 O 0.30590 0.00000 0.25000", "O1 O 0.30590 0.00000")
    yield Entry("true reasons", "hematite-cut.cif", broken.rstrip("\n")[:-3], {"refused": "truncated"}, ["breaks off"])
    middle = whole.replace("Fe1 Fe 0.00000 0.00000 0.35530", "Fe1 Fe 0.00000 0.35530")
    yield Entry(
        "true reasons",
        "hematite-short.cif",
        middle + "loop_\n_geom_bond_distance\n1.9\n",
        {"refused": "bad-cif"},
    )
    yield Entry(
        "true reasons",
        "hematite-page.cif",
        "<html><body>Not found</body></html>\n",
        {"refused": "not-a-crystal"},
        ["web page"],
    )
    for name, left_out in (("sylvite", ("angle_alpha", "angle_beta", "angle_gamma")), ("hematite", ("angle_gamma",)),
                           ("baddeleyite", ("angle_alpha", "angle_gamma"))):  # fmt: skip
        ref = reference(name)
        yield Entry(
            "missing right angles",
            f"{name}-angles.cif",
            base(ref, left_out=left_out) + atoms(ref),
            right(ref),
            ["states no angle"],
        )


def isotopes_and_mixtures() -> Iterator[Entry]:
    ref = reference("brucite")
    for k, (label, symbol) in enumerate((("D1", "D"), ("H1", "2H"), ("T1", "T"), ("D1", "D1+"))):
        yield Entry(
            "isotopes", f"brucite-iso-{k}.cif", base(ref) + atoms(ref).replace("H1 H", f"{label} {symbol}"), right(ref)
        )
    ref = reference("calcite")
    for isotope in ("13C", "14C", "12C4+"):
        yield Entry(
            "isotopes", f"calcite-{isotope}.cif", base(ref) + atoms(ref).replace("C1 C ", f"C1 {isotope} "), right(ref)
        )
    ref = reference("rutile")
    mixed = ref.structure()
    mixed.replace_species({"Ti": {"Ti": 0.6, "Sn": 0.4}})
    for k, text in enumerate(
        ("0.6Ti+0.4Sn", "'0.6Ti + 0.4Sn'", "Ti0.6Sn0.4", "'0.6 Ti, 0.4 Sn'", "0.60(1)Ti4++0.40(1)Sn4+", "(Ti0.6Sn0.4)")
    ):
        yield Entry(
            "mixed types",
            f"rutile-mixed-{k}.cif",
            base(ref) + atoms(ref).replace("Ti1 Ti", f"M1 {text}"),
            answer(mixed),
        )
    yield Entry("mixed types", "rutile-mixed.cif", base(ref) + atoms(ref).replace("Ti1 Ti", "M1 Ti/Sn"), {"refused": "unknown-element"},
                ["shares"])  # fmt: skip


def labels() -> Iterator[Entry]:
    ref = reference("brucite")
    bare = atoms(ref, types=False, upper=True)
    for k, (oxygen, hydrogen_) in enumerate((("O1", "HO1"), ("OH1", "HO1"), ("O1", "HO"), ("O(1)", "HO(1)"))):
        text = bare.replace("O1 ", f"{oxygen} ").replace("H1 ", f"{hydrogen_} ")
        yield Entry(
            "labels in capitals", f"brucite-labels-{k}.cif", base(ref, counts(ref, "formula")) + text, right(ref)
        )
    yield Entry(
        "labels in capitals",
        "brucite-labels-nothing.cif",
        base(ref) + bare.replace("H1 ", "HO1 "),
        right(ref),
        ["Ho is possible"],
    )
    for name in ("calcite", "sylvite", "silicon", "diopside"):
        ref = reference(name)
        yield Entry(
            "labels in capitals",
            f"{name}-capitals.cif",
            base(ref, counts(ref, "formula")) + atoms(ref, types=False, upper=True),
            right(ref),
        )
    ref = reference("calcite")
    for k, label in enumerate(("CO1", "CA2", "CM1")):  # "carbon of the carbonate", whose letters are those of a metal
        text = atoms(ref, types=False).replace("\nC1 ", f"\n{label} ")
        yield Entry("labels in capitals", f"calcite-carbon-{k}.cif", base(ref, counts(ref, "formula")) + text.replace("CA2", "CA2"), right(ref)) if (
            label != "CA2") else Entry("labels in capitals", "calcite-carbon-CA.cif",
                                       base(ref) + atoms(ref, types=False, upper=True), right(ref))  # fmt: skip


def superspace() -> Iterator[Entry]:
    ref = reference("perovskite")
    waves = "_cell_modulation_dimension 1\nloop_\n_cell_wave_vector_seq_id\n_cell_wave_vector_x\n_cell_wave_vector_y\n_cell_wave_vector_z\n1 0.31 0 0\n"
    listed = [
        ",".join(part.replace("x", "x1").replace("y", "x2").replace("z", "x3") for part in op.split(","))
        for op in ref.operations
    ]
    kind, says = "modulated", ["modulated", "average structure only"]
    for k, (tag, rows) in enumerate((
        ("_space_group_symop_ssg_operation_algebraic", [f"{op},{'-' if op.startswith('-') else ''}x4" for op in listed]),
        ("_space_group_symop_magn_ssg_operation_algebraic", [f"{op},{'-' if op.startswith('-') else ''}x4,+1" for op in listed]),
        ("_space_group_symop_operation_xyz", ref.operations),
    )):  # fmt: skip
        text = (
            "data_m\n"
            + cell(ref)
            + "_space_group_ssg_name 'P n m a (a,0,0)000'\n"
            + waves
            + f"loop_\n{tag}\n"
            + "".join(f"{row}\n" for row in rows)
        )
        yield Entry(kind, f"modulated-{k}.cif", text + atoms(ref), right(ref), says)
    text = "data_m\n" + cell(ref) + "_space_group_ssg_name 'P n m a (a,0,0)000'\n" + waves + atoms(ref)
    yield Entry(kind, "modulated-name.cif", text, right(ref), says)
    for k, line in enumerate(("_cell_subsystems_number 2\n", "loop_\n_cell_subsystem_code\n1\n2\n")):
        text = (
            "data_c\n"
            + cell(ref)
            + waves
            + line
            + "loop_\n_space_group_symop_ssg_operation_algebraic\nx1,x2,x3,x4\n-x1,-x2,-x3,-x4\n"
        )
        yield Entry("composite", f"composite-{k}.cif", text + atoms(ref), {"refused": "modulated"}, ["composite"])
    crenel = atoms(ref).replace("O1 O", "Na1 Na 0.0365 0.25 0.993\nO1 O")
    text = (
        "data_c\n"
        + cell(ref)
        + waves
        + "loop_\n_space_group_symop_ssg_operation_algebraic\n"
        + "".join(f"{op},x4\n" for op in listed)
    )
    yield Entry("composite", "crenel.cif", text + crenel, {"refused": "modulated"}, ["average structure is no crystal"])


def poscars() -> Iterator[Entry]:
    ref = reference("rutile")
    full = ref.structure()
    rows = "".join("  ".join(f"{x:.9f}" for x in site.frac_coords) + "\n" for site in full)
    vectors = "".join("  ".join(f"{x:.9f}" for x in row) + "\n" for row in full.lattice.matrix)
    head, counted = f"rutile\n1.0\n{vectors}", "Ti O\n2 4\nDirect\n"
    yield Entry("POSCAR", "POSCAR", head + counted + rows, right(ref))
    yield Entry("POSCAR", "POSCAR_comment", head.replace("1.0\n", "1.0  ! scale\n") + counted + rows, right(ref))
    yield Entry("POSCAR", "volume.vasp", f"rutile\n-{full.volume:.9f}\n{vectors}" + counted + rows, right(ref))
    yield Entry("POSCAR", "POSCAR-hash", head + "Ti_sv/1a2b O/99\n2 4\ndirect coordinates\n" + rows, right(ref))
    yield Entry("POSCAR", "POSCAR-title", head.replace("rutile", "O4 Ti2 with Z = 3") + counted + rows, right(ref))
    yield Entry("several POSCARs in one file", "two.vasp", (head + counted + rows) * 2, {"blocks": 2, **right(ref)})
    yield Entry(
        "several POSCARs in one file", "three.vasp", (head + counted + rows + "\n") * 3, {"blocks": 3, **right(ref)}
    )
    yield Entry(
        "several POSCARs in one file",
        "velocities.vasp",
        head + counted + rows + "\n" + "  0.0  0.0  0.0\n" * 6,
        right(ref),
    )
    yield Entry("true reasons", "notes.vasp", "Dear colleague,\nplease find the structure\nof rutile below.\n" + "text\n" * 6, {"refused": "bad-poscar"},
                ["no POSCAR"])  # fmt: skip
    yield Entry(
        "true reasons",
        "POSCAR.page",
        "<!DOCTYPE html>\n<html>\n" + "<p>404</p>\n" * 8,
        {"refused": "bad-poscar"},
        ["no POSCAR"],
    )
    yield Entry("true reasons", "empty-lines.vasp", "x\n" * 9, {"refused": "bad-poscar"}, ["no POSCAR"])
