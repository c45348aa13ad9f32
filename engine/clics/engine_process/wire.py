"""Messages between a window and its engine: pickles, each behind its length, on pipes between two processes of one program.

The engine sends plain values alone: results, progress and errors. A crystal travels as :class:`SentCrystal`, which the
window keeps and gives back, so that the window needs nothing of pymatgen and the engine nothing of the past: one that is
started again takes up where the last one ended.
"""

from __future__ import annotations

import copyreg
import io
import pickle
import struct
import threading
import uuid
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import IO, Any

from clics import errors
from clics.crystals.crystal import Crystal

MOST_KEPT = 64
"""Crystals that the engine keeps as they are; others are unpacked again."""
_LENGTH = struct.Struct(">Q")
_PLAIN = ("clics.results", "clics.errors", "clics.progress", "clics.crystals.crystal", "clics.engine_process", "numpy")
_PLAIN_NAMES = {
    ("builtins", name) for name in ("set", "frozenset", "complex", "range", "slice", "bytearray", "getattr")
} | {("collections", "OrderedDict"), ("datetime", "datetime"), ("datetime", "date"), ("copyreg", "_reconstructor")}

_kept: OrderedDict[str, Crystal] = OrderedDict()
_lock = threading.Lock()


@dataclass(frozen=True, slots=True, eq=False)
class SentCrystal:
    """A crystal of the engine, in the window. Sent back, it is the crystal again.

    Attributes:
        id: Its name in libraries and tables.
        source: The file, archive member or database that it comes from.
        block: The CIF data block, row or frame inside the source.
        token: Its name in the engine that sent it.
        packed: The crystal, for an engine that does not know it any more.
    """

    id: str
    source: str
    block: str
    token: str
    packed: bytes = field(repr=False)

    def __reduce__(self) -> tuple[Callable[..., Crystal], tuple[str, bytes]]:
        return crystal_of, (self.token, self.packed)


def crystal_of(token: str, packed: bytes) -> Crystal:
    """The crystal that a :class:`SentCrystal` stands for; called in the engine."""
    with _lock:
        crystal = _kept.get(token)
    if crystal is None:
        crystal = pickle.loads(packed)
        assert isinstance(crystal, Crystal)
    _keep(token, crystal)
    return crystal


def receive(stream: IO[bytes]) -> bytes | None:
    """The next message; None where the other process has closed its end or died."""
    head = stream.read(_LENGTH.size)
    if len(head) < _LENGTH.size:
        return None
    (length,) = _LENGTH.unpack(head)
    data = stream.read(length)
    return data if len(data) == length else None


def send(stream: IO[bytes], data: bytes) -> None:
    """Write a message. Raises OSError where the other process is gone."""
    stream.write(_LENGTH.pack(len(data)))
    stream.write(data)
    stream.flush()


def pack_request(message: object) -> bytes:
    """A message of the window."""
    return pickle.dumps(message, 5)


def unpack_request(data: bytes) -> Any:
    """A message of the window, in the engine that it started."""
    return pickle.loads(data)


def pack_answer(message: object) -> bytes:
    """A message of the engine. Raises an exception for what cannot be sent."""
    buffer = io.BytesIO()
    pickler = pickle.Pickler(buffer, 5)
    pickler.dispatch_table = {**copyreg.dispatch_table, Crystal: _sent}
    pickler.dump(message)
    return buffer.getvalue()


def unpack_answer(data: bytes) -> Any:
    """A message of the engine, in the window. Raises UnpicklingError for what is no plain value."""
    return _Unpickler(io.BytesIO(data)).load()


def plain_error(error: errors.ClicsError) -> errors.ClicsError:
    """The error as one of the classes of :mod:`clics.errors`, with its kind and its notes."""
    known = next(kind for kind in type(error).__mro__ if kind.__module__ == errors.__name__)
    assert issubclass(known, errors.ClicsError)
    plain = known.__new__(known)
    errors.ClicsError.__init__(plain, error.message, kind=error.kind)
    for note in getattr(error, "__notes__", ()):
        plain.add_note(note)
    return plain


def _sent(crystal: Crystal) -> tuple[type[SentCrystal], tuple[str, str, str, str, bytes]]:
    token = uuid.uuid4().hex
    _keep(token, crystal)
    return SentCrystal, (crystal.id, crystal.source, crystal.block, token, pickle.dumps(crystal, 5))


def _keep(token: str, crystal: Crystal) -> None:
    with _lock:
        _kept[token] = crystal
        _kept.move_to_end(token)
        while len(_kept) > MOST_KEPT:
            _kept.popitem(last=False)


class _Unpickler(pickle.Unpickler):
    """Takes plain values alone: anything else would import the engine's libraries into the window."""

    def find_class(self, module: str, name: str) -> Any:
        """The class of a plain value."""
        plain = (module, name) in _PLAIN_NAMES or module.split(".")[0] == "pathlib"
        if plain or any(module == room or module.startswith(f"{room}.") for room in _PLAIN):
            return super().find_class(module, name)
        raise pickle.UnpicklingError(f"{module}.{name} is no plain value")
