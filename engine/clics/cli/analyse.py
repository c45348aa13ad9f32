"""``clics analyse`` and ``clics describe``."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain
from typing import TYPE_CHECKING, Annotated, Any, Protocol

import typer

from clics.cli import options, output, rich_tables
from clics.cli.left_out import say_left_out
from clics.cli.main import BAD_INPUT
from clics.results.bond_rules import BondRules
from clics.session import Session

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from clics.crystals.crystal import Refusal
    from clics.results.analysis import Failure
    from clics.sources.inputs import Source


class _Answer(Protocol):
    """An answer that both commands print: one for each crystal or refusal."""

    @property
    def file(self) -> str: ...
    @property
    def block(self) -> str: ...
    @property
    def error(self) -> Failure | None: ...
    def to_json(self) -> dict[str, Any]:
        """The entry of the printed list."""
        ...


class _Refusals:
    """Prints every refusal on stderr as it passes, and counts them."""

    def __init__(self) -> None:
        self.count = 0
        self._answers = 0

    def watch(self, answers: Iterable[_Answer]) -> Iterator[Any]:
        """The same answers, with a sentence on stderr for each that holds an error."""
        for answer in answers:
            self._answers += 1
            if answer.error is not None:
                self.count += 1
                output.say(answer.error.message)
            yield answer
        if not self._answers:
            self.count += 1
            output.say("there is no crystal in the folders and archives that were named.")

    @property
    def exit_code(self) -> int:
        """2 where any file was refused, and where there was no crystal."""
        return BAD_INPUT if self.count else 0


def _sources(session: Session, files: list[Path] | None, ids: list[str] | None) -> Iterable[Source | Refusal]:
    """The files, then the crystals of the library."""
    if not files and not ids:
        raise typer.BadParameter("Name a FILE, or --id with a crystal of the library.")
    return chain(files or (), session.library.crystals(ids or ()))


def analyse(
    files: options.FilesOrNone = None,
    ids: options.Ids = None,
    json: options.Json = False,
    jsonl: options.JsonLines = False,
    top: options.Top = 5,
    symmetrise: options.Symmetrise = False,
    tolerance: options.Tolerance = None,
    library: options.Library = None,
    model: options.Model = None,
) -> int:
    """Rank space groups and coordination environments of crystals by the model, beside symmetry analysis and description.

    Every data block of a CIF, every row of a table, member of an archive and file of a folder is one crystal.
    A file that is refused is named on stderr (exit code 2 at the end); the others are still answered.

    Examples:  clics analyse quartz.cif  ·  clics analyse *.cif --json  ·  clics analyse crystals.zip --top 3  ·
    clics analyse --id rutile  ·  clics analyse noisy.cif --symmetrise
    """
    refusals = _Refusals()
    with (
        Session(model=model, library=library) as session,
        output.progress_bar("Analysing", answers_flow=True) as progress,
        output.stop_on_ctrl_c() as cancel,
    ):
        sources = _sources(session, files, ids)
        answers = refusals.watch(
            session.iter_analyses(
                sources,
                top=top,
                symmetrise=symmetrise if tolerance is None else tolerance,
                progress=progress,
                cancel=cancel,
            )
        )
        if json or jsonl:
            (output.show_json_lines if jsonl else output.show_json_list)(answer.to_json() for answer in answers)
        else:
            for answer in answers:
                if answer.formula is not None:
                    output.show(*rich_tables.analysis(answer))
    say_left_out(files)
    return refusals.exit_code


def describe(
    files: options.FilesOrNone = None,
    ids: options.Ids = None,
    json: options.Json = False,
    jsonl: options.JsonLines = False,
    mineral: Annotated[bool, typer.Option("--mineral", help="Also determine the structure type (slower).")] = False,
    symprec: Annotated[float, typer.Option("--symprec", min=1e-6, max=1.0, help="Symmetry tolerance in Å.")] = 0.01,
    robocrystallographer: Annotated[
        bool, typer.Option("--robocrystallographer", help="Print the text by robocrystallographer's rules instead.")
    ] = False,
    bond: Annotated[
        list[str] | None,
        typer.Option(
            "--bond",
            metavar="RULE",
            help="Correct the bonds of a pair of elements for the facts of geometry: 'Ti-Ti:none', or a range of lengths "
            "in Å such as 'Ti-O:1.8-2.2'. Repeat it for other pairs.",
        ),
    ] = None,
    library: options.Library = None,
) -> int:
    """Describe the geometry of crystals: shape, bonds and networks of every orbit, then all of it in sentences.

    Examples:  clics describe quartz.cif  ·  clics describe quartz.cif --mineral --json  ·  clics describe --id rutile
    """
    rules = BondRules.parse(bond or ())
    refusals = _Refusals()
    with (
        Session(library=library) as session,
        output.progress_bar("Describing", answers_flow=True) as progress,
        output.stop_on_ctrl_c() as cancel,
    ):
        sources = _sources(session, files, ids)
        answers = refusals.watch(
            session.iter_descriptions(
                sources,
                mineral=mineral,
                symprec=symprec,
                bonds=rules,
                ladder=json or jsonl,
                progress=progress,
                cancel=cancel,
            )
        )
        if json or jsonl:
            (output.show_json_lines if jsonl else output.show_json_list)(answer.to_json() for answer in answers)
        else:
            for answer in answers:
                if answer.description is not None:
                    output.show(*rich_tables.described(answer, robocrystallographer=robocrystallographer))
    say_left_out(files)
    return refusals.exit_code
