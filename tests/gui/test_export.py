"""Tables out of every panel by menu, context menu and clipboard; reports of crystals of every kind as PDF and HTML."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import openpyxl
import pytest
from clics.engine_process.operation import SESSION, call
from clics.errors import ClicsError
from clics.progress import CancelToken, silent
from clics.results import Provenance
from clics.results.geometry import Opened
from clics.results.geometry_words import SiteRow
from clics.results.report import Orbit, Report, Scored, SimilarCrystal
from clics.results.search import Hit, Reason, SearchResult
from clics.session import Session
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QGuiApplication, QImage, QPainter
from PySide6.QtWidgets import QFileDialog, QVBoxLayout, QWidget

from clics_gui.export import page
from clics_gui.export.dialog import ExportDialog
from clics_gui.export.offer import TableOffer, offers_in
from clics_gui.export.report import painted, save_report, trimmed, written
from clics_gui.export.table import FORMATS
from clics_gui.panels.geometry.panel import GeometryPanel
from clics_gui.panels.results.hit_model import FORMULA
from clics_gui.panels.results.hits_view import ResultsView
from clics_gui.panels.sites import SitesPanel

from .panel_context import EXAMPLES, LONG, PanelWindow, panel_window

DISORDERED = Path(__file__).resolve().parents[1] / "data" / "crystals" / "disordered.cif"
HITS = (
    Hit(
        "mp-1",
        "SrTiO3",
        "Pm-3m",
        0.5,
        tuple(Reason("shape", text, text) for text in ("octahedra", "more")),
        {"x": True, "y": False},
    ),
    Hit("=HYPERLINK(1)", "BaTiO3", "", float("nan"), (), None),
    Hit(LONG, "CaTiO3", "Pnma", -1.0, (Reason("environment", LONG, LONG),), {}),
)


@pytest.fixture(scope="module")
def session(tiny_model: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Session]:
    session = Session(model=tiny_model, library=tmp_path_factory.mktemp("library") / "examples.clics", sandboxed=False)
    session.library.add([EXAMPLES])
    yield session
    session.close()


@pytest.fixture
def window(qapp: object, session: Session) -> Iterator[PanelWindow]:
    with panel_window(session) as window:
        yield window


def hits_view(qtbot: object, window: PanelWindow, hits: tuple[Hit, ...] = HITS) -> ResultsView:
    view = ResultsView(window)
    qtbot.addWidget(view)  # type: ignore[attr-defined]
    view.show_result(
        SearchResult("octahedra", "examples", len(hits), hits), query_text="octahedra  − tetrahedra  [el:O]"
    )
    view.show()
    return view


def dialog_of(widget: QWidget) -> ExportDialog:
    (dialog,) = [child for child in widget.window().findChildren(ExportDialog) if child.isVisible()]
    return dialog


def test_a_table_is_saved_through_its_own_menu(
    qtbot: object, window: PanelWindow, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    view = hits_view(qtbot, window)
    assert view.table.contextMenuPolicy() == Qt.ContextMenuPolicy.ActionsContextMenu
    export, copy = view.table.actions()
    assert export.text().startswith("Export table…\tCtrl+")
    assert copy.text().startswith("Copy table\tCtrl+")
    view.table.sortByColumn(FORMULA, Qt.SortOrder.AscendingOrder)
    export.trigger()
    dialog = dialog_of(view)
    assert dialog.which.currentText() == "Search results: octahedra  − tetrahedra  [el:O]  (3 rows)"
    dialog.format.setCurrentIndex(dialog.format.findData("csv"))
    asked: list[str] = []

    def answer(parent: object, title: str, start: str, kinds: str) -> tuple[str, str]:
        asked.extend((start, kinds))
        return str(tmp_path / "hits"), ""

    monkeypatch.setattr(QFileDialog, "getSaveFileName", answer)
    dialog._ask_where()
    assert asked[0].endswith("Search-results-octahedra-tetrahedra-el-O.csv")
    assert asked[1] == "CSV (*.csv)"
    assert window.said == [("success", f"Saved 3 rows to {tmp_path / 'hits.csv'}.")]
    with (tmp_path / "hits.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [row["formula"] for row in rows] == ["BaTiO3", "CaTiO3", "SrTiO3"]
    assert [row["rank"] for row in rows] == ["2", "3", "1"]
    assert rows[0]["id"] == "'=HYPERLINK(1)"
    assert rows[2]["checked: y"] == "False"
    assert rows[0]["library"] == "examples"
    assert rows[0]["query"] == "octahedra  − tetrahedra  [el:O]"
    assert engine_fingerprint(window) in rows[0]["model"]
    assert rows[0]["written"]


def engine_fingerprint(window: PanelWindow) -> str:
    found: list[Provenance] = []
    window.worker.submit(call(SESSION.exports.provenance, model=True), done=found.append)
    return found[0].model


@pytest.mark.parametrize("ending", FORMATS)
def test_every_format_says_where_it_is_from(qtbot: object, window: PanelWindow, tmp_path: Path, ending: str) -> None:
    view = hits_view(qtbot, window)
    view.findChildren(TableOffer)[0].export()
    dialog = dialog_of(view)
    names = {
        dialog._metadata.itemAt(row, dialog._metadata.ItemRole.LabelRole).widget().text()
        for row in range(dialog._metadata.rowCount())
    }
    assert {"Model", "Library", "Source", "Date"} <= names
    path = tmp_path / f"hits.{ending}"
    dialog.save(path)
    assert window.settings.value.export.table_format == ending
    if ending == "xlsx":
        book = openpyxl.load_workbook(path)
        assert book["results"].max_row == 4
        text = str({row[0].value: row[1].value for row in book["metadata"].iter_rows()})
    else:
        text = path.read_text(encoding="utf-8")
    for part in ("examples", engine_fingerprint(window), "tetrahedra"):
        assert part in text
    if ending == "json":
        assert json.loads(text)["rows"][0]["reasons"][0]["label"] == "octahedra"


def test_what_cannot_be_written_is_one_sentence(qtbot: object, window: PanelWindow, tmp_path: Path) -> None:
    view = hits_view(qtbot, window)
    view.findChildren(TableOffer)[0].export()
    dialog_of(view).save(tmp_path / "nowhere" / "hits.csv")
    ((kind, message),) = window.said
    assert kind == "error"
    assert message.endswith("could not be written: there is no such folder; choose another.")


def test_the_clipboard_gets_the_table(qtbot: object, window: PanelWindow) -> None:
    view = hits_view(qtbot, window)
    view.table.actions()[1].trigger()
    lines = QGuiApplication.clipboard().text().splitlines()
    assert lines[0].startswith("rank\tid\tformula\tspace_group\tscore")
    assert len(lines) == 4
    assert window.said[0][0] == "success"


def test_an_empty_table_says_so(qtbot: object, window: PanelWindow) -> None:
    view = hits_view(qtbot, window, ())
    for action in view.table.actions():
        action.trigger()
    assert [kind for kind, _ in window.said] == ["info", "info"]
    assert offers_in(view) == []


def test_geometry_and_sites_offer_their_tables(
    qtbot: object, window: PanelWindow, session: Session, tmp_path: Path
) -> None:
    everything = QWidget()
    qtbot.addWidget(everything)  # type: ignore[attr-defined]
    geometry, sites = GeometryPanel(window), SitesPanel(window)
    geometry.setParent(everything)
    sites.setParent(everything)
    assert offers_in(everything) == []
    window.open_example(session, "rutile.cif")
    everything.show()
    offered = offers_in(everything)
    tables = {offer.table().title.split(" of ")[0]: offer.table() for offer in offered}  # type: ignore[union-attr]
    assert set(tables) == {
        "Wyckoff positions",
        "Coordination",
        "Networks",
        "Predicted space groups",
        "Predicted shapes",
        "Predicted networks",
        "Predicted environments",
        "Predicted connections",
        "Sites",
    }
    assert [row["letter"] for row in tables["Wyckoff positions"].items] == ["a", "f"]  # type: ignore[index]
    assert next(iter(tables["Coordination"].items))["shape"].startswith("octahedron (OC-6")  # type: ignore[index]
    assert "chains of edge-sharing TiO6 along [001]" in [row["network"] for row in tables["Networks"].items]  # type: ignore[index]
    assert len(tables["Sites"].items) == 6
    assert tables["Sites"].items[0]["elements"] == "Ti"  # type: ignore[index]
    assert tables["Predicted space groups"].model
    assert not tables["Sites"].model
    for name, table in tables.items():
        path = tmp_path / f"{name}.csv"
        assert session.exports.table(table.items, path, title=table.title, query=table.query, model=table.model) == len(
            table.items
        )
        head = path.read_text(encoding="utf-8").splitlines()[0]
        assert ("model" in head) == table.model


def test_the_table_in_use_comes_first(qtbot: object, window: PanelWindow, session: Session) -> None:
    everything = QWidget()
    qtbot.addWidget(everything)  # type: ignore[attr-defined]
    window.open_example(session, "rutile.cif")
    sites, view = SitesPanel(window), ResultsView(window)
    view.show_result(SearchResult("octahedra", "examples", len(HITS), HITS))
    layout = QVBoxLayout(everything)
    for part in (sites, view):
        layout.addWidget(part)
    everything.show()
    with qtbot.waitActive(everything):  # type: ignore[attr-defined]
        everything.activateWindow()
    for part, title in ((sites, "Sites"), (view, "Search results"), (sites, "Sites")):
        part.table.setFocus()
        qtbot.waitUntil(part.table.hasFocus)  # type: ignore[attr-defined]
        assert offers_in(everything)[0].table().title.startswith(title)  # type: ignore[union-attr]


def subject(session: Session, path: Path) -> Opened:
    return next(found for found in session.iter_opened([path]) if isinstance(found, Opened))


@pytest.mark.parametrize("path", [EXAMPLES / "catio3-perovskite.cif", DISORDERED, EXAMPLES / "fe-ni-taenite.cif"])
def test_reports_of_crystals(qapp: object, session: Session, tmp_path: Path, path: Path) -> None:
    of = subject(session, path)
    report = session.reports.crystal(of.crystal, title=of.title)
    for ending in ("pdf", "html"):
        written(report, tmp_path / f"report.{ending}", None, of.atoms).run(session, silent, CancelToken())
    data = (tmp_path / "report.pdf").read_bytes()
    assert data.startswith(b"%PDF")
    assert data.count(b"/Type /Page\n") == 1
    html = (tmp_path / "report.html").read_text(encoding="utf-8")
    assert "data:image/png;base64," in html
    report = session.reports.crystal(of.crystal)
    assert bool(report.description) == bool(report.similar) == (path.name == "catio3-perovskite.cif")
    assert report.description or report.notes


def odd(report: Report, count: int, text: str) -> Report:
    return replace(
        report, title=text, formula=text[:300], source=text, headline=text, description=text, notes=(text, text),
        orbits=(Orbit(text, text, text, ("0.1", "0.2", "0.3")),) * count,
        geometry=(SiteRow(text, text, text, text, text, text),) * count,
        space_groups=(Scored(text, float("nan"), None),) * count,
        environments=(Scored(text, 7.0, False),) * count, connections=(Scored(text, -7.0, True),) * count,
        similar=(SimilarCrystal(text, text, text, float("nan")),) * count,
        about=replace(report.about, licence=text, model=text, library=text),
    )  # fmt: skip


@pytest.mark.parametrize(("count", "text"), [(0, ""), (1, "x"), (400, LONG), (7, "W" * 3000)])
@pytest.mark.parametrize("with_picture", [False, True])
def test_whatever_a_report_holds_it_is_one_page(
    qapp: object, session: Session, count: int, text: str, with_picture: bool
) -> None:
    of = subject(session, EXAMPLES / "rutile.cif")
    report = odd(session.reports.crystal(of.crystal), count, text)
    image = QImage(744, 1052, QImage.Format.Format_RGB32)
    image.fill(Qt.GlobalColor.white)
    image.setDotsPerMeterX(round(90 / 0.0254))
    image.setDotsPerMeterY(round(90 / 0.0254))
    painter = QPainter(image)
    page.paint(painter, 90, report, painted(of.atoms) if with_picture else None)
    painter.end()
    margin = [image.pixelColor(x, y) for x in (*range(56), *range(690, 744)) for y in range(0, 1052, 7)]
    margin += [image.pixelColor(x, y) for x in range(0, 744, 7) for y in (*range(50), *range(1016, 1052))]
    assert all(colour == QColor(Qt.GlobalColor.white) for colour in margin)


def test_empty_paper_is_cut_off(qapp: object) -> None:
    image = QImage(200, 100, QImage.Format.Format_ARGB32_Premultiplied)
    image.fill(Qt.GlobalColor.transparent)
    assert trimmed(image).size() == image.size()
    image.setPixelColor(50, 40, QColor("red"))
    image.setPixelColor(79, 49, QColor("red"))
    small = trimmed(image)
    assert (small.width(), small.height()) == (38, 18)
    assert small.pixelColor(4, 4) == QColor("red")
    assert trimmed(QImage()).isNull()


def test_a_report_is_saved_from_the_window(
    qtbot: object, window: PanelWindow, session: Session, tmp_path: Path
) -> None:
    document = window.open_example(session, "rutile.cif")
    save_report(window, document, tmp_path / "rutile.html", None)
    assert window.said == [("success", f"Saved the report to {tmp_path / 'rutile.html'}.")]
    assert "P4<sub>2</sub>/mnm" in (tmp_path / "rutile.html").read_text(encoding="utf-8")
    save_report(window, document, tmp_path / "no" / "rutile.pdf", None)
    assert window.said[-1][0] == "error"
    with pytest.raises(ClicsError):
        written(session.reports.crystal(document.crystal), tmp_path / "rutile.doc", None, document.atoms)
    assert [path.name for path in tmp_path.iterdir()] == ["rutile.html"]
