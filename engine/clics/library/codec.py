"""Structures, descriptions and vectors as compact bytes, and back.

A packed structure is a zlib stream of a JSON header (distinct site contents, the content of every site, labels,
charge), a zero byte, and little-endian float64 numbers: the lattice (rows a, b, c in Å, 9 numbers), then the fractional
coordinates of the sites (3 numbers each). Ordered and disordered structures are restored exactly; site properties
(magnetic moments, velocities) are not stored.
"""

from __future__ import annotations

import hashlib
import json
import zlib
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from clics.results.description import Description
from clics.results.facts import GeometryFacts

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from pymatgen.core import Structure

    from clics.crystals.as_stated import AsStated
    from clics.library.encoder_protocol import Arrays

_HASH_DECIMALS = 5
_LARGEST = 127.0  # largest magnitude of a signed byte that has both signs
_DAMAGE = (
    ValueError, KeyError, TypeError, IndexError, AttributeError, OverflowError, RecursionError, zlib.error,
)  # fmt: skip
_MOST_BYTES = 64 * 2**20
"""Bytes of an unpacked structure or description; a few bytes of zlib can stand for gigabytes."""
_SITES = '"geometry":{"sites":['
"""Beginning of the orbits in a description, as :func:`pack_description` writes it."""
_DECODER = json.JSONDecoder()
_LEAST_VOLUME = 1e-3
"""Å³ of a cell."""


class CodecError(ValueError):
    """Bytes that this module did not write, or that were damaged."""


def pack_structure(structure: Structure, stated: AsStated | None = None) -> bytes:
    """Pack a structure, and what its file states, into bytes; :func:`unpack_stated` is the inverse.

    Earlier versions of the program read the structure and pass over the rest.
    """
    contents, of_site = _contents(structure)
    header: dict[str, Any] = {"contents": contents, "sites": of_site}
    if any(site.label != site.species_string for site in structure):
        header["labels"] = [site.label for site in structure]
    if structure._charge is not None:  # only a charge that was set; ``charge`` would sum oxidation states
        header["charge"] = structure._charge
    if stated is not None:
        header["stated"] = stated.to_json()
    numbers = np.concatenate([structure.lattice.matrix.ravel(), structure.frac_coords.ravel()])
    data = json.dumps(header, separators=(",", ":")).encode() + b"\0" + numbers.astype("<f8").tobytes()
    return zlib.compress(data, 6)


def unpack_structure(data: bytes) -> Structure:
    """Restore a packed structure. Raises CodecError where the bytes are damaged."""
    return unpack_stated(data)[0]


def unpack_stated(data: bytes) -> tuple[Structure, AsStated | None]:
    """Restore a packed structure with what its file states; None where it states nothing.

    Raises:
        CodecError: The bytes are damaged.
    """
    from pymatgen.core import Composition, Lattice, Structure

    from clics.crystals.as_stated import AsStated

    header, lattice, frac = _unpack(data)
    try:
        species = []
        for content in header["contents"]:
            amounts = {}
            for number, symbol, oxidation, spin, amount in content:
                amounts[_specie(number, symbol, oxidation, spin)] = amount
            species.append(Composition(amounts))
        sites = [species[i] for i in header["sites"]]
        stated = header.get("stated")
        return (
            Structure(Lattice(lattice), sites, frac, labels=header.get("labels"), charge=header.get("charge")),
            None if stated is None else AsStated.from_json(stated, sites=len(sites)),
        )
    except CodecError:
        raise
    except _DAMAGE as error:
        raise CodecError("a structure that cannot be read back") from error


def unpack_arrays(data: bytes) -> Arrays:
    """Restore an ordered structure as arrays, without importing pymatgen.

    Returns:
        Lattice rows a, b, c in Å (3, 3), atomic numbers (n,), fractional coordinates (n, 3).

    Raises:
        CodecError: The bytes are damaged, or the structure is disordered.
    """
    header, lattice, frac = _unpack(data)
    try:
        atoms = [content[0][0] if len(content) == 1 else -1 for content in header["contents"]]
        numbers = np.array([atoms[i] for i in header["sites"]], dtype=np.int64)
    except CodecError:
        raise
    except _DAMAGE as error:
        raise CodecError("a structure that cannot be read back") from error
    if (numbers < 1).any():
        raise CodecError("a disordered structure")
    return lattice, numbers, frac


def structure_hash(structure: Structure) -> bytes:
    """A hash by which a structure that is read again is recognised.

    Returns:
        16 bytes, from the cell (Å) and the sites in their order (species, fractional coordinates), rounded to 1e-5.
    """
    contents, of_site = _contents(structure)
    # Rounding comes before wrapping: 0.999999 and -0.000001 are both the origin.
    frac = np.round(structure.frac_coords, _HASH_DECIMALS) % 1.0
    numbers = np.concatenate([structure.lattice.matrix.ravel(), frac.ravel()])
    scaled = np.round(numbers * 10**_HASH_DECIMALS).astype("<i8")
    header = json.dumps([contents, of_site], separators=(",", ":")).encode()
    return hashlib.blake2b(header + b"\0" + scaled.tobytes(), digest_size=16).digest()


def pack_description(description: Description) -> bytes:
    """Pack a description into bytes; :func:`unpack_description` is the inverse."""
    data = json.dumps(description.to_json(), separators=(",", ":"), default=_plain)
    return zlib.compress(data.encode(), 6)


def unpack_description(data: bytes) -> Description:
    """Restore a packed description.

    Raises:
        CodecError: The bytes are damaged.
    """
    try:
        return Description.from_json(json.loads(_decompressed(data)))
    except CodecError:
        raise
    except _DAMAGE as error:
        raise CodecError("a description that cannot be read back") from error


def unpack_geometry(data: bytes) -> GeometryFacts | None:
    """Restore the facts of geometry of a packed description; None where it has none.

    Raises:
        CodecError: The bytes are damaged.
    """
    try:
        stored = json.loads(_decompressed(data)).get("geometry")
        return None if stored is None else GeometryFacts.from_json(stored)
    except CodecError:
        raise
    except _DAMAGE as error:
        raise CodecError("a description that cannot be read back") from error


def unpack_shapes(data: bytes) -> tuple[tuple[str, str | None], ...]:
    """Element and symbol of the named shape of each orbit of a packed description, cations first; none without facts.

    Only this part of the description is decoded: a search shows it for each of its hits.

    Raises:
        CodecError: The bytes are damaged.
    """
    try:
        text = _decompressed(data).decode()
        start = text.find(_SITES)  # inside a string, its quotation marks would be escaped
        if start < 0:
            return ()
        sites, _ = _DECODER.raw_decode(text, start + len(_SITES) - 1)
        return tuple((str(site["element"]), _symbol(site["shape"])) for site in sites)
    except CodecError:
        raise
    except _DAMAGE as error:
        raise CodecError("a description that cannot be read back") from error


def _symbol(shape: dict[str, Any] | None) -> str | None:
    if shape is None or not shape.get("named") or shape["nearest"] is None:
        return None
    return str(shape["nearest"]["symbol"])


def pack_vector(vector: NDArray[np.float32], *, half: bool = False) -> bytes:
    """Pack a vector into little-endian float32 numbers, or float16 if ``half``."""
    return np.asarray(vector, dtype="<f2" if half else "<f4").tobytes()


def unpack_vectors(data: Sequence[bytes], dimensions: int, *, half: bool = False) -> NDArray[np.float32]:
    """Restore vectors (n, dimensions) that were packed one by one.

    Raises:
        CodecError: A vector has the wrong length, or components that are no numbers.
    """
    size = (2 if half else 4) * dimensions
    if any(not isinstance(each, bytes) or len(each) != size for each in data):
        raise CodecError("a vector of the wrong length")
    numbers = np.frombuffer(b"".join(data), dtype="<f2" if half else "<f4").astype(np.float32)
    if not np.isfinite(numbers).all():
        raise CodecError("a vector that is no number")
    return numbers.reshape(-1, dimensions)


def pack_sites(vectors: NDArray[np.float32]) -> bytes:
    """Pack vectors (k, dimensions) of sites into signed bytes, a quarter of the size of float32.

    Each vector is scaled so that its largest component becomes ±127: its direction is kept, its length is not.
    """
    largest = np.abs(vectors).max(axis=1, keepdims=True)
    scaled: NDArray[np.int8] = np.rint(vectors * (_LARGEST / largest)).astype(np.int8)
    return scaled.tobytes()


def unpack_sites(data: Sequence[bytes], dimensions: int) -> tuple[NDArray[np.float32], NDArray[np.int64]]:
    """Restore the packed site vectors of several crystals.

    Args:
        data: Packed vectors of each of n crystals.
        dimensions: Length of a vector.

    Returns:
        Unit vectors (N, dimensions) of the sites of one crystal after the other, and the number of sites (n,) of each.

    Raises:
        CodecError: A crystal has no sites, a vector has the wrong length or no direction.
    """
    scaled, counts = unpack_scaled_sites(data, dimensions)
    vectors = scaled.astype(np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    return vectors, counts


def unpack_scaled_sites(data: Sequence[bytes], dimensions: int) -> tuple[NDArray[np.int8], NDArray[np.int64]]:
    """As :func:`unpack_sites`, with the signed bytes as they are stored instead of unit vectors."""
    if not all(isinstance(each, bytes) for each in data):
        raise CodecError("vectors of sites of the wrong length")
    counts, rest = np.divmod(np.array([len(each) for each in data], dtype=np.int64), dimensions)
    if rest.any() or (counts == 0).any():
        raise CodecError("vectors of sites of the wrong length")
    vectors = np.frombuffer(b"".join(data), dtype=np.int8).reshape(-1, dimensions)
    if not vectors.any(axis=1).all():
        raise CodecError("a vector of a site without a direction")
    return vectors, counts


def unpack_provenance(text: str) -> dict[str, Any]:
    """The provenance of a stored crystal.

    Raises:
        CodecError: The text is damaged.
    """
    try:
        provenance = json.loads(text)
    except _DAMAGE as error:
        raise CodecError("a provenance that cannot be read back") from error
    if not isinstance(provenance, dict):
        raise CodecError("a provenance that cannot be read back")
    return provenance


def storable(text: str) -> str:
    """Text without characters that SQLite or UTF-8 cannot hold; names of files may have bytes that are not UTF-8."""
    return text.encode("utf-8", "replace").decode().replace("\0", "")


def _plain(value: Any) -> Any:
    """Plain numbers and lists instead of numpy's, which JSON does not know."""
    if isinstance(value, (np.generic, np.ndarray)):
        return value.tolist()
    raise TypeError(f"a description holds {type(value).__name__}")


def _contents(structure: Structure) -> tuple[list[list[list[Any]]], list[int]]:
    """Distinct site contents ([number, symbol, oxidation state, spin, occupancy] of each species), and that of each site."""
    seen: dict[str, int] = {}
    contents: list[list[list[Any]]] = []
    of_site = []
    for site in structure:
        content = sorted(
            (
                [
                    _number(specie),
                    specie.symbol,
                    getattr(specie, "oxi_state", None),
                    getattr(specie, "spin", None),
                    float(amount),
                ]
                for specie, amount in site.species.items()
            ),
            key=repr,
        )
        name = repr(content)
        if name not in seen:
            seen[name] = len(contents)
            contents.append(content)
        of_site.append(seen[name])
    return contents, of_site


def _specie(number: int, symbol: str, oxidation: float | None, spin: float | None) -> Any:
    from pymatgen.core import DummySpecies, Element, Species

    if number == 0:
        return DummySpecies(symbol, oxidation or 0, spin=spin)
    return Element(symbol) if oxidation is None and spin is None else Species(symbol, oxidation, spin=spin)


def _number(specie: Any) -> int:
    from pymatgen.core import DummySpecies

    return 0 if isinstance(specie, DummySpecies) else int(specie.Z)


def _unpack(data: bytes) -> tuple[dict[str, Any], NDArray[np.float64], NDArray[np.float64]]:
    try:
        raw = _decompressed(data)
        end = raw.index(b"\0")
        header = json.loads(raw[:end])
        numbers = np.frombuffer(raw, dtype="<f8", offset=end + 1).astype(np.float64)
        if len(numbers) != 9 + 3 * len(header["sites"]):
            raise CodecError("a structure whose numbers do not match its sites")
        if not (np.isfinite(numbers).all() and abs(np.linalg.det(numbers[:9].reshape(3, 3))) > _LEAST_VOLUME):
            raise CodecError("a structure whose cell has no volume, or whose coordinates are no numbers")
        return header, numbers[:9].reshape(3, 3), numbers[9:].reshape(-1, 3)
    except CodecError:
        raise
    except _DAMAGE as error:
        raise CodecError("a structure that cannot be read back") from error


def _decompressed(data: bytes) -> bytes:
    unpacking = zlib.decompressobj()
    raw = unpacking.decompress(data, _MOST_BYTES)
    if not unpacking.eof:
        raise CodecError("contents that are incomplete, or larger than a crystal can be")
    return raw
