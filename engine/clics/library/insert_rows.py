"""The statements that write rows; each function works inside a transaction of its caller."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, NamedTuple

from clics.concepts.concept import Concept, Truth
from clics.concepts.kinds.space_group import SpaceGroupConcept
from clics.concepts.registry import COLUMNS
from clics.library import codec, schema
from clics.library.embed_batch import EmbeddingOutcome
from clics.library.new_entry import NewEntry
from clics.results.vector_space import Role, VectorSpace
from clics.symmetry import space_groups

if TYPE_CHECKING:
    from clics.crystals.crystal import Refusal
    from clics.library.described_crystal import Described
    from clics.library.encoder_protocol import Space
    from clics.results.description import Description

_CRYSTAL_COLUMNS = (
    "id",
    "given_id",
    "structure_hash",
    "formula",
    "anonymous_formula",
    "elements",
    "element_count",
    "sites",
    "ordered",
    "space_group",
    "space_group_symbol",
    "crystal_system",
    "dimensionality",
    "mineral",
    "source",
    "block",
    "provenance",
    "structure",
    "undescribed",
    "named",
)
_INSERT_CRYSTAL = (
    f"INSERT INTO crystal ({', '.join(_CRYSTAL_COLUMNS)}) VALUES ({', '.join('?' * len(_CRYSTAL_COLUMNS))})"
)
FIND = "SELECT key, id FROM crystal WHERE given_id = ? AND structure_hash = ?"
"""Key and id of a stored crystal, by the id of its source and the hash of its structure."""


class Stored(NamedTuple):
    """What became of a crystal: its id in the library, and whether it is new there."""

    id: str
    new: bool


def _dimensionality(description: Description) -> int | None:
    """The dimensionality that filters and searches use; None where the bonds of a metal tell no pieces apart."""
    geometry = description.geometry
    return None if geometry is not None and geometry.pieces_unclear else description.dimensionality


def insert_entry(connection: sqlite3.Connection, entry: NewEntry, models: Mapping[Role, int]) -> Stored:
    """Store one crystal with its description, facts and embeddings.

    Nothing is ever overwritten: another structure with an id that is taken is stored as ``id#2``, ``id#3`` … A crystal
    that is stored already (by another program, since this one looked) gets the embeddings that it lacks, no second row.

    Args:
        connection: A connection inside a transaction.
        entry: The crystal.
        models: Key of the row of ``model`` for each role (:func:`model_keys`).

    Returns:
        The id of the crystal, and whether it was stored now.
    """
    outcome = EmbeddingOutcome(entry.vector, entry.without_vector, entry.structural, entry.sites)
    there = connection.execute(FIND, (codec.storable(entry.crystal.id), entry.hash)).fetchone()
    if there is not None:
        _insert_missing_vectors(connection, models, int(there[0]), outcome)
        return Stored(str(there[1]), new=False)
    stored_id = _free_id(connection, entry.crystal.id)
    crystal = _insert_crystal(connection, entry, stored_id)
    if entry.description is not None:
        data = codec.pack_description(entry.description)
        connection.execute("INSERT INTO description (crystal, data) VALUES (?, ?)", (crystal, data))
    insert_facts(connection, crystal, entry.truths or _facts_of_symmetry(entry))
    insert_vectors(connection, models, crystal, outcome)
    return Stored(stored_id, new=True)


def _insert_missing_vectors(
    connection: sqlite3.Connection, models: Mapping[Role, int], crystal: int, outcome: EmbeddingOutcome
) -> None:
    there = {model for (model,) in connection.execute("SELECT model FROM vector WHERE crystal = ?", (crystal,))}
    lacking = {role: model for role, model in models.items() if model not in there}
    insert_vectors(connection, lacking, crystal, outcome)


def insert_vectors(
    connection: sqlite3.Connection, models: Mapping[Role, int], crystal: int, outcome: EmbeddingOutcome
) -> None:
    """Store the entries of one crystal in all spaces of a model: its vectors, or the reason why there are none."""
    packed: dict[Role, bytes | None] = {
        "shared": None if outcome.vector is None else codec.pack_vector(outcome.vector),
        "structural": None if outcome.structural is None else codec.pack_vector(outcome.structural, half=True),
        "sites": None if outcome.sites is None else codec.pack_sites(outcome.sites),
    }
    for role, model in models.items():
        connection.execute(
            "INSERT OR REPLACE INTO vector (model, crystal, data, reason) VALUES (?, ?, ?, ?)",
            (model, crystal, packed[role], outcome.reason),
        )


def insert_facts(connection: sqlite3.Connection, crystal: int, truths: Mapping[Concept, Truth]) -> None:
    """Store the facts of a crystal that no column of its row holds; each concept is stored once in the file."""
    for concept, truth in truths.items():
        if concept.kind in COLUMNS:
            continue
        values = (concept.kind, concept.phrase)
        connection.execute("INSERT INTO concept (kind, phrase) VALUES (?, ?) ON CONFLICT DO NOTHING", values)
        connection.execute(
            "INSERT OR REPLACE INTO fact (concept, crystal, truth) "
            "SELECT key, ?, ? FROM concept WHERE kind = ? AND phrase = ?",
            (crystal, int(truth), *values),
        )


def replace_description(connection: sqlite3.Connection, crystal: int, found: Described) -> None:
    """Replace the description and facts of a stored crystal; one that could not be described keeps what it has."""
    description = found.description
    if description is None:
        connection.execute(
            "UPDATE crystal SET undescribed = ? WHERE key = ? AND key NOT IN (SELECT crystal FROM description)",
            (found.undescribed, crystal),
        )
        return
    group = description.space_group
    number = group.number or None
    connection.execute(
        "UPDATE crystal SET space_group = ?, space_group_symbol = ?, crystal_system = ?, dimensionality = ?, "
        "mineral = coalesce(?, mineral), undescribed = NULL WHERE key = ?",
        (
            number,
            group.symbol,
            space_groups.by_number(number).crystal_system if number is not None else None,
            _dimensionality(description),
            description.mineral or None,
            crystal,
        ),
    )
    data = codec.pack_description(description)
    connection.execute("INSERT OR REPLACE INTO description (crystal, data) VALUES (?, ?)", (crystal, data))
    connection.execute("DELETE FROM fact WHERE crystal = ?", (crystal,))
    insert_facts(connection, crystal, found.truths)


def insert_refusals(connection: sqlite3.Connection, refusals: Iterable[Refusal]) -> None:
    """Store refusals; a later refusal of the same file and block replaces the earlier one."""
    now = datetime.now(UTC).isoformat(timespec="seconds")
    connection.executemany(
        "INSERT OR REPLACE INTO refusal (source, block, kind, message, noted) VALUES (?, ?, ?, ?, ?)",
        [(codec.storable(r.source), codec.storable(r.block), r.kind, codec.storable(r.message), now) for r in refusals],
    )


def forget_refusals(connection: sqlite3.Connection, entries: Sequence[NewEntry]) -> None:
    """Delete the refusals of files and blocks that are stored as crystals now."""
    connection.executemany(
        "DELETE FROM refusal WHERE source = ? AND block = ?",
        [(codec.storable(e.crystal.source), codec.storable(e.crystal.block)) for e in entries],
    )


def model_keys(connection: sqlite3.Connection, spaces: Sequence[Space]) -> dict[Role, int]:
    """The keys of the rows of ``model`` for the spaces of one model; missing rows are inserted.

    Vectors of an earlier similarity projection of the same model are deleted, since nothing compares them any more.

    Args:
        connection: A connection inside a transaction.
        spaces: The spaces of one model, the shared one first.
    """
    keys: dict[Role, int] = {}
    for fingerprint, dimensions in spaces:
        role = VectorSpace.parse(fingerprint).role
        if role == "structural":
            others = f"{schema.STRUCTURAL_OF} AND fingerprint <> ?"
            values = (spaces[0][0], fingerprint)
            connection.execute(f"DELETE FROM vector WHERE model IN (SELECT key FROM model WHERE {others})", values)
            connection.execute(f"DELETE FROM model WHERE {others}", values)
        connection.execute(
            "INSERT INTO model (fingerprint, dimensions) VALUES (?, ?) ON CONFLICT DO NOTHING",
            (fingerprint, dimensions),
        )
        (key,) = connection.execute("SELECT key FROM model WHERE fingerprint = ?", (fingerprint,)).fetchone()
        keys[role] = int(key)
    return keys


def _insert_crystal(connection: sqlite3.Connection, entry: NewEntry, stored_id: str) -> int:
    crystal, description = entry.crystal, entry.description
    composition = crystal.structure.composition
    elements = sorted({element.symbol for element in composition})
    group = description.space_group if description is not None else entry.space_group
    number = group.number if group is not None and group.number else None
    mineral = description.mineral if description is not None and description.mineral else None
    if mineral is None and crystal.provenance.get("mineral"):
        mineral = str(crystal.provenance["mineral"])
    values: tuple[Any, ...] = (
        stored_id,
        codec.storable(crystal.id),
        entry.hash,
        crystal.formula,
        composition.anonymized_formula,
        " ".join(elements),
        len(elements),
        crystal.num_sites,
        int(crystal.is_ordered),
        number,
        group.symbol if group is not None else None,
        space_groups.by_number(number).crystal_system if number is not None else None,
        _dimensionality(description) if description is not None else None,
        mineral,
        codec.storable(crystal.source),
        codec.storable(crystal.block),
        _provenance(crystal.provenance),
        codec.pack_structure(crystal.structure, crystal.stated),
        entry.undescribed,
        int(entry.mineral_looked_up),
    )
    key = int(connection.execute(_INSERT_CRYSTAL, values).lastrowid or 0)
    connection.executemany(
        "INSERT OR IGNORE INTO crystal_element (number, crystal) VALUES (?, ?)",
        [(int(element.Z), key) for element in composition],
    )
    return key


def _facts_of_symmetry(entry: NewEntry) -> Mapping[Concept, Truth]:
    """The space group as the only fact of a crystal without description; HELD, since no text states it."""
    if entry.space_group is None or entry.description is not None:
        return {}
    return {SpaceGroupConcept(entry.space_group.symbol): Truth.HELD}


def _free_id(connection: sqlite3.Connection, wanted: str) -> str:
    wanted = codec.storable(wanted)
    candidate = wanted
    (count,) = connection.execute("SELECT count(*) FROM crystal WHERE given_id = ?", (wanted,)).fetchone()
    count = max(int(count), 1)
    while connection.execute("SELECT 1 FROM crystal WHERE id = ?", (candidate,)).fetchone() is not None:
        count += 1
        candidate = f"{wanted}#{count}"
    return candidate


def _provenance(provenance: Mapping[str, object]) -> str:
    return json.dumps(provenance, default=str, separators=(",", ":"), sort_keys=True)
