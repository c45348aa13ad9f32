"""Reading files in a supervised process: the task of :mod:`clics.supervision`, and its events as messages.

The process never imports torch.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from clics.errors import CrystalError
from clics.readers.reading import Event, read_file
from clics.readers.record import Record
from clics.readers.registry import import_readers
from clics.supervision.task import Handler, Task


def reading() -> Task:
    """The task of reading files.

    Its items are ``{"path", "start"}``, its answers one message of :func:`event_to_message` for every event of
    :func:`clics.readers.reading.read_file`.
    """
    return Task(f"{__name__}:reader")


def reader() -> Handler:
    """The handler of :func:`reading`, in the child; imports what every file needs before the first limit counts."""
    import_readers()
    return _messages


def event_to_message(event: Event) -> dict[str, Any]:
    """Plain JSON values of an event."""
    message: dict[str, Any] = {"at": list(event.position), "source": event.source, "block": event.block}
    if isinstance(event.outcome, Record):
        message["record"] = event.outcome.to_message()
    elif event.outcome is not None:
        message["error"] = {"kind": event.outcome.kind, "message": event.outcome.message}
    return message


def event_from_message(message: Mapping[str, Any]) -> Event:
    """The event of :func:`event_to_message`; its shape is checked, since the sender may be hijacked.

    Raises:
        KeyError, TypeError, ValueError, CrystalError: The message is no event.
    """
    outcome: Record | CrystalError | None = None
    if "record" in message:
        outcome = Record.from_message(message["record"])
    elif "error" in message:
        outcome = CrystalError(str(message["error"]["message"]), kind=str(message["error"]["kind"]))
    member, block = message["at"]
    return Event((int(member), int(block)), str(message["source"]), str(message["block"]), outcome)


def _messages(item: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    member, block = item["start"]
    for event in read_file(item["path"], (member, block)):
        yield event_to_message(event)
