"""``.traj`` of ASE: a file of ULM (JSON and arrays). It is read field by field, and nothing of it is unpickled."""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

import numpy as np

from clics.errors import CrystalError
from clics.readers.assemble import Matrix, bad, failing, no_cell, record, steps_of_run, symbol_of_number
from clics.readers.decode_text import truncated
from clics.readers.record import Record, Step

MAGIC = b"- of Ulm"
_TAG = b"ASE-Trajectory"
_HEAD = 48
_MOST_FRAMES = 10_000_000
_MOST_JSON = 64 * 2**20
_KINDS = frozenset(
    {"int8", "int16", "int32", "int64", "uint8", "uint16", "uint32", "uint64", "float32", "float64", "bool"}
)


def is_trajectory(head: bytes, _text: str) -> bool:
    """True for the first bytes of a file of ULM."""
    return head.startswith(MAGIC)


def trajectory_steps(data: bytes, *, where: str) -> Iterator[Step]:
    """One step a frame."""
    return steps_of_run(_frames(data, where))


def _frames(data: bytes, where: str) -> Iterator[Callable[[], Record]]:
    if not data.startswith(MAGIC):
        raise bad(where, "this is no trajectory of ASE")
    if not data[8:24].startswith(_TAG):
        kind = data[8:24].decode("latin-1").strip(" \0")
        raise CrystalError(
            f"{where}: this file of ULM is of another kind ({kind!r}), not a trajectory.", kind="unsupported"
        )
    count, place = _whole(data, 32, where), _whole(data, 40, where)
    if not 0 < count <= _MOST_FRAMES:
        raise bad(where, f"the trajectory states {count} frames")
    first: dict[str, Any] = {}  # what stays the same is written with the first frame alone
    for frame in range(count):
        try:
            content = _content(data, _whole(data, place + 8 * frame, where), where)
        except CrystalError as error:
            yield failing(error)
            return
        first = first or content
        unchanged = {key: value for key, value in first.items() if key.rstrip(".") not in map(_plain_name, content)}
        yield partial(_read, data, {**unchanged, **content}, where)


def _plain_name(key: str) -> str:
    return key.rstrip(".")


def _whole(data: bytes, place: int, where: str) -> int:
    """The little-endian integer of eight bytes at a place."""
    if not 0 <= place <= len(data) - 8:
        raise truncated(where, "within the list of frames")
    return int.from_bytes(data[place : place + 8], "little", signed=True)


def _content(data: bytes, place: int, where: str) -> dict[str, Any]:
    length = _whole(data, place, where)
    if not 0 <= length <= min(_MOST_JSON, len(data) - place - 8):
        raise truncated(where, "within a frame")
    try:
        content = json.loads(data[place + 8 : place + 8 + length])
    except (ValueError, RecursionError) as error:
        raise bad(where, "a frame has no valid JSON") from error
    if not isinstance(content, dict):
        raise bad(where, "a frame is no object of JSON")
    if content.get("_little_endian") is False:
        raise CrystalError(f"{where}: the numbers of this trajectory are big-endian, which is not supported.",
                           kind="unsupported")  # fmt: skip
    return content


def _read(data: bytes, content: dict[str, Any], where: str) -> Record:
    charges = _array(data, content, "numbers", where).astype(int).ravel()
    positions, cell = (_array(data, content, name, where).astype(float) for name in ("positions", "cell"))
    if not cell.any():
        raise no_cell(where)
    if cell.shape != (3, 3) or positions.shape != (len(charges), 3):
        raise bad(where, f"a frame has {len(charges)} atoms, positions {positions.shape} and a cell {cell.shape}")
    species = [symbol_of_number(int(charge), where) for charge in charges]
    partial_periodicity = not all(content.get("pbc", [True]))
    notes = (
        ["not periodic in all directions (pbc); it is read as a crystal of its whole cell."]
        if partial_periodicity
        else []
    )
    return record(cell, species, positions, where=where, cartesian=True, notes=notes)


def _array(data: bytes, content: dict[str, Any], name: str, where: str) -> Matrix:
    """An array that JSON names by shape, type and place (``name.`` with ``ndarray``), or writes out."""
    reference = content.get(f"{name}.")
    try:
        if reference is None:
            return np.array(content[name])
        shape, kind, place = reference["ndarray"]
        shape = [int(length) for length in shape]
        size = math.prod(shape)
        if str(kind) not in _KINDS or min([*shape, 0]) < 0 or not 0 <= place <= len(data):
            raise ValueError(kind)
        return np.frombuffer(data, np.dtype(str(kind)).newbyteorder("<"), count=size, offset=place).reshape(shape)
    except (KeyError, TypeError, ValueError) as error:
        raise bad(where, f"a frame lacks its {name}, or they are damaged") from error
