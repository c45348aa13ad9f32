"""The only module that prints. stdout holds the result and nothing else; every other message goes to stderr."""

from __future__ import annotations

import contextlib
import json
import os
import re
import signal
import sys
from collections.abc import Iterable, Iterator
from types import FrameType
from typing import TYPE_CHECKING, Any

from clics.cli import stop_signals
from clics.plain_text import sentence, visible
from clics.progress import CancelToken, Progress, ProgressCallback, silent
from clics.results.schema import SCHEMA

if TYPE_CHECKING:
    from rich.console import Console, ConsoleOptions, RenderableType
    from rich.segment import Segment

_BYTES = re.compile("[\udc80-\udcff]")  # how Python keeps bytes of a file name that are no UTF-8
_UNSEEN_IN_JSON = re.compile("[\x7f-\x9f\u2028\u2029\u200e\u200f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")


class ClosedPipeError(Exception):
    """Whoever reads our output has seen enough (``clics … | head``)."""


def console() -> Console:
    """A console on stdout. Width follows the terminal; where there is none, lines are not cut at 80 columns."""
    from rich.console import Console

    width = None if sys.stdout.isatty() or "COLUMNS" in os.environ else 120
    return Console(file=sys.stdout, width=width, highlight=False, soft_wrap=False)


def show(*renderables: RenderableType) -> None:
    """Print tables and text for people."""
    with _pipe():
        screen = console()
        for renderable in renderables:
            screen.print(_Visible(renderable))
        sys.stdout.flush()


class _Visible:
    """A renderable whose text has no character that commands a terminal."""

    def __init__(self, renderable: RenderableType) -> None:
        self._renderable = renderable

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> Iterator[Segment]:
        from rich.segment import Segment

        for segment in console.render(self._renderable, options):
            yield segment if segment.control else Segment(_lines_of(segment.text), segment.style)


def show_text(text: str) -> None:
    """Print plain text, uncut and unstyled."""
    with _pipe():
        sys.stdout.write(_lines_of(text.rstrip("\n")) + "\n")
        sys.stdout.flush()


def show_lines(lines: Iterable[str]) -> None:
    """Print lines of plain text as they come."""
    with _pipe():
        for line in lines:
            sys.stdout.write(f"{visible(line)}\n")
        sys.stdout.flush()


def show_json(data: dict[str, Any]) -> None:
    """Print one JSON object, with the version of its schema as its first key."""
    show_text(_dump({"schema": SCHEMA, **data}))


def show_json_list(entries: Iterable[dict[str, Any]]) -> None:
    """Print a JSON list, entry by entry as they come. It is closed whatever happens, so that it always parses."""
    with _pipe():
        sys.stdout.write("[")
        first = True
        try:
            for entry in entries:
                sys.stdout.write(("\n" if first else ",\n") + _dump(entry))
                sys.stdout.flush()
                first = False
        finally:
            sys.stdout.write("\n]\n" if not first else "]\n")
            sys.stdout.flush()


def show_json_lines(entries: Iterable[dict[str, Any]]) -> None:
    """Print JSON objects, one a line, as they come; the first key of each is the version of the schema."""
    with _pipe():
        for entry in entries:
            sys.stdout.write(_dump({"schema": SCHEMA, **entry}, indent=None) + "\n")
            sys.stdout.flush()


def say(message: str) -> None:
    """One sentence on stderr. Where nobody reads that any more, or its disk is full, it is lost, and nothing else."""
    with contextlib.suppress(OSError):
        print(f"clics: {sentence(message)}", file=sys.stderr, flush=True)


def _lines_of(text: str) -> str:
    """Text of several lines, each of which is visible."""
    return "\n".join(map(visible, text.split("\n")))


@contextlib.contextmanager
def progress_bar(title: str, *, answers_flow: bool = False) -> Iterator[ProgressCallback]:
    """A progress bar on stderr where that is a terminal; elsewhere nothing.

    ``answers_flow``: the command prints its answers as they come, so that a bar on the same screen would be torn.
    """
    if not sys.stderr.isatty() or (answers_flow and sys.stdout.isatty()):
        yield silent
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeElapsedColumn, TimeRemainingColumn
    from rich.progress import Progress as Bar

    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        TimeRemainingColumn(),
        TextColumn("{task.fields[what]}", style="dim"),
    )
    with Bar(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(title, total=None, what="")

        def update(event: Progress) -> None:
            bar.update(task, completed=event.done, total=event.total, what=sentence(event.text))

        yield update


@contextlib.contextmanager
def stop_on_ctrl_c() -> Iterator[CancelToken]:
    """A cancel token that Ctrl+C, SIGTERM and SIGHUP set, so that a long job ends at its next step; a second ends it at once."""
    token = CancelToken()

    def ask(number: int, frame: FrameType | None) -> None:
        if token.cancelled:
            stop_signals.interrupt(number, frame)
        token.cancel()
        how = "; press Ctrl+C again to stop at once" if number == signal.SIGINT else ""
        with contextlib.suppress(RuntimeError):  # the signal came in the middle of another print
            say(f"stopping after the step under way{how}.")

    with stop_signals.handled_by(ask):
        yield token


@contextlib.contextmanager
def _pipe() -> Iterator[None]:
    try:
        yield
    except BrokenPipeError as error:
        raise ClosedPipeError from error


def _dump(data: dict[str, Any], indent: int | None = 2) -> str:
    text = json.dumps(data, ensure_ascii=False, indent=indent, allow_nan=False)
    return _UNSEEN_IN_JSON.sub(lambda match: f"\\u{ord(match.group()):04x}", _BYTES.sub(_byte_in_json, text))


def _byte_in_json(match: re.Match[str]) -> str:
    return f"\\\\x{ord(match.group()) & 0xFF:02x}"
