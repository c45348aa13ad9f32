"""Runs the command line so that no traceback reaches a user, and the exit code says what happened.

0: fine. 1: failed (model, library, training, a bug). 2: the input is at fault. 3: ``clics check`` found contradictions.
130: stopped by a signal (:mod:`clics.cli.stop_signals`).
"""

from __future__ import annotations

import atexit
import gc
import os
import sys
import traceback
import warnings
from datetime import datetime
from typing import NoReturn

from clics.cli import stop_signals, worker
from clics.errors import Cancelled, ClicsError, InputError, incomplete_installation, is_out_of_memory
from clics.paths import forget_current_folder

FAILED, BAD_INPUT, CONTRADICTIONS, INTERRUPTED = 1, 2, 3, 130

_NEW_OBJECTS = 100_000
"""New objects after which Python looks for cyclic garbage. Imports make several hundred thousand objects that live to
the end; at the 700 of Python they are walked again and again (docs/lab-notebook/startup.md)."""


def main() -> NoReturn:
    """Entry point of the ``clics`` script."""
    if getattr(sys, "frozen", False):  # processes of torch that prepare batches begin here, and never return
        import multiprocessing

        multiprocessing.freeze_support()
    _replace_closed_streams()
    if worker.asked(sys.argv[1:]):
        worker.run(sys.argv[1:])
    stop_signals.listen()
    try:
        _prepare_process(debug="--debug" in sys.argv)
        code = _guarded(sys.argv[1:])
        _flush()
    except KeyboardInterrupt:  # a second one, while the first was answered
        code = INTERRUPTED
    stop_signals.end_quietly(code)
    _leave(code)


def _replace_closed_streams() -> None:
    """Put the null device in place of streams that were closed (``clics … >&-``), for which Python has None.

    Their descriptors are taken, too: otherwise the next file that is opened would get one, and prints would go into it.
    """
    for number, name in enumerate(("stdin", "stdout", "stderr")):
        if getattr(sys, name) is None:
            try:
                os.fstat(number)
            except OSError:
                os.open(os.devnull, os.O_RDWR)  # takes the lowest free descriptor, which is this one
            setattr(sys, name, open(os.devnull, "w" if number else "r", encoding="utf-8"))  # noqa: SIM115  to the end


def _prepare_process(*, debug: bool) -> None:
    """No hub is ever asked from here, text comes out as UTF-8, imports are quick.

    What other libraries warn of is for developers; only ``--debug`` shows it. Our own warnings are part of answers.
    """
    forget_current_folder()
    gc.set_threshold(_NEW_OBJECTS)
    if not debug:
        warnings.simplefilter("ignore")
    os.environ.setdefault("HF_HUB_OFFLINE", "1")
    os.environ["PYTHONSAFEPATH"] = "1"  # loaders of torch start Python too; nothing of the current folder there
    os.environ.setdefault("TRANSFORMERS_OFFLINE", "1")
    os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")
    os.environ.setdefault(
        "PYDANTIC_DISABLE_PLUGINS", "1"
    )  # typer uses pydantic, which else reads the metadata of all packages
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None:
            reconfigure(encoding="utf-8", errors="replace")


def _guarded(arguments: list[str]) -> int:
    """Run one command; every way out is an exit code."""
    debug = "--debug" in arguments
    arguments = [argument for argument in arguments if argument != "--debug"]
    try:
        from typer import Abort, Exit, TyperException
        from typer.main import get_command

        from clics.cli.app import app
        from clics.cli.output import ClosedPipeError, say
    except KeyboardInterrupt:
        return INTERRUPTED
    try:
        result = get_command(app).main(arguments, prog_name="clics", standalone_mode=False)
        return result if isinstance(result, int) else 0
    except Exit as leave:
        return leave.exit_code
    except TyperException as error:
        if message := error.format_message().rstrip(". "):
            say(f"{message}. See clics --help.")
        return BAD_INPUT  # without a message the help was printed
    except ClosedPipeError:
        return 0
    except SystemExit as leave:
        if isinstance(leave.__context__, BrokenPipeError):  # rich found the pipe closed
            return 0
        raise
    except (KeyboardInterrupt, Abort, Cancelled) as stop:
        say(stop.message if isinstance(stop, Cancelled) else "stopped.")
        return INTERRUPTED
    except Exception as error:  # noqa: BLE001  the last line of defence: a bug becomes a sentence and a log file
        if stop_signals.stopped() and not (debug or _is_told(error)):  # an import, for one, calls itself incomplete
            say("stopped.")
            return INTERRUPTED
        return _failure(error, debug=debug)


def _is_told(error: Exception) -> bool:
    """True for an error that a stop does not cause."""
    return isinstance(error, ClicsError) and error.kind not in ("incomplete", "bug")


def _failure(error: Exception, *, debug: bool) -> int:
    """Say what went wrong; returns the exit code."""
    from clics.cli.output import say

    if isinstance(error, ClicsError):
        if debug:
            traceback.print_exc()
        say(error.message)
        return BAD_INPUT if isinstance(error, InputError) else FAILED
    if debug:
        return _report_bug(error, debug=debug)
    if isinstance(error, OSError):
        from clics.atomic_files import is_write_failure, not_written

        if is_write_failure(error):
            say(not_written(error.filename or "The output", error).message)
            return FAILED
        if isinstance(error, PermissionError) and error.filename is not None:
            place = os.fsdecode(error.filename) if isinstance(error.filename, (str, bytes)) else error.filename
            say(f"{place}: permission denied; change the permissions, or choose another file or folder.")
            return FAILED
    if is_out_of_memory(error):
        say("there is not enough memory; close other programs, or ask for less at a time.")
        return FAILED
    if isinstance(error, ImportError):
        say(f"{incomplete_installation(error)}.")
        return FAILED
    return _report_bug(error, debug=debug)


def _report_bug(error: Exception, *, debug: bool) -> int:
    """Write the traceback to a log file (or the screen) and say where it is."""
    from clics.cli.output import say

    if debug:
        traceback.print_exc()
        return FAILED
    what = f"{type(error).__name__}: {error}".splitlines()[0]
    try:
        from clics.paths import log_folder

        folder = log_folder()
        folder.mkdir(parents=True, exist_ok=True)
        path = folder / f"clics-{datetime.now():%Y%m%d-%H%M%S}-{os.getpid()}.log"
        path.write_text(" ".join(sys.argv) + "\n\n" + traceback.format_exc(), encoding="utf-8", errors="replace")
    except OSError:
        say(f"clics failed unexpectedly ({what}). Run it again with --debug to see where.")
    else:
        say(f"clics failed unexpectedly ({what}). The details are in {path}")
    return FAILED


def _leave(code: int) -> NoReturn:
    """Exit as always, but without taking torch apart, which needs a quarter of a second and serves nothing.

    Threads have ended and all other functions of :mod:`atexit` have run when the process ends.
    """

    def end() -> None:
        atexit.unregister(end)
        atexit._run_exitfuncs()
        _flush()
        os._exit(code)

    atexit.register(end)
    sys.exit(code)


def _flush() -> None:
    """Flush the streams without the noise that a closed pipe or a lost terminal makes when the interpreter does it."""
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except (OSError, ValueError):
            os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())
