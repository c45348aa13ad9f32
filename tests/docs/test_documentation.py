"""The documentation holds together: pages, links, names, commands and the built pages."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[2]
DOCS = ROOT / "docs"
PAGES = sorted(DOCS.rglob("*.md"))
TEXTS = [
    *PAGES,
    *(ROOT / name for name in ("README.md", "CONTRIBUTING.md", "CHANGELOG.md", "SECURITY.md", "benchmarks/README.md")),
]
FOLDERS = ("engine", "clics_gui", "resources", "tests", "benchmarks", "tools", "docs", "examples")
_LINK = re.compile(r"(?<!`)\[[^\]]*\]\(([^)\s]+)\)")
_NAME = re.compile(r"`(clics(?:_gui)?(?:\.\w+)+)(?:\([^`]*)?`")
_PATH = re.compile(rf"`((?:{'|'.join(FOLDERS)})/[\w./-]+)`")
named = pytest.mark.parametrize("text", TEXTS, ids=lambda path: str(path.relative_to(ROOT)))


def _pages_of(nav: Any) -> Iterator[str]:
    if isinstance(nav, str):
        yield nav
    else:
        for entry in nav.values() if isinstance(nav, dict) else nav:
            yield from _pages_of(entry)


def _anchors(page: Path) -> set[str]:
    """Anchors of a page's headings, as mkdocs and GitHub make them."""
    headings = re.findall(r"^#+ +(.+?)\s*$", page.read_text(encoding="utf-8"), re.MULTILINE)
    words = [re.sub(r"[^\w\s-]", "", heading.lower()).strip() for heading in headings]
    return {re.sub(r"[\s-]+", "-", heading) for heading in words}


def _exists(name: str) -> bool:
    """True if a dotted name is a module, or is written in the module that its beginning names."""
    parts = name.split(".")
    base = ROOT / "engine" if parts[0] == "clics" else ROOT
    for length in range(len(parts), 0, -1):
        module = base.joinpath(*parts[:length])
        file = module / "__init__.py" if module.is_dir() else module.with_suffix(".py")
        if file.is_file():
            source = file.read_text(encoding="utf-8")
            return all(re.search(rf"\b{part}\b", source) for part in parts[length:])
    return False


def _command_lines(text: str) -> Iterator[str]:
    """Lines of code blocks that call ``clics``; a pipe divides calls."""
    for line in re.findall(r"^    (clics .*)$", text, re.MULTILINE):
        for call in line.split(" | "):
            if call.startswith("clics "):
                yield re.split(r"\s{2,}|\s#", call)[0]


def test_navigation_names_every_page_once() -> None:
    configuration = yaml.safe_load((ROOT / "mkdocs.yml").read_text(encoding="utf-8"))
    listed = list(_pages_of(configuration["nav"]))
    assert sorted(listed) == [str(page.relative_to(DOCS)) for page in PAGES]


@named
def test_lines_are_short(text: Path) -> None:
    lines = text.read_text(encoding="utf-8").splitlines()
    # A row of a table cannot be broken.
    assert [line for line in lines if len(line) > 120 and not line.lstrip().startswith("|")] == []


@named
def test_relative_links_resolve(text: Path) -> None:
    missing = []
    for target in _LINK.findall(text.read_text(encoding="utf-8")):
        if target.startswith(("http://", "https://")):
            continue
        path, _, anchor = target.partition("#")
        page = (text.parent / path).resolve() if path else text
        if not page.exists() or (anchor and anchor not in _anchors(page)):
            missing.append(target)
    assert missing == []


@named
def test_names_and_paths_exist(text: Path) -> None:
    if text.name == "CHANGELOG.md":
        pytest.skip("a changelog names what has gone, too")
    content = text.read_text(encoding="utf-8")
    missing = [name for name in _NAME.findall(content) if not _exists(name)]
    missing += [path for path in _PATH.findall(content) if not (ROOT / path).exists()]
    assert missing == []


@named
def test_commands_and_their_options_exist(text: Path) -> None:
    from clics.cli.app import app
    from typer.main import get_command

    wrong = []
    for line in _command_lines(text.read_text(encoding="utf-8")):
        words = shlex.split(line)[1:]
        if words and words[0].startswith(("COMMAND", "--")):
            continue
        command: Any = get_command(app)
        while getattr(command, "commands", {}):
            command = command.commands.get(words.pop(0)) if words else None
        options = {name for parameter in command.params for name in parameter.opts} if command else set()
        if command is None or {w.partition("=")[0] for w in words if re.match(r"--?[a-z]", w)} - options - {"--help"}:
            wrong.append(line)
    assert wrong == []


def test_every_benchmark_is_in_the_index() -> None:
    index = (ROOT / "benchmarks" / "README.md").read_text(encoding="utf-8")
    modules = {file.stem for file in (ROOT / "benchmarks").glob("*.py")} - {"__init__"}
    assert sorted(modules) == sorted(set(re.findall(r"^\| `(\w+)[^`]*`", index, re.MULTILINE)))


def test_pages_build_and_load_nothing_from_elsewhere(tmp_path: Path) -> None:
    pytest.importorskip("mkdocs", reason="the extra 'docs' is not installed")
    command = [sys.executable, "-m", "mkdocs", "build", "--strict", "--quiet", "--site-dir", str(tmp_path)]
    environment = os.environ | {"NO_MKDOCS_2_WARNING": "1", "PYTHONPATH": f"{ROOT / 'engine'}{os.pathsep}{ROOT}"}
    result = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stderr
    pages = {str(page.relative_to(tmp_path).with_suffix(".md")): page for page in tmp_path.rglob("*.html")}
    assert pages.keys() >= {str(page.relative_to(DOCS)) for page in PAGES}
    for page in pages.values():
        assert ":class:<code>" not in page.read_text(encoding="utf-8")  # references of docstrings are links
        loaded = re.findall(r"<(?:script|img|iframe)[^>]* src=\"([^\"]+)\"|<link rel=\"stylesheet\" href=\"([^\"]+)\"",
                            page.read_text(encoding="utf-8"))  # fmt: skip
        assert [url for pair in loaded for url in pair if url.startswith(("http", "//"))] == []
    commands = (tmp_path / "reference" / "command-line.html").read_text(encoding="utf-8")
    assert "--facts-first" in commands
    assert "<!-- commands -->" not in commands
