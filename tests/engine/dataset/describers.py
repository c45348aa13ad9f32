"""Describers that do to their process what a stranger's crystal may do; each describes all other crystals truly."""

from __future__ import annotations

import os
import signal
import time

from clics.crystals.crystal import Crystal
from clics.descriptions.describe import describe
from clics.results.description import Description


def troubled(crystal: Crystal) -> Description:
    """``proto-1`` hangs, ``proto-2`` kills its process, ``proto-3`` raises."""
    match crystal.id:
        case "proto-1":
            time.sleep(3600)
        case "proto-2":
            os.kill(os.getpid(), signal.SIGKILL)
        case "proto-3":
            raise ZeroDivisionError("likeness of nothing")
    return describe(crystal)


def greedy(crystal: Crystal) -> Description:
    """``proto-1`` eats memory."""
    if crystal.id == "proto-1":
        hoard = b"x" * (1200 << 20)
        time.sleep(3600 + len(hoard))
    return describe(crystal)


def broken(crystal: Crystal) -> Description:
    """A describer with a mistake in it."""
    raise NameError(f"name 'site' is not defined, at {crystal.id}")


def slow(crystal: Crystal) -> Description:
    """The real describer with pauses, so that a test can kill in the middle."""
    time.sleep(0.2)
    return describe(crystal)
