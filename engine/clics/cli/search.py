"""``clics search`` and ``clics similar``."""

from __future__ import annotations

from typing import Annotated

import typer

from clics.cli import options, output, search_tables
from clics.results import SearchQuery, SearchResult
from clics.session import Session


def search(
    phrase: Annotated[
        str,
        typer.Argument(
            metavar="[PHRASE]",
            help="Geometry in words, space group or structure type; without one, --where lists crystals.",
        ),
    ] = "",
    json: options.Json = False,
    jsonl: options.JsonLines = False,
    top: options.Top = 10,
    where: options.Where = None,
    must: Annotated[
        list[str] | None, typer.Option("--must", help="Further phrase that must be true (repeatable).")
    ] = None,
    must_not: Annotated[
        list[str] | None, typer.Option("--must-not", help="Phrase that must not be true (repeatable).")
    ] = None,
    facts_first: Annotated[
        bool,
        typer.Option(
            "--facts-first", help="List first the crystals of which everything recognised is true by the stored facts."
        ),
    ] = False,
    sort: Annotated[
        str,
        typer.Option(
            "--sort",
            metavar="ORDER",
            help="Without a phrase: formula, sites, space_group, id or added; with a minus before it, the reverse.",
        ),
    ] = "",
    library: options.Libraries = None,
    model: options.Model = None,
) -> None:
    """Rank the crystals of a library by a phrase, or list those that pass a filter.

    The parts of the phrase (a space group in any usual spelling, a coordination polyhedron, connected polyhedra,
    elements, …) are listed with what each is understood as, and compared with the stored facts of every hit:
    ✓ confirmed, ✗ refuted, ? unknown.

    Examples:  clics search "corner-sharing octahedra"  ·  clics search "Fm-3m" --where "elements:Li nsites<40"  ·
    clics search --where dimensionality=2 --sort sites  ·  clics search spinel --library mine.clics --library theirs.clics
    """
    query = SearchQuery(
        phrase, top, where, tuple(must or ()), tuple(must_not or ()), facts_first=facts_first, sort=sort
    )
    with Session(model=model, library=library) as session:
        result = session.search(query)
    _show(result, json=json, jsonl=jsonl)


def similar(
    file: options.FileOrNone = None,
    block: Annotated[
        str | None, typer.Option("--block", help="Name of the crystal in a file that holds several.")
    ] = None,
    crystal: Annotated[
        str | None, typer.Option("--id", metavar="ID", help="Id of a crystal of the library, in place of a file.")
    ] = None,
    json: options.Json = False,
    jsonl: options.JsonLines = False,
    top: options.Top = 10,
    where: options.Where = None,
    but: Annotated[
        str | None, typer.Option("--but", metavar="PHRASE", help="Combine the similarity with a phrase.")
    ] = None,
    weight: Annotated[float, typer.Option("--weight", min=0.0, max=1.0, help="Weight of the --but phrase.")] = 0.5,
    exact: Annotated[
        bool,
        typer.Option(
            "--exact",
            help="Superimpose the 50 nearest crystals on the query (StructureMatcher, elements ignored) and list matches first.",
        ),
    ] = False,
    symmetrise: options.Symmetrise = False,
    tolerance: options.Tolerance = None,
    library: options.Libraries = None,
    model: options.Model = None,
) -> None:
    """Rank the crystals of a library by structural similarity to a crystal; the elements are ignored.

    Examples:  clics similar quartz.cif --top 5  ·  clics similar quartz.cif --exact  ·
    clics similar quartz.cif --but "edge-sharing octahedra"  ·  clics similar noisy.cif --symmetrise
    """
    if (crystal is None) == (file is None):
        raise typer.BadParameter("Name one crystal: a FILE, or --id with a crystal of the library.")
    with (
        Session(model=model, library=library) as session,
        output.progress_bar("Superposing") as progress,
        output.stop_on_ctrl_c() as cancel,
    ):
        result = session.similar(
            file,
            block=block,
            id=crystal,
            top=top,
            where=where,
            but=but,
            weight=weight,
            superpose=exact,
            symmetrise=symmetrise if tolerance is None else tolerance,
            progress=progress,
            cancel=cancel,
        )
    _show(result, json=json, jsonl=jsonl)


def _show(result: SearchResult, *, json: bool, jsonl: bool) -> None:
    if jsonl:
        output.show_json_lines(result.to_json()["hits"])
        return
    if json:
        output.show_json(result.to_json())
        return
    if result.hits:
        output.show(*search_tables.hits(result))
    elif result.suggested_filter is None or result.searched:
        output.show(*search_tables.understood(result))
        output.say(f"no crystal of the library {result.library} passes the filter ({result.searched} looked at).")
    if result.by_wording and result.hits:
        output.say(
            "nothing was understood in the phrase: no space group, geometry, structure type or element. The hits are "
            "guesses, ranked by the text embedding alone."
        )
    if result.suggested_filter is not None:
        output.say(
            f"the phrase has a filter, which was not applied; use it as one: --where {result.suggested_filter!r}"
        )
    if result.without_geometry:
        output.say(
            f"{result.without_geometry} crystals of the library {result.library} have no facts of geometry, so that shapes, "
            "coordination numbers and networks are unknown there; add them with: clics library update-descriptions"
        )
