"""Trainings as jobs: data of every kind and none, status, control, killed processes, models, moved hits."""

from __future__ import annotations

import errno
import json
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import psutil
import pytest
from clics import paths
from clics.concepts.registry import ROWS
from clics.dataset.crystal_rows import Row
from clics.dataset.lock import FolderLock
from clics.dataset.training_texts import Facts
from clics.errors import Cancelled, ClicsError, InputError
from clics.jobs import data, models, monitor, rank_changes, runner, status
from clics.jobs.job_spec import TrainingJobSpec
from clics.model import folder as model_folder
from clics.model.encoder import Encoder
from clics.progress import CancelToken, Progress, silent
from clics.results import TrainingOptions
from clics.results.training import TrainingState
from clics.session import Session
from clics.training.model_card import figures_of_card
from clics.training.recipe import Recipe

EXAMPLES = Path(__file__).resolve().parents[3] / "resources" / "examples"


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Some dozens of small prototypes with their descriptions."""
    path = tmp_path_factory.mktemp("library") / "small.clics"
    shutil.copyfile(paths.starter_library(), path)
    with Session(library=path) as session:
        session.library.remove(where="nsites>3")
        assert 30 < session.library.info().crystals < 120
    return path


def order(source: Path, model: Path | None, *, name: str = "Mine", epochs: int = 1) -> TrainingJobSpec:
    return models.spec_of(TrainingOptions(source, name, start_from=model, device="cpu", epochs=epochs))


@pytest.fixture(scope="module")
def trained(library: Path, tiny_model: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A finished training; its folder is copied by those who change it."""
    folder = tmp_path_factory.mktemp("trained")
    runner.run_job(folder, order(library, tiny_model), workers=1, progress=silent, cancel=CancelToken())
    return folder


@pytest.fixture
def own(trained: Path) -> Path:
    home = paths.own_models() / "mine"
    shutil.copytree(trained, home)
    return home


def pack(source: Path, folder: Path, *, most: int | None = None) -> Path:
    return data.packed_source(
        source, folder, workers=1, phase=lambda _: None, progress=silent, cancel=CancelToken(), most=most
    )


def test_a_training_from_a_library_ends_with_a_model_and_is_tidied_up(trained: Path) -> None:
    state = monitor.state(trained)
    assert (state.status, state.active, state.start_name != "") == ("finished", False, True)
    assert set(state.before) == set(state.after) >= {"space_group_top1"}
    assert Encoder.load(state.model).fingerprint
    assert not list(trained.glob("checkpoint*"))
    assert not (trained / "best").exists()
    curves = monitor.curves(trained)
    assert curves.epochs == 1
    assert 0 <= curves.loss[0].at <= curves.loss[-1].at <= 1
    assert [point.at for point in curves.figures["space_group_top1"]] == [0.0, 1.0, 1.0 + monitor.ALIGNED_AT]
    with pytest.raises(InputError, match="finished"):
        runner.run_job(trained, None, workers=1, progress=silent, cancel=CancelToken())


def test_packed_data_are_read_where_they_are_and_made_once(library: Path, tmp_path: Path) -> None:
    made = pack(library, tmp_path)
    written = (made / "manifest.json").stat().st_mtime_ns
    assert pack(library, tmp_path) == made
    assert (made / "manifest.json").stat().st_mtime_ns == written
    assert pack(made, tmp_path / "elsewhere") == made
    counts = json.loads((made / "manifest.json").read_text(encoding="utf-8"))["crystals"]
    assert counts["val"] >= 3
    assert counts["train"] > counts["val"]
    sample = pack(library, tmp_path / "sample", most=25)
    assert sum(json.loads((sample / "manifest.json").read_text(encoding="utf-8"))["crystals"].values()) == 25


def test_data_that_are_none_are_refused_in_a_sentence(tmp_path: Path) -> None:
    empty = tmp_path / "empty"
    empty.mkdir()
    with pytest.raises(InputError, match=r"holds no crystals.*needs 20"):
        pack(empty, tmp_path / "a")
    (empty / "broken.cif").write_text("data_x\n_cell_length_a nonsense\n", encoding="utf-8")
    with pytest.raises(InputError, match="1 files are no crystals"):
        pack(empty, tmp_path / "b")
    with pytest.raises(InputError, match=r"holds \d+ crystals"):
        pack(EXAMPLES, tmp_path / "c")
    with pytest.raises(InputError, match="not there any more"):
        pack(tmp_path / "gone", tmp_path / "d")
    with pytest.raises(InputError, match="There is no"):
        order(tmp_path / "gone", None)


@pytest.mark.parametrize("numbers", [(38, 22, 8, 8, 8), (11, 17), (12, 8), (14,)])
def test_one_formula_leaves_nothing_to_learn_or_to_validate_on(
    numbers: tuple[int, ...], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    places_of_atoms = np.linspace(0, 0.9, len(numbers))[:, None] * np.ones(3)
    rows = [Row.of(str(n), np.eye(3) * (4 + n), np.array(numbers), places_of_atoms, "x") for n in range(24)]
    facts = Facts(221, (), {})
    monkeypatch.setattr(data, "_library_rows", lambda *_: iter([(row, facts) for row in rows]))
    with pytest.raises(InputError, match="too few different formulas"):
        pack(paths.starter_library(), tmp_path)


def test_pausing_through_the_folder_and_going_on(library: Path, tiny_model: Path, tmp_path: Path) -> None:
    def ask_when_it_learns(event: Progress) -> None:
        if event.text.startswith("epoch 1"):
            status.request(tmp_path, "pause")

    job = order(library, tiny_model, epochs=30)
    with pytest.raises(Cancelled):
        runner.run_job(tmp_path, job, workers=1, progress=ask_when_it_learns, cancel=CancelToken())
    assert monitor.state(tmp_path).status == "paused"
    with pytest.raises(InputError, match="holds a training already"):
        runner.run_job(tmp_path, job, workers=1, progress=silent, cancel=CancelToken())

    def finish_soon(event: Progress) -> None:
        if event.text.startswith("epoch"):
            status.request(tmp_path, "finish")

    result = runner.run_job(tmp_path, None, workers=1, progress=finish_soon, cancel=CancelToken())
    assert result.epochs < 30
    assert Encoder.load(result.model).fingerprint == result.fingerprint


def test_two_at_once_in_one_folder(library: Path, tmp_path: Path) -> None:
    lock = FolderLock(tmp_path)
    with pytest.raises(InputError, match="Another program"):
        runner.run_job(tmp_path, order(library, None), workers=1, progress=silent, cancel=CancelToken())
    lock.release()


def test_a_start_that_is_gone_and_a_full_disk(library: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(ClicsError, match="not a model folder"):
        runner.run_job(tmp_path, order(library, tmp_path / "gone"), workers=1, progress=silent, cancel=CancelToken())
    state = monitor.state(tmp_path)
    assert state.status == "failed"
    assert "not a model folder" in state.message

    def full(*_: object, **__: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(runner, "packed_source", full)
    with pytest.raises(ClicsError, match=r"disk of .* is full"):
        runner.run_job(tmp_path, None, workers=1, progress=silent, cancel=CancelToken())
    assert "nothing that was saved is lost" in monitor.state(tmp_path).message


@pytest.fixture
def sleeper(tmp_path: Path) -> Iterator[subprocess.Popen[bytes]]:
    process = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])
    yield process
    process.kill()
    process.wait()


def test_a_killed_process_is_noticed_even_before_anyone_waits_for_it(
    library: Path, tmp_path: Path, sleeper: subprocess.Popen[bytes]
) -> None:
    order(library, None).save(tmp_path)
    assert monitor.state(tmp_path).status == "paused"
    status.announce(tmp_path)
    assert monitor.state(tmp_path).status == "starting"
    status.launched(tmp_path, sleeper.pid)
    began = psutil.Process(sleeper.pid).create_time()
    status.write(tmp_path, {"pid": sleeper.pid, "began": began, "ended": "", "phase": "training"})
    assert monitor.state(tmp_path).status == "running"
    sleeper.kill()
    end = time.monotonic() + 5
    while monitor.state(tmp_path).active and time.monotonic() < end:
        time.sleep(0.02)
    assert monitor.state(tmp_path).status == "interrupted"
    assert "Resume" in monitor.state(tmp_path).message
    status.write(tmp_path, {"pid": sleeper.pid, "began": began - 100, "ended": ""})  # the number went to another
    assert not monitor.state(tmp_path).active


def test_torn_files_are_read_as_far_as_they_go(trained: Path, tmp_path: Path) -> None:
    folder = tmp_path / "torn"
    shutil.copytree(trained, folder)
    text = (folder / "metrics.jsonl").read_text(encoding="utf-8")
    (folder / "metrics.jsonl").write_text(text[:-40] + '\nnull\n{"event": "step"}\n{"ev', encoding="utf-8")
    assert monitor.curves(folder).loss
    (folder / "status.json").write_text("{", encoding="utf-8")
    assert monitor.state(folder).status == "paused"
    (folder / "job.json").write_text("[]", encoding="utf-8")
    with pytest.raises(InputError, match="no training"):
        monitor.state(folder)
    assert monitor.curves(folder) == monitor.Curves()


def figure_in_card(name: str) -> float:
    """A figure that the released model's card states after its training."""
    card = (paths.model_folder() / "MODEL_CARD.md").read_text(encoding="utf-8")
    line = next(line for line in card.splitlines() if line.startswith(f"| {name} | "))
    value = float(line.split("|")[3])
    assert value > 50
    return value


def test_models_are_listed_renamed_and_removed_and_the_released_one_stays(own: Path) -> None:
    with Session() as session:
        released, mine = session.models.list()
        assert released.shipped
        assert released.figures["space_group_top1"] == figure_in_card("space group, top-1")
        assert "Materials Project" in released.data
        assert (mine.name, mine.home, mine.preset) == ("Mine", own, "quick")
        assert mine.figures == monitor.state(own).after
        assert mine.fingerprint == model_folder.load(mine.folder).fingerprint
        session.models.rename(own, "  Other   name ")
        assert session.models.list()[1].name == "Other name"
        with pytest.raises(InputError, match="needs a name"):
            session.models.rename(own, "  ")
        with pytest.raises(InputError, match="released"):
            session.models.remove(released.folder)
        assert released.folder.exists()
        session.models.remove(own)
        assert not own.exists()
        assert len(session.models.list()) == 1
        (paths.own_models() / "no-model").mkdir()
        assert len(session.models.list()) == 1


def test_a_training_at_work_is_not_removed(own: Path, sleeper: subprocess.Popen[bytes]) -> None:
    began = psutil.Process(sleeper.pid).create_time()
    status.write(own, {"pid": sleeper.pid, "began": began, "ended": ""})
    with pytest.raises(InputError, match="at work"):
        models.remove(own)
    with pytest.raises(InputError, match="at work"):
        Session().training.resume(own)
    Session().training.kill(own)
    sleeper.wait(10)
    assert sleeper.returncode != 0


def test_folders_of_models_are_named_after_them_and_never_shared(library: Path) -> None:
    folders = [models.make_folder(order(library, None, name="Ünïcode / ../ name")) for _ in range(2)]
    assert [folder.name for folder in folders] == ["unicode-name", "unicode-name-2"]
    assert models.make_folder(order(library, None, name="…")).name == "model"
    assert {state.name for state in monitor.states(paths.own_models())} == {"Ünïcode / ../ name", "…"}


def test_hits_of_two_models_are_compared(own: Path, tiny_model: Path, library: Path) -> None:
    with Session(library=library) as session:
        phrases = session.models.compare(tiny_model, own / "model")
    assert 3 <= len(phrases) <= sum(row.comparison_phrases for row in ROWS)
    for phrase in phrases:
        assert sorted(hit.after for hit in phrase.hits)[: rank_changes.DEPTH] == list(range(1, rank_changes.DEPTH + 1))
        assert sum(hit.before <= rank_changes.DEPTH for hit in phrase.hits) == rank_changes.DEPTH
        assert len(phrase.hits) == rank_changes.DEPTH + phrase.came
        assert all(hit.fits is not None for hit in phrase.hits)
        assert 0 <= phrase.fitting("after") <= rank_changes.DEPTH


def test_recipes_give_way_to_small_data() -> None:
    quick = Recipe.preset("quick")
    assert quick.for_crystals(240).batch == 16
    assert quick.for_crystals(240).text_alignment_steps == 60
    assert quick.for_crystals(1000).batch == 32
    assert quick.for_crystals(100_000) == quick
    paper = Recipe.preset("paper")
    assert paper.for_crystals(100) == paper


def test_figures_are_read_back_from_cards() -> None:
    card = (paths.model_folder() / "MODEL_CARD.md").read_text(encoding="utf-8")
    assert figures_of_card(card)["environment_map"] == figure_in_card("environment, mean average precision")
    assert figures_of_card("| space group, top-1 | x | nan? |\n| | |") == {}


def test_the_estimate_is_of_real_steps(library: Path, tiny_model: Path, tmp_path: Path) -> None:
    found = Session().training.estimate(TrainingOptions(library, start_from=tiny_model, device="cpu", epochs=3))
    assert found.device == "cpu"
    assert found.steps == 3 * (found.crystals // 16)
    assert 0 < found.step_seconds < found.train_seconds < found.seconds
    assert 1e8 < found.memory < found.memory_free
    with pytest.raises(InputError, match="holds no crystals"):
        Session().training.estimate(TrainingOptions(tmp_path, start_from=tiny_model, device="cpu"))
    stop = CancelToken()
    stop.cancel()
    with pytest.raises(Cancelled):
        Session().training.estimate(TrainingOptions(library, start_from=tiny_model, device="cpu"), cancel=stop)


def test_states_say_whether_they_are_active() -> None:
    state = TrainingState(Path("x"), "n", "s", "quick", "", "", "cpu", "", "running")
    assert state.active
    assert state.model == Path("x/model")


def test_the_licence_of_a_model_is_a_field_and_older_models_name_it_in_their_card(tmp_path: Path) -> None:
    shipped = tmp_path / "model"
    shutil.copytree(paths.model_folder(), shipped)
    by_field = models.label_of(shipped)
    assert "CC BY 4.0" in by_field.licence
    config = json.loads((shipped / "config.json").read_text(encoding="utf-8"))
    del config["data_licence"]  # as version 0.1 wrote it
    (shipped / "config.json").write_text(json.dumps(config), encoding="utf-8")
    assert models.label_of(shipped) == by_field
