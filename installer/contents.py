"""What of the packages an installer leaves out: files that no program of CLICS opens."""

from __future__ import annotations

import re
import shutil
from fnmatch import fnmatch
from pathlib import Path

from lock import PYTHON

_QT_PLUGINS = (
    "designer", "qmltooling", "qmllint", "sqldrivers", "egldeviceintegrations", "networkinformation", "vectorimageformats",
    "wayland-graphics-integration-server", "platforms/*eglfs*", "platforms/*linuxfb*", "platforms/*vkkhrdisplay*",
    "platforms/*vnc*", "platforms/*minimalegl*", "imageformats/*pdf*", "platforminputcontexts/*virtualkeyboard*", "tls",
    "generic/*tuiotouch*",
)  # fmt: skip
"""Qt without windows, databases, and plugins whose libraries are in no package that CLICS needs."""
_QT_LIBRARIES = ("Quick", "Qml", "qml", "Designer", "Labs", "Help", "UiTools", "Sql", "Lottie", "Network", "EglFS", "EglFs",
                 "WaylandCompositor", "WaylandEglCompositor")  # fmt: skip
UNNEEDED = {  # folders and files of a package, from its folder on
    "OpenGL": ("DLLS", "GLUT", "GLE", "Tk"),
    "pythonwin": ("*",),
    "win32comext": ("*",),
    "setuptools": ("*.exe",),
    "sympy": ("benchmarks", "parsing/autolev/test-examples"),
    "torch": ("test", "include", "share", "bin/protoc*", "bin/test_*", "bin/*Test", "utils/benchmark",
              "testing/_internal/generated"),
    "PySide6": (
        "Qt/qml", "Qt/translations", "Qt/libexec", "Qt/metatypes", "translations", "qml", "include", "metatypes", "typesystems",
        "glue", "scripts", "doc", "*.exe", "assistant*", "designer*", "linguist*", "lupdate*", "lrelease*", "qmlls*",
        "qmlformat*", "qmllint*", "balsam*", "svgtoqml*",
        *(f"*{name}*" for name in _QT_LIBRARIES), *(f"Qt/lib/*{name}*" for name in _QT_LIBRARIES),
        *(f"{folder}plugins/{name}" for folder in ("", "Qt/") for name in _QT_PLUGINS),
    ),
}  # fmt: skip
_SUFFIXES = {".pyi", ".pyx", ".pxd", ".a", ".lib"}
"""Sources and libraries for compilers and editors."""
_OF_ANOTHER_PYTHON = re.compile(rf"\.(cpython-|cp)(?!{PYTHON.replace('.', '')}\b)3\d+\b.*\.(so|pyd)$")
_TESTS = {"tests", "test"}
_KEEP_TESTS = {"torch"}  # its folder testing imports them


def is_left_out(name: str) -> bool:
    """True for a file of a wheel, named from ``site-packages`` on, that :func:`prune` removes from its package."""
    package, _, rest = name.partition("/")
    return any(fnmatch(rest, pattern) or fnmatch(rest, f"{pattern}/*") for pattern in UNNEEDED.get(package, ()))


def prune(target: Path) -> None:
    """Remove from ``site-packages`` what no program of CLICS opens."""
    for package, patterns in UNNEEDED.items():
        for pattern in patterns:
            for path in (target / package).glob(pattern):
                shutil.rmtree(path) if path.is_dir() and not path.is_symlink() else path.unlink()
    for path in sorted(target.rglob("*"), reverse=True):
        inside = path.relative_to(target).parts
        if ".dist-info" in inside[0]:  # licence texts, which lie there by their paths
            continue
        if path.is_dir():
            if path.name in _TESTS and inside[0] not in _KEEP_TESTS:
                shutil.rmtree(path)
        elif path.suffix in _SUFFIXES or _OF_ANOTHER_PYTHON.search(path.name):
            path.unlink()
