"""Statistics of a data set: counts, vocabulary beside that of the paper, failures, licence."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from clics.concepts.vocabulary import Vocabulary
from clics.dataset.description_store import is_described, read_about, read_lines
from clics.dataset.packed_reader import load
from clics.results.dataset import DatasetInfo
from clics.results.description import Description


def info(folder: Path) -> DatasetInfo:
    """Statistics of a described or a packed data set.

    Raises:
        InputError: ``folder`` is neither, or is damaged (kind ``bad-dataset``).
    """
    return _of_described(folder) if is_described(folder) else _of_packed(folder)


def _of_described(folder: Path) -> DatasetInfo:
    about = read_about(folder)
    failed: dict[str, str] = {}
    described: set[str] = set()

    def descriptions() -> Iterator[Description]:
        for line in read_lines(folder):
            if "error" in line:
                failed[line["key"]] = line["error"]["kind"]
            elif line["key"] not in described:
                described.add(line["key"])
                yield Description.from_json(line["description"])

    vocabulary = Vocabulary.count(descriptions())
    errors = Counter(kind for key, kind in failed.items() if key not in described)
    return DatasetInfo(
        folder=folder,
        kind="described",
        crystals={"all": len(described) + errors.total()},
        described=len(described),
        errors=dict(sorted(errors.items())),
        vocabulary=tuple(vocabulary.table()),
        licence=about.get("licence"),
        versions=tuple(about["versions"]),
        sources=tuple(about["sources"]),
        manifest=about,
    )


def _of_packed(folder: Path) -> DatasetInfo:
    dataset = load(folder)
    manifest = dataset.manifest
    return DatasetInfo(
        folder=folder,
        kind="packed",
        crystals=dict(manifest["crystals"]),
        described=int(manifest["described"]),
        errors=dict(manifest.get("left_out", {})),
        vocabulary=tuple(dataset.vocabulary().table()),
        licence=manifest.get("licence"),
        versions=(manifest["versions"],) if "versions" in manifest else (),
        sources=tuple(source["name"] for source in manifest.get("sources", ())),
        manifest=manifest,
    )
