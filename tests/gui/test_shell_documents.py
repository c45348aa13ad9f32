"""Open documents: selection, light, which one is current."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from clics_gui.state.documents import Document, Documents


def opened(title: str) -> SimpleNamespace:
    """The part of the engine's result that documents read (they pass crystal and atoms on unread)."""
    return SimpleNamespace(crystal=object(), atoms=object(), title=title)


@pytest.fixture
def documents(qapp) -> Documents:
    documents = Documents()
    for title in "abc":
        documents.add(Document(opened(title)))
    return documents


def test_the_last_one_opened_is_current(documents: Documents) -> None:
    assert [d.title for d in documents] == ["a", "b", "c"]
    assert documents.current is not None
    assert documents.current.title == "c"


def test_closing_makes_the_neighbour_current(documents: Documents) -> None:
    a, b, c = documents
    documents.set_current(b)
    documents.close(b)
    assert documents.current is c
    documents.close(c)
    assert documents.current is a
    documents.close(a)
    assert documents.current is None
    assert len(documents) == 0


def test_moving_keeps_the_order_of_tabs(documents: Documents) -> None:
    a, b, c = documents
    documents.arrange([b, c, a])
    assert [d.title for d in documents] == ["b", "c", "a"]


def test_selection_tells_only_changes(documents: Documents, qtbot) -> None:
    document = documents.current
    changes = []
    document.selection_changed.connect(lambda: changes.append(document.selection))
    document.select([1, 2])
    document.select({2, 1})
    document.toggle(1)
    document.toggle(3)
    assert changes == [{1, 2}, {2}, {2, 3}]


def test_light_carries_its_phrase(documents: Documents) -> None:
    document = documents.current
    changes = []
    document.highlight_changed.connect(lambda: changes.append((document.highlighted, document.highlighted_phrase)))
    document.highlight([0], "octahedral")
    document.highlight([0], "octahedral")
    document.highlight(None)
    assert changes == [(frozenset({0}), "octahedral"), (None, "")]


def test_another_cell_forgets_what_was_known(documents: Documents) -> None:
    document = documents.current
    document.set_geometry(object())
    document.select([1])
    document.highlight([1], "x")
    document.set_opened(opened("another"), "primitive")
    assert document.geometry is None
    assert document.selection == frozenset()
    assert document.highlighted is None
    assert document.cell == "primitive"
    assert document.title == "c"
