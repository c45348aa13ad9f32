"""Shapes of coordination polyhedra. Angles and distances of the polyhedra below are derived by hand."""

from __future__ import annotations

from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path

import numpy as np
import pytest
from clics.descriptions.shapes.measures import shape_measures
from clics.descriptions.shapes.naming import shape_of
from clics.descriptions.shapes.reference import all_shapes, family_of, shapes_of, vertices_of

RNG = np.random.default_rng(7)


def turned(vertices: np.ndarray, mirrored: bool = False) -> np.ndarray:
    """The vertices in a random orientation, order and size."""
    rotation, _ = np.linalg.qr(RNG.normal(size=(3, 3)))
    if (np.linalg.det(rotation) < 0) is not mirrored:
        rotation = -rotation
    return RNG.permutation(vertices @ rotation.T) * RNG.uniform(1.5, 3)


@pytest.mark.parametrize("mirrored", [False, True])
@pytest.mark.parametrize("count", [2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 14, 15, 16])
def test_every_reference_shape_is_found_in_any_orientation(count: int, mirrored: bool) -> None:
    for shape, vertices in zip(shapes_of(count), vertices_of(count), strict=True):
        assert shape_measures(turned(vertices, mirrored))[shape.symbol] < 1e-4, shape.symbol


def test_the_measure_of_a_square_against_the_tetrahedron_is_that_of_the_literature() -> None:
    """33.3: Alvarez et al., Coord. Chem. Rev. 249, 1693 (2005), and the tetrahedron against the square the same."""
    square = np.array([[1, 0, 0], [0, 1, 0], [-1, 0, 0], [0, -1, 0]])
    tetrahedron = np.array([[1, 1, 1], [1, -1, -1], [-1, 1, -1], [-1, -1, 1]])
    assert shape_measures(square)["T-4"] == pytest.approx(100 / 3, abs=1e-4)
    assert shape_measures(tetrahedron)["SP-4"] == pytest.approx(100 / 3, abs=1e-4)


def test_the_measure_of_a_prism_against_the_octahedron_is_that_of_the_literature() -> None:
    """16.73: Alvarez et al., New J. Chem. 26, 996 (2002)."""
    prism = vertices_of(6)[[shape.symbol for shape in shapes_of(6)].index("TPR-6")]
    assert shape_measures(turned(prism))["OC-6"] == pytest.approx(16.737, abs=2e-3)


@pytest.mark.parametrize("count", [0, 1, 13, 17, 30])
def test_no_shape_is_defined_for_these_coordination_numbers(count: int) -> None:
    assert shape_of(RNG.normal(size=(count, 3))).nearest is None


@pytest.mark.parametrize("count", [*range(2, 13), 14, 15, 16])
def test_degenerate_sets_have_numbers(count: int) -> None:
    line = np.outer(np.arange(count), [1.0, 2.0, 3.0])
    flat = RNG.normal(size=(count, 3)) * [1, 1, 0]
    one = np.tile([1.0, 0.0, 0.0], (count, 1))
    far = one * 1e6 + RNG.normal(size=(count, 3))
    with np.errstate(divide="raise", invalid="raise", over="raise"):
        for vectors in (line, flat, one, far):
            assert all(0 <= value <= 100 for value in shape_measures(vectors).values())
            shape_of(vectors)
        assert shape_of(np.zeros((count, 3))).nearest is None
        assert shape_of(np.full((count, 3), np.nan)).nearest is None


def test_a_site_of_symmetry_6m2_is_no_pentagonal_pyramid_and_one_of_4mm_no_prism() -> None:
    prism = vertices_of(6)[[shape.symbol for shape in shapes_of(6)].index("TPR-6")]
    threefold = np.array([[-0.5, -np.sqrt(0.75), 0], [np.sqrt(0.75), -0.5, 0], [0, 0, 1]])
    group = [
        np.linalg.matrix_power(threefold, k) @ np.diag([1.0, m, z]) for k in range(3) for m in (1, -1) for z in (1, -1)
    ]
    flattened = prism * [1, 1, 0.7]
    assert shape_of(flattened, np.array(group)).symbol == "TPR-6"
    fourfold = np.array([[0.0, -1, 0], [1, 0, 0], [0, 0, 1]])
    group = [np.linalg.matrix_power(fourfold, k) @ np.diag([1.0, m, 1]) for k in range(4) for m in (1, -1)]
    shape = shape_of(prism, np.array(group))
    assert shape.nearest is not None
    assert shape.nearest.symbol == "OC-6"
    assert shape.excluded is not None
    assert shape.excluded.symbol == "TPR-6"


def test_families_have_one_name() -> None:
    for shape in all_shapes().values():
        family = family_of(shape.symbol)
        assert (family.name, family.adjective, family.plural) == (shape.name, shape.adjective, shape.plural)
        assert family.family == family.symbol
    assert len({shape.name for shape in all_shapes().values()}) == len({s.family for s in all_shapes().values()})


@pytest.mark.parametrize(
    ("symbol", "contained", "not_contained"),
    [  # subgroups of the point groups by International Tables A, table 3.2.1.4 (2016), and of the fivefold ones by hand
        ("OC-6", "m-3m 4/mmm -3m mmm -42m 23 1", "6 -6 6/mmm"),
        ("TPR-6", "-6m2 -6 32 3m mm2 m", "-1 -3 4 -4 222 6 2/m"),
        ("PPY-6", "m 1", "2 3 mm2 -1"),
        ("SAPR-8", "422 4mm 222 mm2", "-4 4/m -1 -42m 3"),
        ("TDD-8", "-42m -4 222 mm2", "4 -1 3"),
        ("T-4", "-43m 23 -42m -4 3m", "432 -1 4 m-3"),
        ("IC-12", "m-3 23 -3m 32 mmm", "4 -4 6 432 -43m m-3m"),
        ("L-2", "6/mmm 4/mmm -3m", "23 m-3 -43m m-3m"),
        ("SPY-5", "4mm 4 mm2 m", "3 -1 222"),
    ],
)
def test_site_symmetries_that_a_shape_allows(symbol: str, contained: str, not_contained: str) -> None:
    allowed = all_shapes()[symbol].site_symmetries
    assert allowed.issuperset(contained.split())
    assert allowed.isdisjoint(not_contained.split())


def test_the_file_of_reference_shapes_is_what_its_definitions_give() -> None:
    path = Path(__file__).parents[4] / "tools" / "reference_shapes.py"
    spec = spec_from_file_location("reference_shapes_tool", path)
    assert spec is not None
    assert spec.loader is not None
    tool = module_from_spec(spec)
    spec.loader.exec_module(tool)
    defined = tool.shapes()
    assert defined.keys() == all_shapes().keys()
    for count in range(2, 17):
        for shape, vertices in zip(shapes_of(count), vertices_of(count), strict=True):
            assert vertices == pytest.approx(defined[shape.symbol], abs=1e-5), shape.symbol
            assert set(tool.site_symmetries(vertices)) == shape.site_symmetries, shape.symbol
