"""Builds ``clics_VERSION_amd64.deb`` and ``clics-VERSION-linux-x86_64.tar.zst``: ``python installer/linux/build.py``.

The packages are those of the environment that runs it, which ``make test`` installs from ``constraints.txt``; its torch must
be a build for the CPU. Needs patchelf, dpkg-deb and zstd. Everything is written below ``build/installer``.
"""

from __future__ import annotations

import argparse
import compileall
import os
import py_compile
import re
import shutil
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))

import binaries  # noqa: E402
import environment  # noqa: E402
import icons  # noqa: E402
import imports  # noqa: E402
import notices  # noqa: E402
import runtime  # noqa: E402
import wheels  # noqa: E402
from lock import PYTHON, ROOT  # noqa: E402

XCB = ("cursor.so.0", "icccm.so.4", "image.so.0", "keysyms.so.1", "render-util.so.0", "shape.so.0", "util.so.1")
"""Helper libraries of X11 that Qt's window needs and desktops without Qt lack."""
SYSTEM_LIBRARIES = {
    "libdbus-1-3": ("libdbus-1.so.3",),
    "libegl1": ("libegl.so.1",),
    "libfontconfig1": ("libfontconfig.so.1",),
    "libfreetype6": ("libfreetype.so.6",),
    "libgcc-s1": ("libgcc_s.so.1",),
    "libgl1": ("libgl.so.1",),
    "libgl1-mesa-dri": (),  # OpenGL in software, which libgl1 loads by name
    "libglib2.0-0": ("libglib-2.0.so.0", "libgthread-2.0.so.0", "libgobject-2.0.so.0", "libgio-2.0.so.0"),
    "libstdc++6": ("libstdc++.so.6",),
    "libwayland-client0": ("libwayland-client.so.0",),
    "libwayland-cursor0": ("libwayland-cursor.so.0",),
    "libwayland-egl1": ("libwayland-egl.so.1",),
    "libx11-6": ("libx11.so.6",),
    "libx11-xcb1": ("libx11-xcb.so.1",),
    "libxcb1": ("libxcb.so.1",),
    "libxcb-glx0": ("libxcb-glx.so.0",),
    "libxcb-randr0": ("libxcb-randr.so.0",),
    "libxcb-render0": ("libxcb-render.so.0",),
    "libxcb-shm0": ("libxcb-shm.so.0",),
    "libxcb-sync1": ("libxcb-sync.so.1",),
    "libxcb-xfixes0": ("libxcb-xfixes.so.0",),
    "libxcb-xkb1": ("libxcb-xkb.so.1",),
    "libxkbcommon0": ("libxkbcommon.so.0",),
    "libxkbcommon-x11-0": ("libxkbcommon-x11.so.0",),
    "libzstd1": ("libzstd.so.1",),
}
"""Packages of Debian and Ubuntu that the package depends on, with the libraries that it takes from each; glibc aside."""
OPTIONAL = ("libqgtk3.so", "libcupsprintersupport.so")
"""Plugins that Qt passes over where their libraries are missing: GTK's dialogs, printers."""
_ICON_SIZES = (16, 24, 32, 48, 64, 128, 256)


def main() -> None:
    """Entry point."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--python", type=Path, default=Path(sys.base_prefix), help=f"prefix of a Python {PYTHON}")
    parser.add_argument("--output", type=Path, default=ROOT / "build" / "installer", help="folder of what is built")
    parser.add_argument("--version", default=wheels.version(), help="version of the package")
    parser.add_argument("--level", type=int, default=9, help="level of compression by zstd")
    given = parser.parse_args()
    tree = given.output / "clics"
    shutil.rmtree(tree, ignore_errors=True)
    build_tree(given.python, tree)
    archive = given.output / f"clics-{given.version}-linux-x86_64.tar.zst"
    packed = ["tar", "-C", str(given.output), "--owner=0", "--group=0", "--sort=name", "-I", f"zstd -T0 -{given.level}"]
    subprocess.run([*packed, "-cf", str(archive), "clics"], check=True)
    deb = build_deb(tree, given.output, given.version, given.level)
    size = sum(file.stat().st_size for file in tree.rglob("*") if file.is_file() and not file.is_symlink())
    print(f"installed {size / 1e6:.0f} MB, {archive.name} {_megabytes(archive)} MB, {deb.name} {_megabytes(deb)} MB")


def build_tree(python: Path, tree: Path) -> None:
    """Make the folder that is the program: ``bin``, ``python``, ``share`` and the licences.

    Raises:
        SystemExit: The payload is not complete.
    """
    runtime.copy(python, tree / "python")
    packages = tree / "python" / "lib" / f"python{PYTHON}" / "site-packages"
    faults = environment.lay_out(packages)
    if faults:
        raise SystemExit("The payload is not complete:\n  " + "\n  ".join(faults))
    _bring_xcb(packages / "PySide6" / "Qt" / "lib")
    _strip(tree / "python")
    # Whatever the times of the files are after copying, Python takes these; at run time it writes none.
    compileall.compile_dir(tree / "python" / "lib", quiet=2, force=True, stripdir=str(tree), workers=0,
                           invalidation_mode=py_compile.PycInvalidationMode.UNCHECKED_HASH)  # fmt: skip
    (tree / "bin").mkdir()
    for name in ("clics", "clics-gui"):
        shutil.copy2(HERE / "launcher.sh", tree / "bin" / name)
        (tree / "bin" / name).chmod(0o755)
    share = tree / "share"
    (share / "applications").mkdir(parents=True)
    (share / "mime" / "packages").mkdir(parents=True)
    shutil.copy2(HERE / "clics.desktop", share / "applications")
    shutil.copy2(HERE / "clics.xml", share / "mime" / "packages")
    shutil.copy2(HERE / "install.sh", tree)
    _icons(share / "icons" / "hicolor")
    shutil.copy2(ROOT / "LICENSE", tree / "LICENSE")
    notices.write(packages, tree / "THIRD-PARTY-NOTICES.txt")
    program = tree / "python" / "bin" / f"python{PYTHON}"
    faults = [*unknown_libraries(tree), *imports.failures(program, None, "-I", "-B")]
    if faults:
        raise SystemExit("The programs would not run:\n  " + "\n  ".join(faults))


def unknown_libraries(tree: Path) -> list[str]:
    """Shared libraries that the folder needs, and that neither it nor a package of :data:`SYSTEM_LIBRARIES` holds."""
    known = {library for libraries in SYSTEM_LIBRARIES.values() for library in libraries}
    return [
        f"{library}, which {users[0]} needs, is in no package that the package depends on"
        for library, users in binaries.outside_libraries(tree).items()
        if library not in known
        and not runtime.OF_THE_SYSTEM.match(library)
        and any(Path(user).name not in OPTIONAL for user in users)
    ]


def build_deb(tree: Path, output: Path, version: str, level: int) -> Path:
    """Make the Debian package around the folder of the program, which lies in ``/opt/clics`` there."""
    root = output / "deb"
    shutil.rmtree(root, ignore_errors=True)
    (root / "opt").mkdir(parents=True)
    shutil.copytree(tree, root / "opt" / "clics", symlinks=True, copy_function=os.link)
    (root / "opt" / "clics" / "install.sh").unlink()
    shutil.copytree(tree / "share", root / "usr" / "share", copy_function=os.link)
    (root / "usr" / "bin").mkdir()
    for name in ("clics", "clics-gui"):
        (root / "usr" / "bin" / name).symlink_to(f"/opt/clics/bin/{name}")
    documents = root / "usr" / "share" / "doc" / "clics"
    documents.mkdir(parents=True)
    shutil.copy2(tree / "LICENSE", documents / "copyright")
    shutil.copy2(tree / "THIRD-PARTY-NOTICES.txt", documents)
    size = sum(file.lstat().st_size for file in root.rglob("*") if file.is_file()) // 1024
    (root / "DEBIAN").mkdir()
    depends = ", ".join([f"libc6 (>= {binaries.oldest_glibc(tree)})", *SYSTEM_LIBRARIES])
    (root / "DEBIAN" / "control").write_text(
        f"Package: clics\nVersion: {version}\nArchitecture: amd64\nMaintainer: The CLICS developers <noreply@localhost>\n"
        f"Installed-Size: {size}\nDepends: {depends}\nSection: science\nPriority: optional\n"
        "Description: geometry of inorganic crystals in words\n Describes crystals, finds them by geometry and trains on them."
        "\n Offline, in a window and on the command line.\n",
        encoding="utf-8",
    )
    shutil.copy2(HERE / "postrm.sh", root / "DEBIAN" / "postrm")
    (root / "DEBIAN" / "postrm").chmod(0o755)
    deb = output / f"clics_{version}_amd64.deb"
    subprocess.run(
        ["dpkg-deb", "--root-owner-group", "-Zzstd", f"-z{level}", "--build", str(root), str(deb)], check=True
    )
    shutil.rmtree(root)
    return deb


def _bring_xcb(folder: Path) -> None:
    listed = subprocess.run(["ldconfig", "-p"], capture_output=True, text=True, check=True).stdout
    for name in XCB:
        match = re.search(rf"libxcb-{re.escape(name)} .*=> (\S+)", listed)
        if match is None:
            raise SystemExit(f"libxcb-{name} is missing here; install it as make test does.")
        shutil.copy2(Path(match[1]).resolve(), folder / f"libxcb-{name}")
        subprocess.run(
            ["patchelf", "--force-rpath", "--set-rpath", "$ORIGIN", str(folder / f"libxcb-{name}")], check=True
        )


def _strip(folder: Path) -> None:
    """Remove symbols for debuggers where there are some; libraries of wheels mostly have none."""
    for file in [*folder.glob("bin/*"), *folder.glob("lib/*.so*"), *folder.glob("lib/python*/lib-dynload/*.so")]:
        subprocess.run(["strip", "--strip-unneeded", str(file)], check=False, capture_output=True)


def _icons(target: Path) -> None:
    """The icon as SVG, and drawn in the usual sizes for desktops that cannot draw SVG."""
    drawn = ROOT / "resources" / "icons" / "clics.svg"
    (target / "scalable" / "apps").mkdir(parents=True)
    shutil.copy2(drawn, target / "scalable" / "apps" / "clics.svg")
    for size, image in icons.images(drawn, _ICON_SIZES).items():
        folder = target / f"{size}x{size}" / "apps"
        folder.mkdir(parents=True)
        (folder / "clics.png").write_bytes(image)


def _megabytes(file: Path) -> int:
    return round(file.stat().st_size / 1e6)


if __name__ == "__main__":
    main()
