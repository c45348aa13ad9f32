"""A screen for the tests: a virtual one where the machine has none that programs may draw on."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys

HINT = 'The window\'s tests need a virtual screen; "make test" installs it or says how.'


def start_virtual_screen(size: str = "1280x800") -> None:
    """Xvfb of that size with a software renderer, on a display number of its own choosing; Linux only.

    It ends by itself when its last client does. Tests never draw on a person's screen, unless they are to be watched:
    CLICS_TEST_SCREEN=mine.
    """
    if not sys.platform.startswith("linux") or os.environ.get("CLICS_TEST_SCREEN") == "mine":
        return
    if shutil.which("Xvfb") is None:
        raise RuntimeError(HINT)
    reading, writing = os.pipe()
    command = ["Xvfb", "-displayfd", str(writing), "-screen", "0", f"{size}x24", "+extension", "GLX"]
    command += ["-nolisten", "tcp", "-terminate"]
    subprocess.Popen(command, pass_fds=(writing,), stderr=subprocess.DEVNULL, start_new_session=True)
    os.close(writing)
    with os.fdopen(reading) as pipe:
        number = pipe.readline().strip()
    if not number:
        raise RuntimeError(f"Xvfb did not start. {HINT}")
    os.environ["DISPLAY"] = f":{number}"
    os.environ["QT_QPA_PLATFORM"] = "xcb"
    os.environ["LIBGL_ALWAYS_SOFTWARE"] = "1"
