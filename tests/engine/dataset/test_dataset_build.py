import json
import subprocess
import sys
import time
from pathlib import Path

import describers
import pytest
from prototypes import json_line, small_prototypes, write_prototypes

from engine.concepts.concept import true_concepts
from engine.concepts.description import Description
from engine.dataset.build import build
from engine.dataset.described import read_lines
from engine.dataset.info import info
from engine.dataset.make_pack import pack_dataset
from engine.dataset.pool import Limits
from engine.dataset.writer import DescribedWriter
from engine.errors import Cancelled, ClicsError, InputError
from engine.progress import CancelToken

HERE = Path(__file__).parent
BUILD_SLOWLY = """
import sys
sys.path.insert(0, {here!r})
if __name__ == "__main__":
    from pathlib import Path
    import describers
    from engine.dataset.build import build
    build([Path({source!r})], Path({folder!r}), workers=2, describe=describers.slow)
"""


def content(folder: Path) -> list[str]:
    return sorted(json.dumps(line, sort_keys=True) for line in read_lines(folder))


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
    from engine.concepts.describe import describe
    from engine.crystals.crystal import Crystal

    structures = small_prototypes()
    for line in list(read_lines(built))[:4]:
        expected = describe(Crystal(line["id"], structures[int(line["id"].split("-")[1])]))
        found = Description.from_json(line["description"])
        assert found.text == expected.text
        assert true_concepts(found) == true_concepts(expected)
        assert all(atom < len(line["numbers"]) for site in found.sites for atom in site.atoms)


def test_two_workers_make_the_same_pack(source: Path, built: Path, tmp_path: Path) -> None:
    build([source], tmp_path / "two", workers=2, licence="materials-project")
    assert content(tmp_path / "two") == content(built)
    for name, folder in (("a", built), ("b", tmp_path / "two")):
        # the manifest names its source folder and hashes it, so the same name and order-free content must agree
        pack_dataset([], [], [folder], tmp_path / name)
    for file in ("arrays.safetensors", "texts.json", "vocabulary.json"):
        assert (tmp_path / "a" / file).read_bytes() == (tmp_path / "b" / file).read_bytes()


def test_killed_build_goes_on_as_if_nothing_happened(source: Path, built: Path, tmp_path: Path) -> None:
    folder = tmp_path / "killed"
    script = tmp_path / "slow.py"
    script.write_text(BUILD_SLOWLY.format(here=str(HERE), source=str(source), folder=str(folder)), encoding="utf-8")
    part = folder / "part-00000.jsonl"
    process = subprocess.Popen([sys.executable, str(script)])
    try:
        while not part.exists() or part.read_bytes().count(b"\n") < 4:
            assert process.poll() is None
            time.sleep(0.02)
    finally:
        process.kill()
        process.wait()
    done = len(list(read_lines(folder)))
    assert 4 <= done < 12
    with part.open("ab") as file:  # a line that the kill tore
        file.write(b'{"key":"00","id":"proto-11","descr')
    report = build([source], folder, workers=1)
    assert (report.skipped, report.described) == (done, 12 - done)
    assert content(folder) == content(built)


def test_hanging_dying_and_raising_crystals_cost_one_line_each(source: Path, tmp_path: Path) -> None:
    limits = Limits(seconds=3.0)
    report = build([source], tmp_path / "d", workers=2, describe=describers.troubled, limits=limits, limit_crystals=8)
    errors = {line["id"]: line["error"] for line in read_lines(tmp_path / "d") if "error" in line}
    assert {name: error["kind"] for name, error in errors.items()} == {
        "proto-1": "describer-timeout",
        "proto-2": "describer-died",
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
    assert errors == {"proto-1": "describer-memory"}


def test_describer_that_can_describe_nothing_stops_the_build(source: Path, tmp_path: Path) -> None:
    with pytest.raises(ClicsError, match="name 'site' is not defined, at rock-salt"):
        build([source], tmp_path / "d", workers=1, describe=describers.broken)
    assert content(tmp_path / "d") == []


def test_workers_are_replaced_after_so_many_crystals(source: Path, built: Path, tmp_path: Path) -> None:
    build([source], tmp_path / "d", workers=1, limits=Limits(restart_crystals=8))
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
