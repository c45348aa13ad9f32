"""Hundreds of damaged files: each is a crystal or a refusal with a known kind, and no crystal is silently wrong."""

from __future__ import annotations

import gzip
import json
import random
import re
from collections.abc import Callable, Iterator

import numpy as np
import pytest
from clics.crystals import check
from clics.crystals.crystal import Crystal, Refusal
from clics.crystals.writing import to_cif, to_poscar
from clics.sources import files
from clics.symmetry.written import cif_of
from pymatgen.core import Structure

Read = Callable[..., list[Crystal | Refusal]]
DOCUMENTED = (files.__doc__ or "") + (check.__doc__ or "")


def damage(structure: Structure, found: list[Crystal | Refusal]) -> Iterator[Crystal]:
    """Checks all refusals and yields the crystals that are not ``structure``."""
    for entry in found:
        if isinstance(entry, Refusal):
            assert f"``{entry.kind}``" in DOCUMENTED
            assert len(entry.message) > 20
            assert "Traceback" not in entry.message
        else:
            same_cell = np.allclose(entry.structure.lattice.abc, structure.lattice.abc, atol=1e-5)
            if not same_cell or entry.structure.composition != structure.composition:
                yield entry


def structure_json(crystal: Crystal) -> str:
    return json.dumps(crystal.structure.as_dict())


def symmetrised(crystal: Crystal) -> str:
    return cif_of(crystal, symmetry="symmetrised", tolerance=0.01)


@pytest.mark.parametrize(
    ("name", "write"),
    [("a.cif", to_cif), ("b.cif", symmetrised), ("POSCAR", to_poscar), ("c.json", structure_json)],
)
def test_cut_anywhere(name: str, write: Callable[[Crystal], str], pyrite_like: Crystal, read: Read) -> None:
    text = write(pyrite_like)
    whole = read(text, name)[0]
    assert isinstance(whole, Crystal)
    for end in range(0, len(text), max(1, len(text) // 200)):
        found = read(text[:end], name)
        assert found, f"nothing at all for the first {end} characters"
        assert [crystal for crystal in damage(whole.structure, found) if "warnings" not in crystal.provenance] == []


@pytest.mark.parametrize(
    ("name", "write"),
    [("a.cif", to_cif), ("b.cif", symmetrised), ("POSCAR", to_poscar), ("c.json", structure_json)],
)
def test_flipped_bits(name: str, write: Callable[[Crystal], str], pyrite_like: Crystal, read: Read) -> None:
    """A bit that makes another digit or element of a digit or element cannot be seen; all else must be."""
    data = write(pyrite_like).encode()
    whole = read(data, name)[0]
    assert isinstance(whole, Crystal)
    rng = random.Random(7)
    for _ in range(120):
        flipped = bytearray(data)
        place = rng.randrange(len(data))
        flipped[place] ^= 1 << rng.randrange(8)
        found = read(bytes(flipped), name)
        assert found
        for crystal in damage(whole.structure, found):
            plausible = chr(flipped[place]) in "0123456789+-.e WC" or "warnings" in crystal.provenance
            assert plausible, bytes(flipped[max(0, place - 20) : place + 20])


@pytest.mark.parametrize(
    "word", ["nan", "inf", "-inf", "1e400", "1e308", "9" * 400, "0x10", "١٢", "1_0", "--1", "1e", "∞"]
)
def test_strange_numbers(word: str, pyrite_like: Crystal, read: Read) -> None:
    for name, text in (("a.cif", to_cif(pyrite_like)), ("POSCAR", to_poscar(pyrite_like))):
        found = read(re.sub(r"\b0\.20040*\b", word, text), name)
        assert isinstance(found[0], Refusal), (name, word, found)
    for text in (structure_json(pyrite_like), structure_json(pyrite_like).replace("0.2004", '"0.2004"')):
        found = read(text.replace("0.2004", word), "c.json")
        assert isinstance(found[0], Refusal), (word, found)


@pytest.mark.parametrize(
    ("content", "name", "kind"),
    [
        (b"", "a.cif", "empty"),
        (b"  \r\n \n", "a.cif", "empty"),
        (b"", "POSCAR", "empty"),
        (b"", "a.zip", "empty"),
        (b"", "a.csv", "empty"),
        (b"\n\n", "a.jsonl", "empty"),
        (bytes(range(256)) * 20, "a.cif", "binary"),
        (b"\x89PNG\r\n\x1a\n" + b"\x00" * 100, "a.jsonl", "binary"),
        (b"\x7fELF" + b"\x00" * 100, "a", "binary"),
        (b"<html><body>404 Not Found</body></html>", "a.cif", "not-a-crystal"),
        (b"Dear colleague,\nplease find enclosed\n", "letter", "unsupported"),
        (b"# only a comment\n", "a.cif", "no-crystals"),
        (b"data_x\n", "a.cif", "no-crystals"),
        (b"data_x\n_cell_length_a 5\n", "a.cif", "no-crystals"),
        (b"data_x\nloop_\n_atom_site_fract_x\n_atom_site_fract_y\n_atom_site_fract_z\n0 0 0\n", "a.cif", "no-cell"),
        (b"{}", "a.json", "no-crystals"),
        (b"[]", "a.json", "no-crystals"),
        (b"null", "a.json", "no-crystals"),
        (b'{"lattice": 5, "sites": [1]}', "a.json", "bad-json"),
        (b'{"lattice": null, "sites": []}', "a.json", "no-cell"),
        (b'{"lattice": [[4,0,0],[0,4,0],[0,0,4]], "species": ["Na"], "frac_coords": []}', "a.json", "bad-json"),
        (b'{"lattice": [[4,0,0],[0,4,0],[0,0,4]], "species": [], "frac_coords": []}', "a.json", "empty"),
        (b'{"numbers": [300], "positions": [[0,0,0]], "cell": [4,4,4]}', "a.json", "unknown-element"),
        (b'{"numbers": [1], "positions": [[0,0,0]], "cell": [0,0,0]}', "a.json", "no-cell"),
        (b'{"a": "\xff\xfe\xfd"}', "a.json", "encoding"),
        (b"[" * 100_000, "a.json", "bad-json"),
        (b'{"a":' * 100_000, "a.json", "bad-json"),
        (b'{"n": ' + b"9" * 10_000 + b"}", "a.json", "bad-json"),
        (b"1\nLattice=\"4 0 0 0 4 0\"\nNa 0 0 0\n", "a.xyz", "bad-xyz"),
        (b"1\nLattice=\"4 0 0 0 4 0 0 0 4\" Properties=pos:R:3\n0 0 0\n", "a.xyz", "bad-xyz"),
        (b"1\nLattice=\"4 0 0 0 4 0 0 0 x\"\nNa 0 0 0\n", "a.xyz", "bad-xyz"),
        (b"2\nLattice=\"4 0 0 0 4 0 0 0 4\"\nNa 0 0 0\n", "a.xyz", "truncated"),
        (b"999999999\nLattice=\"4 0 0 0 4 0 0 0 4\"\nNa 0 0 0\n", "a.xyz", "truncated"),
        (b"1\nLattice=\"4 0 0 0 4 0 0 0 4\"\nQq 0 0 0\n", "a.xyz", "unknown-element"),
        (b"x\n1\n4 0 0\n0 4 0\n0 0 4\nNa\n999999999\nDirect\n0 0 0\n", "POSCAR", "truncated"),
        (b"x\n1\n4 0 0\n0 4 0\n0 0 4\nNa Cl\n1\nDirect\n0 0 0\n", "POSCAR", "bad-poscar"),
        (b"x\n1\n4 0 0\n0 4 0\n0 0 4\nNa\n1\nSomehow\n0 0 0\n", "POSCAR", "bad-poscar"),
        (b"x\n0\n4 0 0\n0 4 0\n0 0 4\nNa\n1\nDirect\n0 0 0\n", "POSCAR", "no-cell"),
        (b"x\n1\n4 0 0\n0 4 0\n0 0 4\nNotAnElement\n1\nDirect\n0 0 0\n", "POSCAR", "unknown-element"),
        (b"id,structure\n1,2\n", "a.csv", "bad-csv"),
        (b"id,cif\n1,\n", "a.csv", "empty"),
        (b"id,cif\n1,hello\n", "a.csv", "not-a-crystal"),
        (b"id,cif\n1,2,3\n", "a.csv", "bad-csv"),
        (b'id,cif\n1,"data_x\n', "a.csv", "truncated"),
        (b"PK\x03\x04 but not really", "a.zip", "bad-archive"),
        (b"\x1f\x8b\x08 but not really", "a.cif.gz", "bad-archive"),
    ],
)  # fmt: skip
def test_kinds(content: bytes, name: str, kind: str, read: Read) -> None:
    found = read(content, name)
    assert [entry.kind for entry in found if isinstance(entry, Refusal)] == [kind], found
    assert len(found) == 1


def test_bad_rows_do_not_hide_good_ones(pyrite_like: Crystal, read: Read) -> None:
    cell = to_cif(pyrite_like).replace('"', '""')
    rows = f'id,cif\ngood,"{cell}"\nempty,\nwide,1,2\nbad,"data_x"\nalso,"{cell}"\n'
    assert [entry.id if isinstance(entry, Crystal) else entry.kind for entry in read(rows, "t.csv")] == [
        "good", "empty", "bad-csv", "no-crystals", "also",
    ]  # fmt: skip
    good = structure_json(pyrite_like)
    lines = f'{good}\n{{"broken": \n\n[1]\n{good}\n{good[:100]}'
    found = read(lines, "t.jsonl")
    assert [entry.block for entry in found] == ["line 1", "line 2", "line 4", "line 5", "line 6"]
    assert [getattr(entry, "kind", "crystal") for entry in found] == [
        "crystal", "bad-json", "no-crystals", "crystal", "truncated",
    ]  # fmt: skip


def test_unicode_everywhere(pyrite_like: Crystal, read: Read) -> None:
    text = "# Struktur von Größe 5 Å — 結晶\n" + to_cif(pyrite_like).replace("data_FeS2", "data_黄铁矿")
    found = read(text, "黄铁矿 Å.cif")
    assert isinstance(found[0], Crystal)
    assert found[0].id == "黄铁矿 Å"


def test_compressed_files_that_break_off(pyrite_like: Crystal, read: Read) -> None:
    packed = gzip.compress(to_cif(pyrite_like).encode())
    for end in range(2, len(packed) - 1, 25):
        found = read(packed[:end], "a.cif.gz")
        assert [entry.kind for entry in found if isinstance(entry, Refusal)] in (["truncated"], ["bad-archive"]), found
