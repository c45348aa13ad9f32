"""Every format of the registry is known everywhere by its row alone."""

import importlib
import re
import subprocess
import sys

import pytest
from clics.readers import formats
from clics.readers.registry import FORMATS, Format, file_patterns, supported, titles
from clics.session import Session


@pytest.mark.parametrize("row", FORMATS, ids=lambda row: row.name)
def test_names_lead_to_the_format(row: Format) -> None:
    for name in (*(f"NaCl{suffix}" for suffix in row.suffixes), *(pattern.split("[")[0] for pattern in row.patterns)):
        assert formats.by_name(name) == (row.name, "")
        assert formats.by_name(f"{name.upper()}.GZ") == (row.name, "gz")
        if row.suffixes and name.startswith("NaCl"):
            assert formats.stem(f"{name}.xz") == "NaCl"


@pytest.mark.parametrize("row", FORMATS, ids=lambda row: row.name)
def test_help_dialogs_and_messages_name_the_format(row: Format) -> None:
    assert set(row.all_patterns) <= set(file_patterns()) == set(Session.file_patterns())
    assert row.title.split()[0] in titles() == Session.file_formats()
    assert all(suffix in supported() for suffix in row.suffixes if suffix != ".contcar")


@pytest.mark.parametrize("row", FORMATS, ids=lambda row: row.name)
def test_no_pattern_walks_through_blank_lines_again_from_each_of_them(row: Format) -> None:
    r"""``^\s*`` over many lines takes the square of their number: 100,000 blank lines took 93 s."""
    for place in filter(None, (row.steps, row.recognise)):
        module = importlib.import_module(f"clics.readers.{place.partition(':')[0]}")
        patterns = [value for value in vars(module).values() if isinstance(value, re.Pattern)]
        for pattern in [pattern for pattern in patterns if pattern.flags & re.MULTILINE]:
            text = pattern.pattern if isinstance(pattern.pattern, str) else pattern.pattern.decode()
            assert r"^\s*" not in text, f"{module.__name__}: {text}"


def test_an_empty_text_and_a_sentence_are_of_no_format() -> None:
    assert formats.by_content(b"") == formats.by_content(b"Dear colleagues,\nplease find attached\n\n\n\n\n\n") == ""


def test_the_registry_imports_no_reader() -> None:
    code = "import sys, clics.readers.registry; print([m for m in sys.modules if m in ('numpy', 'gemmi', 'clics.readers.cif')])"
    assert (
        subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.strip() == "[]"
    )
