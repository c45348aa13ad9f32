"""Every refusal of the engine: an error with a stable kind and one sentence that says what, where and what to do."""

from __future__ import annotations

import os

from clics.plain_text import sentence, shortened

_LONGEST_REASON = 200
_SIGNS_OF_MEMORY = ("out of memory", "not enough memory", "can't allocate", "cannot allocate memory")


def reason_of(error: BaseException) -> str:
    """The reason of a failure in few words, without names of classes.

    Of a file it is its name and the system's words, without number and folder; else the first line of the message.
    """
    if isinstance(error, OSError) and error.strerror:
        name = os.path.basename(os.fsdecode(error.filename)) if isinstance(error.filename, (str, bytes)) else ""
        return f"{name}: {error.strerror}" if name else error.strerror
    if isinstance(error, KeyError) and error.args:
        return f"{str(error.args[0])[:80]!r} is missing"
    if is_out_of_memory(error):
        return "there is not enough memory"
    if isinstance(error, RecursionError):
        return "it is nested too deeply"
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    return shortened(lines[0], _LONGEST_REASON).rstrip(". ") if lines else "no reason is given"


def is_out_of_memory(error: BaseException) -> bool:
    """True if an error says that memory ran out, on any device."""
    if isinstance(error, MemoryError):
        return True
    text = str(error).lower()  # allocators of torch raise a RuntimeError, libraries that do not fit an ImportError
    if isinstance(error, ImportError) and text.endswith("failed to map segment from shared object"):
        return True  # with another reason, such as a disk that forbids programs, that reason follows
    return isinstance(error, (RuntimeError, ImportError, OSError)) and any(sign in text for sign in _SIGNS_OF_MEMORY)


def incomplete_installation(error: BaseException) -> str:
    """What to say of a module that cannot be imported, as a clause."""
    return f"the installation of CLICS seems to be incomplete ({reason_of(error)}); install it again"


class ClicsError(Exception):
    """Base of all errors that a user may see.

    ``kind`` is a stable, machine-readable name (it is printed by ``--json``); ``message`` is one sentence for people.
    """

    kind = "failed"

    def __init__(self, message: str, *, kind: str | None = None) -> None:
        self.message = sentence(message)
        super().__init__(self.message)
        if kind is not None:
            self.kind = kind


class InputError(ClicsError):
    """The input is at fault (exit code 2): a file, a phrase, an option."""

    kind = "bad-input"


class CrystalError(InputError):
    """A file or a structure is not a crystal that can be used; see :mod:`clics.crystals.check` for the kinds."""

    kind = "not-a-crystal"


class DescriptionError(ClicsError):
    """A crystal could be read, but its geometry could not be described."""

    kind = "not-described"


class ModelError(ClicsError):
    """A model folder is missing, damaged, or does not fit what it is asked for."""

    kind = "bad-model"


class LibraryError(ClicsError):
    """A library file is missing, damaged, full, or of another program."""

    kind = "bad-library"


class Cancelled(ClicsError):  # noqa: N818 - an event that was asked for, not a fault
    """The user asked a long job to stop; what was reported as done is kept."""

    kind = "cancelled"

    def __init__(self, message: str = "Stopped on request; what was done so far is kept.") -> None:
        super().__init__(message)
