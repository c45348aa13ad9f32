"""Long tasks on a library in the background: additions and embeddings."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from clics import paths as places
from clics.errors import ClicsError
from clics.progress import CancelToken, ProgressCallback
from clics.results import OWN_LIBRARY_NAME

from clics_gui.engine_thread.request import Job, Request, SessionChoice, T
from clics_gui.panels.libraries import labels

if TYPE_CHECKING:
    from clics.results import AddReport, DuplicatePolicy
    from clics.session import Session

    from clics_gui.state.context import Context


FEW = 8
"""Single files that are described in the session's own process."""


def choice_of(window: Context, library: Path | None) -> SessionChoice:
    """The model in use with a given library."""
    return SessionChoice(window.worker.choice.model, library)


def add(window: Context, library: Path | None, paths: Sequence[Path]) -> Request:
    """Add files and folders to a library; a notification at the end gives the numbers added, present and refused."""
    begins = library is None and not places.user_library().exists()
    name = OWN_LIBRARY_NAME if begins else window.libraries.name(library)

    def done(report: AddReport) -> None:
        from clics_gui.panels.libraries.add_report import ReportDialog

        rows = labels.outcomes(report)
        title = f"Adding to {name}"
        kind = "warning" if report.refused else "success" if report.added or report.completed else "info"
        show = ("Details", lambda: ReportDialog(window, title, labels.added_sentence(report, name), rows).open())
        window.notify(labels.added_sentence(report, name), kind, action=show if rows else None)  # type: ignore[arg-type]

    policy = window.settings.value.opening.duplicates
    what = paths[0].name if len(paths) == 1 else f"{len(paths)} files and folders"
    return _Job(window, library, "Adding", "crystals added so far are kept").submit(
        lambda session, progress, cancel: _add(session, tuple(paths), policy, progress, cancel),
        done=done,
        title=f"Adding {what} to {name}",
    )


def embed(window: Context, library: Path | None) -> Request:
    """Compute embeddings of the model in use for crystals that lack them."""
    name = window.libraries.name(library)

    def done(count: int) -> None:
        text = f"Updated the embeddings of {labels.counted_large(count, 'crystal')} in {name}."
        window.notify(text if count else f"All embeddings of {name} are up to date.", "success")

    return _Job(window, library, "Updating embeddings", "it continues from there next time").submit(
        lambda session, progress, cancel: session.library.update_embeddings(progress=progress, cancel=cancel),
        done=done,
        title=f"Updating embeddings of {name}",
        key=f"embed {library}",
    )


def _add(
    session: Session, paths: Sequence[Path], policy: DuplicatePolicy, progress: ProgressCallback, cancel: CancelToken
) -> AddReport:
    """Few files are described in the session's process, where the model is loaded; many in processes with limits."""
    few = len(paths) <= FEW and all(path.is_file() for path in paths)
    workers = 1 if few else max(2, (os.cpu_count() or 2) - 1)
    try:
        return session.library.add(paths, workers=workers, duplicates=policy, progress=progress, cancel=cancel)
    except ClicsError as error:
        if error.kind != "no-workers":
            raise
    return session.library.add(paths, duplicates=policy, progress=progress, cancel=cancel)


class _Job:
    """Request on the thread of long tasks that always ends with a notification."""

    def __init__(self, window: Context, library: Path | None, doing: str, kept: str) -> None:
        self._window = window
        self._library = library
        self._doing = doing
        self._kept = kept
        self._request: Request | None = None

    def submit(self, job: Job[T], *, done: Callable[[T], object], title: str, key: str | None = None) -> Request:
        """Submit the job to the thread of long tasks, as :meth:`~clics_gui.engine_thread.worker.Worker.submit_job`."""
        self._request = self._window.worker.submit_job(
            job, thread="long", choice=choice_of(self._window, self._library), done=done, failed=self._failed,
            finished=self._finished, title=title, key=key,
        )  # fmt: skip
        return self._request

    def _failed(self, error: ClicsError) -> None:
        self._window.notify(error.message, "error")

    def _finished(self) -> None:
        request = self._request
        if request is not None and request.state == "cancelled":
            seen = request.latest.done if request.latest is not None else 0
            after = f" after {seen:,} entries" if seen else ""
            self._window.notify(f"{self._doing} stopped{after}; {self._kept}.", "info")
        self._window.libraries.announce_contents(self._library)
