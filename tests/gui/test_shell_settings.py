"""Settings and session files: read, written, damaged, of other versions."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from clics_gui.state.settings import SettingsStore, pages
from clics_gui.state.settings_migrations import migrated
from clics_gui.state.settings_schema import Settings
from clics_gui.state.window_state import OpenFile, WindowState
from clics_gui.style.colours import CATEGORIES, DARK, LIGHT


def test_a_change_is_told_saved_and_read_again(tmp_path: Path, qapp) -> None:
    store = SettingsStore(tmp_path / "new" / "settings.json")
    told = []
    store.changed.connect(lambda section, name: told.append((section, name)))
    store.set("analysis", "top", 5)
    store.set("analysis", "top", 5)
    assert told == [("analysis", "top")]
    assert SettingsStore(tmp_path / "new" / "settings.json").value.analysis.top == 5


def test_a_value_outside_its_limits_changes_nothing(qapp) -> None:
    store = SettingsStore(None)
    with pytest.raises(ValidationError):
        store.set("analysis", "top", 0)
    assert store.value == Settings()


def test_reset(qapp) -> None:
    store = SettingsStore(None)
    store.set("appearance", "theme", "dark")
    store.set("export", "dpi", 72)
    store.reset("appearance", "theme")
    assert store.value.appearance.theme == "system"
    store.reset_all()
    assert store.value == Settings()


def test_one_bad_value_does_not_cost_the_others(tmp_path: Path, qapp) -> None:
    path = tmp_path / "settings.json"
    stored = {"version": 1, "analysis": {"top": "many"}, "export": {"dpi": 72, "colour": 1}, "later": {"x": 1}}
    path.write_text(json.dumps(stored))
    store = SettingsStore(path)
    assert store.value.export.dpi == 72
    assert store.value.analysis.top == 8
    assert store.problem is not None
    assert "analysis.top" in store.problem


@pytest.mark.parametrize("text", ["", "{", "[]", "\0", '"x"'])
def test_a_damaged_file_is_set_aside(tmp_path: Path, text: str, qapp) -> None:
    path = tmp_path / "settings.json"
    path.write_text(text)
    store = SettingsStore(path)
    assert store.value == Settings()
    assert store.problem
    assert (tmp_path / "settings.json.unreadable").read_text() == text


def test_a_disk_that_takes_nothing_does_not_stop_the_work(tmp_path: Path, qapp) -> None:
    (tmp_path / "file").touch()
    store = SettingsStore(tmp_path / "file" / "settings.json")
    store.set("analysis", "top", 5)
    assert store.value.analysis.top == 5


def test_a_disk_that_takes_nothing_any_more_is_told_once(tmp_path: Path, qapp) -> None:
    home = tmp_path / "home"
    store = SettingsStore(home / "settings.json")
    home.touch()
    told: list[str] = []
    store.unsaved.connect(told.append)
    store.set("analysis", "top", 5)
    store.set("analysis", "top", 6)
    assert store.value.analysis.top == 6
    assert len(told) == 1
    assert str(home) in told[0]


def test_every_setting_can_be_shown(qapp) -> None:
    for page in pages(Settings()).values():
        assert type(page).__doc__
        for name, field in type(page).model_fields.items() if page.heading else ():  # others have no page
            assert field.title, name
            assert field.description, name
            assert field.description.endswith("."), name


def test_steps_follow_one_another() -> None:
    steps = {1: lambda data: data | {"a": data.pop("old")}, 2: lambda data: data | {"b": 2 * data["a"]}}
    assert migrated({"version": 1, "old": 4}, steps, 3) == {"version": 3, "a": 4, "b": 8}
    assert migrated({"version": 9, "a": 1}, steps, 3) == {"version": 3, "a": 1}


def test_a_session_comes_back(tmp_path: Path) -> None:
    state = WindowState(recent=["a"], open=[OpenFile("a", "block"), OpenFile(stored="id")], current=1)
    state.panels["search"] = {"history": ["x"]}
    state.save(tmp_path / "session.json")
    again = WindowState.load(tmp_path / "session.json")
    assert (again.recent, again.open, again.current, again.panels, again.first) == (
        state.recent,
        state.open,
        1,
        state.panels,
        False,
    )
    assert WindowState.load(tmp_path / "none.json").first


@given(st.recursive(st.none() | st.integers() | st.text(), lambda x: st.lists(x) | st.dictionaries(st.text(), x)))
def test_any_session_file_can_be_loaded(tmp_path_factory: pytest.TempPathFactory, data: object) -> None:
    path = tmp_path_factory.mktemp("session") / "session.json"
    path.write_text(json.dumps(data))
    assert WindowState.load(path).open == []


def test_recent_files_are_few_and_named_once() -> None:
    state = WindowState()
    for name in "abcab":
        state.remember(Path(name), 2)
    assert state.recent == ["b", "a"]


def luminance(colour: str) -> float:
    """Relative luminance of WCAG 2.1."""
    channels = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("colours", [LIGHT, DARK], ids=["light", "dark"])
def test_text_can_be_read(colours) -> None:
    assert set(colours) == set(LIGHT)
    for role in ("text", "muted"):
        for ground in ("window", "surface", "raised", "hover"):
            assert contrast(colours[role], colours[ground]) >= 4.5, (role, ground)
    for role in ("good", "bad", "warning", "info"):
        assert contrast(colours[role], colours[f"{role}_surface"]) >= 4.5, role
    assert contrast(colours["on_accent"], colours["accent"]) >= 4.5
    assert contrast(colours["text"], colours["selection"]) >= 4.5
    assert all(contrast(c, colours["surface"]) >= 2 for c in CATEGORIES)
