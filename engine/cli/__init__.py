"""The command line ``clics``: parse, call :class:`engine.session.Engine`, print. Nothing is decided here.

One module per group of commands; :mod:`engine.cli.app` puts them together, :mod:`engine.cli.output` is the only one
that prints, and :mod:`engine.cli.run` turns errors into sentences and exit codes.
"""

from __future__ import annotations

from engine.cli.run import main

__all__ = ["main"]
