"""Tables and figures of the page of an evaluation."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

Cells = Sequence[str]


def table(header: Cells, rows: Iterable[Cells]) -> str:
    """A table; its cells are HTML."""
    head = "".join(f"<th>{name}</th>" for name in header)
    body = "".join(f"<tr>{''.join(f'<td>{cell}</td>' for cell in row)}</tr>" for row in rows)
    return f"<div class='scroll'><table>{f'<thead><tr>{head}</tr></thead>' if head else ''}<tbody>{body}</tbody></table></div>"


def row(drawn: Sequence[str], caption: str, kind: str = "trio") -> str:
    """Plots beside each other over one caption; ``kind`` is a class of the page's style."""
    return f"<figure><div class='{kind}'>{''.join(drawn)}</div><figcaption>{caption}</figcaption></figure>"


def figure(drawn: str, caption: str) -> str:
    """One plot over its caption."""
    return f"<figure>{drawn}<figcaption>{caption}</figcaption></figure>"
