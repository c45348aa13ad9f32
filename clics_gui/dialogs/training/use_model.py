"""Use another model: its vectors are made for the libraries in the background, and only then are they searched by it."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from clics_gui.engine_thread.request import SessionChoice
from clics_gui.state.libraries import starter_library

if TYPE_CHECKING:
    from clics.errors import ClicsError
    from clics.progress import CancelToken, ProgressCallback
    from clics.session import Session

    from clics_gui.state.context import Context

KEY = "use model"


def use_model(window: Context, model: Path | None, name: str) -> None:
    """Embed the library that is searched, use the model, then embed the other libraries.

    Until all its crystals have their vectors, a library is searched by the model of before; a stop or a crash loses
    nothing. The starter library is never written to: the user's own, begun as its copy, takes its place.
    """
    libraries, worker = window.libraries, window.worker
    library = None if libraries.current == starter_library() else libraries.current

    def done(count: int) -> None:
        worker.use(model=model, library=library)
        crystals = f" {count:,} crystals were embedded anew." if count else ""
        window.notify(f"“{name}” is in use now.{crystals}", "success")
        libraries.contents_changed.emit(library)
        window.refresh_actions()
        for other in libraries.known:
            if other not in (library, starter_library()):
                _embed_other(window, model, other)

    def failed(error: ClicsError) -> None:
        window.notify(f"“{name}” is not in use: {error.message}", "error",
                      action=("Try again", partial(use_model, window, model, name)))  # fmt: skip

    worker.submit_job(
        _update_embeddings, done=done, failed=failed, lane="long", key=KEY, title=f"Embedding the library with “{name}”",
        choice=SessionChoice(model, library),
    )  # fmt: skip


def _embed_other(window: Context, model: Path | None, library: Path | None) -> None:
    name = window.libraries.name(library)

    def failed(error: ClicsError) -> None:
        window.notify(f"{name} was not embedded anew: {error.message}", "warning")

    window.worker.submit_job(
        _update_embeddings, done=lambda _: window.libraries.contents_changed.emit(library), failed=failed, lane="long",
        key=f"{KEY} {library}", title=f"Embedding {name}", choice=SessionChoice(model, library),
    )  # fmt: skip


def _update_embeddings(session: Session, progress: ProgressCallback, cancel: CancelToken) -> int:
    return session.library.update_embeddings(progress=progress, cancel=cancel)
