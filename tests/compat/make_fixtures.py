"""Made the files in ``tests/data/fixtures/v0_1/`` with version 0.1: a record of how, not to be run with a later version.

A later version that writes other files gets a folder of its own (``python -m tests.compat.make_fixtures FOLDER``). Paths
of the machine are replaced by ``{HERE}``, which stands for the folder where a test puts its copy.
"""

from __future__ import annotations

import gzip
import json
import os
import shutil
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from . import fixtures
from .cli import run_several
from .golden import stored_in

MARK = Path(tempfile.gettempdir()) / "clics-fixtures"
CRYSTALS = 26


def main() -> None:
    """Make all files in the folder that is named."""
    target = Path(sys.argv[1]).absolute()
    shutil.rmtree(MARK, ignore_errors=True)
    MARK.mkdir()
    os.chdir(MARK)
    os.environ["CLICS_HOME"] = str(MARK / "home")
    os.environ["OMP_NUM_THREADS"] = "1"
    crystals = write_crystals()
    make_datasets(crystals)
    tiny_model(Path("model"), crystals, reflections=True, moments=2)
    tiny_model(Path("start"), crystals, reflections=False, moments=0)  # four times in a checkpoint: as small as can be
    make_training()
    make_library()
    shutil.copyfile("library.clics", "closed.clics")  # the window opens it, too
    make_window()
    shutil.copyfile("closed.clics", "library.clics")
    for name in (
        "crystals.cif",
        "described",
        "packed",
        "model",
        "start",
        "paused",
        "library.clics",
        "settings.json",
        "session.json",
    ):
        source = MARK / name
        if source.is_dir():
            shutil.copytree(source, target / name, dirs_exist_ok=True)
        else:
            target.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(source, target / name)
    for pattern in fixtures.TEXTS:
        for path in target.rglob(pattern):
            text = path.read_text(encoding="utf-8")
            if str(MARK) in text:
                path.write_text(text.replace(str(MARK), fixtures.HERE), encoding="utf-8")
    with tempfile.TemporaryDirectory() as place:
        copy = fixtures.copy(target, Path(place) / "copy")
        answers = run_several(fixtures.READING, copy)
        stored = stored_in(copy / "library.clics")
    data = json.dumps({"answers": answers, "stored": stored}, ensure_ascii=False, indent=0).encode()
    (target / "expected.json.gz").write_bytes(gzip.compress(data, 9, mtime=0))


def write_crystals() -> list[Any]:
    """Small prototypes of different formulas, as one CIF, with one that cannot be described."""
    from engine.concepts.describe import describe
    from engine.crystals.prototypes import aflow_prototypes
    from engine.crystals.writing import to_cif
    from engine.errors import DescriptionError

    found: list[Any] = []
    texts, formulas, undescribed = [], set(), 0
    for crystal in aflow_prototypes():
        if crystal.num_sites > 6 or crystal.formula in formulas or len(found) == CRYSTALS:
            continue
        try:
            describe(crystal)
            found.append(crystal)
        except DescriptionError:
            undescribed += 1
            if undescribed > 1:
                continue
        formulas.add(crystal.formula)
        lines = to_cif(crystal).splitlines()
        texts.append(
            "\n".join(f"data_c{len(texts):02d}" if line.startswith("data_") else line for line in lines) + "\n"
        )
    Path("crystals.cif").write_text("\n".join(texts), encoding="utf-8")
    return found


def make_datasets(crystals: list[Any]) -> None:
    """A described data set of the crystals, a disordered one and a file that is none; and the packed one."""
    from clics.session import Session

    Path("broken.cif").write_text("data_broken\n_cell_length_a nonsense\n", encoding="utf-8")
    engine = Session()
    sources = [Path("crystals.cif"), examples() / "fe-ni-taenite.cif", Path("broken.cif")]
    engine.dataset_build(sources, Path("described"), workers=1, licence="AFLOW prototypes")
    engine.dataset_pack(Path("packed"), described=[Path("described")], workers=1)


def tiny_model(folder: Path, crystals: list[Any], *, reflections: bool, moments: int) -> None:
    """A model with small towers that was not trained, as the tests' ``tiny_model``, and with any map of likeness."""
    import numpy as np
    import torch
    from engine.concepts.describe import describe
    from engine.concepts.vocabulary import Vocabulary
    from engine.model import channels
    from engine.model.clics import Clics, ModelSettings
    from engine.model.folder import save
    from engine.model.graph import GraphSettings
    from engine.model.likeness import Likeness
    from engine.model.text import TextSettings, TextTower
    from engine.model.tower import TowerSettings
    from tokenizers import Tokenizer, models, normalizers, pre_tokenizers

    vocabulary = Vocabulary.count(describe(crystal) for crystal in crystals)
    words = {"[PAD]": 0, "[UNK]": 1}
    for kind in ("space_group", "environment", "polyhedra", "connection", "pattern"):
        for concept in vocabulary.concepts(kind):
            for word in concept.phrase.lower().replace(".", " ").split():
                words.setdefault(word, len(words))
    tokenizer = Tokenizer(models.WordLevel(words, unk_token="[UNK]"))
    tokenizer.normalizer = normalizers.Lowercase()
    tokenizer.pre_tokenizer = pre_tokenizers.WhitespaceSplit()
    torch.manual_seed(0)
    text = TextTower(TextSettings(len(words), width=16, layers=1, heads=2, feed_forward=32, positions=128), tokenizer)
    tower = TowerSettings(
        width=8, alignn_layers=1, gcn_layers=1, pooled=8, output=8, moments=moments, reflections=reflections
    )
    model = Clics(ModelSettings(GraphSettings(), tower), text)
    size = model.graph_tower.readout[0].out_features + channels.CRYSTAL
    axes = np.random.default_rng(0).normal(size=(size, 8)).astype(np.float16)
    alike = Likeness(np.zeros(size, np.float32), axes.astype(np.float32))
    save(folder, model, vocabulary, min_count=1, recipe={}, card="A model for tests, not trained.\n", alike=alike)


def make_training() -> None:
    """A training of four epochs, with a recipe of its own, that was paused in the middle of one."""
    from dataclasses import replace

    from clics.session import Session
    from engine.errors import Cancelled
    from engine.jobs import models
    from engine.progress import CancelToken

    engine, cancel = Session(), CancelToken()

    def stop(event: Any) -> None:
        if event.text.startswith("epoch ") and event.done > 1500:  # thousandths of epochs
            cancel.cancel()

    order = models.new("Paused", Path("packed"), "quick", MARK / "start", "cpu", epochs=4)
    order = replace(order, preset="small", recipe={**order.recipe, "batch": 8, "texts": 8, "settle_steps": 10})
    try:
        engine.train(Path("paused"), order, workers=1, progress=stop, cancel=cancel)
    except Cancelled:
        return
    raise SystemExit("the training ended before it was paused")


def make_library() -> None:
    """Five crystals, a disordered one among them; one that was removed; and a refused file."""
    from clics.session import Session

    names = ("rutile", "sio2-quartz", "srtio3-perovskite", "fe-ni-taenite", "caco3-calcite", "catio3-perovskite")
    for name in names:
        shutil.copyfile(examples() / f"{name}.cif", f"{name}.cif")
    with Session(model=Path("model"), library=Path("library.clics")) as engine:
        engine.library_add([*(Path(f"{name}.cif") for name in names), Path("broken.cif")], named=True)
        (calcite,) = (row.id for row in engine.library_rows(where="formula:CaCO3"))
        engine.library_remove([calcite])
        engine.library_rename("Small library")


def make_window() -> None:
    """Settings of which many are not the default, and the session of a window with two crystals open."""
    from tests.gui.display import start_virtual_screen

    start_virtual_screen()
    from clics_gui import app
    from clics_gui.state.settings import SettingsStore

    home = Path(os.environ["CLICS_HOME"])
    settings = SettingsStore(home / "settings.json")
    for section, name, value in (
        ("appearance", "theme", "dark"), ("appearance", "density", "compact"), ("viewer", "style", "publication"),
        ("viewer", "representation", "polyhedra"), ("viewer", "perspective", True), ("viewer", "image_atoms", False),
        ("viewer", "completion", "all"), ("analysis", "top", 5), ("analysis", "rank_on_open", False),
        ("search", "hits", 20), ("search", "history", 7), ("opening", "recent_files", 4), ("opening", "most_tabs", 3),
        ("training", "on_close", "keep"), ("export", "table_format", "xlsx"), ("export", "dpi", 150),
        ("export", "transparent", True), ("libraries", "known", (str(MARK / "library.clics"),)),
        ("libraries", "current", str(MARK / "library.clics")),
    ):  # fmt: skip
        settings.set(section, name, value)
    (home / "session.json").write_text(json.dumps(HISTORY), encoding="utf-8")
    files = [MARK / "rutile.cif", MARK / "sio2-quartz.cif"]
    application, window, worker = app.start(files, model=MARK / "model")
    _until(application, lambda: len(window.documents) == 2 and window.views.current is not None, "documents")
    _until(application, lambda: window.documents.current.geometry is not None, "geometry")
    _until(application, lambda: all(dock.panel is not None for dock in window.docks), "panels")
    window.views.current.change(repeats=(2, 1, 1), hidden=frozenset({"O"}))
    window.close()
    worker.shutdown()
    for name in ("settings.json", "session.json"):
        shutil.copyfile(home / name, name)


QUERIES: list[dict[str, Any]] = [
    {"phrase": "corner-sharing octahedra", "must": ["tetragonal"], "must_not": ["spinel"], "where": "nsites<40",
     "like": False, "weight": 0.5},
    {"phrase": "layers", "must": [], "must_not": [], "where": "", "like": True, "weight": 0.25},
]  # fmt: skip
"""Earlier searches, as the search panel of version 0.1 keeps them."""

HISTORY: dict[str, Any] = {
    "version": 1, "geometry": "", "docks": "", "recent": [], "open": [], "current": 0, "first": False,
    "panels": {
        "search": {"history": QUERIES, "cards": True},
        "similar": {"same": False, "superpose": True, "filter": "nsites<40", "cards": False},
        "map": {"mode": "system", "phrase": "octahedral"},
    },
}  # fmt: skip
"""What the panels find when the window starts; the window fills in the rest and writes it anew."""


def _until(application: Any, reached: Callable[[], bool], what: str) -> None:
    end = time.monotonic() + 40
    while not reached():
        application.processEvents()
        if time.monotonic() > end:
            raise SystemExit(f"the window did not come so far: {what}")
        time.sleep(0.01)


def examples() -> Path:
    """The folder of example crystals."""
    from engine import places

    return places.resources() / "examples"


if __name__ == "__main__":
    main()
