"""The work of a supervised process, named so that a fresh interpreter can import it."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeAlias

Handler: TypeAlias = Callable[[Any], Iterator[Any]]
"""The work itself: an item in, any number of answers out; both are values of JSON."""


@dataclass(frozen=True, slots=True)
class Task:
    """A function of the child that makes its :data:`Handler`.

    Attributes:
        factory: ``module:function``. It imports everything that the first item needs, and may try the handler: what it
            raises means that the process is of no use.
        options: Keyword arguments of the factory, values of JSON.
        folder: Folder to import from beside those of this program (at the end of ``sys.path``, so that it hides nothing).
    """

    factory: str
    options: Mapping[str, Any] = field(default_factory=dict)
    folder: str = ""


def name_of(function: Callable[..., Any]) -> str:
    """``module:function`` of a function at the top of a module."""
    return f"{function.__module__}:{function.__qualname__}"


def folder_of(function: Callable[..., Any]) -> str:
    """The folder from which the module of a function is imported; empty for this program's own."""
    module = sys.modules[function.__module__]
    file = getattr(module, "__file__", None)
    if file is None or module.__name__.partition(".")[0] == __name__.partition(".")[0]:
        return ""
    levels = module.__name__.count(".") + (Path(file).name == "__init__.py")
    return str(Path(file).resolve().parents[levels])
