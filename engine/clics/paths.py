"""Paths of the files that ship with the program, and of the user's own folders."""

from __future__ import annotations

import os
import sys
from importlib.util import find_spec
from pathlib import Path

from clics.errors import LibraryError, ModelError

HOME_VARIABLE = "CLICS_HOME"
"""Environment variable that puts the user's data and logs into one folder of choice (tests use it)."""


def forget_current_folder() -> None:
    """Stop importing modules from the current folder, which may hold a stranger's files.

    Python looks there where it is started with ``-m``, and where ``PYTHONPATH`` has an empty entry (as in
    ``PYTHONPATH=$PYTHONPATH:/more``). A folder that ``PYTHONPATH`` names in full, or that holds this program, stays.
    """
    named = os.environ.get("PYTHONPATH", "").split(os.pathsep)
    wanted = {os.path.realpath(entry) for entry in named if os.path.isabs(entry)}
    wanted.add(str(Path(__file__).resolve().parents[1]))
    here = os.path.realpath(os.curdir)
    if here not in wanted:
        sys.path[:] = [entry for entry in sys.path if os.path.realpath(entry or os.curdir) != here]


def resources() -> Path:
    """The folder of what ships with the program. Only real folders are supported, not zipped installations."""
    spec = find_spec("clics_resources")
    assert spec is not None, "clics_resources is installed with clics"
    assert spec.submodule_search_locations
    return Path(next(iter(spec.submodule_search_locations)))


def model_folder() -> Path:
    """The released model. Raises ModelError where the installation lacks it."""
    folder = resources() / "model"
    if not (folder / "config.json").is_file():
        raise ModelError(
            f"The released model is missing from this installation ({folder}); install CLICS again, or name a model "
            "folder with --model.",
            kind="model-missing",
        )
    return folder


def starter_library() -> Path:
    """The library that ships with the program, never written to. Raises LibraryError where it is missing."""
    path = resources() / "starter.clics"
    if not path.is_file():
        raise LibraryError(
            f"The starter library is missing from this installation ({path}); install CLICS again, or name a library "
            "with --library.",
            kind="missing",
        )
    return path


def data_folder() -> Path:
    """The user's data folder (not necessarily there yet)."""
    if os.environ.get(HOME_VARIABLE):
        return Path(os.environ[HOME_VARIABLE])
    from platformdirs import user_data_path

    return user_data_path("clics", appauthor=False)


def log_folder() -> Path:
    """Folder of the logs of unexpected failures (it may not exist yet)."""
    if os.environ.get(HOME_VARIABLE):
        return Path(os.environ[HOME_VARIABLE]) / "logs"
    from platformdirs import user_log_path

    return user_log_path("clics", appauthor=False)


def cache_folder() -> Path:
    """Folder of what is made again when it is lost, such as the arrays by which large libraries are searched."""
    if os.environ.get(HOME_VARIABLE):
        return Path(os.environ[HOME_VARIABLE]) / "cache"
    from platformdirs import user_cache_path

    return user_cache_path("clics", appauthor=False)


def user_library() -> Path:
    """The user's own library, a copy of the starter library from the first change on (it may not exist yet)."""
    return data_folder() / "library.clics"


def own_models() -> Path:
    """Folder of the user's trainings and the models they produce, one folder each (it may not exist yet)."""
    return data_folder() / "models"
