"""The tables of a library file, its application id, and the migrations that bring older files up to date.

A library is an SQLite file. ``PRAGMA application_id`` tells it from other programs' files, ``PRAGMA user_version`` is
:data:`VERSION`. Both are set in the transaction that makes the tables, so that a file is either a library or empty.
"""

from __future__ import annotations

import sqlite3

APPLICATION_ID = 0x434C4943  # "CLIC"
VERSION = 3

_TABLES = """
CREATE TABLE meta (
    name TEXT PRIMARY KEY,
    value TEXT NOT NULL
) WITHOUT ROWID;

-- key: never reused; identifies the crystal inside the file and in the vector index. id: unique, shown to users.
-- given_id: the id that the source gave; another structure with the same given id gets another id.
-- elements: symbols in alphabetical order, separated by blanks. undescribed: why there is no description, as
-- kind: message. named: whether the name of the structure type was looked up.
CREATE TABLE crystal (
    key INTEGER PRIMARY KEY AUTOINCREMENT,
    id TEXT NOT NULL UNIQUE,
    given_id TEXT NOT NULL,
    structure_hash BLOB NOT NULL,
    formula TEXT NOT NULL,
    anonymous_formula TEXT NOT NULL,
    elements TEXT NOT NULL,
    element_count INTEGER NOT NULL,
    sites INTEGER NOT NULL,
    ordered INTEGER NOT NULL,
    space_group INTEGER,
    space_group_symbol TEXT,
    crystal_system TEXT,
    dimensionality INTEGER,
    mineral TEXT,
    source TEXT NOT NULL,
    block TEXT NOT NULL,
    provenance TEXT NOT NULL,
    structure BLOB NOT NULL,
    undescribed TEXT,
    named INTEGER NOT NULL DEFAULT 0,
    UNIQUE (given_id, structure_hash)
);
CREATE INDEX crystal_structure_hash ON crystal (structure_hash);
CREATE INDEX crystal_space_group ON crystal (space_group);
CREATE INDEX crystal_formula ON crystal (formula);

CREATE TABLE crystal_element (
    number INTEGER NOT NULL,
    crystal INTEGER NOT NULL REFERENCES crystal (key) ON DELETE CASCADE,
    PRIMARY KEY (number, crystal)
) WITHOUT ROWID;
CREATE INDEX crystal_element_crystal ON crystal_element (crystal);

CREATE TABLE description (
    crystal INTEGER PRIMARY KEY REFERENCES crystal (key) ON DELETE CASCADE,
    data BLOB NOT NULL
);

CREATE TABLE concept (
    key INTEGER PRIMARY KEY,
    kind TEXT NOT NULL,
    phrase TEXT NOT NULL,
    UNIQUE (kind, phrase)
);
CREATE TABLE fact (
    concept INTEGER NOT NULL REFERENCES concept (key),
    crystal INTEGER NOT NULL REFERENCES crystal (key) ON DELETE CASCADE,
    truth INTEGER NOT NULL,
    PRIMARY KEY (concept, crystal)
) WITHOUT ROWID;
CREATE INDEX fact_crystal ON fact (crystal);

-- One row for each space of vectors (results/vector_space.py): the shared space of a model, whose fingerprint is that of
-- the model; its structural space, whose fingerprint is that of the model, a slash, and that of the similarity
-- projection; and "model/sites", the vectors of symmetry-inequivalent sites.
CREATE TABLE model (
    key INTEGER PRIMARY KEY,
    fingerprint TEXT NOT NULL UNIQUE,
    dimensions INTEGER NOT NULL
);
-- data: little-endian float32 of the shared space, float16 of the structural space; signed bytes of sites, one site
-- after the other (codec.pack_sites); NULL where the model could not embed the crystal, with the reason (kind: message).
CREATE TABLE vector (
    model INTEGER NOT NULL REFERENCES model (key),
    crystal INTEGER NOT NULL REFERENCES crystal (key) ON DELETE CASCADE,
    data BLOB,
    reason TEXT,
    PRIMARY KEY (model, crystal)
) WITHOUT ROWID;
CREATE INDEX vector_crystal ON vector (crystal);

CREATE TABLE refusal (
    source TEXT NOT NULL,
    block TEXT NOT NULL,
    kind TEXT NOT NULL,
    message TEXT NOT NULL,
    noted TEXT NOT NULL,
    PRIMARY KEY (source, block)
) WITHOUT ROWID;
"""

# Version 2 added structure embeddings, version 3 those of sites: the tables are the same, but earlier programs would
# misread the rows.
MIGRATIONS: dict[int, tuple[str, ...]] = {1: (), 2: ()}
"""Statements that bring a file from version n to n + 1. A file whose steps are all empty can be read as it is."""

SHARED = "instr(fingerprint, '/') = 0"
"""Condition on rows of ``model``: the shared space of a model. The names of spaces are those of VectorSpace."""
FURTHER_OF = "substr(fingerprint, 1, instr(fingerprint, '/') - 1) = ?"
"""Condition on rows of ``model``: the additional spaces of the model whose fingerprint is the parameter."""
SITES_OF = f"{FURTHER_OF} AND fingerprint LIKE '%/sites'"
"""Condition on rows of ``model``: the space of sites of that model."""
STRUCTURAL_OF = f"{FURTHER_OF} AND fingerprint NOT LIKE '%/sites'"
"""Condition on rows of ``model``: a structural space of that model."""


def make_tables(connection: sqlite3.Connection, name: str, created: str) -> None:
    """Create the tables of a library in an empty file.

    Args:
        connection: A connection inside a transaction, so that the file becomes a library or stays empty.
        name: Name of the library.
        created: Time of creation, ISO 8601.
    """
    for statement in _statements(_TABLES):
        connection.execute(statement)
    values = (("name", name), ("created", created), ("revision", "0"))
    connection.executemany("INSERT INTO meta (name, value) VALUES (?, ?)", values)
    connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
    connection.execute(f"PRAGMA user_version = {VERSION}")


def can_be_read(version: int) -> bool:
    """True if a file of an older version has the tables of :data:`VERSION` and can be read without migration."""
    return not any(MIGRATIONS[step] for step in range(version, VERSION))


def migrate(connection: sqlite3.Connection, version: int) -> None:
    """Bring a file of an older version to :data:`VERSION`, step by step, inside a transaction of the caller."""
    for step in range(version, VERSION):
        for statement in MIGRATIONS[step]:
            connection.execute(statement)
        connection.execute(f"PRAGMA user_version = {step + 1}")


def _statements(script: str) -> list[str]:
    """The statements of a script, one by one; ``executescript`` would commit the caller's transaction."""
    return [part for part in script.split(";\n") if part.strip()]
