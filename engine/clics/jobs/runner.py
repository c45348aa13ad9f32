"""Run one training job: prepare the data, train, tidy up, and report its status in the job's folder."""

from __future__ import annotations

import contextlib
import errno
import shutil
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from clics.atomic_files import make_folder
from clics.dataset.lock import FolderLock
from clics.dataset.packed_reader import load
from clics.errors import Cancelled, ClicsError, InputError, reason_of
from clics.jobs.data import packed_source
from clics.jobs.job_spec import TrainingJobSpec
from clics.jobs.status import CONTROL_FILE, StatusWriter
from clics.progress import CancelToken, Progress, ProgressCallback
from clics.training import best_model, checkpoint
from clics.training.device import choose_device
from clics.training.distributed import is_distributed, is_main_process, process_group

if TYPE_CHECKING:
    from clics.results.training import TrainingResult

_CONTROL_INTERVAL = 0.3
"""Seconds between two looks at the control file."""
_DISK_FULL = (errno.ENOSPC, getattr(errno, "EDQUOT", errno.ENOSPC))  # Windows has no EDQUOT


def run_job(
    folder: Path, spec: TrainingJobSpec | None, *, workers: int | None, progress: ProgressCallback, cancel: CancelToken
) -> TrainingResult:
    """Run a training job, or resume it.

    Under torchrun the main process alone does all that concerns the folder: its lock, its files, requests to pause; the other
    processes only train.

    Args:
        folder: of the job; created where it is missing.
        spec: of a new job; None resumes the job in ``folder``.
        workers: processes that describe crystals and build graphs; None: all cores for describing.
        progress: called with the state of the work.
        cancel: pauses the job.

    Raises:
        InputError: ``folder`` is in use (kind ``busy``), holds another or a finished training (``training-exists``), or the
            data cannot be used.
        Cancelled: on request; a call without ``spec`` resumes.
    """
    if is_distributed() and not is_main_process():
        return _train_with_main(spec or TrainingJobSpec.load(folder), folder, workers, cancel)
    _check_folder(folder, spec)
    make_folder(folder)
    lock = FolderLock(folder)
    try:
        spec = spec or TrainingJobSpec.load(folder)
        status = StatusWriter(folder)
        with _reported(folder, status):
            return _run(folder, spec, status, workers, progress, cancel)
    finally:
        lock.release()


def _check_folder(folder: Path, spec: TrainingJobSpec | None) -> None:
    if (folder / "model" / "config.json").exists():
        message = f"The training in {folder} is finished; its model is in {folder / 'model'}."
        raise InputError(message, kind="training-exists")
    if spec is not None and checkpoint.exists(folder):
        message = f"{folder} holds a training already; go on with --resume, or choose another folder."
        raise InputError(message, kind="training-exists")


def _run(
    folder: Path,
    spec: TrainingJobSpec,
    status: StatusWriter,
    workers: int | None,
    progress: ProgressCallback,
    cancel: CancelToken,
) -> TrainingResult:
    from clics.training.train import train

    def report(event: Progress) -> None:
        status(event)
        progress(event)

    group = process_group(choose_device(spec.device))
    finish = CancelToken()
    with _control_requests(folder, cancel, finish):
        dataset = packed_source(
            spec.source, folder, workers=workers, phase=status.phase, progress=report, cancel=cancel
        )
        spec.save(folder)
        crystals = len(load(dataset).rows("train"))
        options: dict[str, Any] = group.broadcast({
            "recipe": spec.recipe_for(crystals // group.size), "dataset": dataset,
            "start_from": spec.start_from, "resume": checkpoint.exists(folder), "device": spec.device,
        })  # fmt: skip
        status.phase("training")
        result = train(
            **options, output=folder, workers=workers or 1, progress=report, cancel=cancel, finish=finish, group=group
        )
    _remove_checkpoints(folder)
    status.end("finished", result.message, before=result.before, after=result.after)
    return result


def _train_with_main(spec: TrainingJobSpec, folder: Path, workers: int | None, cancel: CancelToken) -> TrainingResult:
    """In another process than the main one: wait until that has prepared the data, then train with it."""
    from clics.training.train import train

    group = process_group(choose_device(spec.device))
    options: dict[str, Any] = group.broadcast({})
    return train(**options, output=folder, workers=workers or 1, cancel=cancel, group=group)


@contextlib.contextmanager
def _reported(folder: Path, status: StatusWriter) -> Iterator[None]:
    """Write the end of the job, however it comes, to the status file, in one sentence."""
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
        status.end("failed", f"The training failed unexpectedly ({reason_of(error)}).")
        raise


@contextlib.contextmanager
def _control_requests(folder: Path, cancel: CancelToken, finish: CancelToken) -> Iterator[None]:
    """Watch the control file in a thread; a file works alike on every system and after any restart of the window."""
    over = threading.Event()
    control = folder / CONTROL_FILE
    control.unlink(missing_ok=True)

    def watch() -> None:
        while not over.wait(_CONTROL_INTERVAL):
            with contextlib.suppress(OSError):
                request = control.read_text(encoding="utf-8")
                control.unlink()
                (finish if request == "finish" else cancel).cancel()

    thread = threading.Thread(target=watch, name="clics-training-control", daemon=True)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()


def _remove_checkpoints(folder: Path) -> None:
    """Remove what only resuming needs: several times the size of the model."""
    (folder / "checkpoint.json").unlink(missing_ok=True)
    for state in folder.glob("checkpoint-*"):
        shutil.rmtree(state, ignore_errors=True)
    best_model.remove(folder)


def _is_disk_full(error: Exception) -> bool:
    """True if ``error`` means that the disk is full; safetensors reports it only in the text of its message."""
    return (isinstance(error, OSError) and error.errno in _DISK_FULL) or "os error 28" in str(error)
