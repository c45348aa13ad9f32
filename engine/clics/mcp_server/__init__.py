"""A server of the Model Context Protocol: language-model agents ask for checked geometry of crystals, offline.

:mod:`clics.mcp_server.tools` has the tools, :mod:`clics.mcp_server.folders` says which files they may read, and
:mod:`clics.mcp_server.server` connects them to the official SDK, which is the extra ``mcp``.
"""
