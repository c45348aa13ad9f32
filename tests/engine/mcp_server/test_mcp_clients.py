"""``clics mcp`` with clients that give up, die, or work beside each other, and with files that are large or oddly named."""

from __future__ import annotations

import asyncio
import itertools
import os
import shutil
import sys
import time
from pathlib import Path
from typing import Any

import psutil
import pytest
from clics.errors import InputError
from clics.mcp_server.folders import AllowedFolders
from clics.mcp_server.names import as_text
from clics.supervision.command import cli_command, safe_environment
from mcp import Client, StdioServerParameters

EXAMPLES = Path(__file__).resolve().parents[3] / "resources" / "examples"
GIVEN_UP = 1.0
"""Seconds after which a client gives up, in the middle of a call."""


def server(folder: Path, home: Path, *options: str) -> StdioServerParameters:
    command = [*cli_command(), "mcp", "--folder", str(folder), *options]
    environment = {**safe_environment(), "CLICS_HOME": str(home), "OMP_NUM_THREADS": "1"}
    return StdioServerParameters(command=command[0], args=command[1:], env=environment, cwd=folder)


def simple_cubic(folder: Path, times: int) -> str:
    """A POSCAR of simple cubic polonium, repeated along all axes: a long way to all its translations."""
    sites = "\n".join(" ".join(str(k / times) for k in cell) for cell in itertools.product(range(times), repeat=3))
    edge = 3.359 * times
    (folder / "POSCAR").write_text(f"Po\n1.0\n{edge} 0 0\n0 {edge} 0\n0 0 {edge}\nPo\n{times**3}\nDirect\n{sites}\n")
    return "POSCAR"


def many_blocks(folder: Path, count: int) -> str:
    text = (EXAMPLES / "rutile.cif").read_text()
    name = next(line for line in text.splitlines() if line.startswith("data_"))
    (folder / "many.cif").write_text("\n".join(text.replace(name, f"data_c{n}", 1) for n in range(count)))
    return "many.cif"


async def given_up(client: Client, tool: str, **arguments: Any) -> None:
    """A call that its client cancels; the SDK tells the server so."""
    with pytest.raises(TimeoutError):
        await asyncio.wait_for(client.call_tool(tool, arguments), GIVEN_UP)


@pytest.mark.parametrize("tool", ["symmetrise", "describe", "a block of a long file"])
def test_a_call_that_is_given_up_makes_room_for_the_next(tmp_path: Path, tool: str) -> None:
    """Alone, each of these calls takes far longer than its client waits; the server has one thread for its tools."""
    if tool == "a block of a long file":
        tool, arguments = "symmetrise", {"file": many_blocks(tmp_path, 20_000), "block": "none"}
    else:
        arguments = {"file": simple_cubic(tmp_path, 12)}
    shutil.copy(EXAMPLES / "rutile.cif", tmp_path)

    async def talk() -> Any:
        async with Client(server(tmp_path, tmp_path / "home")) as client:
            await client.call_tool("symmetrise", {"file": "rutile.cif"})  # all is imported
            await given_up(client, tool, **arguments)
            return await asyncio.wait_for(client.call_tool("symmetrise", {"file": "rutile.cif"}), 60)

    assert asyncio.run(talk()).structured_content["symmetrised"]["number"] == 136  # rutile: P4_2/mnm


def test_two_clients_share_a_library(tmp_path: Path) -> None:
    """Each client has a server; both ask at the same time, over and over, and get the answers of one alone."""
    shutil.copy(EXAMPLES / "rutile.cif", tmp_path)
    questions = [
        ("search", {"phrase": "corner-sharing octahedra", "top": 3}),
        ("similar", {"file": "rutile.cif", "top": 3}),
        ("search", {"where": "sg:225", "top": 3}),
    ]

    async def ask(client: Client, order: int) -> list[Any]:
        turned = questions[order:] + questions[:order]
        answers = [(await client.call_tool(name, given)).structured_content for name, given in turned * 2]
        return answers[len(questions) - order :][: len(questions)]

    async def talk() -> tuple[list[Any], list[Any], list[Any]]:
        parameters = server(tmp_path, tmp_path / "home")
        async with Client(parameters) as first, Client(parameters) as second:
            alone = await ask(first, 0)
            return (alone, *await asyncio.gather(ask(first, 1), ask(second, 2)))

    alone, first, second = asyncio.run(asyncio.wait_for(talk(), 300))
    assert all(answer["hits"] for answer in alone)
    assert first == second == alone


@pytest.mark.skipif(sys.platform == "win32", reason="signals of Unix")
def test_a_client_that_is_killed_leaves_no_server(tmp_path: Path) -> None:
    """The client is a process of its own, killed in the middle of a long call."""
    simple_cubic(tmp_path, 12)
    code = (
        "import asyncio, sys\nfrom mcp import Client, StdioServerParameters\n"
        "async def talk():\n"
        "    async with Client(StdioServerParameters(command=sys.argv[1], args=sys.argv[2:])) as client:\n"
        "        await client.call_tool('symmetrise', {'file': 'POSCAR'})\n"
        "asyncio.run(talk())\n"
    )
    parameters = server(tmp_path, tmp_path / "home")
    client = psutil.Popen(
        [sys.executable, "-c", code, parameters.command, *parameters.args], env=parameters.env, cwd=tmp_path
    )
    left: list[psutil.Process] = []
    while not any("clics.readers" in " ".join(one.cmdline()) for one in left):  # the call is under way
        assert client.poll() is None
        left = client.children(recursive=True)
        time.sleep(0.02)
    client.kill()
    client.wait()
    _, alive = psutil.wait_procs(left, 30)
    assert not alive


def test_a_file_of_a_hundred_megabytes_is_answered_in_parts(tmp_path: Path) -> None:
    text = (EXAMPLES / "rutile.cif").read_text()
    count = 100_000_000 // len(text.encode()) + 1
    many_blocks(tmp_path, count)
    assert (tmp_path / "many.cif").stat().st_size > 1e8

    async def talk() -> tuple[Any, Any]:
        async with Client(server(tmp_path, tmp_path / "home")) as client:
            return (
                await client.call_tool("describe", {"file": "many.cif"}),
                await client.call_tool("describe", {"file": "many.cif", "skip": 5}),
            )

    first, later = asyncio.run(asyncio.wait_for(talk(), 300))
    entries = first.structured_content["crystals"]
    assert (len(entries), first.structured_content["more"]) == (20, True)
    assert later.structured_content["crystals"][0]["block"] == entries[5]["block"]


@pytest.mark.skipif(sys.platform != "linux", reason="names of files are bytes on Linux")
def test_names_that_are_no_text_are_listed_and_read(tmp_path: Path) -> None:
    odd = os.path.join(os.fsencode(tmp_path), b"rutile-\xe9\xff.cif")
    shutil.copy(EXAMPLES / "rutile.cif", odd)

    async def talk() -> tuple[Any, Any]:
        async with Client(server(tmp_path, tmp_path / "home")) as client:
            listed = await client.call_tool("files", {})
            [name] = listed.structured_content["files"]
            return name, await client.call_tool("describe", {"file": name})

    name, described = asyncio.run(asyncio.wait_for(talk(), 300))
    assert name.endswith("rutile-\\xe9\\xff.cif")
    assert described.structured_content["crystals"][0]["formula"] == "TiO2", described


def test_spelt_bytes_are_found_below_the_folders_alone(tmp_path: Path) -> None:
    inside, outside = tmp_path / "in", tmp_path / "out"
    inside.mkdir()
    outside.mkdir()
    shutil.copy(EXAMPLES / "rutile.cif", inside / "a\\xe9.cif")  # a name that has these letters itself
    folders = AllowedFolders([inside])
    assert folders.path("a\\xe9.cif") == inside.resolve() / "a\\xe9.cif"
    for name in ("..\\xe9/../out", "\ud800", "a\udce9/../../out/x.cif", "..//out/x.cif", "~/x.cif", str(outside)):
        with pytest.raises(InputError) as caught:
            folders.path(name)
        assert caught.value.kind in ("not-allowed", "missing-file"), name
    assert as_text({"a": ["\ud800\udce9é\n"]}) == {"a": ["\\ud800\\xe9é\n"]}
