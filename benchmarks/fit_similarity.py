"""Fit the structure embedding of a model that was trained without one, as at the end of a training.

    python -m benchmarks.fit_similarity PACKED MODEL

Writes ``likeness.safetensors`` into the model folder MODEL and its hash into the configuration; vectors of the shared space
and the model's fingerprint stay as they are. About a minute on one core. Libraries get their vectors by
``clics library refresh``.
"""

from __future__ import annotations

import argparse
from pathlib import Path

from clics.dataset import packed_reader
from clics.model import folder
from clics.training.fit_similarity import fit_similarity


def main() -> None:
    """Fit and write."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("packed", type=Path)
    parser.add_argument("model", type=Path)
    options = parser.parse_args()
    projection = fit_similarity(folder.load(options.model, text=False).model, packed_reader.load(options.packed))
    if projection is None:
        raise SystemExit("The data set has too few training crystals to fit a likeness to.")
    print(f"{projection.dimensions} numbers a crystal; fingerprint {folder.save_similarity(options.model, projection)}")


if __name__ == "__main__":
    main()
