"""What a file that is no crystal looks like, for the sentence that refuses it."""

from __future__ import annotations

import re

_MAGIC = (
    (b"%PDF", "a PDF document; its CIF is usually among the supporting files"),
    (b"\x89PNG", "a PNG picture"),
    (b"\xff\xd8\xff", "a JPEG picture"),
    (b"GIF8", "a GIF picture"),
    (b"II*\0", "a TIFF picture"),
    (b"\x89HDF", "an HDF5 file"),
    (b"CDF", "a NetCDF file; write the structure as CIF or POSCAR"),
    (b"\xd0\xcf\x11\xe0", "a document of an older office program"),
    (b"7z\xbc\xaf", "a 7-Zip archive; unpack it first"),
    (b"Rar!", "a RAR archive; unpack it first"),
    (b"(\xb5/\xfd", "a Zstandard archive; unpack it first"),
    (b"\x80\x02", "a Python pickle, which is never opened"),
    (b"\x80\x03", "a Python pickle, which is never opened"),
    (b"\x80\x04", "a Python pickle, which is never opened"),
    (b"\x80\x05", "a Python pickle, which is never opened"),
    (b"\x7fELF", "a program"),
    (b"MZ", "a program"),
)
_INDEX, _AMOUNT = r"[ \t]*-?\d{1,3}", r"[ \t]+-?\d+\.\d+"
_TEXTS = (
    (r"(?i)\A\s*(<!doctype html|<html)", "a web page; download the file itself"),
    (r"\A\s*<\?xml", "XML that is no vasprun.xml"),
    (r"(?m)^(HEADER|CRYST1|ATOM  |HETATM|COMPND) .*$", "a PDB file; write it as CIF"),
    (r"(?m)^[ \t]*\d+[ \t]+\d+[^\n]{0,80}V[23]000[ \t]*$", "a MOL or SDF file of a molecule"),
    (r"(?m)^@<TRIPOS>", "a MOL2 file of a molecule"),
    (r"(?i)Entering Gaussian System|\A(%[^\n]*\n){0,9}#p?[ \t]+\w+/\S+", "a file of Gaussian, which calculates molecules"),
    (r"(?i)\* O   R   C   A \*", "an output of ORCA, which calculates molecules"),
    (r"(?m)^ITEM: TIMESTEP", "a dump of LAMMPS; write a data file (write_data) or extended XYZ"),
    (r"(?mi)^[ \t]*&(GLOBAL|FORCE_EVAL)\b", "an input of CP2K; write the structure as CIF"),
    (r"(?m)^! Current global Chi2|^COMM |^[ \t]*=> Bragg R", "a file of FullProf; write the structure as CIF"),
    (r"(?m)^[ \t]*(phase_name|xdd|site[ \t]+\S+[ \t]+x)[ \t]", "an input of TOPAS; write the structure as CIF"),
    (r"\A#VESTA_FORMAT", "a project of VESTA; export the structure as CIF (File, Export Data)"),
    (r"(?m)^!BIOSYM archive", "a file of Materials Studio; export the structure as CIF"),
    (r"(?m)^(import|from) \w+|^def \w+\(|^#!/", "a script"),
    (rf"\A(?:{_INDEX * 3}{_AMOUNT * 2}[^\n]{{0,40}}\n){{2}}", "a list of reflections, which has no atoms"),
)  # fmt: skip
_TWO_NUMBERS = re.compile(
    r"\s*[-+]?\d*\.?\d+(?:[eE][-+]?\d+)?[\s,;]+[-+]?\d*\.?\d+(?:[eE][-+]?\d+)?\s*(?:[\s,;]\S+\s*)?"
)
_LINES = 40


def looks_like(head: bytes) -> str:
    """``"a PDF document"`` for the first bytes of a file, "" where nothing is recognised."""
    for magic, name in _MAGIC:
        if head.startswith(magic):
            return name
    text = head[:20_000].decode("utf-8", errors="replace")
    if not text.strip():
        return "a file of blanks"
    for pattern, name in _TEXTS:
        if re.search(pattern, text):
            return name
    lines = [line[:200] for line in text.splitlines()[:_LINES]]
    lines = [line for line in lines if line.strip() and not line.lstrip().startswith(("#", "!", "'"))]
    rows = [line for line in lines[1:] if _TWO_NUMBERS.fullmatch(line)]
    return (
        "a table of numbers, such as a powder pattern, which has no atoms" if len(rows) > 0.8 * len(lines) > 4 else ""
    )
