"""Similar crystals and the map, on a small library of the examples."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TypeVar

import numpy as np
import pytest
from clics.engine_process.job import SessionChoice
from clics.library.projection import principal_axes
from clics.library.store import Library
from clics.results.library_map import LibraryMap
from clics.session import Session
from PySide6.QtCore import QCoreApplication, QPoint, QPointF, Qt
from PySide6.QtGui import QColor
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget

from clics_gui.panels.similar.colouring import STEPS, by_element, by_score, prepare
from clics_gui.panels.similar.map_form import CRYSTAL, ELEMENT, GROUP, PHRASE, SYSTEM
from clics_gui.panels.similar.map_panel import MapPanel
from clics_gui.panels.similar.panel import NOTHING_OPEN, SimilarPanel
from clics_gui.plots.dots import FEW
from clics_gui.plots.map_plot import MapPlot
from clics_gui.state.documents import Document

from .panel_context import EXAMPLES, LONG, PanelWindow, panel_window

Widget = TypeVar("Widget", bound=QWidget)


@pytest.fixture(scope="module")
def examples(tiny_model: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A library of the examples, embedded with a small model."""
    path = tmp_path_factory.mktemp("library") / "examples.clics"
    with Session(model=tiny_model, library=path, sandboxed=False) as session:
        session.library.add([EXAMPLES])
    return path


@pytest.fixture
def window(qapp: object, tiny_model: Path, examples: Path) -> Iterator[PanelWindow]:
    def make(choice: SessionChoice) -> Session:
        return Session(model=tiny_model, library=choice.library or examples, sandboxed=False)

    with panel_window(make=make) as window:
        yield window


@pytest.fixture
def session(tiny_model: Path, examples: Path) -> Iterator[Session]:
    with Session(model=tiny_model, library=examples, sandboxed=False) as session:
        yield session


def shown(qtbot: object, panel: Widget) -> Widget:
    qtbot.addWidget(panel)  # type: ignore[attr-defined]
    panel.resize(400, 760)
    panel.show()
    qtbot.waitExposed(panel)  # type: ignore[attr-defined]
    return panel


def opened(window: PanelWindow, session: Session, name: str) -> Document:
    document = window.open_example(session, name, analysed=False)
    document.set_geometry(session.geometry(document.crystal))
    return document


def painted(plot: MapPlot) -> None:
    """Axes take their room when they are first painted; after that, dots stay where they are."""
    for _ in range(3):
        QCoreApplication.processEvents()
        plot.grab()


# ---- similar ------------------------------------------------------------------------------------------------------------


def test_nothing_open(qtbot: object, window: PanelWindow, session: Session) -> None:
    panel = shown(qtbot, SimilarPanel(window))
    assert panel.results._nothing.text() == NOTHING_OPEN
    document = opened(window, session, "rutile.cif")
    assert panel.results.hits
    window.documents.close(document)
    assert panel.results.hits == ()
    assert panel.results._nothing.text() == NOTHING_OPEN


def test_neighbours_of_the_crystal_in_front(qtbot: object, window: PanelWindow, session: Session) -> None:
    panel = shown(qtbot, SimilarPanel(window))
    for name in ("rutile.cif", "srtio3-perovskite.cif"):
        document = opened(window, session, name)
        expected = session.similar(document.crystal, top=50)
        assert [(hit.id, hit.reasons) for hit in panel.results.hits] == [(h.id, h.reasons) for h in expected.hits]
    assert panel.form.name.text().endswith("SrTiO₃")
    assert "released model" in panel.form.source.text()
    first = panel.results.hits[0].id
    QTest.keyClick(panel.results.table, Qt.Key.Key_Return)
    assert window.stored == [first]


def test_it_asks_only_while_it_is_seen_and_only_once(qtbot: object, window: PanelWindow, session: Session) -> None:
    asked: list[object] = []
    window.worker.ended.connect(lambda request: request.key == "similar" and asked.append(request))
    panel = SimilarPanel(window)
    document = opened(window, session, "rutile.cif")
    assert asked == []
    shown(qtbot, panel)
    assert len(asked) == 1
    panel.hide()
    panel.show()
    document.set_geometry(document.geometry)
    assert len(asked) == 1
    window.libraries.announce_contents(None)
    assert len(asked) == 2


def test_it_waits_for_the_description(qtbot: object, window: PanelWindow, session: Session) -> None:
    panel = shown(qtbot, SimilarPanel(window))
    document = window.open_example(session, "rutile.cif", analysed=False)
    assert panel.results.hits == ()
    assert panel.results.state.text() == "Searching…"
    document.set_geometry(session.geometry(document.crystal))
    assert panel.results.hits


def test_other_formulas_and_filters(qtbot: object, window: PanelWindow, session: Session) -> None:
    panel = shown(qtbot, SimilarPanel(window))
    document = opened(window, session, "rutile.cif")
    everything = session.similar(document.crystal, top=50)
    panel.form.same_formula.click()
    assert "TiO2" not in {hit.formula for hit in panel.results.hits}
    window.actions["similar.formula"].run()
    assert [hit.id for hit in panel.results.hits] == [hit.id for hit in everything.hits]
    panel.form.filter_box.setFocus()
    QTest.keyClicks(panel.form.filter_box, "system:cubic")
    QTest.keyClick(panel.form.filter_box, Qt.Key.Key_Return)
    cubic = {hit.id for hit in session.similar(document.crystal, top=50, where="system:cubic").hits}
    assert {hit.id for hit in panel.results.hits} == cubic
    panel.form.filter_box.setText("el:Qq")
    panel.form.changed.emit()
    assert panel.form.problem.isVisible()
    assert "Qq" in panel.form.problem.text()
    assert panel.results.hits == ()


def test_the_nearest_are_superposed_when_asked_for(qtbot: object, window: PanelWindow, session: Session) -> None:
    asked: list[object] = []
    window.worker.ended.connect(lambda request: request.key == "similar" and asked.append(request))
    panel = shown(qtbot, SimilarPanel(window))
    document = opened(window, session, "rutile.cif")
    assert all(hit.superposition is None for hit in panel.results.hits)
    window.actions["similar.superpose"].run()
    assert panel.form.superpose.isChecked()
    assert len(asked) == 2
    expected = session.similar(document.crystal, top=50, superpose=True)
    assert [hit.id for hit in panel.results.hits] == [hit.id for hit in expected.hits]
    assert all(hit.superposition is not None for hit in panel.results.hits)
    again = shown(qtbot, SimilarPanel(window))
    again.restore_state(panel.save_state())
    assert again.form.superpose.isChecked()


def test_a_filter_is_used_when_typing_rests(qtbot: object, window: PanelWindow, session: Session) -> None:
    panel = shown(qtbot, SimilarPanel(window))
    opened(window, session, "rutile.cif")
    before = panel.results.hits
    QTest.keyClicks(panel.form.filter_box, "nsites<10")
    assert panel.results.hits == before
    qtbot.waitUntil(lambda: 0 < len(panel.results.hits) < len(before))  # type: ignore[attr-defined]


def test_another_library(
    qtbot: object, window: PanelWindow, session: Session, tiny_model: Path, tmp_path: Path
) -> None:
    other = tmp_path / "salts.clics"
    with Session(model=tiny_model, library=other, sandboxed=False) as filling:
        filling.library.add([EXAMPLES / "srtio3-perovskite.cif"])
    window.libraries.add(other)
    panel = shown(qtbot, SimilarPanel(window))
    opened(window, session, "rutile.cif")
    chooser = panel.form.library
    assert [chooser.itemText(i) for i in range(chooser.count())] == ["My library", "salts"]
    chooser.setCurrentIndex(1)
    chooser.activated.emit(1)
    assert window.worker.choice.library == other
    assert [hit.formula for hit in panel.results.hits] == ["SrTiO3"]
    assert "salts" in panel.results.state.text()
    window.libraries.use(None)
    assert chooser.currentIndex() == 0
    assert len(panel.results.hits) > 1


def test_a_crystal_that_the_model_cannot_take(qtbot: object, window: PanelWindow, session: Session) -> None:
    panel = shown(qtbot, SimilarPanel(window))
    opened(window, session, "fe-ni-taenite.cif")
    assert "order" in panel.results._nothing.text()
    assert not panel.embed.isVisible()


def test_a_library_of_another_model_is_embedded_at_a_click(
    qtbot: object, window: PanelWindow, session: Session, tiny_model: Path, tmp_path: Path
) -> None:
    other = tmp_path / "bare.clics"
    with Session(model=tiny_model, library=other, sandboxed=False) as filling:
        filling.library.add([EXAMPLES / "srtio3-perovskite.cif"])
    with Library(other) as library:
        library.remove_model(session.encoder.fingerprint)
    panel = shown(qtbot, SimilarPanel(window))
    opened(window, session, "rutile.cif")
    window.libraries.use(other)
    assert "no embeddings of this model" in panel.results._nothing.text()
    QTest.mouseClick(panel.embed, Qt.MouseButton.LeftButton)
    assert [hit.formula for hit in panel.results.hits] == ["SrTiO3"]
    assert not panel.embed.isVisible()
    assert ("success", "Updated the embeddings of 1 crystal in bare.") in window.said


def test_what_is_remembered(qtbot: object, window: PanelWindow) -> None:
    panel = shown(qtbot, SimilarPanel(window))
    panel.form.same_formula.setChecked(False)
    panel.form.filter_box.setText("el:O")
    state = panel.save_state()
    again = shown(qtbot, SimilarPanel(window))
    again.restore_state(state)
    assert again.save_state() == state
    again.restore_state({"filter": LONG, "same": None, "cards": 7})
    assert len(again.form.filter) <= 1000


# ---- the map ------------------------------------------------------------------------------------------------------------


def test_the_map(qtbot: object, window: PanelWindow, session: Session) -> None:
    panel = shown(qtbot, MapPanel(window))
    document = opened(window, session, "rutile.cif")
    drawn = session.maps.draw()
    plot = panel.plot
    assert plot is not None
    assert f"{len(drawn.ids)} crystals of examples" in panel.state.text()
    assert f"{sum(drawn.explained):.0%}" in panel.state.text()
    painted(plot)
    itself = drawn.ids.index(document.crystal.id)
    marked = plot._mark.getData()
    assert (float(marked[0][0]), float(marked[1][0])) == pytest.approx(tuple(drawn.xy[itself]), abs=1e-4)
    place = plot.dots.pixels(np.array([itself]))[0]
    assert plot.nearest(QPointF(*place.tolist())) == itself
    QTest.mouseMove(plot.viewport(), QPoint(round(place[0]), round(place[1])))
    QTest.mouseClick(plot.viewport(), Qt.MouseButton.LeftButton, pos=QPoint(round(place[0]), round(place[1])))
    assert window.stored == [document.crystal.id]
    assert "TiO₂" in panel.pointed.text()
    assert "P4₂/mnm" in panel.pointed.text()
    window.documents.close(document)
    assert len(plot._mark.getData()[0]) == 0


def test_the_map_by_keys(qtbot: object, window: PanelWindow) -> None:
    panel = shown(qtbot, MapPanel(window))
    plot = panel.plot
    assert plot is not None
    painted(plot)
    told: list[int] = []
    plot.pointed.connect(told.append)
    for key in (Qt.Key.Key_Left, Qt.Key.Key_Left, Qt.Key.Key_Right, Qt.Key.Key_Up, Qt.Key.Key_Down):
        QTest.keyClick(plot, key)
    assert len(set(told)) > 1
    QTest.keyClick(plot, Qt.Key.Key_Return)
    assert panel._data is not None
    assert window.stored == [panel._data.drawn.ids[told[-1]]]
    before = plot.getViewBox().viewRange()
    QTest.keyClick(plot, Qt.Key.Key_Plus)
    assert plot.getViewBox().viewRange() != before
    QTest.keyClick(plot, Qt.Key.Key_Home)
    assert plot.getViewBox().viewRange()[0] == pytest.approx(before[0])


def test_colours_of_the_map(qtbot: object, window: PanelWindow, session: Session) -> None:
    panel = shown(qtbot, MapPanel(window))
    opened(window, session, "rutile.cif")
    plot = panel.plot
    assert plot is not None
    everything = len(plot.dots.shown)
    buttons = {button.text().split()[0]: button for button in panel.legend._buttons}
    buttons["cubic"].click()
    assert panel._data is not None
    assert len(plot.dots.shown) == everything - panel._data.drawn.crystal_systems.count("cubic")
    for mode in (GROUP, ELEMENT, CRYSTAL, PHRASE, SYSTEM):
        panel.form.choose(mode)
        assert len(plot.dots.shown) == everything
    panel.form.choose(CRYSTAL)
    assert panel.legend._high.text() == "1.00"
    panel.form.choose(PHRASE)
    panel.form.phrase.setText("Fm-3m")
    QTest.keyClick(panel.form.phrase, Qt.Key.Key_Return)
    best = float(np.nanmax(session.maps.score(session.maps.draw(), "Fm-3m").scores))
    assert panel.legend._high.text() == f"{best:.2f}".replace("-", "−")
    state = panel.save_state()
    window.theme.use("dark")
    again = shown(qtbot, MapPanel(window))
    again.restore_state(state)
    assert again.legend._high.text() == f"{best:.2f}".replace("-", "−")
    again.restore_state({"mode": "nonsense"})
    assert again.form.mode == SYSTEM


def test_the_map_says_what_is_in_its_way(qtbot: object, window: PanelWindow, session: Session, tmp_path: Path) -> None:
    panel = shown(qtbot, MapPanel(window))
    opened(window, session, "fe-ni-taenite.cif")
    panel.form.choose(CRYSTAL)
    window.documents.set_current(None)
    assert "Open a crystal" in panel.form.problem.text()
    Library(tmp_path / "empty.clics", "create").close()
    window.libraries.use(tmp_path / "empty.clics")
    assert "has an embedding" in panel._nothing.text()
    window.libraries.use(tmp_path / "gone.clics")
    assert "no library" in panel._nothing.text()
    window.libraries.use(None)
    assert panel.plot is not None
    assert panel.plot.isVisible()


def test_a_map_that_nobody_sees_is_not_drawn(qtbot: object, window: PanelWindow) -> None:
    asked: list[object] = []
    window.worker.ended.connect(lambda request: request.key == "map" and asked.append(request))
    panel = MapPanel(window)
    window.libraries.announce_contents(None)
    assert asked == []
    shown(qtbot, panel)
    panel.hide()
    window.libraries.announce_contents(None)
    assert len(asked) == 1
    panel.show()
    assert len(asked) == 2


def invented(count: int, *, system: str = "cubic") -> LibraryMap:
    vectors = np.random.default_rng(0).normal(size=(count, 4)).astype(np.float32)
    axes = principal_axes(lambda: [vectors], vectors.shape[1])
    ids = tuple(f"{LONG[:300]}{i}" for i in range(count))
    return LibraryMap(
        LONG, 1, np.arange(count), ids, ("",) * count, (system,) * count, ((),) * count, ("",) * count,
        axes.project(vectors), axes,
    )  # fmt: skip


@pytest.mark.parametrize("count", [0, 1, 2, FEW + 1])
def test_maps_of_every_size(qtbot: object, window: PanelWindow, count: int) -> None:
    panel = shown(qtbot, MapPanel(window))
    panel._show(prepare(invented(count, system="")))
    panel.grab()
    if count:
        assert panel.plot is not None
        assert len(panel.plot.dots.shown) == count
        panel.plot.point_at(0)
        assert panel.pointed.text()


@pytest.mark.parametrize("count", [40, FEW + 500])
def test_dots_have_the_colours_of_their_groups(qtbot: object, count: int) -> None:
    plot = shown(qtbot, MapPlot(lambda index: ""))
    plot.use_colours(QColor("white"), QColor("black"), QColor("white"), QColor("black"))
    xy = np.random.default_rng(1).normal(size=(count, 2)).astype(np.float32)
    plot.show_points(xy)
    plot.show_groups(np.zeros(count, np.uint8), [QColor("#ff0000"), QColor("#0000ff")], [True, True])
    painted(plot)
    lonely = int(np.abs(xy).sum(axis=1).argmax())
    groups = np.zeros(count, np.uint8)
    groups[lonely] = 1
    plot.show_groups(groups, [QColor("#ff0000"), QColor("#0000ff")], [True, True])
    image = plot.grab().toImage()
    x, y = plot.dots.pixels(np.array([lonely]))[0].round().astype(int).tolist()
    assert image.pixelColor(x, y) == QColor("#0000ff")
    plot.show_groups(groups, [QColor("#ff0000"), QColor("#0000ff")], [True, False])
    assert plot.grab().toImage().pixelColor(x, y) != QColor("#0000ff")
    assert plot.nearest(QPointF(x, y), reach=1) != lonely


def test_scores_become_steps() -> None:
    scores = np.array([0.0, 0.5, 1.0, np.nan], np.float32)
    found = by_score(scores)
    assert found.is_scale
    assert found.groups[2] == STEPS - 1
    assert found.groups[3] == STEPS
    assert found.groups[0] < found.groups[1] < found.groups[2]
    assert (by_score(np.full(3, np.nan, np.float32)).groups == STEPS).all()
    assert (by_score(np.full(3, 0.25, np.float32)).groups < STEPS).all()


def test_elements_of_a_map() -> None:
    drawn = invented(3)
    drawn = LibraryMap(
        "x", 1, drawn.keys, drawn.ids, drawn.formulas, ("cubic", "", "cubic"), (("O",), ("O", "Ti"), ()),
        ("Pnma", "Pnma", ""), drawn.xy, drawn.axes,
    )  # fmt: skip
    data = prepare(drawn)
    assert data.elements == (("O", 2), ("Ti", 1))
    assert by_element(drawn, "Ti").groups.tolist() == [0, 1, 0]
    assert [(kind.name, kind.count) for kind in data.by_group.kinds] == [("others", 1), ("Pnma", 2)]
    assert data.by_system.groups.tolist() == [1, 0, 1]
