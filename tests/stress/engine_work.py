"""Every kind of work that a window asks its engine for, each with what its answer comes to."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from clics.engine_process.job import ThreadName
from clics.engine_process.operation import SESSION, Operation, call
from clics.results import Opened, SearchQuery, TrainingOptions

from .common import EXAMPLES

_NOT_REPEATED = "look whether it was done"


@dataclass(frozen=True, slots=True)
class Work:
    """A kind of work.

    Attributes:
        name: Its name.
        operation: Makes its operation.
        digest: The answer in short, equal for equal answers.
        thread: Engine thread.
        answers: Texts of which an error must hold one where the work fails; empty: it must not fail.
    """

    name: str
    operation: Callable[[], Operation[Any]]
    digest: Callable[[Any], Any]
    thread: ThreadName = "quick"
    answers: tuple[str, ...] = ()


def all_work(scratch: Path, crystal: Opened, other_model: Path) -> list[Work]:
    """The works.

    Args:
        scratch: Folder for what they write.
        crystal: A crystal that is open in the window, as the engine has sent it.
        other_model: A model folder to compare with.
    """
    rutile, hostile, table = EXAMPLES / "rutile.cif", scratch / "hostile.cif", scratch / "table.csv"
    _write_hostile(hostile)
    more = scratch / "more"
    _write_copies(rutile, more)
    files = sorted(EXAMPLES.glob("*.cif"))
    session = SESSION
    return [
        Work("open", lambda: call(session.iter_opened, files), lambda found: [one.title for one in found]),
        Work("describe", lambda: call(session.geometry, crystal.crystal), _described),
        Work("analyse", lambda: call(session.analyse, [rutile], top=3), _ranked),
        Work("search", lambda: call(session.search, SearchQuery("corner-sharing octahedra", 5)), _ids),
        Work("similar", lambda: call(session.similar, crystal.crystal, top=5), _ids),
        Work("add", lambda: call(session.library.add, [more]), lambda report: report.added + report.skipped, "long"),
        Work("map", lambda: call(session.maps.draw), lambda drawn: len(drawn.ids)),
        Work("estimate", lambda: call(session.training.estimate, _training(more)), type, "long", ("Training", "train")),
        Work("train", lambda: call(session.training.start, _training(more)), lambda state: state.source, "quick",
             (_NOT_REPEATED,)),
        Work("evaluate", lambda: call(session.models.compare, None, other_model), len),
        Work("export", lambda: call(session.exports.table, list(files), table), lambda rows: (rows, table.stat().st_size)),
        Work("ladder", lambda: call(session.symmetry_ladder, crystal.crystal), lambda ladder: len(ladder.rungs)),
        Work("symmetrise", lambda: call(session.open_symmetrised, crystal.crystal, 0), lambda found: found.title),
        Work("save", lambda: call(session.write, crystal.crystal, scratch / "saved.cif"),
             lambda _: (scratch / "saved.cif").read_bytes()),
        Work("hostile file", lambda: call(session.iter_opened, [hostile]), lambda found: [one.kind for one in found]),
    ]  # fmt: skip


def _training(source: Path) -> TrainingOptions:
    from clics.paths import model_folder

    return TrainingOptions(source, name="stress", start_from=model_folder(), epochs=1)


def _described(geometry: Any) -> Any:
    return geometry.formula, geometry.symmetry.number


def _ranked(analyses: Any) -> Any:
    return [[group.number for group in one.space_groups] for one in analyses]


def _ids(result: Any) -> Any:
    return [hit.id for hit in result.hits]


def _write_hostile(path: Path) -> None:
    """A loop of atoms that no cell holds, which the reading process takes seconds for."""
    cell = "".join(f"_cell_length_{axis} 5\n" for axis in "abc")
    cell += "".join(f"_cell_angle_{angle} 90\n" for angle in ("alpha", "beta", "gamma"))
    loop = "loop_\n_atom_site_label\n_atom_site_fract_x\n_atom_site_fract_y\n_atom_site_fract_z\n"
    rows = "".join(f"Na{n} 0.{n:07d} 0.{n * 7919 % 9999991:07d} 0.5\n" for n in range(30_000))
    path.write_text(f"data_x\n{cell}{loop}{rows}", encoding="utf-8")


def _write_copies(source: Path, folder: Path) -> None:
    """Crystals of another volume each, so that none is a copy of one in the library."""
    from pymatgen.core import Structure

    folder.mkdir()
    structure = Structure.from_file(source)
    for number in range(12):
        copy = structure.copy()
        copy.scale_lattice(structure.volume * (1.02 + 0.01 * number))
        copy.to(str(folder / f"rutile-{number}.cif"))
