from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
import zipfile
from pathlib import Path

import psutil
import pytest
from clics.crystals.crystal import Crystal, Refusal
from clics.crystals.writing import to_cif
from clics.errors import Cancelled
from clics.progress import CancelToken
from clics.readers import sandbox
from clics.readers.record import Record
from clics.readers.sandbox import Reader, read_sandboxed
from clics.sources.files import read_crystals


@pytest.fixture(autouse=True)
def fresh() -> None:
    sandbox.shut_down()


def slow_cif(name: str = "slow") -> str:
    """Thousands of atoms under 192 operations: quadratic work for the parser, hours of it."""
    head = f"data_{name}\n" + "".join(f"_cell_length_{x} 500\n" for x in "abc")
    head += "".join(f"_cell_angle_{x} 90\n" for x in ("alpha", "beta", "gamma"))
    head += "_space_group_IT_number 225\nloop_\n_atom_site_label\n"
    head += "".join(f"_atom_site_fract_{x}\n" for x in "xyz")
    return head + "".join(
        f"Na{n} 0.{n % 97:02d}{n:05d} 0.{n % 89:02d}{n:05d} 0.{n % 83:02d}{n:05d}\n" for n in range(4000)
    )


def results(path: Path, **limits: float) -> list[str]:
    events = list(read_sandboxed(str(path), **limits))  # type: ignore[arg-type]
    return [
        "crystal" if isinstance(event.outcome, Record) else str(getattr(event.outcome, "kind", "")) for event in events
    ]


def test_a_hanging_block_costs_only_itself(tmp_path: Path, pyrite_like: Crystal) -> None:
    good = to_cif(pyrite_like)
    (tmp_path / "three.cif").write_text(
        good.replace("FeS2\n_s", "a\n_s") + slow_cif() + good.replace("FeS2\n_s", "b\n_s")
    )
    assert results(tmp_path / "three.cif", seconds=5.0) == ["crystal", "timeout", "crystal"]


def test_a_hanging_member_costs_only_itself(tmp_path: Path, pyrite_like: Crystal) -> None:
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        for name, text in (("1.cif", to_cif(pyrite_like)), ("2.cif", slow_cif()), ("3.cif", to_cif(pyrite_like))):
            archive.writestr(name, text)
    assert results(tmp_path / "a.zip", seconds=5.0) == ["crystal", "timeout", "crystal"]


def test_a_file_that_kills_again_and_again_is_given_up(tmp_path: Path, pyrite_like: Crystal) -> None:
    blocks = "".join(slow_cif(f"x{number}") for number in range(5))
    (tmp_path / "many.cif").write_text(blocks + to_cif(pyrite_like))
    events = list(read_sandboxed(str(tmp_path / "many.cif"), seconds=1.0))
    assert len(events) == 3
    assert "given up" in events[-1].outcome.message  # type: ignore[union-attr]


def test_memory_is_limited(tmp_path: Path) -> None:
    (tmp_path / "fat.json").write_text("[" + "[[0,0],{}]," * 3_000_000 + "0]")
    (tmp_path / "next.json").write_text("{}")
    assert results(tmp_path / "fat.json", seconds=100.0, memory=500 * 2**20) == ["out-of-memory"]
    assert results(tmp_path / "next.json", seconds=100.0, memory=500 * 2**20) == ["no-crystals"]


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="no SIGKILL on this system")
def test_kill_nine_is_one_refusal(tmp_path: Path, pyrite_like: Crystal) -> None:
    (tmp_path / "1.cif").write_text(slow_cif())
    (tmp_path / "2.cif").write_text(to_cif(pyrite_like))

    def kill_when_busy() -> None:
        for _ in range(600):
            time.sleep(0.1)
            for child in psutil.Process().children():
                if "clics.readers.reader_process:reader" in child.cmdline() and child.cpu_times().user > 1.0:
                    child.kill()
                    return

    killer = threading.Thread(target=kill_when_busy)
    killer.start()
    first, second = read_crystals([tmp_path])
    killer.join()
    assert isinstance(first, Refusal)
    assert first.kind == "process-died"
    assert isinstance(second, Crystal)


def test_one_process_serves_many_files_and_calls(tmp_path: Path, pyrite_like: Crystal) -> None:
    for number in range(30):
        (tmp_path / f"{number:02}.cif").write_text(to_cif(pyrite_like))
    assert len(list(read_crystals([tmp_path]))) == 30
    (reader,) = sandbox._idle
    pid = reader.pid
    assert len(list(read_crystals([tmp_path]))) == 30
    assert [reader.pid for reader in sandbox._idle] == [pid]
    os.kill(pid, getattr(signal, "SIGKILL", signal.SIGTERM))  # an idle child that was killed is simply replaced
    psutil.wait_procs([psutil.Process(pid)], timeout=5) if psutil.pid_exists(pid) else None
    assert all(isinstance(found, Crystal) for found in read_crystals([tmp_path]))


def test_cancel_and_an_abandoned_reading_leave_no_process(tmp_path: Path, pyrite_like: Crystal) -> None:
    (tmp_path / "slow.cif").write_text(slow_cif())
    token = CancelToken()
    threading.Timer(1.0, token.cancel).start()
    with pytest.raises(Cancelled):
        list(read_crystals([tmp_path / "slow.cif"], cancel=token))
    assert sandbox._idle == []
    (tmp_path / "two.cif").write_text(to_cif(pyrite_like) * 2)
    reading = read_crystals([tmp_path / "two.cif"])
    next(reading)
    reading.close()  # type: ignore[attr-defined]
    assert not [
        child for child in psutil.Process().children() if "clics.readers.reader_process:reader" in child.cmdline()
    ]


def test_readers_in_several_threads(tmp_path: Path, pyrite_like: Crystal) -> None:
    (tmp_path / "a.cif").write_text(to_cif(pyrite_like))
    counts: list[int] = []
    threads = [
        threading.Thread(target=lambda: counts.append(sum(1 for _ in read_crystals([tmp_path / "a.cif"] * 3))))
        for _ in range(3)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert counts == [3, 3, 3]
    assert len(sandbox._idle) == 1


def test_a_script_without_a_main_guard_can_read(tmp_path: Path, pyrite_like: Crystal) -> None:
    (tmp_path / "a.cif").write_text(to_cif(pyrite_like))
    (tmp_path / "numpy.py").write_text("raise SystemExit('a file beside the crystals was imported')")
    script = tmp_path / "deep" / "script.py"
    script.parent.mkdir()
    script.write_text(
        "import sys\n"
        "from clics.sources.files import read_crystals\n"
        "assert 'pymatgen' not in sys.modules and 'torch' not in sys.modules\n"
        f"print([c.formula for c in read_crystals([{str(tmp_path / 'a.cif')!r}])])\n"
    )
    root = str(Path(__file__).parents[3] / "engine")
    done = subprocess.run([sys.executable, str(script)], cwd=tmp_path, capture_output=True, text=True, check=False,
                          env={**os.environ, "PYTHONPATH": root})  # fmt: skip
    assert done.stdout.strip() == "['FeS2']", done.stderr


def test_the_child_does_not_load_torch(tmp_path: Path, pyrite_like: Crystal) -> None:
    (tmp_path / "a.cif").write_text(to_cif(pyrite_like))
    list(read_crystals([tmp_path / "a.cif"]))
    (reader,) = sandbox._idle
    if not Path(f"/proc/{reader.pid}/maps").exists():
        pytest.skip("no /proc on this system")
    assert "libtorch" not in Path(f"/proc/{reader.pid}/maps").read_text()


def test_a_damaged_answer_is_a_dead_reader(tmp_path: Path) -> None:
    """A hijacked child may send anything; it is never unpickled, and never more than a refusal."""
    for answer in ("not json", {"at": [0], "source": 1}, {"at": [0, 0], "source": "", "block": "", "record": {}}):
        reader = Reader(seconds=5.0)
        try:
            reader._inbox.put((reader._process, {"answer": answer}))
            with pytest.raises(sandbox.ReaderFailed) as caught:
                list(reader.events(str(tmp_path / "x"), (0, 0), None))
        finally:
            reader.close()
        assert caught.value.failure.kind == "process-died"
