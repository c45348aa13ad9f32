"""Change of the model in use: embeddings are updated in the background first."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from clics.engine_process.job import SessionChoice
from clics.engine_process.operation import SESSION, call

from clics_gui.state.libraries import starter_library

if TYPE_CHECKING:
    from clics.errors import ClicsError

    from clics_gui.state.context import Context

KEY = "use model"


def use_model(window: Context, model: Path | None, name: str) -> None:
    """Update the embeddings of the active library, use the model, then update the other libraries.

    Until all its crystals are embedded, a library is searched by the previous model; an interruption loses nothing. The
    built-in library is never written to: the user's own, a copy of it, takes its place.

    Args:
        window: The window as its parts see it.
        model: Model folder; None for the released model.
        name: Name of the model for people.
    """
    libraries, worker = window.libraries, window.worker
    library = None if libraries.current == starter_library() else libraries.current

    def done(count: int) -> None:
        worker.use(model=model, library=library)
        crystals = f" Updated the embeddings of {count:,} crystals." if count else ""
        window.notify(f"“{name}” is in use now.{crystals}", "success")
        libraries.contents_changed.emit(library)
        window.refresh_actions()
        for other in libraries.known:
            if other not in (library, starter_library()):
                _embed_other(window, model, other)

    def failed(error: ClicsError) -> None:
        window.notify(f"“{name}” cannot be used: {error.message}", "error",
                      action=("Try again", partial(use_model, window, model, name)))  # fmt: skip

    worker.submit(
        call(SESSION.library.update_embeddings), done=done, failed=failed, thread="long", key=KEY,
        title=f"Updating embeddings with “{name}”",
        choice=SessionChoice(model, library),
    )  # fmt: skip


def _embed_other(window: Context, model: Path | None, library: Path | None) -> None:
    name = window.libraries.name(library)

    def failed(error: ClicsError) -> None:
        window.notify(f"The embeddings of {name} were not updated: {error.message}", "warning")

    window.worker.submit(
        call(SESSION.library.update_embeddings), done=lambda _: window.libraries.contents_changed.emit(library),
        failed=failed, thread="long", key=f"{KEY} {library}",
        title=f"Updating embeddings of {name}", choice=SessionChoice(model, library),
    )  # fmt: skip
