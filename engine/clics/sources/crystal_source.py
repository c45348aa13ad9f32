"""The protocol of sources: a title, an attribution, and crystals that come one by one."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Protocol, runtime_checkable

from clics.crystals.crystal import Crystal, Refusal
from clics.progress import CancelToken, ProgressCallback, silent


@runtime_checkable
class CrystalSource(Protocol):
    """A place that crystals come from: files, the prototypes that ship, a database.

    A library takes any object of this shape, as do ``analyse``, ``describe`` and the other functions of
    :class:`clics.session.Session`. A new source is one module in :mod:`clics.sources`; no other needs to know it.
    """

    @property
    def title(self) -> str:
        """Name of the source in texts."""
        ...

    @property
    def attribution(self) -> str:
        """Citation and licence of the crystals; "" where they are not known."""
        ...

    def crystals(
        self, *, progress: ProgressCallback = silent, cancel: CancelToken | None = None
    ) -> Iterator[Crystal | Refusal]:
        """Every crystal, and a Refusal for everything that is none, in an order that does not change.

        Identifiers are unique within the source and stay the same from call to call, so that an addition to a library
        can be resumed.

        Raises:
            Cancelled: When ``cancel`` is set.
        """
        ...
