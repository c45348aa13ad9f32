"""Atomic file writes: a reader finds the old content or the whole new content, never a part of it.

The content is written to a temporary file in the same folder, flushed to the disk and renamed over the target
(``rename`` is atomic within one file system only, hence the same folder). The rules of a target:

- a symbolic link stays a link; the file that it points to is replaced;
- an existing file keeps its permission bits; a new file gets those that the umask leaves;
- a file that nobody may write to, or that is a database (a library), is refused;
- a device or a named pipe is written to and never replaced by a file; a folder is refused;
- a file that the content was computed from is refused where the caller names it in ``sources``.
"""

from __future__ import annotations

import contextlib
import errno
import os
import platform
import re
import secrets
import shutil
import stat
import tempfile
import time
import zlib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO

from clics.errors import ClicsError, InputError

_REASONS = {
    errno.ENOSPC: "the disk is full; free some space or choose another place",
    errno.EDQUOT: "the disk quota is used up; free some space or choose another place",
    errno.EACCES: "the folder may not be written to; choose another",
    errno.EPERM: "the folder may not be written to; choose another",
    errno.EROFS: "the disk can only be read; choose another place",
    errno.ENOENT: "there is no such folder; choose another",
    errno.ENOTDIR: "there is no such folder; choose another",
    errno.EISDIR: "a folder of that name is there already; choose another name",
    errno.ENAMETOOLONG: "the name is too long; choose a shorter one",
    errno.ELOOP: "it is a symbolic link to itself; choose another name",
}
_OS_ERROR = re.compile(r"os error (\d+)")
_DATABASE = b"SQLite format 3\0"
_SUFFIX = ".part"
_LEFT_OVER = (_SUFFIX, f"{_SUFFIX}-wal", f"{_SUFFIX}-shm")
_STALE_S = 24 * 3600.0
"""Age at which a temporary file of another machine can only come from a program that was killed."""


@contextmanager
def replacing(path: Path, *, sources: Iterable[str | Path] = (), durable: bool = True) -> Iterator[IO[bytes]]:
    """Open a binary file whose content replaces ``path`` when the block ends without an exception.

    Args:
        path: The target. Its folder must exist.
        sources: Files that the content was computed from.
        durable: Wait until the disk has the content (``fsync``). False suits state that is worthless after a power cut.

    Yields:
        The open temporary file. It is removed when the block raises; the target is then unchanged.

    Raises:
        ClicsError: Kind ``not-written``: no such folder, no permission, a full or read-only disk.
        InputError: Kind ``output-is-source``: the target is one of ``sources``.
    """
    with replacing_path(path, sources=sources, durable=durable) as temporary, temporary.open("wb") as file:
        yield file


@contextmanager
def replacing_path(path: Path, *, sources: Iterable[str | Path] = (), durable: bool = True) -> Iterator[Path]:
    """As :func:`replacing`, for content that another library writes to a path: the path of an empty temporary file."""
    refuse_source(path, sources)
    temporary: Path | None = None
    try:
        target = _target(path)
        _refuse_protected(path, target)
        temporary = _create_beside(target)
        mode = stat.S_IMODE(temporary.stat().st_mode)
        with disk_errors(path):
            yield temporary
        temporary.chmod(mode)  # safetensors replaces the file by a private one
        put_in_place(temporary, path, durable=durable)
        temporary = None
    except OSError as error:
        raise not_written(path, error) from error
    finally:
        if temporary is not None:
            with suppress(OSError):
                temporary.unlink()


@contextmanager
def disk_errors(path: Path) -> Iterator[None]:
    """Raise OSError for what safetensors and tokenizers tell of the disk in the text of errors of their own.

    Args:
        path: The file or folder that is written.
    """
    try:
        yield
    except OSError:
        raise
    except Exception as error:
        told = _OS_ERROR.search(str(error))
        own = type(error) is Exception or type(error).__module__.startswith("safetensors")  # tokenizers has no kind
        if told is None or not own:
            raise
        number = int(told[1])
        if os.name == "posix":
            raise OSError(number, os.strerror(number), str(path)) from error
        raise OSError(0, str(error), str(path), number) from error  # Python makes errno of the number of Windows


@contextmanager
def naming(path: Path) -> Iterator[None]:
    """Name ``path`` in errors of the disk, which do not name the file that is open already.

    Args:
        path: The file that is written to.
    """
    try:
        yield
    except OSError as error:
        if error.filename is None and error.errno is not None:
            error.filename = str(path)
        raise


def write_bytes(path: Path, content: bytes, *, durable: bool = True) -> None:
    """Write a whole file; see :func:`replacing` for the rules and errors."""
    with replacing(path, durable=durable) as file:
        file.write(content)


def write_text(path: Path, text: str, *, durable: bool = True) -> None:
    """Write a whole file as UTF-8 with the line ends of ``text``; see :func:`replacing` for the rules and errors."""
    write_bytes(path, text.encode("utf-8"), durable=durable)


def put_in_place(finished: Path, path: Path, *, durable: bool = True) -> None:
    """Move a finished file from the folder of ``path`` over ``path``, by the rules of this module.

    Raises:
        OSError: The target cannot be replaced; ``finished`` is still there.
    """
    if _is_special(path):
        with finished.open("rb") as source, path.open("wb") as device:
            shutil.copyfileobj(source, device)
        finished.unlink()
        return
    target = _target(path)
    if target.is_dir():
        raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR), str(path))
    if durable:
        _sync(finished)
    with suppress(FileNotFoundError):
        finished.chmod(stat.S_IMODE(target.stat().st_mode))
    os.replace(finished, target)
    if durable:
        sync_folder(target.parent)


def put_first(finished: Path, path: Path) -> bool:
    """Move a finished file from the folder of ``path`` to ``path``, unless something is there.

    Returns:
        False where another program was first; ``finished`` is removed then.

    Raises:
        OSError: It cannot be moved; ``finished`` is still there.
    """
    _sync(finished)
    try:
        os.link(finished, path)  # unlike a renamed file, a link never replaces what is there
    except FileExistsError:
        finished.unlink()
        return False
    except OSError:  # a file system without links
        if os.path.lexists(path):
            finished.unlink()
            return False
        os.rename(finished, path)
    else:
        finished.unlink()
    sync_folder(path.parent)
    return True


def sync_folder(folder: Path, *, files: bool = False) -> None:
    """Wait until the disk has the entries of a folder, and with ``files`` the content of its files too.

    A file that was renamed is safe from a power cut only when its folder was synced as well.
    """
    if files:
        for path in folder.iterdir():
            if path.is_file():
                _sync(path)
    if os.name == "posix":  # Windows opens no folders, and journals renames by itself
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            with suppress(OSError):  # some network file systems sync no folders
                os.fsync(descriptor)
        finally:
            os.close(descriptor)


def make_folder(path: Path) -> None:
    """Make a folder, and those above it, unless it is there.

    Raises:
        InputError: Something else is there (kind ``bad-output``).
        ClicsError: It cannot be made (kind ``not-written``).
    """
    refuse_no_folder(path)
    try:
        path.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise not_written(path, error) from error


def refuse_no_folder(path: Path) -> None:
    """Raise InputError of kind ``bad-output`` where a folder cannot be made because something else has a name of its path."""
    for place in (*reversed(path.parents), path):
        try:
            wrong = os.path.lexists(place) and not stat.S_ISDIR(os.stat(place).st_mode)
        except FileNotFoundError:  # a link to nothing
            wrong = True
        except OSError:  # making the folder tells why
            return
        if wrong:
            raise InputError(f"{place} is there already and is no folder; name another one.", kind="bad-output")


def refuse_source(path: Path, sources: Iterable[str | Path]) -> None:
    """Raise InputError of kind ``output-is-source`` where ``path`` is, or links to, one of ``sources``."""
    for source in sources:
        with suppress(OSError, ValueError):  # a source need not be a file: a member of an archive, an id
            if stat.S_ISREG(os.stat(source).st_mode) and os.path.samefile(source, path):
                raise InputError(
                    f"{path} is the file that was read; name another file for the output.", kind="output-is-source"
                )


def not_written(path: Path | str, error: OSError) -> ClicsError:
    """One sentence for a file or folder that cannot be written, of kind ``not-written``."""
    reason = _REASONS.get(error.errno or 0, error.strerror or str(error))
    return ClicsError(f"{path} could not be written: {reason}.", kind="not-written")


def is_write_failure(error: OSError) -> bool:
    """True where the disk, and not the program, is at fault: it is full or can only be read."""
    return error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EROFS)


def _refuse_protected(path: Path, target: Path) -> None:
    """Raise ClicsError where replacing a file would destroy what its owner protects, or a library."""
    try:
        mode = target.stat().st_mode
    except OSError:  # nothing is there yet, or it cannot be looked at: writing tells why
        return
    if not stat.S_ISREG(mode):
        return
    if not mode & 0o222:
        raise ClicsError(
            f"{path} could not be written: the file is read-only; change its permissions, or choose another name.",
            kind="not-written",
        )
    with target.open("rb") as file:
        database = file.read(len(_DATABASE)) == _DATABASE
    if database:
        raise ClicsError(f"{path} could not be written: it is a library or another database; choose another name.",
                         kind="not-written")  # fmt: skip


def _target(path: Path) -> Path:
    """The file that a chain of symbolic links ends at; it need not exist."""
    if _is_special(path):
        return path
    return Path(os.path.realpath(path)) if path.is_symlink() else path


def _is_special(path: Path) -> bool:
    """True for a device, a pipe or a socket."""
    try:
        mode = path.stat().st_mode
    except (FileNotFoundError, NotADirectoryError):
        return False
    return not (stat.S_ISREG(mode) or stat.S_ISDIR(mode))


def _create_beside(target: Path) -> Path:
    """A new empty file for the content of ``target``, with the permissions that a new file gets."""
    if _is_special(target):  # /dev is no place for temporary files
        descriptor, name = tempfile.mkstemp(suffix=_SUFFIX)
        os.close(descriptor)
        return Path(name)
    if target.is_dir():
        raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR), str(target))
    temporary = partial_path(target)
    # tempfile would make it private, and reading the umask to undo that is not safe beside other threads
    os.close(os.open(temporary, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o666))
    return temporary


def partial_path(target: Path) -> Path:
    """A name beside ``target`` for a file or folder that grows, after what killed programs left there was removed.

    The name tells machine and process, so that another program knows what nobody will finish.
    """
    prefix = f".{target.name[:40]}."
    _remove_stale(target.parent, prefix)
    return target.with_name(f"{prefix}{_machine()}-{os.getpid()}-{secrets.token_hex(6)}{_SUFFIX}")


def _machine() -> str:
    """A name of this machine in few characters: a process of another one, which shares the folder, may be alive."""
    return f"{zlib.crc32(platform.node().encode()):08x}"


def _remove_stale(folder: Path, prefix: str) -> None:
    """Remove files and folders that killed programs left beside a target, SQLite's logs of them included."""
    with contextlib.suppress(OSError), os.scandir(folder) as entries:
        for entry in entries:
            if not entry.name.startswith(prefix) or not entry.name.endswith(_LEFT_OVER):
                continue
            with suppress(OSError):
                if not _is_abandoned(entry.name.removeprefix(prefix), entry.stat().st_mtime):
                    continue
                if entry.is_dir(follow_symlinks=False):
                    shutil.rmtree(entry.path, ignore_errors=True)
                else:
                    os.unlink(entry.path)


def _is_abandoned(name: str, changed: float) -> bool:
    """True for the rest of a temporary file's name whose process has ended, or that is old (of another machine)."""
    machine, _, rest = name.partition("-")
    process = rest.partition("-")[0]
    if machine == _machine() and process.isdecimal() and not _runs(int(process)):
        return True
    return time.time() - changed > _STALE_S


def _runs(process: int) -> bool:
    if os.name != "posix":  # a signal ends the process there
        import psutil

        return bool(psutil.pid_exists(process))
    try:
        os.kill(process, 0)
    except (ProcessLookupError, OverflowError):
        return False
    except PermissionError:  # another user's
        return True
    return True


def _sync(path: Path) -> None:
    with path.open("rb" if os.name == "posix" else "rb+") as file:  # Windows flushes only what it may write
        os.fsync(file.fileno())
