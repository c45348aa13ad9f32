"""People see symbols of space groups as in print; data keep the plain spelling."""

from __future__ import annotations

from clics.cli.rich_tables import library_lines
from clics.results.library import LibraryRow
from clics.results.table import to_table
from clics.results.typography import pretty_symbol, width_of, with_pretty_symbols

BAR = "\N{COMBINING OVERLINE}"


def row(name: str, symbol: str, number: int) -> LibraryRow:
    return LibraryRow(
        name, "NaCl", ("Cl", "Na"), 2, True, symbol, number, None, None, "a mineral", "a source", "", None
    )


def test_symbols_of_a_text_are_set_alone() -> None:
    text = "In P4_2/mnm, not P4_2/mnmx or -1 of P-1."
    assert with_pretty_symbols(text, ["P4_2/mnm", "P-1"]) == f"In P4₂/mnm, not P4_2/mnmx or -1 of P1{BAR}."
    assert with_pretty_symbols(text, []) == text
    assert (width_of("P4_2/mnm"), width_of(pretty_symbol("Fm-3m"))) == (8, 4)


def test_tables_show_symbols_as_in_print_and_frames_keep_them() -> None:
    table = to_table([{"space_group": "Fm-3m", "phrase": "P4_2/mnm"}, {"space_group": "P1", "phrase": "long enough"}])
    assert table.to_text().splitlines()[1:] == [f"Fm3{BAR}m         P4_2/mnm", "P1           long enough"]
    assert f"Fm3{BAR}m" in table.to_html()
    assert table.rows[0] == ("Fm-3m", "P4_2/mnm")


def test_lines_of_a_library_stay_in_columns() -> None:
    _, first, second = library_lines([row("a", "Fm-3m", 225), row("b", "P4_2/mnm", 136)])
    assert f"Fm3{BAR}m (225)" in first
    assert "P4₂/mnm (136)" in second
    starts = [width_of(line[: line.index("a mineral")]) for line in (first, second)]
    assert starts[0] == starts[1]
