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

import binaries  # noqa: E402
import icons  # noqa: E402
import notices  # noqa: E402
import wheels  # noqa: E402
from lock import PYTHON, ROOT  # noqa: E402

PROGRAMS = ("clics", "clics-gui")
_SIZES = (16, 24, 32, 48, 64, 128, 256)
OF_WINDOWS = frozenset(
    {
        "aclui.dll", "activeds.dll", "advapi32.dll", "authz.dll", "bcrypt.dll", "bcryptprimitives.dll", "comctl32.dll",
        "comdlg32.dll", "credui.dll", "crypt32.dll", "d2d1.dll", "d3d11.dll", "d3d12.dll", "d3d9.dll",
        "d3dcompiler_47.dll", "dbghelp.dll", "dnsapi.dll", "dwmapi.dll", "dwrite.dll", "dxgi.dll", "gdi32.dll",
        "icuuc.dll", "imagehlp.dll", "imm32.dll", "iphlpapi.dll", "kernel32.dll", "ktmw32.dll", "loadperf.dll",
        "lz32.dll", "mpr.dll", "msimg32.dll", "msvcrt.dll", "mswsock.dll", "netapi32.dll", "ntdll.dll", "ntdsapi.dll",
        "odbc32.dll", "ole32.dll", "oleacc.dll", "oleaut32.dll", "opengl32.dll", "pdh.dll", "powrprof.dll",
        "propsys.dll", "psapi.dll", "rasapi32.dll", "rpcrt4.dll", "secur32.dll", "setupapi.dll", "sfc.dll",
        "shell32.dll", "shlwapi.dll", "uiautomationcore.dll", "urlmon.dll", "user32.dll", "userenv.dll", "uxtheme.dll",
        "version.dll", "winhttp.dll", "wininet.dll", "winmm.dll", "winspool.drv", "wintrust.dll", "ws2_32.dll",
        "wtsapi32.dll",
    }
)  # fmt: skip
"""Libraries of Windows 10 and later, in every edition with a desktop."""


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
    (tree / "clics.ico").write_bytes(icons.as_ico(icons.images(ROOT / "resources" / "icons" / "clics.svg", _SIZES)))
    faults = missing_libraries(tree, given.runtime is not None)
    if faults:
        raise SystemExit("The programs would not start:\n  " + "\n  ".join(faults))
    modules = sum(1 for _ in packages.rglob("*.pyd"))
    print(f"payload complete: {modules} compiled modules of this system; {without} packages without a licence text")
    if given.runtime is None:
        return
    script = ["makensis", "-V2", f"-DVERSION={wheels.version()}", f"-DTREE={tree}", f"-DOUTPUT={given.output}"]
    subprocess.run([*script, str(HERE / "clics.nsi")], check=True)


def missing_libraries(tree: Path, has_runtime: bool) -> list[str]:
    """DLLs that the payload needs, and that neither it nor Windows holds."""
    own = (
        ()
        if has_runtime
        else ("python3.dll", f"python{PYTHON.replace('.', '')}.dll", "vcruntime140.dll", "vcruntime140_1.dll")
    )
    return [
        f"{library}, which {users[0]} needs, is missing"
        for library, users in binaries.outside_libraries(tree).items()
        if library not in {*OF_WINDOWS, *own} and not library.startswith("api-ms-win-")
    ]


if __name__ == "__main__":
    main()
