"""The folder of an evaluation: JSON, Markdown, one HTML page, and the intermediate results from which it resumes."""

from __future__ import annotations

import json
import math
from pathlib import Path
from types import TracebackType

from clics.atomic_files import make_folder, write_text
from clics.dataset.lock import FolderLock
from clics.errors import InputError, reason_of
from clics.evaluation.evaluation import Evaluation, Supervised
from clics.evaluation.html_page import page
from clics.evaluation.render import render

SUPERVISED_FORMAT = "clics-supervised/1"


class Writer:
    """The folder of an evaluation, locked by one program at a time.

    Raises :class:`~clics.errors.InputError` where something else is there (``bad-output``) or another program writes to it
    (``busy``).
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        make_folder(self.kept)
        self._lock = FolderLock(self.kept)

    @property
    def kept(self) -> Path:
        """Folder of embeddings and readings."""
        return self._folder / "kept"

    def __enter__(self) -> Writer:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._lock.release()

    def write(self, evaluation: Evaluation, *, title: str) -> None:
        """``evaluation.json``, ``evaluation.md`` and ``report.html``, each swapped in whole."""
        plain = json.dumps({"schema": 1, **evaluation.to_json()}, ensure_ascii=False, indent=1, allow_nan=False)
        for name, text in (
            ("evaluation.json", plain + "\n"),
            ("evaluation.md", render(evaluation)),
            ("report.html", page(evaluation, title)),
        ):
            write_text(self._folder / name, text)


def read_supervised(path: Path) -> Supervised:
    """Read the figures of a supervised classifier that ``benchmarks/supervised.py`` wrote.

    Raises:
        InputError: the file is no such result (kind ``bad-supervised``).
    """
    try:
        data = json.loads(path.read_text(encoding="utf-8"))
        if data["format"] != SUPERVISED_FORMAT:
            raise ValueError(f"its format is {data['format']}")
        values = {str(key): float(value) for key, value in data["figures"].items()}
        if not all(math.isfinite(value) for value in values.values()):
            raise ValueError("a figure is no number")
        return Supervised(str(data["name"]), values)
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        message = f"{path} is not a result of benchmarks/supervised.py ({reason_of(error)}); name its supervised.json."
        raise InputError(message, kind="bad-supervised") from error
