"""Every refusal of the engine: an error with a stable kind and one sentence that says what, where and what to do."""

from __future__ import annotations

import os


def reason_of(error: BaseException) -> str:
    """The reason of a failure in few words; of a file its name and the system's words, without number and folder."""
    if isinstance(error, OSError) and error.strerror:
        name = os.path.basename(os.fsdecode(error.filename)) if isinstance(error.filename, (str, bytes)) else ""
        return f"{name}: {error.strerror}" if name else error.strerror
    return str(error) or type(error).__name__


class ClicsError(Exception):
    """Base of all errors that a user may see.

    ``kind`` is a stable, machine-readable name (it is printed by ``--json``); ``message`` is one sentence for people.
    """

    kind = "failed"

    def __init__(self, message: str, *, kind: str | None = None) -> None:
        super().__init__(message)
        self.message = message
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
