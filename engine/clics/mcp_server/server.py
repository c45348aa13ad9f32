"""The tools of :mod:`clics.mcp_server.tools` behind the official SDK of the Model Context Protocol, over standard input."""

from __future__ import annotations

import asyncio
import functools
import inspect
import logging
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

from clics.errors import Cancelled, ClicsError
from clics.mcp_server.tools import TOOLS, Tools
from clics.progress import CancelToken

if TYPE_CHECKING:
    from mcp.server import MCPServer

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
        from mcp.server import MCPServer
    except ImportError as error:
        raise ClicsError(
            f"The package mcp is needed for this ({error}); install it with: pip install 'clics[mcp]'",
            kind="missing-package",
        ) from error
    logging.getLogger("mcp").setLevel(logging.WARNING)  # answered requests are no news
    server: MCPServer[Any] = MCPServer("clics", title="CLICS", version=version, instructions=INSTRUCTIONS)
    with ThreadPoolExecutor(1, "tools") as thread:  # a library is used by the thread that opened it
        for tool in TOOLS:
            _add(server, getattr(tools, tool.__name__), tools, thread)
        server.run("stdio")
        thread.submit(tools.close).result()


def _add(server: MCPServer[Any], tool: Callable[..., dict[str, Any]], tools: Tools, thread: ThreadPoolExecutor) -> None:
    from mcp.server.mcpserver.exceptions import ToolError
    from mcp_types import ToolAnnotations

    def call(cancel: CancelToken, arguments: dict[str, Any]) -> dict[str, Any]:
        tools.cancel = cancel
        cancel.check()
        return tool(**arguments)

    async def answer(**arguments: Any) -> dict[str, Any]:
        cancel = CancelToken()
        try:
            return await asyncio.get_running_loop().run_in_executor(thread, call, cancel, arguments)
        except asyncio.CancelledError:
            cancel.cancel()
            raise
        except (ClicsError, Cancelled) as error:
            raise ToolError(error.message) from error

    described: Callable[..., Awaitable[dict[str, Any]]] = functools.update_wrapper(answer, tool)
    described.__signature__ = inspect.signature(tool, eval_str=True)  # type: ignore[attr-defined]
    hints = ToolAnnotations(read_only_hint=True, idempotent_hint=True, open_world_hint=False)
    server.tool(annotations=hints, structured_output=True)(described)
