"""Use another model: its vectors are made for the library in the background, and only then is it searched by it."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from clics_gui.dialogs.training import asking
from clics_gui.request import EngineChoice

if TYPE_CHECKING:
    from clics_gui.context import Context
    from engine.errors import ClicsError

KEY = "use model"


def use_model(window: Context, model: Path | None, name: str) -> None:
    """Until all crystals have their vectors, the model of before goes on answering; a stop or a crash loses nothing."""
    library = window.worker.choice.library

    def done(count: int) -> None:
        window.worker.use(model=model, library=window.worker.choice.library)
        crystals = f" {count:,} crystals were embedded anew." if count else ""
        window.notify(f"“{name}” is in use now.{crystals}", "success")
        window.refresh_actions()

    def failed(error: ClicsError) -> None:
        window.notify(f"“{name}” is not in use: {error.message}", "error",
                      action=("Try again", partial(use_model, window, model, name)))  # fmt: skip

    window.worker.submit(
        asking.reembed, done=done, failed=failed, lane="long", key=KEY, title=f"Embedding the library with “{name}”",
        choice=EngineChoice(model, library),
    )  # fmt: skip
