"""Cartesian coordinates of a CIF: the matrix of the file, or the usual axes, makes them fractional ones.

Data names of the core dictionary (``_atom_sites_Cartn_tran_matrix_11``, ``_atom_sites_Cartn_transform.mat_11``) and of mmCIF
(``_atom_sites.Cartn_transf_matrix[1][1]``), and those of the inverse (``fract``).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from clics.errors import CrystalError
from clics.readers.assemble import cell_of_parameters
from clics.readers.cif_values import Values, parse_number

Array = NDArray[np.float64]

_NAMES = (("_{}_tran_matrix_{}{}", "_{}_tran_vector_{}"), ("_{}_transf_matrix[{}][{}]", "_{}_transf_vector[{}]"),
          ("_{}_transform_mat_{}{}", "_{}_transform_vec_{}"))  # fmt: skip
_SAME_CELL = 0.01
_SHOWN = 8  # decimals, more than any file prints


def fractional_columns(
    values: Values, cell: Sequence[float], where: str
) -> tuple[list[list[str]], list[tuple[float, float, float]], list[str]]:
    """Columns x, y, z of fractional coordinates from Cartesian ones; ``?`` and nothing stay as they are.

    Args:
        values: The block.
        cell: a, b, c in Å and α, β, γ in degrees.
        where: Begins the message of an error.

    Returns:
        The columns as texts, the values of the last printed digits by rows, and notes; ([], [], []) without such columns.

    Raises:
        CrystalError: ``bad-cif`` for what is no number, a matrix that is not whole, or one that contradicts the cell.
    """
    columns = [values.column(f"_atom_site_cartn_{axis}") for axis in "xyz"]
    if not columns[0] or len({len(column) for column in columns}) != 1:
        return [], [], []
    lattice = cell_of_parameters(cell, where)
    stated = _stated(values, where)
    notes = []
    if stated is None:
        matrix, vector = lattice.T, np.zeros(3)
        if any(angle != 90.0 for angle in cell[3:]):
            notes.append("atoms have Cartesian coordinates and no matrix is stated; a along x and b in the plane of x and y "
                         "are taken, as is usual.")  # fmt: skip
    else:
        matrix, vector = stated
        metric, of_cell = matrix.T @ matrix, lattice @ lattice.T
        if np.abs(metric - of_cell).max() > _SAME_CELL * np.abs(of_cell).max():
            raise CrystalError(
                f"{where}: the matrix of the Cartesian coordinates contradicts the cell.", kind="bad-cif"
            )
    inverse = np.linalg.inv(matrix)
    rows, digits = [], []
    for number, texts in enumerate(zip(*columns, strict=True), start=1):
        if not all(text not in ("", "?", ".") for text in texts):
            rows.append(["", "", ""])
            digits.append((0.0, 0.0, 0.0))
            continue
        position = np.array([parse_number(text, f"{where}: atom {number}: a coordinate") for text in texts])
        last = np.array([_digit(text) for text in texts])
        rows.append([f"{value:.{_SHOWN}f}" for value in inverse @ (position - vector)])
        x, y, z = (np.abs(inverse) @ last).tolist()
        digits.append((x, y, z))
    return [list(column) for column in zip(*rows, strict=True)], digits, notes


def _stated(values: Values, where: str) -> tuple[Array, Array] | None:
    """Matrix (3, 3) and vector (3,) from fractional to Cartesian coordinates in Å; None where none is stated."""
    for kind in ("cartn", "fract"):
        for of_matrix, of_vector in _NAMES:
            tags = [of_matrix.format(f"atom_sites_{kind}", i, j) for i in "123" for j in "123"]
            texts = [values.text(tag) for tag in tags]
            if not any(texts):
                continue
            if not all(texts):
                raise CrystalError(f"{where}: the matrix of the Cartesian coordinates is not whole.", kind="bad-cif")
            matrix = np.array(list(_numbers(texts, tags, where))).reshape(3, 3)
            if abs(np.linalg.det(matrix)) < 1e-12:
                raise CrystalError(f"{where}: the matrix of the Cartesian coordinates is singular.", kind="bad-cif")
            named = [of_vector.format(f"atom_sites_{kind}", i) for i in "123"]
            vector = np.array(list(_numbers([values.text(tag) or "0" for tag in named], named, where)))
            if kind == "cartn":
                return matrix, vector
            inverse = np.linalg.inv(matrix)  # fractional = matrix · Cartesian + vector
            return inverse, -inverse @ vector
    return None


def _numbers(texts: Sequence[str], tags: Sequence[str], where: str) -> Iterator[float]:
    for text, tag in zip(texts, tags, strict=True):
        yield parse_number(text, f"{where}: {tag}")


def _digit(text: str) -> float:
    decimals = len(text.partition("(")[0].partition(".")[2])
    return 10.0**-decimals if decimals else 0.0
