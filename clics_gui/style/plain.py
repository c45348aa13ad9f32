"""Texts of unknown origin as they may be shown: nothing in them is markup, a mnemonic or a command.

Qt guesses whether the text of a label, a tooltip or a message box is rich text, so that the name of a file such as
``<img src=x>`` would become a picture. Labels are made by :func:`clics_gui.style.widgets.label`, which never guesses; tooltips
have no such switch, hence :func:`tooltip`. tests/gui/test_plain_texts.py finds the places that use neither.
"""

from __future__ import annotations

import html

from clics.plain_text import visible

_PRE = '<span style="white-space: pre-wrap">'


def shown(text: str) -> str:
    """A text of one or more lines; characters that cannot be seen, or that turn the direction of writing, are written out."""
    return "\n".join(map(visible, text.split("\n")))


def tooltip(text: str | None) -> str:
    """A text for a tooltip, which Qt shows as it is written; empty for none."""
    plain = shown(text or "")
    if "<" in plain or "&" in plain:  # Qt may take it for rich text: then it is rich text that says the same
        return f"{_PRE}{html.escape(plain)}</span>"
    return plain


def caption(text: str) -> str:
    """A text for a button, a tab or an entry of a menu, where ``&`` would underline the next letter."""
    return shown(text).replace("&", "&&")


def window_title(text: str) -> str:
    """A text for the title of a window, where ``[*]`` would stand for unsaved changes."""
    return shown(text).replace("[*]", "[*][*]")
