"""The command line ``clics``: parse, call :class:`clics.session.Session`, print. Nothing is decided here.

One module per group of commands; :mod:`clics.cli.app` puts them together, :mod:`clics.cli.output` is the only one
that prints, and :mod:`clics.cli.main` turns errors into sentences and exit codes.
"""

from __future__ import annotations

from clics.cli.main import main

__all__ = ["main"]
