"""A tool of the SDK that refuses arguments which it does not have, and says in one sentence what is wrong with one.

The SDK leaves out arguments that a tool does not know: a filter under a wrong name would be no filter, in silence.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from mcp.server.mcpserver.exceptions import ToolError
from mcp.server.mcpserver.tools import Tool
from mcp_types import ToolAnnotations
from pydantic import ValidationError


class StrictTool(Tool):  # type: ignore[misc]  # the SDK is an extra, which mypy does not follow
    """A tool with these properties."""

    @classmethod
    def of(cls, function: Callable[..., Any], annotations: ToolAnnotations) -> StrictTool:
        """The tool that a function is; its signature and docstring are what an agent is told."""
        tool = cls.from_function(function, annotations=annotations, structured_output=True)
        assert isinstance(tool, StrictTool)
        arguments = tool.fn_metadata.arg_model
        arguments.model_config["extra"] = "forbid"
        arguments.model_rebuild(force=True)
        tool.parameters = arguments.model_json_schema(by_alias=True)
        return tool

    async def run(self, *arguments: Any, **options: Any) -> Any:
        """Run it, as the SDK does."""
        try:
            return await super().run(*arguments, **options)
        except ToolError as error:
            if isinstance(error.__cause__, ValidationError):
                raise ToolError(f"{self.name}: {_wrong(error.__cause__)}.") from error
            raise


def _wrong(error: ValidationError) -> str:
    found = error.errors(include_url=False, include_context=False, include_input=False)
    unknown = [str(one["loc"][0]) for one in found if one["type"] == "extra_forbidden"]
    others = [f"{'.'.join(map(str, one['loc']))}: {one['msg'][0].lower()}{one['msg'][1:]}" for one in found
              if one["type"] != "extra_forbidden"]  # fmt: skip
    return "; ".join([*others, *(f"there is no argument {name!r}" for name in unknown)])
