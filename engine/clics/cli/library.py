"""``clics library``: add, list, info, remove, export, update-embeddings, create, rename, check, recover, delete."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from clics.cli import options, output, rich_tables
from clics.cli.left_out import say_left_out
from clics.cli.main import BAD_INPUT, FAILED
from clics.plain_text import visible
from clics.results.schema import plain
from clics.session import Session

if TYPE_CHECKING:
    from clics.results.library import AddReport

File = Annotated[Path, typer.Argument(metavar="FILE", help="A library file (.clics).")]

app = typer.Typer(help="Libraries of crystals: add, list, export, embed, and manage files.", no_args_is_help=True)


@app.command()
def add(
    files: options.Files,
    json: options.Json = False,
    mineral: Annotated[bool, typer.Option("--mineral", help="Also determine structure types (slower).")] = False,
    duplicates: Annotated[
        str, typer.Option("--duplicates", help="Crystals that equal a stored one under another id: add or skip.")
    ] = "add",
    workers: options.Workers = None,
    library: options.Library = None,
    model: options.Model = None,
) -> int:
    """Read, describe, embed and store crystals. An interrupted command resumes where it was.

    Example:  clics library add my-crystals/ --library project.clics --workers 4
    """
    with (
        Session(model=model, library=library) as session,
        output.progress_bar("Adding") as progress,
        output.stop_on_ctrl_c() as cancel,
    ):
        report = session.library.add(
            files,
            mineral=mineral,
            duplicates=duplicates,  # type: ignore[arg-type]  # checked by the library
            workers=workers or 1,
            progress=progress,
            cancel=cancel,
        )
    for refusal in report.refused:
        output.say(refusal.message)
    say_left_out(files)
    if json:
        output.show_json(asdict(report))
    else:
        output.show(*rich_tables.facts("Added to the library", _in_words(report)))
    return BAD_INPUT if report.refused else 0


def _in_words(report: AddReport) -> dict[str, Any]:
    lines: dict[str, Any] = {"added": report.added, "there already": report.skipped}
    lines |= {"duplicates": f"{len(report.duplicates)}, {report.left_out} skipped"} if report.duplicates else {}
    lines |= {"only embedded anew": report.completed} if report.completed else {}
    lines |= {"refused": len(report.refused)} if report.refused else {}
    lines |= {f"{given} stored as": stored for given, stored in report.renamed}
    for each in report.duplicates:
        equal = "identical to" if each.exact else "the same crystal as"
        done = "added" if each.added else "skipped"
        lines[f"{visible(each.id)} {done}"] = f"{equal} {visible(each.of)}"
    lines |= {f"{name} not described": why for name, why in report.undescribed}
    lines |= {f"{name} not embedded": why for name, why in report.unembedded}
    notes: dict[str, list[str]] = {}
    for name, note in report.notes:
        notes.setdefault(name, []).append(note)
    lines |= {f"note on {visible(name)}": visible(" ".join(each)) for name, each in notes.items()}
    return lines


@app.command("list")
def list_(
    json: options.Json = False,
    where: options.Where = None,
    order: Annotated[str, typer.Option("--order", help="added, id, formula, sites or space_group.")] = "added",
    limit: Annotated[int | None, typer.Option("--limit", min=1, help="Largest number of rows.")] = None,
    library: options.Library = None,
) -> None:
    """List the crystals of a library.

    Example:  clics library list --where "system:cubic elements:O" --order formula
    """
    with Session(library=library) as session:
        rows = session.library.iter_rows(where, order=order, limit=limit)
        if json:
            output.show_json_list(asdict(row) for row in rows)
        else:
            output.show_lines(rich_tables.library_lines(rows))


@app.command()
def info(json: options.Json = False, library: options.Library = None) -> None:
    """Show statistics of a library: crystals, descriptions, embeddings by model.

    Example:  clics library info --library project.clics
    """
    with Session(library=library) as session:
        info = session.library.info()
    if json:
        output.show_json(asdict(info))
        return
    lines: dict[str, Any] = {
        "file": info.path,
        "size": f"{info.size / 1e6:.1f} MB",
        "crystals": f"{info.crystals} ({info.ordered} ordered, {info.described} described)",
        "refused when adding": info.refused,
        "crystal systems": ", ".join(f"{name} {count}" for name, count in info.crystal_systems.items()),
        "facts": ", ".join(f"{name} {count}" for name, count in info.kinds.items()),
    }
    for model in info.models:
        counts = [f"embeddings: {model.vectors} of {info.crystals}"]
        counts += [f"structural {model.structural}"] if model.structural else []
        counts += [f"of sites {model.sites}"] if model.sites else []
        counts += [f"{model.without} not accepted by the model"] if model.without else []
        lines[f"model {model.fingerprint[:12]}"] = ", ".join(counts)
    output.show(*rich_tables.facts(info.name, lines))


@app.command()
def remove(
    ids: Annotated[list[str] | None, typer.Argument(metavar="[ID]...", help="Crystals to remove.")] = None,
    where: options.Where = None,
    json: options.Json = False,
    library: options.Library = None,
) -> None:
    """Remove crystals by id, or all that pass a filter.

    Examples:  clics library remove quartz rutile  ·  clics library remove --where "elements:H"
    """
    if not ids and where is None:
        raise typer.BadParameter("Name the crystals to remove, or a filter with --where.")
    with Session(library=library) as session:
        count = session.library.remove(ids or (), where=where)
    if json:
        output.show_json({"removed": count})
    else:
        output.show_text(f"{count} removed.")


@app.command()
def export(
    positional: Annotated[Path | None, typer.Argument(metavar="[OUTPUT]", hidden=True)] = None,
    to: Annotated[
        Path | None, typer.Option("--output", "-o", metavar="OUTPUT", help="The file or folder to write.")
    ] = None,
    format: Annotated[
        str | None,
        typer.Option("--format", help="jsonl, cif, csv, xlsx, json or html; by default the ending of the file."),
    ] = None,
    where: options.Where = None,
    json: options.Json = False,
    library: options.Library = None,
) -> None:
    """Write the crystals of a library as JSON lines or CIF files, or its table.

    Examples:  clics library export -o crystals.jsonl.gz  ·  clics library export -o folder --format cif  ·
    clics library export -o table.xlsx --where "sg:225"
    """
    target = to or positional
    if target is None:
        raise typer.BadParameter("Name the file or folder to write with --output.")
    with (
        Session(library=library) as session,
        output.progress_bar("Exporting") as progress,
        output.stop_on_ctrl_c() as cancel,
    ):
        count = session.library.export(target, format=format, where=where, progress=progress, cancel=cancel)
    if json:
        output.show_json({"written": count, "to": str(target)})
    else:
        output.show_text(f"{count} crystals written to {target}.")


@app.command("refresh", hidden=True)
@app.command("update-embeddings")
def update_embeddings(json: options.Json = False, library: options.Library = None, model: options.Model = None) -> None:
    """Compute the missing embeddings of a library, for example those of a model that you trained.

    Example:  clics library update-embeddings --model my-model --library project.clics
    """
    with (
        Session(model=model, library=library) as session,
        output.progress_bar("Embedding") as progress,
        output.stop_on_ctrl_c() as cancel,
    ):
        count = session.library.update_embeddings(progress=progress, cancel=cancel)
    if json:
        output.show_json({"embedded": count})
    else:
        output.show_text(f"{count} crystals embedded.")


@app.command("update-descriptions")
def update_descriptions(
    json: options.Json = False,
    library: options.Library = None,
    workers: options.Workers = None,
) -> None:
    """Describe the crystals of a library that lack facts of geometry, for example those of an earlier version.

    Example:  clics library update-descriptions --library project.clics
    """
    with (
        Session(library=library) as session,
        output.progress_bar("Describing") as progress,
        output.stop_on_ctrl_c() as cancel,
    ):
        report = session.library.update_descriptions(workers=workers or 1, progress=progress, cancel=cancel)
    if json:
        output.show_json({"described": report.described, "undescribed": report.undescribed})
        return
    output.show_text(f"{report.described} crystals described.")
    for crystal_id, reason in report.undescribed:
        output.show_text(f"{crystal_id} could not be described and keeps what it has: {reason}")


@app.command()
def create(
    file: File,
    name: Annotated[str, typer.Option("--name", help="Name of the library; by default that of the file.")] = "",
    json: options.Json = False,
) -> None:
    """Create an empty library.

    Example:  clics library create project.clics --name "Perovskites"
    """
    with Session() as session:
        path = session.library.create(file, name)
    _done({"created": str(path)}, f"{path} is an empty library.", json=json)


@app.command()
def rename(
    name: Annotated[str, typer.Argument(metavar="NAME", help="The new name, which is stored in the file.")],
    json: options.Json = False,
    library: options.Library = None,
) -> None:
    """Rename a library; the file keeps its name.

    Example:  clics library rename "Perovskites" --library project.clics
    """
    with Session(library=library) as session:
        session.library.rename(name)
        stored = session.library.info().name
    _done({"name": stored}, f"The library is named {stored}.", json=json)


@app.command()
def check(json: options.Json = False, library: options.Library = None) -> None:
    """Check a library file for damage.

    Example:  clics library check --library project.clics
    """
    with Session(library=library) as session:
        count = session.library.check()
    _done({"crystals": count, "damaged": False}, f"The file is in order; it holds {count} crystals.", json=json)


@app.command()
def recover(
    file: Annotated[Path, typer.Argument(metavar="BROKEN", help="The damaged library; it is never written to.")],
    to: Annotated[Path, typer.Option("--output", "-o", metavar="NEW", help="The new library.")],
    json: options.Json = False,
) -> int:
    """Write what can still be read of a damaged library into a new one.

    The exit code is 1 where anything was lost. Descriptions and embeddings that were lost are counted.

    Example:  clics library recover project.clics -o recovered.clics
    """
    with Session() as session, output.progress_bar("Recovering") as progress, output.stop_on_ctrl_c() as cancel:
        report = session.library.recover(file, to, progress=progress, cancel=cancel)
    if json:
        output.show_json(asdict(report))
    else:
        lines: dict[str, Any] = {"crystals": report.crystals, "embeddings": report.vectors}
        lines |= {"lost": ", ".join(report.lost)} if report.lost else {}
        lines |= {"descriptions lost": report.descriptions_lost} if report.descriptions_lost else {}
        lines |= {"embeddings lost": report.vectors_lost} if report.vectors_lost else {}
        lines |= {"rows that cannot be read": report.unreadable} if report.unreadable else {}
        output.show(*rich_tables.facts(f"Recovered in {to}", lines))
    return FAILED if report.lost or report.descriptions_lost or report.vectors_lost or report.unreadable else 0


@app.command()
def delete(
    file: File,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
    json: options.Json = False,
) -> None:
    """Delete a library file permanently.

    Example:  clics library delete project.clics
    """
    if not yes:
        typer.confirm(f"Delete {file} with all its crystals?", abort=True, err=True)
    with Session() as session:
        session.library.delete(file)
    _done({"deleted": str(file)}, f"{file} is deleted.", json=json)


def _done(data: dict[str, Any], sentence: str, *, json: bool) -> None:
    if json:
        output.show_json(data)
    else:
        output.show_text(sentence)


@app.command(hidden=True)
def starter(
    to: options.To,
    json: options.Json = False,
    workers: options.Workers = None,
    model: options.Model = None,
) -> None:
    """Build the library that ships with the program: the AFLOW prototypes with their mineral names.

    Example:  clics library starter resources/starter.clics --workers 2
    """
    with output.progress_bar("Building") as progress, output.stop_on_ctrl_c() as cancel:
        report = Session(model=model).library.build_starter(to, workers=workers or 1, progress=progress, cancel=cancel)
    if json:
        output.show_json(plain(report))
    else:
        output.show(*rich_tables.facts(str(to), _in_words(report)))
