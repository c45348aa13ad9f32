"""The tools of :mod:`clics.mcp_server.tools` behind the official SDK of the Model Context Protocol, over standard input."""

from __future__ import annotations

import asyncio
import functools
import inspect
import logging
import os
import signal
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

from clics.errors import Cancelled, ClicsError, incomplete_installation, reason_of
from clics.mcp_server.names import as_text
from clics.mcp_server.tools import TOOLS, Tools
from clics.progress import CancelToken

if TYPE_CHECKING:
    from mcp.server import MCPServer
    from mcp.server.mcpserver.tools import Tool

log = logging.getLogger(__name__)
LAST_SECONDS = 3.0
"""Time that a call has to end when the client has gone."""
_INTERRUPTED = 130
INSTRUCTIONS = (
    "Geometry of inorganic crystals, computed from their structures, offline. Describe, search and similar never guess in "
    "silence: 'verified' and 'verdict' say whether facts of geometry confirm what a model ranks. Lengths are in ångström."
)


def serve(tools: Tools, version: str) -> None:
    """Answer on standard input and output until the client closes them.

    Args:
        tools: The tools.
        version: Version that clients are told.

    Raises:
        ClicsError: ``missing-package`` where the SDK is not installed.
    """
    try:
        from anyio import BrokenResourceError, ClosedResourceError
        from mcp.server import MCPServer
    except ImportError as error:
        raise ClicsError(
            f"The package mcp is needed for this ({error}); install it with: pip install 'clics[mcp]'",
            kind="missing-package",
        ) from error
    logging.getLogger("mcp").setLevel(logging.WARNING)  # answered requests are no news
    thread = ThreadPoolExecutor(1, "tools")  # a library is used by the thread that opened it
    server: MCPServer[Any] = MCPServer(
        "clics",
        title="CLICS",
        version=version,
        instructions=INSTRUCTIONS,
        log_level="WARNING",
        tools=[_tool(getattr(tools, tool.__name__), tools, thread) for tool in TOOLS],
    )
    for name in ("SIGINT", "SIGTERM", "SIGHUP"):  # the SDK would wait for another line of input
        if hasattr(signal, name):
            signal.signal(getattr(signal, name), lambda *_: os._exit(_INTERRUPTED))  # nothing is written here
    try:
        server.run("stdio")
    except BaseExceptionGroup as group:
        if group.split((BrokenPipeError, BrokenResourceError, ClosedResourceError))[1] is not None:
            raise  # the client has not just gone
    finally:
        _end(tools, thread)


def _end(tools: Tools, thread: ThreadPoolExecutor) -> None:
    """Stop the call under way and close the libraries; end the process where the call does not stop."""
    tools.cancel.cancel()
    try:
        thread.submit(tools.close).result(LAST_SECONDS)
    except TimeoutError:
        os._exit(0)  # a call inside foreign code may be left as it is
    thread.shutdown()


def _tool(tool: Callable[..., dict[str, Any]], tools: Tools, thread: ThreadPoolExecutor) -> Tool:
    from mcp.server.mcpserver.exceptions import ToolError
    from mcp_types import ToolAnnotations

    from clics.mcp_server.strict_tool import StrictTool

    def call(cancel: CancelToken, arguments: dict[str, Any]) -> dict[str, Any]:
        tools.cancel = cancel
        cancel.check()
        answered: dict[str, Any] = as_text(tool(**arguments))
        return answered

    async def answer(**arguments: Any) -> dict[str, Any]:
        cancel = CancelToken()
        try:
            return await asyncio.get_running_loop().run_in_executor(thread, call, cancel, arguments)
        except asyncio.CancelledError:
            cancel.cancel()
            raise
        except (ClicsError, Cancelled) as error:
            raise ToolError(as_text(error.message)) from error
        except Exception as error:
            log.exception("the tool %s failed", tool.__name__)
            reason = incomplete_installation(error) if isinstance(error, ImportError) else reason_of(error)
            raise ToolError(as_text(f"It failed unexpectedly: {reason}.")) from error

    described: Callable[..., Awaitable[dict[str, Any]]] = functools.update_wrapper(answer, tool)
    described.__signature__ = inspect.signature(tool, eval_str=True)  # type: ignore[attr-defined]
    hints = ToolAnnotations(read_only_hint=True, idempotent_hint=True, open_world_hint=False)
    return StrictTool.of(described, hints)
