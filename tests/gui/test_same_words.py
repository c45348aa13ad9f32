"""Window, report and CSV say the coordination of a crystal in the same words, so that they match by text."""

from __future__ import annotations

import csv
import io
from html.parser import HTMLParser
from pathlib import Path
from types import SimpleNamespace

import pytest
from clics.crystals.crystal import Crystal
from clics.export.report import make_report
from clics.export.report_html import page
from clics.export.table_files import table_text
from clics.results.geometry_words import bonding_words, shape_words, site_rows
from clics.results.provenance import Provenance
from clics.services.geometry import geometry_of
from clics.sources.files import read_one
from pymatgen.core import Lattice, Structure

from clics_gui.panels.geometry import export_tables
from clics_gui.panels.geometry.description_text import cell_rows, sentences
from clics_gui.panels.site_lines import site_lines
from clics_gui.style.labels import pretty_formula, pretty_symbol

EXAMPLES = Path(__file__).resolve().parents[2] / "resources" / "examples"
PLAIN = str.maketrans("₀₁₂₃₄₅₆₇₈₉\N{NARROW NO-BREAK SPACE}\N{NO-BREAK SPACE}", "0123456789  ")


def crystals() -> list[Crystal]:
    """Octahedra, tetrahedra, bent and flat sites of the examples, a layered crystal, and an alloy without a clear gap."""
    molybdenite = Structure.from_spacegroup(
        "P6_3/mmc", Lattice.hexagonal(3.1604, 12.295), ["Mo", "S"], [[1 / 3, 2 / 3, 0.25], [1 / 3, 2 / 3, 0.621]]
    )
    laves = Structure.from_spacegroup("Fd-3m", Lattice.cubic(7.034), ["Mg", "Cu"], [[0, 0, 0], [0.625] * 3])
    anatase = Structure.from_spacegroup(
        "I4_1/amd", Lattice.tetragonal(3.7845, 9.5143), ["Ti", "O"], [[0, 0, 0], [0, 0, 0.2081]]
    )
    cuprate = Structure.from_spacegroup(
        "Pmmm", Lattice.orthorhombic(3.8227, 3.8872, 11.6802),
        ["Y", "Ba", "Cu", "Cu", "O", "O", "O", "O"],
        [[0.5, 0.5, 0.5], [0.5, 0.5, 0.1843], [0, 0, 0], [0, 0, 0.3556],
         [0, 0.5, 0], [0.5, 0, 0.3773], [0, 0.5, 0.3789], [0, 0, 0.1584]],
    )  # fmt: skip
    names = ("rutile.cif", "sio2-quartz.cif", "mgal2o4-spinel.cif", "caco3-calcite.cif", "prvo4-zircon.cif")
    read = [read_one(EXAMPLES / name) for name in names]
    built = {"molybdenite": molybdenite, "laves": laves, "anatase": anatase, "YBa2Cu3O7": cuprate}
    return [*read, *(Crystal(name, structure) for name, structure in built.items())]


def text_of(html: str) -> str:
    """The text of a page, with subscripts as plain digits and one blank between words."""
    parser = HTMLParser()
    words: list[str] = []
    parser.handle_data = words.append  # type: ignore[method-assign]
    parser.feed(html)
    return " ".join("".join(words).translate(PLAIN).split())


@pytest.mark.parametrize("crystal", crystals(), ids=lambda crystal: crystal.id)
def test_coordination_in_window_report_and_csv(crystal: Crystal) -> None:
    geometry = geometry_of(crystal)
    assert geometry.description is not None
    facts = geometry.description.geometry
    assert facts is not None
    report = make_report(crystal, geometry, None, (), title="", notes=(), about=Provenance())
    printed = text_of(page(report))
    document = SimpleNamespace(geometry=geometry, title=crystal.id, analysis=None, path=None, library_id="")
    cations, anions = site_lines(facts)
    lines = {line.site: f"{line.text} {line.detail}".translate(PLAIN) for line in (*cations, *anions)}
    table = list(csv.DictReader(io.StringIO(table_text(export_tables.sites(document).items)), delimiter="\t"))
    assert len(lines) == len(table) == len(facts.sites)
    for site, row, cells in zip(facts.sites, site_rows(facts), table, strict=True):
        name = shape_words(site, measure=False)
        for words in (row.coordination, name, row.polyhedron, row.bonds, row.networks):
            assert words in lines[row.site]
        for words in (row.coordination, row.shape, row.polyhedron, row.bonds, row.networks):
            assert words in printed
        assert row.site == f"{cells['site']} {cells['wyckoff']}"
        assert (cells["shape"], cells["polyhedron"], cells["bonds"], cells["networks"]) == (
            row.shape, row.polyhedron, row.bonds, row.networks,
        )  # fmt: skip
        assert name in cells["shape"]
    bonding = bonding_words(facts)
    assert ("Dimensionality", bonding) in cell_rows(geometry)
    assert ("Dimensionality", bonding) in report.figures
    assert printed.count(f"{geometry.formula} crystallizes in the") == 1
    shown = sentences(geometry)
    assert shown.startswith(f"{pretty_formula(geometry.formula)} crystallizes in the")
    assert geometry.symmetry is not None
    assert f"space group {pretty_symbol(geometry.symmetry.symbol)} (" in shown
