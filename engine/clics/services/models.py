"""The models that can be used: the released one and the user's own."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from clics import paths
from clics.progress import CancelToken, ProgressCallback, silent
from clics.results.training import ModelRows

if TYPE_CHECKING:
    from clics.results.training import ModelRow, MovedPhrase
    from clics.services.state import SessionState


class ModelService:
    """Lists, compares, renames and removes models. ``session.models``."""

    def __init__(self, state: SessionState) -> None:
        self._state = state

    def list(self) -> ModelRows:
        """The released model, then the user's own, latest first."""
        from clics.jobs.models import models

        return ModelRows(models())

    def info(self, name: str | Path) -> ModelRow:
        """A model by its name, its folder, or its training folder. Raises InputError (``unknown-model``)."""
        from clics.jobs.models import find

        return find(name)

    def rename(self, home: Path, name: str) -> None:
        """Give an own model another name.

        Args:
            home: The training folder of the model (``ModelRow.home``).
            name: Its new name.
        """
        from clics.jobs.models import rename

        rename(home, name)

    def remove(self, home: Path) -> None:
        """Remove an own model with its training folder ``home``. Raises InputError (``shipped``, ``busy``)."""
        from clics.jobs.models import remove

        remove(home)

    def compare(
        self,
        before: Path | None,
        after: Path,
        *,
        progress: ProgressCallback = silent,
        cancel: CancelToken | None = None,
    ) -> tuple[MovedPhrase, ...]:
        """Rank the crystals of the library in use for some phrases by two models.

        Args:
            before: A model folder; None for the released model.
            after: Another model folder.

        Returns:
            For each phrase the best crystals after and before, with their ranks.
        """
        from clics.jobs.rank_changes import moved_hits
        from clics.model.encoder import Encoder

        first, second = Encoder.load(before or paths.model_folder()), Encoder.load(after)
        library = self._state.library()
        return moved_hits(library, first, second, progress=progress, cancel=cancel or CancelToken())
