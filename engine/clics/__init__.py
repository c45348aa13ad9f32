"""CLICS: contrastive learning between crystal graphs and geometry sentences.

    import clics

    clics.describe("rutile.cif")                         # the geometry of a crystal in words
    clics.analyse("rutile.cif")                          # space groups and environments, ranked by the model
    clics.search("corner-sharing octahedra")             # crystals of the library by a phrase
    clics.similar("rutile.cif").to_dataframe()           # crystals of the library by structural similarity

:class:`Session` is the one door for programs. Subpackages follow the way of the data (docs/explanation/architecture.md):
crystals → concepts → dataset → model → training → library → retrieval → evaluation → export. Importing this package imports
none of them.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from clics import errors as errors
    from clics import results as results
    from clics.crystals.crystal import Crystal as Crystal
    from clics.errors import ClicsError as ClicsError
    from clics.session import Session as Session
    from clics.shortcuts import analyse as analyse
    from clics.shortcuts import check as check
    from clics.shortcuts import describe as describe
    from clics.shortcuts import read as read
    from clics.shortcuts import search as search
    from clics.shortcuts import similar as similar
    from clics.shortcuts import symmetrise as symmetrise
    from clics.shortcuts import symmetry_ladder as symmetry_ladder

__version__ = "0.2.0"
__all__ = [
    "ClicsError",
    "Crystal",
    "Session",
    "__version__",
    "analyse",
    "check",
    "describe",
    "errors",
    "read",
    "results",
    "search",
    "similar",
    "symmetrise",
    "symmetry_ladder",
]

_MODULES = {
    "ClicsError": "clics.errors",
    "Crystal": "clics.crystals.crystal",
    "Session": "clics.session",
    **dict.fromkeys(
        ("analyse", "check", "describe", "read", "search", "similar", "symmetrise", "symmetry_ladder"),
        "clics.shortcuts",
    ),
}


def __getattr__(name: str) -> object:
    """Import what is asked for (PEP 562), so that ``import clics`` takes no time."""
    if name in ("errors", "results"):
        return import_module(f"clics.{name}")
    if name not in _MODULES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value: object = getattr(import_module(_MODULES[name]), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*__all__, *(name for name in globals() if name.startswith("__"))})
