"""Make a library of your own crystals, add to it, list it and search it."""

from importlib.resources import files
from pathlib import Path

import clics

folder = Path("own-library-example")
folder.mkdir(exist_ok=True)

with clics.Session(library=folder / "mine.clics") as session:
    # Files, folders, archives, structures and crystals can be added; what is stored already is skipped.
    report = session.library.add([files("clics_resources") / "examples"])
    print(f"{report.added} added, {report.skipped} skipped, {len(report.refused)} refused")

    for row in session.library.rows("elements:O", order="formula"):
        print(f"{row.formula:10} {row.space_group} {row.dimensionality}")

    print(session.search("trigonal planar carbon", top=2))
