"""Building on a real cluster: a scheduler and two workers in processes of their own, one of them killed."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import describers
import psutil
import pytest
from clics.dataset import cluster as dispatch
from clics.dataset.build import build
from clics.dataset.description_store import read_lines
from clics.dataset.manifest import versions
from clics.errors import Cancelled, ClicsError, InputError
from clics.progress import CancelToken, Progress
from clics.supervision.limits import Limits
from prototypes import write_prototypes

HERE = Path(__file__).parent
ROOT = HERE.parents[2]


@dataclass
class Cluster:
    """Processes of dask.distributed, started as its own commands start them."""

    folder: Path
    scheduler: subprocess.Popen[bytes] | None = None
    workers: list[subprocess.Popen[bytes]] = field(default_factory=list)

    @property
    def _file(self) -> Path:
        return self.folder / "scheduler.json"

    @property
    def address(self) -> str:
        import json

        return str(json.loads(self._file.read_text())["address"])

    def _start(self, module: str, *options: str) -> subprocess.Popen[bytes]:
        command = [sys.executable, "-m", f"distributed.cli.{module}", "--no-dashboard", *options]
        path = os.pathsep.join([str(ROOT / "engine"), str(HERE)])
        environment = {**os.environ, "PYTHONPATH": path, "OMP_NUM_THREADS": "1"}
        return subprocess.Popen(
            command, env=environment, cwd=self.folder, start_new_session=True, stderr=subprocess.DEVNULL
        )

    def start(self, workers: int) -> None:
        self.scheduler = self._start(
            "dask_scheduler", "--host", "127.0.0.1", "--port", "0", "--scheduler-file", str(self._file)
        )
        deadline = time.monotonic() + 120
        while not self._file.exists() or not self._file.read_text().strip().endswith("}"):
            assert time.monotonic() < deadline
            assert self.scheduler.poll() is None
            time.sleep(0.1)
        for _ in range(workers):
            self.workers.append(self._start("dask_worker", "--nthreads", "1", "--scheduler-file", str(self._file)))

    def kill_worker(self) -> list[psutil.Process]:
        """``kill -9`` of one worker with its nanny; the processes that describe for it are left to end themselves."""
        nanny = self.workers.pop()
        below = psutil.Process(nanny.pid).children(recursive=True)
        describing = [process for process in below if "clics.descriptions.supervised:describer" in process.cmdline()]
        for process in [nanny, *(process for process in below if process not in describing)]:
            process.send_signal(signal.SIGKILL)
        nanny.wait()
        return describing

    def stop(self) -> None:
        for process in filter(None, [*self.workers, self.scheduler]):
            with contextlib.suppress(psutil.NoSuchProcess):  # ended and waited for
                for below in psutil.Process(process.pid).children(recursive=True):
                    below.kill()
            process.kill()
            process.wait()
        self.workers, self.scheduler = [], None


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Callable[[int], Cluster]]:
    running: list[Cluster] = []

    def begin(workers: int) -> Cluster:
        running.append(Cluster(tmp_path))
        running[-1].start(workers)
        return running[-1]

    yield begin
    for cluster in running:
        cluster.stop()


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("structures") / "prototypes.jsonl"
    write_prototypes(path, 24)
    return path


@pytest.fixture(autouse=True)
def small_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dispatch, "_BATCH", 2)


def files(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def test_killed_worker_costs_nothing_and_no_byte_differs(
    start: Callable[[int], Cluster], source: Path, tmp_path: Path
) -> None:
    cluster = start(2)
    orphans: list[psutil.Process] = []

    def kill_in_the_middle(event: Progress) -> None:
        if event.done >= 7 and len(cluster.workers) == 2:
            orphans.extend(cluster.kill_worker())

    report = build(
        [source],
        tmp_path / "cluster",
        scheduler=cluster.address,
        describe=describers.troubled,
        limits=Limits(seconds=5.0),
        progress=kill_in_the_middle,
    )
    assert len(cluster.workers) == 1
    assert (report.described, report.failed.total()) == (21, 3)
    psutil.wait_procs(orphans, timeout=20)
    assert not any(process.is_running() for process in orphans)
    build([source], tmp_path / "local", workers=2, describe=describers.troubled, limits=Limits(seconds=5.0))
    assert files(tmp_path / "cluster") == files(tmp_path / "local")
    errors = {line["id"]: line["error"]["kind"] for line in read_lines(tmp_path / "cluster") if "error" in line}
    assert errors == {"proto-1": "timeout", "proto-2": "process-died", "proto-3": "not-described"}


def test_lost_cluster_keeps_what_was_done_and_the_build_goes_on_at_home(
    start: Callable[[int], Cluster], source: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    cluster = start(1)
    token = CancelToken()
    with pytest.raises(Cancelled):
        build([source], tmp_path / "d", scheduler=cluster.address, cancel=token, progress=lambda _: token.cancel())
    done = len(list(read_lines(tmp_path / "d")))
    assert 1 <= done < 24

    monkeypatch.setattr(dispatch, "versions", lambda: {**versions(), "spglib": "0.1"})
    with pytest.raises(ClicsError, match=r"worker of the cluster has spglib .* \(not 0\.1\)") as caught:
        build([source], tmp_path / "d", scheduler=cluster.address)
    assert caught.value.kind == "cluster-differs"
    monkeypatch.setattr(dispatch, "versions", versions)
    monkeypatch.setattr(dispatch, "_CONNECT_S", 5)

    def kill_scheduler(_: Progress) -> None:
        if cluster.scheduler is not None and cluster.scheduler.poll() is None:
            cluster.scheduler.kill()
            cluster.scheduler.wait()

    with pytest.raises(ClicsError) as caught:
        build([source], tmp_path / "d", scheduler=cluster.address, describe=describers.slow, progress=kill_scheduler)
    assert caught.value.kind == "cluster-lost"
    cluster.stop()
    assert len(list(read_lines(tmp_path / "d"))) > done
    build([source], tmp_path / "d", workers=1)
    assert [line["id"] for line in read_lines(tmp_path / "d")] == [f"proto-{number}" for number in range(24)]


def test_address_without_a_scheduler_is_named(source: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dispatch, "_CONNECT_S", 2)
    with pytest.raises(InputError, match=r"No scheduler answers at tcp://127\.0\.0\.1:9") as caught:
        build([source], tmp_path / "d", scheduler="tcp://127.0.0.1:9")
    assert caught.value.kind == "no-scheduler"


@pytest.mark.parametrize(
    "address", ["local", "node1", "", ":", "tcp://node1", "[::1", "tcp://node1:99999", "inproc://1:1"]
)
def test_what_is_no_address_is_told_at_once(source: Path, tmp_path: Path, address: str) -> None:
    with pytest.raises(
        InputError, match=r"is no address of a scheduler; name one with its port, such as tcp://"
    ) as caught:
        build([source], tmp_path / "d", scheduler=address)
    assert caught.value.kind == "no-scheduler"
