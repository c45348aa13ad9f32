"""One training from start to end: data made ready, trained, tidied up; its status told to whoever looks at its folder."""

from __future__ import annotations

import contextlib
import errno
import shutil
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from clics.dataset.lock import FolderLock
from clics.dataset.packed_reader import load
from clics.errors import Cancelled, ClicsError, InputError
from clics.jobs.data import packed_source
from clics.jobs.job_spec import TrainingJobSpec
from clics.jobs.status import WISH, StatusWriter
from clics.progress import CancelToken, Progress, ProgressCallback
from clics.training import checkpoint
from clics.training.device import choose_device
from clics.training.distributed import is_distributed, is_main_process, process_group

if TYPE_CHECKING:
    from clics.results.training import TrainingResult

_LOOK_EVERY = 0.3
_FULL = (errno.ENOSPC, getattr(errno, "EDQUOT", errno.ENOSPC))  # Windows knows no quota


def run_job(
    folder: Path, order: TrainingJobSpec | None, *, workers: int | None, progress: ProgressCallback, cancel: CancelToken
) -> TrainingResult:
    """Do what ``order`` says in ``folder``, or go on with what was begun there (None).

    Raises InputError where ``folder`` is in use (``busy``), holds another training or a finished one, or the data are
    no good; Cancelled when asked to stop: the same call with None goes on. Of the process_group of torchrun the first does
    all that concerns the folder: its lock, its files, what is asked of it; the others learn with it.
    """
    if is_distributed() and not is_main_process():
        return _take_part(folder, order or TrainingJobSpec.load(folder), workers, cancel)
    _check(folder, order)
    folder.mkdir(parents=True, exist_ok=True)
    lock = FolderLock(folder)
    try:
        order = order or TrainingJobSpec.load(folder)
        status = StatusWriter(folder)
        with _told(folder, status):
            return _work(folder, order, status, workers, progress, cancel)
    finally:
        lock.release()


def _check(folder: Path, order: TrainingJobSpec | None) -> None:
    if (folder / "model" / "config.json").exists():
        message = f"The training in {folder} is finished; its model is in {folder / 'model'}."
        raise InputError(message, kind="training-exists")
    if order is not None and checkpoint.exists(folder):
        message = f"{folder} holds a training already; go on with --resume, or choose another folder."
        raise InputError(message, kind="training-exists")


def _work(
    folder: Path,
    order: TrainingJobSpec,
    status: StatusWriter,
    workers: int | None,
    progress: ProgressCallback,
    cancel: CancelToken,
) -> TrainingResult:
    from clics.training.train import train

    def tell(event: Progress) -> None:
        status(event)
        progress(event)

    group = process_group(choose_device(order.device))
    finish = CancelToken()
    with _listening(folder, cancel, finish):
        dataset = packed_source(order.source, folder, workers=workers, phase=status.phase, progress=tell, cancel=cancel)
        order.save(folder)
        crystals = len(load(dataset).rows("train"))
        what: dict[str, Any] = group.broadcast({
            "recipe": order.recipe_for(crystals // group.size), "dataset": dataset,
            "start_from": order.start_from, "resume": checkpoint.exists(folder), "device": order.device,
        })  # fmt: skip
        status.phase("training")
        result = train(
            **what, output=folder, workers=workers or 1, progress=tell, cancel=cancel, finish=finish, group=group
        )
    _tidy(folder)
    status.end("finished", result.message, before=result.before, after=result.after)
    return result


def _take_part(folder: Path, order: TrainingJobSpec, workers: int | None, cancel: CancelToken) -> TrainingResult:
    """In a process that is not the first: wait until that one has made the data ready, then learn with it."""
    from clics.training.train import train

    group = process_group(choose_device(order.device))
    what: dict[str, Any] = group.broadcast({})
    return train(**what, output=folder, workers=workers or 1, cancel=cancel, group=group)


@contextlib.contextmanager
def _told(folder: Path, status: StatusWriter) -> Iterator[None]:
    """Whatever ends the work is written down for the window, in one sentence."""
    try:
        yield
    except Cancelled:
        status.end("paused", "Paused; what was learnt is kept.")
        raise
    except KeyboardInterrupt:
        status.end("paused", "Stopped at once; it goes on from its last checkpoint.")
        raise
    except ClicsError as error:
        status.end("failed", error.message)
        raise
    except Exception as error:
        if _is_disk_full(error):
            message = f"The disk of {folder} is full; make room there, then resume: nothing that was saved is lost."
            status.end("failed", message)
            raise ClicsError(message, kind="disk-full") from error
        first = next(iter(str(error).splitlines()), "")
        status.end("failed", f"The training failed unexpectedly ({type(error).__name__}: {first}).")
        raise


@contextlib.contextmanager
def _listening(folder: Path, cancel: CancelToken, finish: CancelToken) -> Iterator[None]:
    """Do what is asked through the folder while the work goes on: it works alike on every system and after any restart."""
    over = threading.Event()
    wish = folder / WISH
    wish.unlink(missing_ok=True)

    def look() -> None:
        while not over.wait(_LOOK_EVERY):
            with contextlib.suppress(OSError):
                asked = wish.read_text(encoding="utf-8")
                wish.unlink()
                (finish if asked == "finish" else cancel).cancel()

    thread = threading.Thread(target=look, name="clics-wishes", daemon=True)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()


def _tidy(folder: Path) -> None:
    """What only a resumed training needs: is_distributed times the size of the model."""
    (folder / "checkpoint.json").unlink(missing_ok=True)
    for state in (*folder.glob("checkpoint-*"), folder / "best"):
        shutil.rmtree(state, ignore_errors=True)


def _is_disk_full(error: Exception) -> bool:
    """Safetensors speaks of a full disk in words alone."""
    return (isinstance(error, OSError) and error.errno in _FULL) or "os error 28" in str(error)
