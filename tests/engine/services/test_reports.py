"""The one-page report as the engine makes it: what stands on it, of which crystals, and as HTML."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import pytest
from clics.cli.main import _guarded as run
from clics.concepts.labels import bar
from clics.errors import ClicsError
from clics.export.report_html import cut, formula, page, symbol
from clics.results.report import Orbit, Scored, SimilarCrystal
from clics.session import Session

EXAMPLES = Path(__file__).resolve().parents[3] / "resources" / "examples"
DISORDERED = Path(__file__).resolve().parents[2] / "data" / "crystals" / "disordered.cif"


@pytest.fixture(scope="module")
def session(tiny_model: Path, tmp_path_factory: pytest.TempPathFactory) -> Session:
    session = Session(model=tiny_model, library=tmp_path_factory.mktemp("library") / "mine.clics", sandboxed=False)
    session.library.add(sorted(EXAMPLES.glob("*o*.cif")))
    return session


class Page(HTMLParser):
    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.links: list[str] = []
        self.words: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.links += [value or "" for name, value in attrs if name in ("src", "href")]

    def handle_data(self, data: str) -> None:
        self.words.append(data)


def test_a_report_says_what_is_known(session: Session) -> None:
    report = session.reports.crystal(session.read(EXAMPLES / "rutile.cif"))
    assert report.formula == "TiO2"
    assert report.headline == "P4_2/mnm · no. 136 · tetragonal"
    assert [(at, name) for at, name, _ in report.symmetry] == [
        ("0.001 Å", "P4_2/mnm"), ("0.01 Å", "P4_2/mnm"), ("0.1 Å", "P4_2/mnm"),
    ]  # fmt: skip
    assert [(orbit.label, orbit.wyckoff) for orbit in report.orbits] == [("Ti1", "2a"), ("O1", "4f")]
    assert dict(report.figures)["Sites"] == "6"
    assert len(report.space_groups) == len(report.environments) == 5
    assert {line.text for line in report.space_groups if line.true} <= {"P4_2/mnm"}
    assert report.similar
    assert report.description.startswith("TiO2 ")
    assert report.about.library == "mine"
    assert session.encoder.fingerprint in report.about.model


def test_a_part_that_is_missing_is_a_note(session: Session, tmp_path: Path) -> None:
    disordered = session.reports.crystal(session.read(DISORDERED))
    assert not disordered.space_groups
    assert not disordered.similar
    assert disordered.description == ""
    assert any("disordered" in note for note in disordered.notes)
    assert disordered.about.model == ""

    rutile = session.read(EXAMPLES / "rutile.cif")
    with Session(model=session.model_path, library=tmp_path / "gone.clics", sandboxed=False) as without_library:
        report = without_library.reports.crystal(rutile)
    assert report.space_groups
    assert "gone.clics" in report.notes[-1]
    assert report.similar == ()
    with Session(model=tmp_path, sandboxed=False) as without_model:
        report = without_model.reports.crystal(rutile)
    assert not report.space_groups
    assert "not a model folder" in report.notes[-1]
    assert report.description
    assert report.about.model == ""


def test_the_page_needs_nothing_beside_itself(session: Session, tmp_path: Path) -> None:
    report = session.reports.crystal(session.read(EXAMPLES / "rutile.cif"))
    session.reports.write(report, tmp_path / "rutile.html", b"\x89PNG")
    text = (tmp_path / "rutile.html").read_text(encoding="utf-8")
    found = Page(text)
    assert found.links == ["data:image/png;base64,iVBORw=="]
    assert not re.search(r"url\(|@import|<script|<link", text)
    words = " ".join(found.words)
    for part in ("Wyckoff positions", "Predicted space groups", "Similar structures", "Description", "mine"):
        assert part in words
    assert "P4<sub>2</sub>/mnm" in text
    assert "TiO<sub>2</sub>" in text
    with pytest.raises(ClicsError, match="there is no such folder"):
        session.reports.write(report, tmp_path / "no" / "rutile.html")


def test_long_and_strange_texts_are_cut_and_escaped(session: Session) -> None:
    evil = "<script>alert(1)</script>"
    report = replace(
        session.reports.crystal(session.read(EXAMPLES / "rutile.cif")),
        title=evil, formula=evil, source=evil * 100, headline=evil, description="word " * 5000, notes=(evil,) * 300,
        orbits=(Orbit(evil, evil, evil, (evil, evil, evil)),) * 50, space_groups=(Scored(evil, float("nan"), None),),
        environments=(Scored(evil * 20, 3.0, False),), connections=(), similar=(SimilarCrystal(evil, evil, evil, float("inf")),),
    )  # fmt: skip
    text = page(report)
    assert "script" not in Page(text).tags
    assert "… 42 more" in text
    assert len(text) < 30_000
    assert page(
        replace(report, orbits=(), environments=(), space_groups=(), similar=(), description="", notes=(), source="")
    )


def test_figures_are_lowered_and_bars_drawn() -> None:
    assert formula("Ca0.5Ti(OH)2") == "Ca<sub>0.5</sub>Ti(OH)<sub>2</sub>"
    assert symbol("P-42_1m & x") == "P<span class='overline'>4</span>2<sub>1</sub>m &amp; x"
    assert cut("one two three", 9) == "one two …"
    assert cut("one", 9) == "one"
    assert [bar(score) for score in (-1.0, 0.4, 2.0, float("nan"))] == [0.0, 0.5, 1.0, 0.0]


def test_the_command(session: Session, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    page_path, model = tmp_path / "rutile.html", str(session.model_path)
    given = ["report", str(EXAMPLES / "rutile.cif"), "--model", model, "--library", session.library.info().path]
    assert run([*given, "--out", str(page_path), "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["to"] == str(page_path)
    assert "TiO<sub>2</sub>" in page_path.read_text(encoding="utf-8")
    assert run([*given, "--out", str(tmp_path / "rutile.doc")]) == 2
    assert "name it rutile.html" in capsys.readouterr().err
