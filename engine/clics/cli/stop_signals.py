"""Signals that stop a command: Ctrl+C (SIGINT), SIGTERM, and SIGHUP, the end of its terminal. All three work alike.

A signal that whoever started the process had ignored stays ignored: SIGHUP under ``nohup``, and SIGINT for ``clics … &`` in a
script, whose terminal's Ctrl+C is for another command.
"""

from __future__ import annotations

import _thread
import contextlib
import os
import signal
import stat
import sys
import threading
from collections.abc import Callable, Iterator
from types import FrameType

_NAMES = ("SIGINT", "SIGTERM", "SIGHUP")  # Windows has no SIGHUP
_AGAIN_S = 0.05
"""Seconds after which a stop is tried again that came while Python could not raise it."""

Handler = Callable[[int, FrameType | None], object]

_state = {"stopped": False}


def stopped() -> bool:
    """True once a signal has raised KeyboardInterrupt; some libraries make an error of their own of it."""
    return _state["stopped"]


def listen() -> None:
    """Let every signal that stops the process raise KeyboardInterrupt from now on."""
    for number in _heeded():
        signal.signal(number, interrupt)
    sys.unraisablehook = _unraisable


@contextlib.contextmanager
def handled_by(handler: Handler) -> Iterator[None]:
    """Within the block the signals call ``handler``."""
    before = {number: signal.signal(number, _with_terminal(handler)) for number in _heeded()}
    try:
        yield
    finally:
        for number, earlier in before.items():
            signal.signal(number, earlier)


def end_quietly(code: int) -> None:
    """Let signals end the process at once and without a word while the interpreter shuts down: the exit code stands."""
    for number in _heeded():
        signal.signal(number, lambda *_: os._exit(code))


def interrupt(number: int, _frame: FrameType | None = None) -> None:
    """Raise KeyboardInterrupt; a handler of signals."""
    _discard_lost_terminal(number)
    _state["stopped"] = True
    raise KeyboardInterrupt


def _heeded() -> list[int]:
    numbers = [getattr(signal, name) for name in _NAMES if hasattr(signal, name)]
    return [number for number in numbers if signal.getsignal(number) != signal.SIG_IGN]


def _with_terminal(handler: Handler) -> Handler:
    def handle(number: int, frame: FrameType | None) -> None:
        _discard_lost_terminal(number)
        handler(number, frame)

    return handle


def _discard_lost_terminal(number: int) -> None:
    """Let what is still printed to a terminal that is gone go nowhere; each write would fail."""
    if number != getattr(signal, "SIGHUP", None):
        return
    for descriptor in (1, 2):
        with contextlib.suppress(OSError):
            if stat.S_ISCHR(os.fstat(descriptor).st_mode) and not os.isatty(descriptor):
                os.dup2(os.open(os.devnull, os.O_WRONLY), descriptor)


def _unraisable(unraisable: sys.UnraisableHookArgs, /) -> None:
    """Try again where the signal came in the middle of a callback, in which Python drops every exception."""
    if issubclass(unraisable.exc_type, KeyboardInterrupt):
        threading.Timer(_AGAIN_S, _thread.interrupt_main, (signal.SIGTERM,)).start()
    else:
        sys.__unraisablehook__(unraisable)
