"""Order parameters of coordination geometries, on arrays.

The formulae of pymatgen's ``LocalStructOrderParams`` (Peters, J. Chem. Phys. 131, 244103 (2009), doi:10.1063/1.3270161;
Zimmermann et al., Front. Mater. 4, 34 (2017), doi:10.3389/fmats.2017.00034): neighbour j is put at the north pole,
neighbour k on the prime meridian, and every other neighbour m is judged by its polar angle and its azimuth.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
Parameters = Mapping[str, float]

VERY_SMALL = 1e-12
"""Å; a projection shorter than this has no direction."""

BCC_WIDTH = math.asin(1 / 3)
BCC_SCALE = 1 / math.exp(-0.5)

TRIANGULAR = frozenset({"tri_plan_max", "tet_max"})
PYRAMIDAL = frozenset({"T", "tri_pyr", "sq_pyr", "pent_pyr", "hex_pyr"})
BIPYRAMIDAL = frozenset(
    {"see_saw_rect", "tri_bipyr", "pent_bipyr", "hex_bipyr", "oct_max", "sq_plan_max", "hex_plan_max"}
)
STEINHARDT = {"q2": 2, "q4": 4, "q6": 6}


@dataclass(frozen=True, slots=True)
class Angles:
    """Angles between n neighbours, as seen from each of b sites.

    ``cosine`` (b, n, n); ``polar`` (b, n, n): angle j–site–k over π; ``azimuth`` (b, n, n, n) of m from the meridian of
    k around the pole j, in radians; ``pair`` (n, n): j ≠ k; ``other`` (b, n, n, n): m is neither, and k has a meridian;
    ``azimuthal``: m has an azimuth too.
    """

    cosine: Array
    polar: Array
    azimuth: Array
    pair: NDArray[np.bool_]
    other: NDArray[np.bool_]
    azimuthal: NDArray[np.bool_]


def angles_of(vectors: Array) -> Angles:
    """Compute the angles between neighbours.

    Args:
        vectors: From each of b sites to its n neighbours, in Å (b, n, 3).
    """
    unit = vectors / np.sqrt((vectors * vectors).sum(axis=2, keepdims=True))
    inner = unit @ unit.transpose(0, 2, 1)
    cosine = np.clip(inner, -1, 1)
    across = unit[:, None, :, :] - inner[..., None] * unit[:, :, None, :]  # of k, perpendicular to j
    length = np.sqrt((across * across).sum(axis=3))
    directed = length >= VERY_SMALL
    across /= np.where(directed, length, 1)[..., None]
    azimuth = np.arccos(np.clip(across @ across.transpose(0, 1, 3, 2), -1, 1))
    different = ~np.eye(vectors.shape[1], dtype=bool)
    three = different[:, :, None] & different[:, None, :] & different[None, :, :]
    other = three & directed[..., None]
    return Angles(cosine, np.arccos(cosine) / np.pi, azimuth, different, other, other & directed[:, :, None, :])


def order_parameter(kind: str, parameters: Parameters | None, angles: Angles) -> Array:
    """Compute one order parameter for the neighbours of b sites.

    Args:
        kind: pymatgen's short name of the geometry.
        parameters: Of the geometry (``clics/data/site_fingerprint.jsonl``); None for those without.
        angles: Between the neighbours.

    Returns:
        (b,) from about 0 to 1, the ideal geometry; 0 where it is undefined.

    Raises:
        ValueError: For a kind that fingerprints do not use, and for missing parameters.
    """
    if kind == "sgl_bd":
        return np.ones(len(angles.cosine))  # asked at coordination number 1 only
    if kind in STEINHARDT:
        return _steinhardt(STEINHARDT[kind], angles)
    if parameters is None:
        raise ValueError(f"The order parameter {kind} needs parameters.")
    if kind == "bcc":
        return _body_centred(parameters, angles)
    if kind == "bent":
        bell = _bell(angles.polar, parameters["TA"], parameters["IGW_TA"])
        return np.asarray(bell[:, angles.pair].mean(axis=1), dtype=np.float64)
    if kind in TRIANGULAR:
        score, norm = _triangular(parameters, angles)
    elif kind == "pent_plan_max":
        score, norm = _pentagonal_plane(parameters, angles)
    elif kind in PYRAMIDAL:
        score, norm = _pyramidal(parameters, angles)
    elif kind in BIPYRAMIDAL:
        score, norm = _bipyramidal(kind, parameters, angles)
    elif kind == "cuboct_max":
        score, norm = _cuboctahedral(parameters, angles)
    else:
        raise ValueError(f"The order parameter {kind} is not one that site fingerprints use.")
    best = np.where(norm > VERY_SMALL, score / np.maximum(norm, VERY_SMALL), 0.0)
    return np.asarray(best[:, angles.pair].max(axis=1), dtype=np.float64)


def _bell(angle: Array, centre: float | Array, sharpness: float) -> Array:
    """Gaussian of an angle over π around ``centre``, of width 1 / ``sharpness``."""
    return np.asarray(np.exp(-0.5 * (sharpness * (angle - centre)) ** 2), dtype=np.float64)


def _wave(parameters: Parameters, angles: Angles) -> Array:
    """cos(f · azimuth) to its power: 1 where m stands at a proper azimuth."""
    return np.asarray(np.cos(parameters["fac_AA"] * angles.azimuth) ** parameters["exp_cos_AA"], dtype=np.float64)


def _with_others(of_k: Array, count_k: Array, of_m: Array, counted: NDArray[np.bool_]) -> tuple[Array, Array]:
    """Score and norm (b, n, n) of k's own part and the sum over the counted m."""
    return of_k + np.where(counted, of_m, 0.0).sum(axis=3), count_k + counted.sum(axis=3)


def _triangular(parameters: Parameters, angles: Angles) -> tuple[Array, Array]:
    bell = _bell(angles.polar, parameters["TA"], parameters["IGW_TA"])
    return _with_others(bell, np.ones_like(bell), bell[:, :, None, :] * _wave(parameters, angles), angles.azimuthal)


def _pentagonal_plane(parameters: Parameters, angles: Angles) -> tuple[Array, Array]:
    nearest = np.where(angles.polar <= parameters["TA"], 0.4, 0.8)
    bell = _bell(angles.polar, nearest, parameters["IGW_TA"])
    return _with_others(bell, np.ones_like(bell), bell[:, :, None, :] * np.cos(angles.azimuth) ** 2, angles.azimuthal)


def _pyramidal(parameters: Parameters, angles: Angles) -> tuple[Array, Array]:
    bell = _bell(angles.polar, 0.5, parameters["IGW_EP"])
    return _with_others(bell, np.ones_like(bell), bell[:, :, None, :] * _wave(parameters, angles), angles.azimuthal)


def _bipyramidal(kind: str, parameters: Parameters, angles: Angles) -> tuple[Array, Array]:
    """Equatorial neighbours below the angle at which the south pole begins, and the south pole's own."""
    if kind == "hex_plan_max":
        equator = _bell(np.abs(angles.polar - 0.5), parameters["TA"], parameters["IGW_TA"])
    else:
        equator = _bell(angles.polar, 0.5, parameters["IGW_EP"])
    south = angles.polar * math.pi >= parameters["min_SPP"]
    counted = angles.azimuthal & ~south[..., None] & ~south[:, :, None, :]
    if kind == "see_saw_rect":
        counted = counted & (angles.azimuth < 0.75 * math.pi)
    score, norm = _with_others(
        np.where(south, 0.0, equator),
        (~south).astype(float),
        equator[:, :, None, :] * _wave(parameters, angles),
        counted,
    )
    at_pole = _bell(angles.polar, 1.0, parameters["IGW_SPP"])[:, :, None, :]
    return _with_others(
        score, norm, np.broadcast_to(at_pole, angles.azimuth.shape), angles.other & south[:, :, None, :]
    )


def _cuboctahedral(parameters: Parameters, angles: Angles) -> tuple[Array, Array]:
    polar = angles.polar * math.pi
    low, high = parameters["4"], parameters["2"]
    south = polar >= parameters["min_SPP"]
    level = (polar > low) & (polar < high)
    poles = parameters["w_SPP"] * south.astype(np.float64)
    ring = np.cos(angles.azimuth) ** 2 * _bell(angles.polar, 0.5, parameters["5"])[:, :, None, :]
    tilt = np.exp(-0.5 * (0.0556 * (np.cos(angles.azimuth - 0.5 * math.pi) - 0.81649658)) ** 2)
    cap = np.where(
        polar < low, _bell(angles.polar, 1 / 3, parameters["6"]), _bell(angles.polar, 2 / 3, parameters["6"])
    )
    of_m = np.where(level[:, :, None, :], ring, tilt * cap[:, :, None, :])
    placed = level | (polar < low) | (polar > high)
    counted = angles.azimuthal & (placed & ~south)[:, :, None, :] & level[..., None]
    return _with_others(poles * _bell(angles.polar, 1.0, parameters["IGW_SPP"]), poles, of_m, counted)


def _body_centred(parameters: Parameters, angles: Angles) -> Array:
    """Sum over pairs j < k: the order of the neighbours matters, as it does in pymatgen."""
    polar = angles.polar * math.pi
    south = polar >= parameters["min_SPP"]
    of_k = np.where(south, parameters["w_SPP"] * _bell(angles.polar, 1.0, parameters["IGW_SPP"]), 0.0)
    away = (polar - math.pi / 2) / BCC_WIDTH
    of_m = (BCC_SCALE * away * np.exp(-0.5 * away**2))[:, :, None, :] * np.cos(3 * angles.azimuth)
    of_m = of_m * np.where(polar > math.pi / 2, 1.0, -1.0)[..., None]
    score, _ = _with_others(of_k, np.zeros_like(of_k), of_m, angles.azimuthal & ~south[..., None])
    count = polar.shape[1]
    return np.asarray(np.triu(score, 1).sum(axis=(1, 2)) / (0.5 * count * (6 + (count - 2) * (count - 3))))


def _steinhardt(degree: int, angles: Angles) -> Array:
    """Bond orientational order (Steinhardt et al., doi:10.1103/PhysRevB.28.784), by the addition theorem."""
    legendre = np.polynomial.legendre.Legendre.basis(degree)
    return np.asarray(np.sqrt(np.maximum(legendre(angles.cosine).mean(axis=(1, 2)), 0.0)), dtype=np.float64)
