"""An operation of a session as a plain value, which can be sent to another process.

call(SESSION.library.rename, "Perovskites")          # typed as the method is; nothing is called yet
together(call(SESSION.models.list), call(SESSION.training.list))
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from operator import attrgetter
from typing import TYPE_CHECKING, Any, Generic, ParamSpec, TypeVar, cast

if TYPE_CHECKING:
    from clics.progress import CancelToken, ProgressCallback
    from clics.session import Session

T = TypeVar("T")
U = TypeVar("U")
P = ParamSpec("P")

_TOGETHER = "together"


@dataclass(frozen=True, slots=True)
class Operation(Generic[T]):
    """A call of a session, made by :func:`call`, or several, made by :func:`together`.

    Attributes:
        name: The method, for example ``"library.rename"``.
        arguments: Its arguments by position.
        options: Its arguments by name.
    """

    name: str
    arguments: tuple[Any, ...] = ()
    options: Mapping[str, Any] = field(default_factory=dict)

    def run(self, session: Session, progress: ProgressCallback, cancel: CancelToken) -> T:
        """Call the method of a session; ``progress`` and ``cancel`` reach it where it takes them."""
        if self.name == _TOGETHER:
            return cast("T", tuple(one.run(session, progress, cancel) for one in self.arguments))
        method = attrgetter(self.name)(session)
        accepted = inspect.signature(method).parameters
        given = {name: value for name, value in (("progress", progress), ("cancel", cancel)) if name in accepted}
        return cast("T", method(*self.arguments, **given, **self.options))


class _Method:
    """Stands for a session, a service or a method of one; keeps the name."""

    def __init__(self, name: str = "") -> None:
        self._name = name

    def __getattr__(self, name: str) -> _Method:
        return _Method(f"{self._name}.{name}" if self._name else name)


SESSION = cast("Session", _Method())
"""Stands for the session that will run an operation: its methods are named here, and called there."""


def call(method: Callable[P, T], *arguments: P.args, **options: P.kwargs) -> Operation[T]:
    """The operation that calls a method of :data:`SESSION` with these arguments."""
    name: object = method
    assert isinstance(name, _Method), "methods of SESSION only"
    return Operation(name._name, arguments, options)


def together(first: Operation[T], second: Operation[U]) -> Operation[tuple[T, U]]:
    """The operation that runs two, one after the other, and returns both results."""
    return Operation(_TOGETHER, (first, second))
