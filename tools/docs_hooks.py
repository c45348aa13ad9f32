"""Hooks of mkdocs: parts of the reference that are generated from the program, so that they are never out of date.

A page asks for a part by a comment on a line of its own, for example ``<!-- commands -->``.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent

_ROLE = re.compile(r":(?:class|meth|func|data|mod|attr|exc):\s?<code>(~?)([\w.]+)</code>")
_COMMENT = re.compile(r"^<!-- (benchmarks|commands|filters|formats) -->$", re.MULTILINE)


def on_page_markdown(markdown: str, **_: object) -> str:
    """Replace every comment that names a generated part (called by mkdocs for each page)."""
    return _COMMENT.sub(lambda comment: PARTS[comment[1]](), markdown)


def on_page_content(html: str, **_: object) -> str:
    """Turn the references of docstrings (``:class:`~clics.session.Session` ``) into links (called by mkdocs)."""
    return _ROLE.sub(_reference, html)


def _reference(role: re.Match[str]) -> str:
    name = role[2]
    shown = name.rpartition(".")[2] if role[1] else name
    return f'<autoref identifier="{name}" optional><code>{shown}</code></autoref>'


def benchmarks() -> str:
    """The index of the benchmarks without its heading."""
    text = (ROOT / "benchmarks" / "README.md").read_text(encoding="utf-8")
    return text.partition("\n")[2].replace("](../docs/", "](../")


def commands() -> str:
    """One section per command: its help text, and a table of its arguments and options."""
    from clics.cli.app import app
    from typer.main import get_command

    return "\n".join(line for path, command in _leaves(get_command(app), ()) for line in _command(path, command))


def filters() -> str:
    """A table of the names that a filter may use."""
    from clics.query.filter_fields import FIELDS

    rows = [(", ".join(f"`{name}`" for name in field.names), f"`{field.example}`", field.means) for field in FIELDS]
    return _table(("Name", "Example", "Meaning"), rows)


def formats() -> str:
    """The formats of crystal files."""
    from clics.readers.registry import COMPRESSED, FORMATS

    rows = ["| Format | Files | Remark |", "|---|---|---|"]
    for row in sorted(FORMATS, key=lambda row: row.title.lower()):
        rows.append(f"| {row.title} | {', '.join(f'`{pattern}`' for pattern in row.all_patterns)} | {row.remark} |")
    packed = ", ".join(f"`{ending}`" for ending in COMPRESSED)
    return "\n".join([*rows, "", f"Each also compressed ({packed}). Folders are read recursively."])


PARTS: dict[str, Callable[[], str]] = {
    "benchmarks": benchmarks,
    "commands": commands,
    "filters": filters,
    "formats": formats,
}


def _leaves(command: Any, path: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], Any]]:
    for name, child in getattr(command, "commands", {}).items():
        if not child.hidden:
            yield from _leaves(child, (*path, name))
    if not getattr(command, "commands", {}):
        yield path, command


def _command(path: tuple[str, ...], command: Any) -> list[str]:
    rows = []
    for parameter in command.params:
        if "--help" in parameter.opts:
            continue
        is_option = parameter.param_type_name == "option"
        names = [f"`{name}`" for name in parameter.opts] if is_option else [f"`{parameter.name}`"]
        meaning = (getattr(parameter, "help", "") or "") + (" Required." if parameter.required and is_option else "")
        default = parameter.default
        shown = isinstance(default, (str, int, float)) and not isinstance(default, bool)
        rows.append((", ".join(names), meaning, f"`{default}`" if shown else ""))
    paragraphs = re.split(r"\n\s*\n", (command.help or "").replace("\b", "").strip())
    text = [_paragraph(" ".join(paragraph.split())) for paragraph in paragraphs]
    table = _table(("Argument or option", "Meaning", "Default"), rows)
    return [f"## clics {' '.join(path)}", "", *(line for part in text for line in (part, "")), table, ""]


def _paragraph(text: str) -> str:
    """A paragraph of help; examples (``Examples:  one  ·  two``) become a block of code."""
    if not text.startswith(("Example:", "Examples:")):
        return text
    lines = [f"    {example.strip()}" for example in text.partition(":")[2].split("·")]
    return "\n".join(["Examples:", "", *lines])


def _table(head: tuple[str, ...], rows: list[tuple[str, ...]]) -> str:
    lines = [head, tuple("---" for _ in head), *rows]
    return "\n".join(f"| {' | '.join(cell.replace('|', '&#124;') for cell in line)} |" for line in lines)
