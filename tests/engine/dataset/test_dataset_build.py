import json
import subprocess
import sys
import time
from pathlib import Path

import describers
import pytest
from clics.concepts.truth import true_concepts
from clics.dataset.build import build
from clics.dataset.dataset_info import info
from clics.dataset.description_store import read_lines
from clics.dataset.pack import pack_dataset
from clics.dataset.writer import DescribedWriter
from clics.errors import Cancelled, ClicsError, InputError
from clics.progress import CancelToken
from clics.results.description import Description
from clics.supervision.limits import Limits
from prototypes import json_line, small_prototypes, write_prototypes

HERE = Path(__file__).parent
BUILD_SLOWLY = """
import sys
sys.path.insert(0, {here!r})
if __name__ == "__main__":
    from pathlib import Path
    import describers
    from clics.dataset.build import build
    build([Path({source!r})], Path({folder!r}), workers=2, licence="materials-project", describe=describers.slow)
"""


def content(folder: Path) -> list[str]:
    return sorted(json.dumps(line, sort_keys=True) for line in read_lines(folder))


def files(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("structures") / "prototypes.jsonl"
    write_prototypes(path, 12)
    return path


@pytest.fixture(scope="module")
def built(source: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("built") / "one-worker"
    report = build([source], folder, workers=1, licence="materials-project")
    assert (report.described, dict(report.failed)) == (12, {})
    return folder


def test_descriptions_are_the_describers_own(built: Path) -> None:
    from clics.crystals.crystal import Crystal
    from clics.descriptions.describe import describe

    structures = small_prototypes()
    for line in list(read_lines(built))[:4]:
        expected = describe(Crystal(line["id"], structures[int(line["id"].split("-")[1])]))
        found = Description.from_json(line["description"])
        assert found.text == expected.text
        assert true_concepts(found) == true_concepts(expected)
        assert all(atom < len(line["numbers"]) for site in found.sites for atom in site.atoms)


def test_two_workers_make_the_same_pack(source: Path, built: Path, tmp_path: Path) -> None:
    build([source], tmp_path / "two", workers=2, licence="materials-project")
    assert files(tmp_path / "two") == files(built)
    for name, folder in (("a", built), ("b", tmp_path / "two")):
        pack_dataset([], [], [folder], tmp_path / name)
    a, b = files(tmp_path / "a"), files(tmp_path / "b")
    # the manifest names its source folder; nothing else may differ
    assert json.loads(a.pop("manifest.json"))["sources"][0].pop("sha256") == (
        json.loads(b.pop("manifest.json"))["sources"][0].pop("sha256")
    )
    assert a == b


def test_build_killed_twice_goes_on_as_if_nothing_happened(source: Path, built: Path, tmp_path: Path) -> None:
    folder = tmp_path / "killed"
    script = tmp_path / "slow.py"
    script.write_text(BUILD_SLOWLY.format(here=str(HERE), source=str(source), folder=str(folder)), encoding="utf-8")
    part = folder / "part-00000.jsonl"
    done = 0
    for enough in (3, 7):
        process = subprocess.Popen([sys.executable, str(script)])
        try:
            while not part.exists() or part.read_bytes().count(b"\n") < enough:
                assert process.poll() is None
                time.sleep(0.02)
        finally:
            process.kill()
            process.wait()
        done = len({line["key"] for line in read_lines(folder)})  # a kill may leave one in two files
        assert enough <= done < 12
        with part.open("ab") as file:  # a line that the kill tore
            file.write(b'{"key":"00","id":"proto-11","descr')
    report = build([source], folder, workers=1, licence="materials-project")
    assert (report.skipped, report.described) == (done, 12 - done)
    assert files(folder) == files(built)


def test_crystal_that_comes_twice_is_described_once(source: Path, built: Path, tmp_path: Path) -> None:
    lines = source.read_text().splitlines(keepends=True)
    doubled = tmp_path / "prototypes.jsonl"
    doubled.write_text("".join(line for line in lines for _ in range(2)))
    report = build([doubled, doubled], tmp_path / "d", workers=2, licence="materials-project")
    assert (report.described, report.skipped) == (12, 36)
    assert files(tmp_path / "d") == files(built)


def test_folder_holds_structure_types_or_none(built: Path, source: Path) -> None:
    with pytest.raises(InputError, match="begun without structure types") as caught:
        build([source], built, mineral=True)
    assert caught.value.kind == "other-options"


ODD = {
    "one-atom": (4.0, ["Po"], [[0, 0, 0]]),
    "noble-gas": (5.3, ["Ar"], [[0, 0, 0]]),
    "atom-in-a-box": (30.0, ["Fe"], [[0.3, 0.1, 0.2]]),
    "gas-in-a-box": (20.0, ["N", "N"], [[0.5, 0.5, 0.5], [0.555, 0.5, 0.5]]),
    "atoms-far-apart": (25.0, ["Na", "Cl"], [[0, 0, 0], [0.5, 0.5, 0.5]]),
    "hydrogen": (3.0, ["H"], [[0, 0, 0]]),
    "heaviest": (4.5, ["Lr", "O"], [[0, 0, 0], [0.5, 0.5, 0.5]]),
    "colliding": (4.0, ["Na", "Na"], [[0, 0, 0], [0, 0, 0.001]]),
    "huge": (3000.0, ["Si"], [[0, 0, 0]]),
}


def test_odd_crystals_are_described_or_refused_by_name(tmp_path: Path) -> None:
    path = tmp_path / "odd.jsonl"
    rows = [
        {"id": name, "lattice": [[a, 0, 0], [0, a, 0], [0, 0, a]], "species": species, "frac_coords": frac}
        for name, (a, species, frac) in ODD.items()
    ]
    path.write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")
    report = build([path], tmp_path / "d", workers=1, limits=Limits(seconds=30.0))
    lines = {line["id"]: line for line in read_lines(tmp_path / "d")}
    assert len(lines) + report.refused == len(ODD)
    for line in lines.values():
        if "error" in line:
            assert line["error"]["kind"] in {"no-neighbours", "failed", "no-symmetry"}, line["error"]
            assert line["error"]["message"].endswith(".")
        else:
            groups = line["description"]["space_groups"]
            assert [group["symprec"] for group in groups] == [0.001, 0.01, 0.1]
    assert {refusal.kind for refusal in report.refusals} <= {"atoms-too-close", "absurd-volume"}
    assert any(refusal.kind == "atoms-too-close" for refusal in report.refusals)


def test_hanging_dying_and_raising_crystals_cost_one_line_each(source: Path, tmp_path: Path) -> None:
    limits = Limits(seconds=3.0)
    report = build([source], tmp_path / "d", workers=2, describe=describers.troubled, limits=limits, limit_crystals=8)
    errors = {line["id"]: line["error"] for line in read_lines(tmp_path / "d") if "error" in line}
    assert {name: error["kind"] for name, error in errors.items()} == {
        "proto-1": "timeout",
        "proto-2": "process-died",
        "proto-3": "not-described",
    }
    assert report.described == 5
    assert "signal 9" in errors["proto-2"]["message"]
    assert "likeness of nothing" in errors["proto-3"]["message"]
    assert info(tmp_path / "d").errors == dict.fromkeys(sorted(error["kind"] for error in errors.values()), 1)

    again = build([source], tmp_path / "d", workers=1, limit_crystals=0)
    assert again.described == 0
    healed = build([source], tmp_path / "d", workers=1, retry_failed=True)
    assert (healed.described, healed.skipped) == (7, 5)
    assert info(tmp_path / "d").errors == {}
    assert info(tmp_path / "d").described == 12


def test_crystal_that_eats_memory_costs_one_line(source: Path, tmp_path: Path) -> None:
    limits = Limits(seconds=500.0, memory=1 << 30)
    build([source], tmp_path / "d", workers=1, describe=describers.greedy, limits=limits, limit_crystals=3)
    errors = {line["id"]: line["error"]["kind"] for line in read_lines(tmp_path / "d") if "error" in line}
    assert errors == {"proto-1": "out-of-memory"}


def test_describer_that_can_describe_nothing_stops_the_build(source: Path, tmp_path: Path) -> None:
    with pytest.raises(ClicsError, match="name 'site' is not defined, at rock-salt"):
        build([source], tmp_path / "d", workers=1, describe=describers.broken)
    assert content(tmp_path / "d") == []


def test_workers_are_replaced_after_so_many_crystals(source: Path, built: Path, tmp_path: Path) -> None:
    build([source], tmp_path / "d", workers=1, limits=Limits(restart_items=8))
    assert content(tmp_path / "d") == content(built)


def test_unreadable_entries_are_reported_not_built(tmp_path: Path) -> None:
    path = tmp_path / "mixed.jsonl"
    structures = small_prototypes()
    lines = [json_line("good", structures[0]), "not json", '{"id": "x", "species": ["Xx"], "lattice": 1}']
    lines.append(json_line("nan", structures[1]).replace("[[", "[[NaN, ", 1))
    doubled = json.loads(json_line("doubled", structures[2]))
    doubled["species"].append(doubled["species"][0])
    doubled["frac_coords"].append(doubled["frac_coords"][0])
    lines.append(json.dumps(doubled))
    path.write_text("\n".join(lines), encoding="utf-8")
    report = build([path], tmp_path / "d", workers=1)
    assert (report.described, report.refused) == (1, 4)
    assert [refusal.block for refusal in report.refusals] == ["line 2", "line 3", "line 4", "line 5"]
    assert report.refusals[-1].kind == "atoms-too-close"
    assert all(refusal.message.startswith("mixed.jsonl, line") for refusal in report.refusals)


def test_cif_folder_is_built_through_the_reader(tmp_path: Path) -> None:
    folder = tmp_path / "cifs"
    folder.mkdir()
    for i, structure in enumerate(small_prototypes()[8:10]):
        structure.to(filename=str(folder / f"crystal-{i}.cif"))
    (folder / "broken.cif").write_text("data_x\n_cell_length_a 1\n", encoding="utf-8")
    report = build([folder], tmp_path / "d", workers=1)
    assert (report.described, report.refused) == (2, 1)
    assert {line["id"] for line in read_lines(tmp_path / "d")} == {"crystal-0", "crystal-1"}


def test_cancel_keeps_what_was_done(source: Path, tmp_path: Path) -> None:
    token = CancelToken()
    with pytest.raises(Cancelled):
        build([source], tmp_path / "d", workers=1, progress=lambda _: token.cancel(), cancel=token)
    assert len(list(read_lines(tmp_path / "d"))) == 1


def test_one_writer_at_a_time(tmp_path: Path) -> None:
    about = {"versions": [], "sources": []}
    with DescribedWriter(tmp_path, about), pytest.raises(InputError) as caught:
        DescribedWriter(tmp_path, about)
    assert caught.value.kind == "busy"
    DescribedWriter(tmp_path, about).close()


def test_missing_source_is_named(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"nowhere\.jsonl does not exist") as caught:
        build([tmp_path / "nowhere.jsonl"], tmp_path / "d", workers=1)
    assert caught.value.kind == "missing-file"
