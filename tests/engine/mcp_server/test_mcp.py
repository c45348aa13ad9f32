"""``clics mcp`` over its pipes, asked by the official SDK's own client."""

from __future__ import annotations

import asyncio
import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import psutil
import pytest
from clics.errors import InputError
from clics.mcp_server.folders import AllowedFolders
from clics.supervision.command import cli_command, safe_environment
from mcp import Client, StdioServerParameters

EXAMPLES = Path(__file__).resolve().parents[3] / "resources" / "examples"


@pytest.fixture
def crystals(tmp_path: Path) -> Path:
    """A folder that may be read, beside one that may not, with links out of it."""
    folder, secret = tmp_path / "crystals", tmp_path / "secret"
    folder.mkdir()
    secret.mkdir()
    for name in ("rutile.cif", "sio2-quartz.cif"):
        shutil.copy(EXAMPLES / name, folder)
        shutil.copy(EXAMPLES / name, secret)
    (folder / "link.cif").symlink_to(secret / "rutile.cif")
    (folder / "below").symlink_to(secret)
    (folder / "circle").symlink_to(folder / "circle")
    (folder / "inside.cif").symlink_to("rutile.cif")
    return folder


def ask(folder: Path, home: Path, questions: Callable[[Client], Awaitable[Any]], *options: str) -> Any:
    command = [*cli_command(), "mcp", "--folder", str(folder), *options]
    environment = {**safe_environment(), "CLICS_HOME": str(home), "OMP_NUM_THREADS": "1"}

    async def talk() -> Any:
        server = StdioServerParameters(command=command[0], args=command[1:], env=environment, cwd=folder)
        async with Client(server) as client:
            return await questions(client)

    return asyncio.run(asyncio.wait_for(talk(), 300))


def test_tools_answer_with_the_documented_json(crystals: Path, tmp_path: Path) -> None:
    async def questions(client: Client) -> dict[str, Any]:
        async def call(name: str, **arguments: Any) -> Any:
            result = await client.call_tool(name, arguments)
            assert not result.is_error, result.content
            assert json.loads(result.content[0].text) == result.structured_content
            return result.structured_content

        return {
            "tools": {tool.name: tool for tool in (await client.list_tools()).tools},
            "files": await call("files"),
            "analyse": await call("analyse", file="rutile.cif", top=2),
            "describe": await call("describe", file=str(crystals / "sio2-quartz.cif")),
            "search": await call("search", phrase="rutile structure", top=3),
            "similar": await call("similar", file="rutile.cif", top=3),
            "by id": await call("similar", id="A2B_tP6_136_f_a", top=3),
            "check": await call("check", file="rutile.cif"),
            "symmetrise": await call("symmetrise", file="rutile.cif", cell="primitive"),
        }

    found = ask(crystals, tmp_path / "home", questions)
    assert set(found["tools"]) == {"files", "analyse", "describe", "search", "similar", "check", "symmetrise"}
    assert found["tools"]["analyse"].annotations.read_only_hint is True
    assert all(tool.description for tool in found["tools"].values())
    assert [Path(name).name for name in found["files"]["files"]] == ["inside.cif", "rutile.cif", "sio2-quartz.cif"]
    [rutile] = found["analyse"]["crystals"]
    assert rutile["symmetry"]["number"] == 136  # International Tables: rutile is P4_2/mnm
    assert len(rutile["space_groups"]) == 2
    [quartz] = found["describe"]["crystals"]
    assert quartz["facts"]["space_group"]["number"] in (152, 154)  # International Tables: quartz, P3_121 or P3_221
    assert found["check"]["crystals"][0]["formula"] == "TiO2"
    assert found["search"]["hits"][0]["space_group"] == "P4_2/mnm"
    assert found["similar"]["hits"][0]["space_group"] == "P4_2/mnm"
    assert found["by id"]["hits"][0]["id"] != "A2B_tP6_136_f_a"
    assert "P 42/m n m" in found["symmetrise"]["cif"] or "P4_2/mnm" in found["symmetrise"]["cif"]

    command = [*cli_command(), "analyse", str(crystals / "rutile.cif"), "--top", "2", "--json"]
    environment = {**safe_environment(), "CLICS_HOME": str(tmp_path / "home"), "OMP_NUM_THREADS": "1"}
    printed = json.loads(subprocess.run(command, env=environment, capture_output=True, check=True).stdout)
    assert found["analyse"]["crystals"] == printed


def test_faults_are_told_and_the_server_goes_on(crystals: Path, tmp_path: Path) -> None:
    (crystals / "bad.cif").write_text("data_x\n_cell_length_a nonsense\n")
    questions = [
        ("describe", {"file": "../secret/rutile.cif"}, "not below"),
        ("describe", {"file": str(crystals.parent / "secret" / "rutile.cif")}, "not below"),
        ("describe", {"file": "link.cif"}, "not below"),
        ("search", {"phrase": "octahedra", "library": "/etc/passwd"}, "not below"),
        ("describe", {"file": "nowhere.cif"}, "no such file"),
        ("describe", {"file": "."}, "name one file"),
        ("describe", {}, "Name one crystal"),
        ("similar", {"file": "bad.cif"}, "bad.cif"),
        ("symmetrise", {"file": "rutile.cif", "group": "Ia-3d"}, "Ia-3d"),
        ("search", {"phrase": "octahedra", "where": "nonsense"}, "filter is not understood"),
        ("analyse", {"file": "rutile.cif", "top": 0}, "analyse: top: input should be greater than or equal to 1."),
        ("search", {"phrase": "octahedra", "filter": "sg:225"}, "search: there is no argument 'filter'."),
        ("describe", {"file": 5}, "describe: file: input should be a valid string."),
        ("describe", {"file": "x" * 5000}, "no such file"),
    ]

    async def asked(client: Client) -> list[Any]:
        answers = [await client.call_tool(name, arguments) for name, arguments, _ in questions]
        answers.append(await client.call_tool("describe", {"file": "bad.cif"}))
        answers.append(await client.call_tool("describe", {"file": "inside.cif"}))
        return answers

    *refused, bad, good = ask(crystals, tmp_path / "home", asked)
    for (_, arguments, words), answer in zip(questions, refused, strict=True):
        assert answer.is_error, arguments
        assert words in answer.content[0].text
    assert bad.structured_content["crystals"][0]["error"]["message"].startswith(str(crystals / "bad.cif"))
    assert good.structured_content["crystals"][0]["formula"] == "TiO2"


@pytest.mark.skipif(sys.platform == "win32", reason="signals of Unix")
@pytest.mark.parametrize("end", ["stdin", "term"])
def test_it_ends_in_the_middle_of_a_call(crystals: Path, tmp_path: Path, end: str) -> None:
    text = (EXAMPLES / "rutile.cif").read_text()
    (crystals / "long.cif").write_text("\n".join(text.replace("data_", f"data_{n}", 1) for n in range(2000)))
    environment = {**safe_environment(), "CLICS_HOME": str(tmp_path / "home"), "OMP_NUM_THREADS": "1"}
    pipe = subprocess.PIPE
    command = [*cli_command(), "mcp", "--folder", str(crystals)]
    with subprocess.Popen(command, stdin=pipe, stdout=pipe, text=True, env=environment) as server:
        assert server.stdin is not None
        assert server.stdout is not None
        client = {"protocolVersion": "2025-06-18", "capabilities": {}, "clientInfo": {"name": "test", "version": "1"}}
        call = {"name": "symmetrise", "arguments": {"file": "long.cif", "block": "no such block"}}
        for number, method, parameters in (
            (1, "initialize", client), (None, "notifications/initialized", {}), (2, "tools/call", call),
        ):  # fmt: skip
            message = {"jsonrpc": "2.0", "method": method, "params": parameters}
            server.stdin.write(json.dumps(message if number is None else message | {"id": number}) + "\n")
            server.stdin.flush()
            if number == 1:
                assert server.stdout.readline()
        process = psutil.Process(server.pid)
        children: list[psutil.Process] = []
        while not children:  # it reads the file in a process of its own
            children = process.children(recursive=True)
            time.sleep(0.02)
        if end == "stdin":
            server.stdin.close()
        else:
            server.terminate()
        assert server.wait(60) == (0 if end == "stdin" else 130)
        psutil.wait_procs(children, 30)
        assert not any(child.is_running() for child in children)


def test_a_file_of_many_crystals_is_read_in_parts(crystals: Path, tmp_path: Path) -> None:
    text = (EXAMPLES / "rutile.cif").read_text()
    name = next(line for line in text.splitlines() if line.startswith("data_"))
    (crystals / "many.cif").write_text("\n".join(text.replace(name, f"data_c{n}", 1) for n in range(23)))

    async def asked(client: Client) -> list[Any]:
        return [
            (await client.call_tool("describe", {"file": "many.cif", "skip": skip})).structured_content
            for skip in (0, 20)
        ]

    first, rest = ask(crystals, tmp_path / "home", asked)
    assert (len(first["crystals"]), first["more"]) == (20, True)
    assert [entry["block"] for entry in rest["crystals"]] == ["c20", "c21", "c22"]
    assert rest["more"] is False


def test_only_files_below_the_folders(crystals: Path) -> None:
    folders = AllowedFolders([crystals])
    assert folders.path("inside.cif") == folders.path("./rutile.cif") == (crystals / "rutile.cif").resolve()
    for name in ("link.cif", "below/rutile.cif", "circle/x.cif", "..", "/", "/etc/passwd", "../secret/none", "a\0b"):
        with pytest.raises(InputError) as caught:
            folders.path(name)
        assert caught.value.kind in ("not-allowed", "missing-file"), name
    with pytest.raises(InputError, match="none"):
        AllowedFolders([]).path("rutile.cif")
    with pytest.raises(InputError, match="no such folder"):
        AllowedFolders([crystals / "nowhere"])
    both = AllowedFolders([crystals, crystals.parent / "secret"])
    with pytest.raises(InputError, match="several folders"):
        both.path("rutile.cif")
    assert both.path("link.cif") == (crystals.parent / "secret" / "rutile.cif").resolve()


@pytest.mark.skipif(os.name == "nt", reason="modes of files")
def test_nothing_is_written_where_the_server_reads(crystals: Path, tmp_path: Path) -> None:
    before = sorted(path.name for path in crystals.iterdir())

    async def asked(client: Client) -> Any:
        return await client.call_tool("symmetrise", {"file": "rutile.cif"})

    assert not ask(crystals, tmp_path / "home", asked).is_error
    assert sorted(path.name for path in crystals.iterdir()) == before


def test_without_the_sdk_there_is_one_sentence(tmp_path: Path) -> None:
    code = "import sys; sys.modules['mcp'] = None; sys.argv[1:] = ['mcp']; from clics.cli import main; main()"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False,
                          env={**safe_environment(), "CLICS_HOME": str(tmp_path)})  # fmt: skip
    assert done.returncode == 1
    assert done.stderr.startswith("clics: The package mcp is needed")
    assert done.stderr.count("\n") == 1
