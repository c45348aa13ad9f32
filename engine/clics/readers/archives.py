"""Members of zip and tar archives, read in memory one by one; nothing is ever written to disk."""

from __future__ import annotations

import io
import tarfile
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import BinaryIO

from clics.errors import CrystalError
from clics.readers.decode_text import truncated
from clics.readers.decompress import MAX_TOTAL, CountedReader, unpacked

MAX_MEMBERS = 1_000_000


@dataclass(frozen=True, slots=True)
class Member:
    """A file of an archive: its path inside, and a stream of its bytes (valid until the next member is asked for)."""

    name: str
    stream: io.BufferedReader


def is_zip(head: bytes, _text: str) -> bool:
    """True for the first bytes of a zip."""
    return head.startswith((b"PK\x03\x04", b"PK\x05\x06"))


def is_tar(head: bytes, _text: str) -> bool:
    """True for the first bytes of a tar; the mark stands in its first header (POSIX.1-1988)."""
    return head[257:262] == b"ustar"


class _Budget:
    """Bytes that may still be unpacked of one archive, all members together."""

    def __init__(self, where: str, packed: int = 0) -> None:
        self.where, self.packed, self.left, self.members = where, packed, MAX_TOTAL, 0

    def count_member(self) -> None:
        """Count one more member. Raises CrystalError (``archive-too-large``) above :data:`MAX_MEMBERS`."""
        self.members += 1
        if self.members > MAX_MEMBERS:
            raise CrystalError(f"{self.where}: the archive has more than {MAX_MEMBERS} members.",
                               kind="archive-too-large")  # fmt: skip


def zip_members(raw: BinaryIO, *, where: str) -> Iterator[Member | CrystalError]:
    """Files of a zip in the order of its directory; a member that must not be read comes as its CrystalError.

    Raises CrystalError (``bad-archive``, ``archive-too-large``) where nothing further can be read.
    """
    try:
        archive = zipfile.ZipFile(raw)
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError, OverflowError) as error:
        raise CrystalError(f"{where}: no whole zip archive ({str(error)[:80]}); fetch it again.",
                           kind="bad-archive") from error  # fmt: skip
    budget = _Budget(where, raw.seek(0, io.SEEK_END))
    with archive:
        for info in archive.infolist():
            budget.count_member()
            here = f"{where}!{info.filename[:300]}"
            if problem := _climbs(info.filename, here):
                yield problem
            elif info.is_dir() or _hidden(info.filename):
                continue
            elif (info.external_attr >> 16) & 0o170000 == 0o120000:
                yield _link(here)
            elif info.flag_bits & 0x1:
                yield CrystalError(f"{here}: it is encrypted; unpack it with its password first.",
                                   kind="archive-encrypted")  # fmt: skip
            else:
                yield _zip_member(archive, info, budget, here)


def _zip_member(archive: zipfile.ZipFile, info: zipfile.ZipInfo, budget: _Budget, where: str) -> Member | CrystalError:
    try:
        source = archive.open(info)
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, OSError, EOFError, zlib.error) as error:
        return CrystalError(f"{where}: this member is damaged ({str(error)[:80]}).", kind="bad-archive")
    # zipfile feeds its decompressor no more than the directory's packed size, which cannot exceed the archive itself.
    counted = _BudgetReader(source, where=where, budget=budget, packed_size=min(info.compress_size, budget.packed))
    return Member(info.filename, io.BufferedReader(counted, 2**16))


class _BudgetReader(CountedReader):
    """A member of a zip: counted for itself (ratio) and against the budget of the archive (total)."""

    def __init__(self, source: object, *, where: str, budget: _Budget, packed_size: int) -> None:
        super().__init__(source, where=where, limit=budget.left, packed=lambda: packed_size)  # type: ignore[arg-type]
        self._budget = budget

    def readinto(self, buffer: bytearray | memoryview) -> int:  # type: ignore[override]
        """See :class:`CountedReader`."""
        count = super().readinto(buffer)
        self._budget.left -= count
        return count


class _Header(tarfile.TarInfo):
    """tarfile takes a damaged or missing header after the first for the end of the archive; here it is an error."""

    @classmethod
    def fromtarfile(cls, archive: tarfile.TarFile) -> _Header:
        try:
            return super().fromtarfile(archive)
        except tarfile.HeaderError as error:
            if type(error).__name__ == "EOFHeaderError":  # the end mark, as it should be
                raise
            if type(error).__name__ in ("EmptyHeaderError", "TruncatedHeaderError"):
                raise tarfile.ReadError("unexpected end of data") from error
            raise tarfile.ReadError("damaged header") from error


def tar_members(raw: BinaryIO, compression: str, *, where: str) -> Iterator[Member | CrystalError]:
    """Files of a tar, packed or not, in one pass; else like :func:`zip_members`."""
    budget = _Budget(where)
    try:
        # "r|" never seeks: the counted stream sees every byte that any header makes tarfile read.
        with tarfile.open(fileobj=unpacked(raw, compression, where=where), mode="r|", tarinfo=_Header) as archive:
            while (info := archive.next()) is not None:
                budget.count_member()
                here = f"{where}!{info.name[:300]}"
                if problem := _climbs(info.name, here):
                    yield problem
                elif info.issym() or info.islnk():
                    target = info.linkname if info.islnk() else str(PurePosixPath(info.name).parent / info.linkname)
                    if _climbs(target, here) or _leaves(target):
                        yield _link(here)
                elif info.isdev():
                    yield CrystalError(f"{here}: it is a device, not a file.", kind="archive-unsafe")
                elif info.isreg() and not _hidden(info.name) and (source := archive.extractfile(info)):
                    counted = CountedReader(source, where=here, limit=MAX_TOTAL)  # type: ignore[arg-type]
                    yield Member(info.name, io.BufferedReader(counted, 2**16))
                archive.members.clear()  # type: ignore[attr-defined]  # tarfile keeps every header, be it a million
    except tarfile.ReadError as error:
        if "unexpected end" in str(error):
            raise truncated(where, "within the archive") from error
        raise CrystalError(f"{where}: no whole tar archive ({str(error)[:80]}).", kind="bad-archive") from error
    except (tarfile.TarError, EOFError, ValueError, OverflowError) as error:
        raise CrystalError(f"{where}: the archive is damaged ({str(error)[:80]}).", kind="bad-archive") from error


def _hidden(name: str) -> bool:
    return any(part.startswith(".") or part == "__MACOSX" for part in PurePosixPath(name.replace("\\", "/")).parts)


def _climbs(name: str, where: str) -> CrystalError | None:
    path = name.replace("\\", "/")
    if path.startswith("/") or path[1:2] == ":" or ".." in path.split("/") or "\x00" in path:
        return CrystalError(f"{where}: the path of this member leaves the folder of the archive; it is not read.",
                            kind="archive-unsafe")  # fmt: skip
    return None


def _leaves(target: str) -> bool:
    depth = 0
    for part in target.split("/"):
        depth += -1 if part == ".." else 0 if part in ("", ".") else 1
        if depth < 0:
            return True
    return False


def _link(where: str) -> CrystalError:
    return CrystalError(f"{where}: it is a link out of the archive; it is not followed.", kind="archive-unsafe")
