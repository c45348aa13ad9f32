"""The hidden sub-command ``clics --worker NAME …``: the processes that the program starts for itself.

They begin here and not with ``python -m``, so that they work wherever the program is installed. Nothing of the command
line is imported for them.
"""

from __future__ import annotations

import importlib
import sys
from collections.abc import Sequence
from typing import NoReturn

from clics.supervision.command import WORKER_OPTION

WORKERS = {
    "bound": "clics.cli.bound:main",
    "engine": "clics.engine_process.server:main",
    "supervised": "clics.supervision.child:main",
}
"""``module:function`` of each worker by its name. The function finds its arguments in ``sys.argv[1:]``."""


def asked(arguments: Sequence[str]) -> bool:
    """True where the arguments of ``clics`` name a worker."""
    return arguments[:1] == [WORKER_OPTION]


def run(arguments: Sequence[str]) -> NoReturn:
    """Become the worker that the arguments name, and end with it.

    Args:
        arguments: ``--worker``, its name and its own arguments.
    """
    name = next(iter(arguments[1:2]), "")
    if name not in WORKERS:
        sys.exit(f"clics: {WORKER_OPTION} {name} is no process of this version; end all of CLICS and start it again.")
    module, _, function = WORKERS[name].partition(":")
    sys.argv[1:] = arguments[2:]
    getattr(importlib.import_module(module), function)()
    sys.exit(0)
