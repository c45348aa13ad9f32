"""Long tasks on a library in the background: additions and embeddings."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from clics import paths as places
from clics.engine_process.job import SessionChoice
from clics.engine_process.operation import SESSION, call
from clics.errors import ClicsError
from clics.results import OWN_LIBRARY_NAME

from clics_gui.panels.libraries import labels

if TYPE_CHECKING:
    from clics.engine_process.operation import Operation
    from clics.results import AddReport, DescribeReport

    from clics_gui.engine_thread.request import Request
    from clics_gui.state.context import Context


T = TypeVar("T")

FEW = 8
"""Single files that are described in the engine's own process, where the model is loaded; more in processes with limits."""


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
    few = len(paths) <= FEW and all(path.is_file() for path in paths)
    workers = 1 if few else max(2, (os.cpu_count() or 2) - 1)
    job = _Job(window, library, "Adding", "crystals added so far are kept")

    def submit(workers: int) -> Request:
        operation = call(SESSION.library.add, tuple(paths), workers=workers, duplicates=policy)
        return job.submit(operation, done=done, title=f"Adding {what} to {name}")

    job.without_workers = lambda: submit(1)
    return submit(workers)


def embed(window: Context, library: Path | None) -> Request:
    """Compute embeddings of the model in use for crystals that lack them."""
    name = window.libraries.name(library)

    def done(count: int) -> None:
        text = f"Updated the embeddings of {labels.counted_large(count, 'crystal')} in {name}."
        window.notify(text if count else f"All embeddings of {name} are up to date.", "success")

    return _Job(window, library, "Updating embeddings", "it continues from there next time").submit(
        call(SESSION.library.update_embeddings),
        done=done,
        title=f"Updating embeddings of {name}",
        key=f"embed {library}",
    )


def update_descriptions(window: Context, library: Path | None) -> Request:
    """Describe the crystals that lack facts of geometry, in processes with limits where they start."""
    name = window.libraries.name(library)

    def done(report: DescribeReport) -> None:
        text = f"Described {labels.counted_large(report.described, 'crystal')} of {name} anew."
        if report.undescribed:
            text += f" {labels.counted_large(len(report.undescribed), 'crystal')} could not be described."
        nothing = not (report.described or report.undescribed)
        window.notify(f"All descriptions of {name} are up to date." if nothing else text, "success")

    job = _Job(window, library, "Updating descriptions", "it continues from there next time")

    def submit(workers: int) -> Request:
        operation = call(SESSION.library.update_descriptions, workers=workers)
        title = f"Updating descriptions of {name}"
        return job.submit(operation, done=done, title=title, key=f"describe {library}")

    job.without_workers = lambda: submit(1)
    return submit(max(2, (os.cpu_count() or 2) - 1))


class _Job:
    """Request on the thread of long tasks that always ends with a notification.

    Attributes:
        without_workers: Submits it again where processes of its own do not start; None: they are not needed.
    """

    def __init__(self, window: Context, library: Path | None, doing: str, kept: str) -> None:
        self._window = window
        self._library = library
        self._doing = doing
        self._kept = kept
        self._request: Request | None = None
        self.without_workers: Callable[[], object] | None = None

    def submit(
        self, operation: Operation[T], *, done: Callable[[T], object], title: str, key: str | None = None
    ) -> Request:
        """Submit an operation to the thread of long tasks, as :meth:`~clics_gui.engine_thread.worker.Worker.submit`."""
        self._request = self._window.worker.submit(
            operation, thread="long", choice=choice_of(self._window, self._library), done=done, failed=self._failed,
            finished=self._finished, title=title, key=key,
        )  # fmt: skip
        return self._request

    def _failed(self, error: ClicsError) -> None:
        again, self.without_workers = self.without_workers, None
        if error.kind == "no-workers" and again is not None:
            again()
            return
        self._window.notify(error.message, "error")

    def _finished(self) -> None:
        request = self._request
        if request is not None and request.state == "cancelled":
            seen = request.latest.done if request.latest is not None else 0
            after = f" after {seen:,} entries" if seen else ""
            self._window.notify(f"{self._doing} stopped{after}; {self._kept}.", "info")
        self._window.libraries.announce_contents(self._library)
