"""Statistics of a library: its size, its models, and how often each kind of fact and each crystal system occurs."""

from __future__ import annotations

from pathlib import Path

from clics.library import schema
from clics.library.database import Database
from clics.results.library import LibraryInfo, ModelInfo


def library_info(database: Database, name: str, revision: int) -> LibraryInfo:
    """Statistics of the whole library in an open file.

    Args:
        database: The open file.
        name: Name of the library.
        revision: Its revision.
    """
    value = database.value
    models = database.rows(
        "SELECT fingerprint, dimensions, count(data), count(*) - count(data) FROM model "
        f"JOIN vector ON vector.model = model.key WHERE {schema.SHARED} "
        "GROUP BY model.key ORDER BY model.key"
    )
    further = "SELECT count(data) FROM vector WHERE model IN (SELECT key FROM model WHERE {})"
    structural, sites = further.format(schema.STRUCTURAL_OF), further.format(schema.SITES_OF)
    kinds = database.rows(
        "SELECT kind, count(*) FROM fact JOIN concept ON concept.key = fact.concept GROUP BY kind ORDER BY kind"
    )
    systems = database.rows(
        "SELECT crystal_system, count(*) FROM crystal WHERE crystal_system IS NOT NULL GROUP BY crystal_system "
        "ORDER BY min(space_group)"
    )
    return LibraryInfo(
        name=name,
        path=str(database.path),
        format=schema.VERSION,
        revision=revision,
        size=sum(p.stat().st_size for p in (database.path, Path(f"{database.path}-wal")) if p.exists()),
        crystals=int(value("SELECT count(*) FROM crystal")),
        ordered=int(value("SELECT count(*) FROM crystal WHERE ordered = 1")),
        described=int(value("SELECT count(*) FROM description")),
        refused=int(value("SELECT count(*) FROM refusal")),
        models=tuple(
            ModelInfo(
                model, dimensions, vectors, without, int(value(structural, (model,))), int(value(sites, (model,)))
            )
            for model, dimensions, vectors, without in models
        ),
        kinds=dict(kinds),
        crystal_systems=dict(systems),
    )


def source_counts(database: Database) -> list[tuple[str, int]]:
    """The files and databases that the crystals came from, with the number of crystals of each, largest first."""
    sources = database.rows("SELECT source, count(*) FROM crystal GROUP BY source ORDER BY 2 DESC, 1")
    return [(str(source), int(count)) for source, count in sources]
