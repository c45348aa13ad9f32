"""Errors that are no refusal: memory and installation, told in a sentence without the name of a class."""

from __future__ import annotations

import pytest
from clics.engine_process.engine_thread import unexpected
from clics.engine_process.job import Job, SessionChoice
from clics.engine_process.operation import Operation
from clics.errors import is_out_of_memory, reason_of

TORCH = (
    "[enforce fail at alloc_cpu.cpp:127] err == 0. DefaultCPUAllocator: can't allocate memory: you tried to allocate 8"
)
"""What torch 2.13 says, as a RuntimeError."""
NO_ROOM = "libtorch_cpu.so: failed to map segment from shared object"
"""What glibc says of a library for which the address space has no room, and, with the reason behind it, on a disk mounted
noexec."""


@pytest.mark.parametrize(
    "error", [MemoryError(), RuntimeError(TORCH), ImportError(NO_ROOM), OSError(12, "Cannot allocate memory")]
)
def test_lack_of_memory_is_told_as_such(error: Exception) -> None:
    assert is_out_of_memory(error)
    assert reason_of(error) == "there is not enough memory" or isinstance(error, OSError)
    told = unexpected(error, Job(1, Operation("search"), SessionChoice(), title="Searching"))
    assert told.kind == "out-of-memory"
    assert told.message == "Searching: there is not enough memory; close other programs, or ask for less at a time."


@pytest.mark.parametrize(
    "error", [ImportError(f"{NO_ROOM}: Operation not permitted"), ModuleNotFoundError("No module named 'spglib'")]
)
def test_a_missing_module_is_an_incomplete_installation(error: Exception) -> None:
    assert not is_out_of_memory(error)
    told = unexpected(error, Job(1, Operation("search"), SessionChoice()))
    assert told.kind == "incomplete"
    assert told.message.startswith("A request to the engine: the installation of CLICS seems to be incomplete (")
    assert "Error" not in told.message


def test_other_errors_are_bugs() -> None:
    assert not is_out_of_memory(RuntimeError("mat1 and mat2 shapes cannot be multiplied"))
    assert unexpected(KeyError("x"), Job(1, Operation("search"), SessionChoice(), title="Searching")).kind == "bug"
