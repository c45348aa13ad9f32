"""Imports robocrystallographer without what its import drags in and nobody asked for.

Measured, CPU seconds: pymatgen's prototype databases, read on import and needed only when a mineral is to be named, 3.2;
``inflect``, whose methods typeguard compiles anew at every start so that it can check argument types, 1.7. Both are
spared: the first is read when the matcher is made, the second runs unchecked. Nothing of either package is changed: a
stand-in is in ``sys.modules`` for the length of one import.
"""

from __future__ import annotations

import contextlib
import importlib
import sys
from collections.abc import Iterator
from types import ModuleType
from typing import Any, TypeVar

T = TypeVar("T")


def prepare() -> None:
    """Import ``inflect`` and ``robocrys``; importing them later finds them done. What is imported already is left alone."""
    with _stand_in("typeguard", typechecked=_unchecked):
        importlib.import_module("inflect")
    with _stand_in("robocrys.condense.mineral", MineralMatcher=_late_matcher):
        importlib.import_module("robocrys")


def _unchecked(target: T) -> T:
    """In place of ``typeguard.typechecked``."""
    return target


def _late_matcher(*arguments: Any, **options: Any) -> Any:
    """In place of the class ``MineralMatcher``: makes the real one, for which the databases are read now."""
    from robocrys.condense.mineral import MineralMatcher

    return MineralMatcher(*arguments, **options)


@contextlib.contextmanager
def _stand_in(name: str, **contents: Any) -> Iterator[None]:
    """While the block runs, importing ``name`` gives a module with these contents, unless the real one is there."""
    if name in sys.modules:
        yield
        return
    module = ModuleType(name)
    module.__dict__.update(contents)
    sys.modules[name] = module
    try:
        yield
    finally:
        if sys.modules.get(name) is module:
            del sys.modules[name]
