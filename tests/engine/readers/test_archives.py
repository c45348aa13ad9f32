from __future__ import annotations

import gzip
import io
import tarfile
import zipfile
from collections.abc import Callable

import pytest
from clics.crystals.crystal import Crystal, Refusal
from clics.crystals.writing import to_cif
from clics.readers import archives, decompress

Read = Callable[..., list[Crystal | Refusal]]


def zipped(members: dict[str, bytes], compression: int = zipfile.ZIP_DEFLATED) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", compression) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return buffer.getvalue()


def tarred(members: dict[str, bytes], mode: str = "w") -> bytes:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode=mode) as archive:  # type: ignore[call-overload]
        for name, data in members.items():
            info = tarfile.TarInfo(name)
            info.size = len(data)
            archive.addfile(info, io.BytesIO(data))
    return buffer.getvalue()


def kinds(found: list[Crystal | Refusal]) -> list[str]:
    return [entry.kind if isinstance(entry, Refusal) else "crystal" for entry in found]


@pytest.fixture
def cif(pyrite_like: Crystal) -> bytes:
    return to_cif(pyrite_like).encode()


@pytest.mark.parametrize("name", ["a.zip", "a.tar", "a.tar.gz", "a.tar.bz2", "a.tar.xz"])
def test_members_are_read_and_named(name: str, cif: bytes, read: Read) -> None:
    members = {"one.cif": cif, "deep/two.cif": cif, "deep/two.cif.gz": gzip.compress(cif), "readme.txt": b"hello",
               "__MACOSX/._one.cif": b"junk", "bad.cif": b"data_x\n", "inner.zip": zipped({"x.cif": cif})}  # fmt: skip
    data = zipped(members) if name == "a.zip" else tarred(members, "w:" + name.removeprefix("a.tar").lstrip("."))
    found = read(data, name)
    assert kinds(found) == ["crystal", "crystal", "crystal", "no-crystals", "unsupported"]
    assert [entry.id for entry in found if isinstance(entry, Crystal)] == ["one", "two", "two#2"]
    assert found[1].source.endswith(f"{name}!deep/two.cif")


@pytest.mark.parametrize("path", ["../up.cif", "/etc/abs.cif", "a/../../up.cif", "C:\\up.cif", "..\\up.cif"])
def test_members_that_climb_out_are_refused(path: str, cif: bytes, read: Read) -> None:
    for data, name in (
        (zipped({path: cif, "good.cif": cif}), "a.zip"),
        (tarred({path: cif, "good.cif": cif}), "a.tar"),
    ):
        assert kinds(read(data, name)) == ["archive-unsafe", "crystal"]


def test_links_are_not_followed(cif: bytes, read: Read) -> None:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w") as archive:
        for name, kind, target in (("out.cif", tarfile.SYMTYPE, "/etc/passwd"), ("up.cif", tarfile.SYMTYPE, "../x.cif"),
                                   ("hard.cif", tarfile.LNKTYPE, "../../x"), ("in.cif", tarfile.SYMTYPE, "good.cif"),
                                   ("pipe.cif", tarfile.FIFOTYPE, "")):  # fmt: skip
            info = tarfile.TarInfo(name)
            info.type, info.linkname = kind, target
            archive.addfile(info)
    assert kinds(read(buffer.getvalue(), "a.tar")) == ["archive-unsafe"] * 4
    link = zipfile.ZipInfo("link.cif")
    link.external_attr = 0o120777 << 16
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr(link, "/etc/passwd")
    assert kinds(read(buffer.getvalue(), "a.zip")) == ["archive-unsafe"]


def test_encrypted_members_are_named(cif: bytes, read: Read) -> None:
    data = bytearray(zipped({"secret.cif": cif}))
    for signature, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        data[data.index(signature) + offset] |= 1
    assert kinds(read(bytes(data), "a.zip")) == ["archive-encrypted"]


def test_bombs_stop_early(read: Read) -> None:
    zeros = b" " * (48 * 2**20)
    bomb = gzip.compress(zeros)
    for data, name in ((bomb, "a.cif.gz"), (bomb, "a.jsonl.gz"), (zipped({"a.cif": zeros}), "a.zip"),
                       (tarred({"a.cif": zeros}, "w:gz"), "a.tar.gz")):  # fmt: skip
        assert len(data) < 2**20
        assert kinds(read(data, name)) == ["archive-too-large"], name


def test_headers_are_not_believed(cif: bytes, read: Read) -> None:
    data = bytearray(zipped({"a.cif": b" " * (40 * 2**20)}))
    for signature, offset in ((b"PK\x03\x04", 22), (b"PK\x01\x02", 24)):  # claims to unpack to 100 bytes
        place = data.index(signature) + offset
        data[place : place + 4] = (100).to_bytes(4, "little")
    assert "crystal" not in kinds(read(bytes(data), "a.zip"))
    lying = bytearray(tarred({"a.cif": cif}))
    lying[124:136] = b"77777777777\x00"  # claims 8 GiB
    lying[148:156] = b"        "
    lying[148:156] = b"%06o\x00 " % sum(lying[:512])
    assert "crystal" not in kinds(read(bytes(lying), "a.tar"))


def test_totals_and_member_counts_are_limited(cif: bytes, read: Read, monkeypatch: pytest.MonkeyPatch) -> None:
    members = {f"{number}.cif": cif for number in range(20)}
    monkeypatch.setattr(archives, "MAX_MEMBERS", 10)
    for data, name in ((zipped(members), "a.zip"), (tarred(members), "a.tar")):
        assert kinds(read(data, name)) == ["crystal"] * 10 + ["archive-too-large"]
    monkeypatch.setattr(archives, "MAX_MEMBERS", 100)
    monkeypatch.setattr(archives, "MAX_TOTAL", 5 * len(cif) + 10)
    assert kinds(read(zipped(members), "a.zip")) == ["crystal"] * 5 + ["archive-too-large"]
    monkeypatch.setattr(decompress, "MAX_FILE", 100)
    assert kinds(read(cif, "a.cif")) == ["file-too-large"]


def test_damaged_archives_say_so(cif: bytes, read: Read) -> None:
    whole_zip, whole_tar = zipped({"a.cif": cif, "b.cif": cif}), tarred({"a.cif": cif, "b.cif": cif})
    for end in range(60, len(whole_zip), 97):
        assert kinds(read(whole_zip[:end], "a.zip")) == ["bad-archive"]
    for end in range(100, 2 * (512 + -(-len(cif) // 512) * 512), 211):
        assert kinds(read(whole_tar[:end], "a.tar"))[-1] in ("truncated", "bad-archive")
    damaged = bytearray(whole_zip)
    damaged[80] ^= 0xFF  # inside the packed bytes of the first member
    found = kinds(read(bytes(damaged), "a.zip"))
    assert found[-1] == "crystal"
    assert found[0] != "crystal"
    damaged = bytearray(whole_tar)
    damaged[512 + -(-len(cif) // 512) * 512 + 10] ^= 0xFF  # the name in the second header; its checksum no longer fits
    assert kinds(read(bytes(damaged), "a.tar")) == ["crystal", "bad-archive"]


def test_an_archive_without_crystals_says_so(read: Read) -> None:
    assert kinds(read(zipped({"readme.txt": b"x"}), "a.zip")) == ["no-crystals"]
    assert kinds(read(zipped({}), "a.zip")) == ["no-crystals"]
