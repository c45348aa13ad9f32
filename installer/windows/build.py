"""Builds ``clics-VERSION-windows-setup.exe`` from Linux or Windows: ``python installer/windows/build.py --runtime FOLDER``.

``FOLDER`` is an unpacked Python 3.11 for Windows: the embeddable one of python.org, or one of python-build-standalone. Needs
the environment of ``make test`` and makensis. Without ``--runtime`` only the packages are laid out and checked.
"""

from __future__ import annotations

import argparse
import shutil
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))

import notices  # noqa: E402
import wheels  # noqa: E402
from lock import ROOT  # noqa: E402

PROGRAMS = ("clics", "clics-gui")
_SIZES = (16, 24, 32, 48, 64, 128, 256)


def main() -> None:
    """Entry point."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runtime", type=Path, help="folder of a Python 3.11 for Windows, with python.exe")
    parser.add_argument("--wheels", type=Path, default=ROOT / "build" / "wheels" / "windows", help="folder of wheels")
    parser.add_argument("--output", type=Path, default=ROOT / "build" / "installer", help="folder of what is built")
    given = parser.parse_args()
    wheels.download("windows", given.wheels)
    tree = given.output / "windows"
    shutil.rmtree(tree, ignore_errors=True)
    packages = tree / "python" / "Lib" / "site-packages"
    if given.runtime is not None:
        if not (given.runtime / "python.exe").is_file():
            raise SystemExit(f"{given.runtime}: there is no python.exe.")
        shutil.copytree(given.runtime, tree / "python")
        for own in (tree / "python").glob("python*._pth"):  # of the embeddable one: it would hide site-packages
            own.unlink()
    packages.mkdir(parents=True, exist_ok=True)
    faults = wheels.unpack("windows", given.wheels, packages)
    if faults:
        raise SystemExit("The payload is not complete:\n  " + "\n  ".join(faults))
    shutil.copy2(ROOT / "LICENSE", tree / "LICENSE.txt")
    without = notices.write(packages, tree / "THIRD-PARTY-NOTICES.txt")
    for name in PROGRAMS:
        shutil.copy2(HERE / f"{name}.cmd", tree / f"{name}.cmd")
    shutil.copy2(HERE / "clics-gui.vbs", tree)
    icon(tree / "clics.ico")
    modules = sum(1 for _ in packages.rglob("*.pyd"))
    print(f"payload complete: {modules} compiled modules of this system; {without} packages without a licence text")
    if given.runtime is None:
        return
    script = ["makensis", "-V2", f"-DVERSION={wheels.version()}", f"-DTREE={tree}", f"-DOUTPUT={given.output}"]
    subprocess.run([*script, str(HERE / "clics.nsi")], check=True)


def icon(target: Path) -> None:
    """Draw the icon of the program in the sizes of Windows, as PNG images in one .ico file."""
    from PySide6.QtCore import QBuffer, QIODevice, QSize
    from PySide6.QtGui import QGuiApplication, QIcon

    application = QGuiApplication.instance() or QGuiApplication(["icon", "-platform", "offscreen"])
    drawn = QIcon(str(ROOT / "resources" / "icons" / "clics.svg"))
    images = []
    for size in _SIZES:
        buffer = QBuffer()
        buffer.open(QIODevice.OpenModeFlag.WriteOnly)
        drawn.pixmap(QSize(size, size)).toImage().save(buffer, "PNG")
        images.append(bytes(buffer.data().data()))
    head, place = b"\0\0\1\0" + len(images).to_bytes(2, "little"), 6 + 16 * len(images)
    for size, image in zip(_SIZES, images, strict=True):
        side = bytes([size % 256]) * 2
        head += side + b"\0\0\1\0\x20\0" + len(image).to_bytes(4, "little") + place.to_bytes(4, "little")
        place += len(image)
    target.write_bytes(head + b"".join(images))
    del application


if __name__ == "__main__":
    main()
