"""Geometry of real crystals as the window shows it: cells, symmetry, bonds, links, the map."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from clics.concepts.phrase_sites import phrase_sites
from clics.concepts.truth import true_concepts
from clics.crystals.crystal import Crystal, Refusal
from clics.descriptions.bonds_as_read import bonds_as_read
from clics.errors import ClicsError, DescriptionError, InputError
from clics.library.projection import principal_axes
from clics.model import folder as model_folder
from clics.model.clics import Clics
from clics.results.geometry import Geometry, Opened
from clics.session import Session
from clics.sources.prototypes import aflow_prototypes
from pymatgen.core import Lattice, Structure

EXAMPLES = Path(__file__).resolve().parents[3] / "resources" / "examples"
PROTOTYPES = {crystal.id: crystal for crystal in aflow_prototypes()}


@pytest.fixture(scope="module")
def session(tiny_model: Path, tmp_path_factory: pytest.TempPathFactory) -> Session:
    session = Session(model=tiny_model, library=tmp_path_factory.mktemp("library") / "mine.clics", sandboxed=False)
    session.library.add([EXAMPLES])
    return session


def shown(session: Session, name: str) -> tuple[Opened, Geometry]:
    found = next(found for found in session.iter_opened([EXAMPLES / name]) if isinstance(found, Opened))
    return found, session.geometry(found.crystal)


def ends(geometry: Geometry, sites: int) -> list[int]:
    count = [0] * sites
    for bond in geometry.bonds:
        count[bond.i] += 1
        count[bond.j] += 1
    return count


def test_opening_only_reads(session: Session, tmp_path: Path) -> None:
    bad = tmp_path / "bad.cif"
    bad.write_text("data_x\n_cell_length_a 4\n")
    found = list(session.iter_opened([EXAMPLES / "rutile.cif", bad, EXAMPLES / "titania-polymorphs.cif"]))
    assert [type(one) for one in found] == [Opened, Refusal, Opened, Opened, Opened]
    rutile = found[0]
    assert isinstance(rutile, Opened)
    assert rutile.atoms.lattice.shape == (3, 3)
    assert rutile.atoms.frac.shape == (6, 3)
    assert rutile.atoms.species[0] == (("Ti", 1.0),)
    assert "TiO2" in rutile.title
    assert rutile.title != found[2].title
    code = (
        "import sys\nfrom pathlib import Path\nfrom clics.session import Session\n"
        f"session = Session(sandboxed=False)\nfound = list(session.iter_opened([Path({str(EXAMPLES / 'rutile.cif')!r})]))\n"
        "session.queries.phrases()\n"
        "print(sorted({'torch', 'robocrys', 'faiss', 'transformers', 'pandas'} & set(sys.modules)))\n"
    )
    result = subprocess.run([sys.executable, "-W", "ignore", "-c", code], capture_output=True, text=True, check=True)
    assert result.stdout.strip() == "[]"


def test_geometry_of_rutile(session: Session) -> None:
    opened, geometry = shown(session, "rutile.cif")
    assert geometry.formula == "TiO2"
    assert geometry.density == pytest.approx(4.25, abs=0.05)
    assert geometry.volume == pytest.approx(abs(np.linalg.det(opened.atoms.lattice)))
    assert geometry.parameters.a == pytest.approx(np.linalg.norm(opened.atoms.lattice[0]))
    assert geometry.parameters.gamma == pytest.approx(90)
    assert geometry.symmetry is not None
    assert (geometry.symmetry.symbol, geometry.symmetry.tolerance) == ("P4_2/mnm", 0.01)
    assert [group.symprec for group in geometry.symmetry.other_tolerances] == [0.001, 0.1]
    assert [(w.label, w.multiplicity, w.letter, w.site_symmetry) for w in geometry.wyckoff] == [
        ("Ti1", 2, "a", "m.mm"),
        ("O1", 4, "f", "m.2m"),
    ]
    assert sorted(atom for row in geometry.wyckoff for atom in row.atoms) == list(range(6))
    assert geometry.description is not None
    assert "octahedra" in geometry.description.text
    assert ends(geometry, 6) == [6, 6, 3, 3, 3, 3]
    for bond in geometry.bonds:
        reach = (opened.atoms.frac[bond.j] + bond.image - opened.atoms.frac[bond.i]) @ opened.atoms.lattice
        assert np.linalg.norm(reach) == pytest.approx(bond.length)
    atoms = {phrase.phrase: phrase.atoms for phrase in geometry.phrases}
    assert atoms["[METAL] is bonded in an octahedral geometry."] == (0, 1)


def test_multiplicities_are_those_of_the_conventional_cell(session: Session) -> None:
    spinel = PROTOTYPES["A2BC4_cF56_227_d_a_e"]
    assert spinel.num_sites == 14
    table = session.geometry(spinel).wyckoff
    assert sorted((row.multiplicity, row.letter) for row in table) in (
        [(8, "a"), (16, "d"), (32, "e")],
        [(8, "b"), (16, "c"), (32, "e")],  # the other choice of origin
    )
    conventional = session.in_cell(spinel, "conventional").crystal
    assert [row.multiplicity for row in session.geometry(conventional).wyckoff] == [8, 16, 32]
    twice = replace(spinel, structure=spinel.structure * (2, 1, 1))
    assert sorted(row.multiplicity for row in session.geometry(twice).wyckoff) == [8, 16, 32]


def test_two_orbits_of_one_element_are_numbered(session: Session) -> None:
    opened, geometry = shown(session, "catio3-perovskite.cif")
    assert sorted(row.label for row in geometry.wyckoff) == ["Ca1", "O1", "O2", "Ti1"]  # as the file has it
    without = session.geometry(opened.crystal.structure)
    assert sorted(row.label for row in without.wyckoff) == ["Ca", "O1", "O2", "Ti"]
    assert without.description is not None
    assert without.description.geometry is not None
    assert {site.label for site in without.description.geometry.sites} == {"Ca", "O1", "O2", "Ti"}


def test_labels_of_the_file_stand_in_tables_and_words(session: Session, tmp_path: Path) -> None:
    text = (EXAMPLES / "rutile.cif").read_text(encoding="utf-8")
    (tmp_path / "own.cif").write_text(text.replace("Ti1 ", "TiA1 ").replace("O1 ", "Obridge "), encoding="utf-8")
    crystal = session.read(tmp_path / "own.cif")
    assert set(crystal.labels) == {"TiA1", "Obridge"}
    assert session.open(crystal).atoms.labels == crystal.labels
    geometry = session.geometry(crystal)
    assert {row.label for row in geometry.wyckoff} == {"TiA1", "Obridge"}
    assert geometry.description is not None
    facts = geometry.description.geometry
    assert facts is not None
    assert [site.label for site in facts.sites] == ["TiA1", "Obridge"]
    assert {each.site for each in facts.connections} == {"TiA1", "Obridge"}
    assert all(network.sites == ("TiA1",) for network in facts.networks)
    assert "TiA1 (2a) has six O neighbours" in geometry.description.summary
    assert "TiA1" not in geometry.description.text  # robocrystallographer's words, by which models are trained
    session.write(crystal, tmp_path / "all.cif", symmetry="p1")
    copies = session.geometry(session.read(tmp_path / "all.cif"))
    assert {row.label for row in copies.wyckoff} == {"TiA1", "Obridge"}
    primitive = session.in_cell(crystal, "primitive").crystal
    assert {row.label for row in session.geometry(primitive).wyckoff} == {"TiA1", "Obridge"}


def test_a_slightly_distorted_cell_has_two_space_groups(session: Session) -> None:
    structure = Structure.from_spacegroup("Pm-3m", Lattice.cubic(3.9), ["Sr", "Ti", "O"],
                                          [[0, 0, 0], [0.5] * 3, [0.5, 0.5, 0]])  # fmt: skip
    structure.translate_sites([1], [0.02, 0, 0], frac_coords=False)
    symmetry = session.geometry(Crystal("off-centre", structure)).symmetry
    assert symmetry is not None
    assert symmetry.symbol == "P4mm"
    assert {group.symprec: group.number for group in symmetry.other_tolerances} == {0.001: 99, 0.1: 221}


@pytest.mark.parametrize(
    "name",
    ["A2BC4_cF56_227_d_a_e", "AB_cP2_221_b_a", "A_cF8_227_a", "AB2_hP3_164_a_d", "A_hP4_194_bc", "AB3C_cP5_221_a_c_b"],
)
def test_bonds_are_those_the_description_counts(session: Session, name: str) -> None:
    crystal = PROTOTYPES[name]
    geometry = session.geometry(crystal)
    assert geometry.description is not None
    count = ends(geometry, crystal.num_sites)
    for site in geometry.description.sites:
        assert {count[atom] for atom in site.atoms} == {sum(near.count for near in site.neighbours)}
    directed = {(b.i, b.j, b.image) for b in geometry.bonds}
    assert len(directed) == len(geometry.bonds)
    assert not directed & {(b.j, b.i, tuple(-n for n in b.image)) for b in geometry.bonds}


def test_bonds_of_atoms_outside_the_cell_lead_to_the_same_places() -> None:
    crystal = PROTOTYPES["A2BC4_cF56_227_d_a_e"]
    moved = crystal.structure.copy()
    for site in range(0, len(moved), 2):
        moved.translate_sites([site], [1, -2, 3], to_unit_cell=False)
    elsewhere = Crystal("moved", moved, "")
    assert not np.allclose(moved.frac_coords, crystal.structure.frac_coords)
    bonds = bonds_as_read(elsewhere)
    reach = moved.frac_coords[[bond.j for bond in bonds]] + [bond.image for bond in bonds]
    reach = (reach - moved.frac_coords[[bond.i for bond in bonds]]) @ moved.lattice.matrix
    assert np.linalg.norm(reach, axis=1) == pytest.approx([bond.length for bond in bonds])
    assert sorted((bond.i, bond.j) for bond in bonds) == sorted((bond.i, bond.j) for bond in bonds_as_read(crystal))


def test_linked_phrases_are_the_true_ones(session: Session) -> None:
    for name in ("mgal2o4-spinel.cif", "catio3-perovskite.cif", "caco3-calcite.cif"):
        opened, geometry = shown(session, name)
        assert geometry.description is not None
        linked = {(phrase.kind, phrase.phrase) for phrase in phrase_sites(geometry.description)}
        whole = ("space_group", "structure_type", "dimensionality")
        assert linked == {(c.kind, c.phrase) for c in true_concepts(geometry.description) if c.kind not in whole}
        assert all(phrase.atoms for phrase in geometry.phrases)
        last = len(opened.atoms.species) - 1
        assert all(0 <= atom <= last for phrase in geometry.phrases for atom in phrase.atoms + phrase.partners)


def test_a_connection_knows_both_ends(session: Session) -> None:
    opened, geometry = shown(session, "mgal2o4-spinel.cif")
    elements = [site[0][0] for site in opened.atoms.species]
    wanted = "This crystal has bondings to form [POLYHEDRA] octahedra that share corners with [POLYHEDRA] tetrahedra."
    phrase = next(phrase for phrase in geometry.phrases if phrase.phrase == wanted)
    assert {elements[atom] for atom in phrase.atoms} == {"Al"}
    assert {elements[atom] for atom in phrase.partners} == {"Mg"}


def test_a_disordered_crystal_is_shown_with_its_symmetry(session: Session) -> None:
    opened, geometry = shown(session, "fe-ni-taenite.cif")
    assert {symbol for symbol, _ in opened.atoms.species[0]} == {"Fe", "Ni"}
    assert sum(amount for _, amount in opened.atoms.species[0]) == pytest.approx(1)
    assert geometry.symmetry is not None
    assert geometry.symmetry.number == 225
    assert [row.element for row in geometry.wyckoff] == ["Fe/Ni"]
    assert geometry.description is None
    assert geometry.bonds == ()
    assert geometry.phrases == ()
    assert geometry.undescribed is not None
    assert geometry.undescribed.kind == "disordered"
    assert any("partial occupancies" in warning for warning in geometry.warnings)
    assert session.in_cell(opened.crystal, "primitive").atoms.species == opened.atoms.species[:1]
    analysis = session.rank(opened.crystal, geometry)
    assert analysis.error is not None
    assert analysis.error.kind == "disordered"


def test_ranking_agrees_with_analysing(session: Session) -> None:
    opened, geometry = shown(session, "rutile.cif")
    alone = next(iter(session.analyse([EXAMPLES / "rutile.cif"], top=8)))
    assert replace(session.rank(opened.crystal, geometry), file="") == replace(alone, file="")


@pytest.mark.parametrize("name", ["rutile.cif", "mgal2o4-spinel.cif", "prvo4-zircon.cif"])
def test_the_atoms_that_a_phrase_speaks_of(session: Session, name: str) -> None:
    crystal, geometry = shown(session, name)
    atoms = crystal.crystal.num_sites
    sites, kinds = session.encoder.embed_sites(crystal.crystal.arrays())
    (match,) = session.matching_atoms(crystal.crystal, "[METAL] is bonded in an octahedral geometry.")
    cosines = (sites @ session.encoder.embed_texts(["[METAL] is bonded in an octahedral geometry."])[0])[kinds]
    others = (sites @ session.encoder.concepts("environment")[1].T).max(axis=1)[kinds]
    short = cosines.max() - cosines
    assert match.atoms == tuple(np.flatnonzero((short <= 0.02) | ((short <= 0.1) & (cosines >= others - 1e-3))))
    assert match.score == pytest.approx(cosines.max(), abs=1e-4)
    assert match.matched_text == "[METAL] is bonded in an octahedral geometry"
    for orbit in geometry.wyckoff:  # atoms that are equal by symmetry go together
        assert set(orbit.atoms) <= set(match.atoms) or not set(orbit.atoms) & set(match.atoms)
    order = np.random.default_rng(0).permutation(atoms)
    structure = Structure.from_sites([crystal.crystal.structure[i] for i in order])
    (again,) = session.matching_atoms(
        Crystal("other", structure, "", "", {}), "[METAL] is bonded in an octahedral geometry."
    )
    assert sorted(order[list(again.atoms)]) == list(match.atoms)
    doubled = crystal.crystal.structure.copy() * (2, 1, 1)
    (more,) = session.matching_atoms(
        Crystal("double", doubled, "", "", {}), "[METAL] is bonded in an octahedral geometry."
    )
    assert len(more.atoms) == 2 * len(match.atoms)
    ranked = session.rank(crystal.crystal, geometry)
    for one in (*ranked.environments, *ranked.connections):
        (own,) = session.matching_atoms(crystal.crystal, one.phrase)
        assert own.atoms == one.atoms


def test_phrases_that_speak_of_no_atoms(session: Session) -> None:
    crystal, _ = shown(session, "rutile.cif")
    for phrase in ("Fm-3m", "something entirely unheard of", "no octahedra", ""):
        assert session.matching_atoms(crystal.crystal, phrase) == ()
    two = session.matching_atoms(
        crystal.crystal, "octahedral metal and trigonal planar nonmetal in P4_2/mnm, not tetrahedral"
    )
    assert [match.matched_text for match in two] == ["octahedral metal", "trigonal planar nonmetal"]


def test_a_model_without_sites_tells_no_atoms(tiny_model: Path, tmp_path: Path) -> None:
    tiny = model_folder.load(tiny_model)
    settings = replace(tiny.model.settings, tower=replace(tiny.model.settings.tower, sites=False))
    model_folder.save(
        tmp_path / "m", Clics(settings, tiny.model.text_tower), tiny.vocabulary, min_count=1, recipe={}, card="Test."
    )
    with Session(model=tmp_path / "m", library=tmp_path / "empty.clics", sandboxed=False) as plain:
        assert plain.encoder.site_space is None
        crystal, geometry = shown(plain, "rutile.cif")
        assert plain.matching_atoms(crystal.crystal, "octahedral metal") == ()
        environments = plain.rank(crystal.crystal, geometry).environments
        assert environments
        assert all(one.atoms is None for one in environments)


def test_cells(session: Session) -> None:
    spinel, _ = shown(session, "mgal2o4-spinel.cif")
    sizes = {
        kind: len(session.in_cell(spinel.crystal, kind).atoms.frac)
        for kind in ("read", "primitive", "conventional", "niggli")
    }
    assert sizes["primitive"] == 14
    assert sizes["conventional"] == 56
    assert sizes["read"] == len(spinel.atoms.frac)
    niggli = session.in_cell(PROTOTYPES["A_cF4_225_a"], "niggli").crystal.structure.lattice
    assert niggli.angles == pytest.approx((60, 60, 60))
    with pytest.raises(InputError, match="no cell 'wigner'"):
        session.in_cell(spinel.crystal, "wigner")  # type: ignore[arg-type]
    overlapping = Crystal("twins", Structure(Lattice.cubic(3), ["Na", "Na"], [[0, 0, 0], [0, 0, 0.0001]]))
    with pytest.raises(DescriptionError, match="primitive cell"):
        session.in_cell(overlapping, "primitive")


def test_atoms_on_top_of_each_other_are_told_in_warnings(session: Session) -> None:
    crystal = Crystal("twins", Structure(Lattice.cubic(3), ["Na", "Na"], [[0, 0, 0], [0, 0, 0.0001]]))
    geometry = session.geometry(crystal)
    assert geometry.symmetry is None
    assert geometry.wyckoff == ()
    assert geometry.warnings


def test_stored_crystals(session: Session) -> None:
    row = next(iter(session.library.rows(where="formula:TiO2 sg:136")))
    assert len(session.open(id=row.id).atoms.frac) == row.sites
    with pytest.raises(InputError, match="no crystal 'nobody'"):
        session.open(id="nobody")


@pytest.mark.parametrize("name", ["out.cif", "out.vasp", "POSCAR", "CONTCAR_relaxed"])
def test_written_crystals_are_read_back(session: Session, tmp_path: Path, name: str) -> None:
    opened, _ = shown(session, "catio3-perovskite.cif")
    session.write(opened.crystal, tmp_path / name)
    again = next(found for found in session.iter_opened([tmp_path / name]) if isinstance(found, Opened))
    assert again.crystal.formula == "CaTiO3"
    assert again.atoms.lattice == pytest.approx(opened.atoms.lattice, abs=1e-6)
    symmetric = tmp_path / "symmetric.cif"
    session.write(opened.crystal, symmetric, symprec=0.01)
    assert "Pnma" in symmetric.read_text()


def test_crystals_that_cannot_be_written(session: Session, tmp_path: Path) -> None:
    opened, _ = shown(session, "fe-ni-taenite.cif")
    with pytest.raises(InputError, match="write CIF"):
        session.write(opened.crystal, tmp_path / "out.vasp")
    with pytest.raises(InputError, match="name the file"):
        session.write(opened.crystal, tmp_path / "out.txt")
    with pytest.raises(ClicsError) as caught:
        session.write(opened.crystal, tmp_path / "nowhere" / "out.cif")
    assert caught.value.kind == "not-written"
    assert list(tmp_path.iterdir()) == []


def test_phrases_for_completion(session: Session) -> None:
    environments = session.queries.phrases("environment")
    assert "[METAL] is bonded in an octahedral geometry." in environments
    assert set(environments) < set(session.queries.phrases())
    assert not any("[UNK]" in phrase for phrase in session.queries.phrases("space_group"))


def test_filters_are_checked_without_a_search(session: Session) -> None:
    session.queries.check_filter("el:Li,O sg:225 nsites<40")
    with pytest.raises(InputError, match="character 4"):
        session.queries.check_filter("el:Xyz")
    assert "sg:Fm-3m" in session.queries.filter_help()


def test_similar_to_an_open_crystal(session: Session) -> None:
    opened, geometry = shown(session, "rutile.cif")
    by_file = session.similar(EXAMPLES / "rutile.cif", top=5)
    by_crystal = session.similar(opened.crystal, top=5, description=geometry.description)
    assert by_crystal.hits == by_file.hits
    assert by_crystal.query == opened.crystal.id


def test_the_map_of_a_library(session: Session) -> None:
    drawn = session.maps.draw()
    assert len(drawn.ids) == len(drawn.formulas) == len(drawn.crystal_systems) == len(drawn.elements) == len(drawn.xy)
    assert drawn.xy.shape[1] == 2
    place = drawn.formulas.index("SrTiO3")
    assert drawn.elements[place] == ("O", "Sr", "Ti")
    assert drawn.crystal_systems[place] == "cubic"
    assert "FeNi" not in drawn.formulas  # disordered: it has no vector
    assert 0 < sum(drawn.explained) <= 1
    assert np.array_equal(drawn.xy, session.maps.draw().xy)


def test_principal_axes_keep_distances_in_a_plane() -> None:
    rng = np.random.default_rng(1)
    plane = rng.normal(size=(50, 2)) * (3, 1)
    turned = (plane @ np.linalg.qr(rng.normal(size=(6, 6)))[0][:2]).astype(np.float32)
    axes = principal_axes(lambda: [turned[:3], turned[3:]], turned.shape[1])
    xy = axes.project(turned)
    distances = np.linalg.norm(plane[:, None] - plane[None], axis=-1)
    assert np.linalg.norm(xy[:, None] - xy[None], axis=-1) == pytest.approx(distances, abs=1e-4)
    assert sum(axes.explained) == pytest.approx(1)
    assert principal_axes(list, 8).project(np.empty((0, 8), np.float32)).shape == (0, 2)
    assert principal_axes(lambda: [np.ones((1, 8), np.float32)], 8).explained == (0.0, 0.0)
