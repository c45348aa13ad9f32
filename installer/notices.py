"""Third-party notices, made from the metadata of the packages of a payload."""

from __future__ import annotations

from importlib.metadata import Distribution, distributions
from pathlib import Path

_HEAD = """CLICS contains the following packages. Each is under its own licence, whose text follows its entry.

Qt and PySide6 are used under the GNU Lesser General Public License, version 3. They lie as separate files in the
folder PySide6 and may be replaced by versions of your own; nothing in CLICS prevents that.
"""


def write(site_packages: Path, target: Path) -> int:
    """Write the notices of all packages in a folder.

    Returns:
        The number of packages without any licence text; their entry names the licence of their metadata alone.
    """
    parts, without = [_HEAD], 0
    found = sorted(distributions(path=[str(site_packages)]), key=lambda entry: entry.metadata["Name"].lower())
    for package in found:
        texts = _texts(package)
        without += not texts
        parts += [f"{'=' * 100}\n{_entry(package)}\n", *texts]
    target.write_text("\n".join(parts), encoding="utf-8")
    return without


def _entry(package: Distribution) -> str:
    data = package.metadata
    classifiers = [
        line.rpartition(" :: ")[2] for line in data.get_all("Classifier", []) if line.startswith("License ::")
    ]
    licence = data.get("License-Expression") or ", ".join(classifiers) or (data.get("License") or "").partition("\n")[0]
    page = data.get("Home-page") or next(iter(data.get_all("Project-URL", [])), "").rpartition(", ")[2]
    return f"{data['Name']} {data['Version']}\nLicence: {licence or 'see its page'}\n{page}"


def _texts(package: Distribution) -> list[str]:
    names = ("LICEN", "COPYING", "NOTICE", "AUTHORS", "THIRD")
    files = {
        str(file): Path(str(file.locate()))
        for file in package.files or []
        if file.name.upper().startswith(names) and not file.name.endswith((".py", ".pyc"))
    }
    return [  # a file that is missing belongs to a part that is left out
        f"--- {name}\n\n{place.read_text('utf-8', 'replace')}" for name, place in files.items() if place.is_file()
    ]
