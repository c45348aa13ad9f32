"""The peers' fingerprints that benchmarks compare with: fast ways give the same numbers as the plain ones."""

import numpy as np
import pytest

from benchmarks.leave_one_out import leave_one_out


@pytest.fixture(scope="module")
def cells(records):
    return [(r.lattice, r.numbers, r.frac) for r in records]


def test_site_statistics_are_those_of_the_materials_project(cells):
    from matminer.featurizers.site import CrystalNNFingerprint
    from matminer.featurizers.structure import SiteStatsFingerprint
    from pymatgen.core import Structure

    from benchmarks import baselines

    site = CrystalNNFingerprint.from_preset("ops", distance_cutoffs=None, x_diff_weight=0)
    peer = SiteStatsFingerprint(site, stats=("mean", "std_dev", "minimum", "maximum"))
    for cell in cells[:30:6]:
        lattice, numbers, frac = cell
        expected = np.array(peer.featurize(Structure(lattice, [int(z) for z in numbers], frac)))
        np.testing.assert_allclose(baselines.site_statistics(cell), expected, atol=2e-3)


def test_size_does_not_count_at_one_volume_per_atom(cells):
    from benchmarks import baselines

    lattice, numbers, frac = cells[3]
    small, large = (baselines.resized((lattice * factor, numbers, frac)) for factor in (0.7, 1.9))
    np.testing.assert_allclose(small[0], large[0])
    assert abs(np.linalg.det(small[0])) / len(numbers) == pytest.approx(baselines.VOLUME_PER_ATOM)


def test_pruned_distances_give_the_figures_of_all_distances(cells):
    amd = pytest.importorskip("amd", reason="the bench extra is not installed")
    from benchmarks import baselines

    some = [baselines.pdd(cell) for cell in cells[:40]]
    types = np.arange(40) % 8
    formulas = [str(i) for i in range(40)]
    full = np.array([[-amd.EMD(a, b) for b in some] for a in some])
    expected = leave_one_out(full, types, formulas)
    found = leave_one_out(baselines.pdd_scores(some, types), types, formulas)
    np.testing.assert_allclose(found.precision, expected.precision)
    np.testing.assert_allclose(found.nearest, expected.nearest)


def test_the_nearest_by_pruned_distance_is_the_nearest(cells):
    amd = pytest.importorskip("amd", reason="the bench extra is not installed")
    from benchmarks import baselines
    from benchmarks.robustness import nearest_by_pdd

    some = [baselines.pdd(cell) for cell in cells[:40]]
    averages = np.array([baselines.amd_of(each) for each in some])
    for place in range(0, 40, 5):
        found = nearest_by_pdd(some[place], some, averages, place)
        full = np.array([amd.EMD(some[place], other) for other in some])
        assert found[place] == pytest.approx(0, abs=1e-9)
        assert -np.delete(found, place).max() == pytest.approx(np.delete(full, place).min())


def test_kept_results_survive_a_cut_line(tmp_path):
    from clics.evaluation.result_cache import ResultCache

    file = tmp_path / "kept.jsonl"
    first = ResultCache(file)
    first.add("a", [1, 2])
    first.add("b", {"x": 0.5})
    file.write_bytes(file.read_bytes() + b'["c", [3')
    again = ResultCache(file)
    assert again["a"] == [1, 2]
    assert "c" not in again
    again.add("c", 3)
    assert ResultCache(file)["b"] == {"x": 0.5}
    assert ResultCache(file)["c"] == 3


def test_training_from_scratch_learns_what_it_is_shown(records, monkeypatch):
    from clics.model.graph import GraphSettings, build_graph
    from clics.model.graph_tower import TowerSettings

    from benchmarks import from_scratch
    from benchmarks.few_shot_tasks import Task, accuracies

    monkeypatch.setattr(from_scratch, "LEAST_STEPS", 30)
    groups = np.array([record.space_group for record in records])
    names, counts = np.unique(groups, return_counts=True)
    common = names[np.argsort(-counts, kind="stable")[:2]]
    rows = np.flatnonzero(np.isin(groups, common))[:8]
    types = np.searchsorted(np.sort(common), groups[rows])
    assert len(set(types.tolist())) == 2
    graphs = [build_graph(records[i].lattice, records[i].numbers, records[i].frac, GraphSettings()) for i in rows]
    both = np.arange(len(rows))
    tower = TowerSettings(width=16, alignn_layers=1, gcn_layers=1, pooled=32, output=32, dropout=0.0)
    scores = from_scratch.scratch_scores(tower, graphs, types, Task(both, both), rate=1e-2, seed=0)
    assert accuracies(scores, types)[1] == 1.0
