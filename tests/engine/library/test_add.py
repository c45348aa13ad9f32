from __future__ import annotations

import os
import signal
import subprocess
import sys
import textwrap
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import pytest
from clics.concepts.truth import true_concepts
from clics.crystals.crystal import Crystal, Refusal
from clics.crystals.writing import to_cif
from clics.errors import Cancelled, ModelError
from clics.library.add import add
from clics.library.encoder_protocol import Arrays, Vectors
from clics.library.store import Library
from clics.library.workers import describe_all
from clics.progress import CancelToken, Progress
from pymatgen.core import Lattice, Structure
from samples import prototypes
from tiny_encoder import TinyEncoder


def disordered() -> Crystal:
    structure = Structure(Lattice.cubic(5.6), [{"Na": 0.5, "K": 0.5}, "Cl"], [[0, 0, 0], [0.5, 0.5, 0.5]])
    return Crystal("mixed-salt", structure, "made")


def too_large() -> Crystal:
    """A cube of 7 × 7 × 7 cells of CsCl with Rb at its corner: it is its own primitive cell."""
    structure = Structure(Lattice.cubic(4.1), ["Cs", "Cl"], [[0] * 3, [0.5] * 3]) * (7, 7, 7)
    structure.replace(int(np.linalg.norm(structure.frac_coords, axis=1).argmin()), "Rb")
    return Crystal("big-salt", structure, "made")


def test_what_is_stored_is_what_was_given(library: Library) -> None:
    crystals = prototypes(8)
    encoder = TinyEncoder()
    report = add(library, crystals, encoder, batch=3)
    assert (report.added, report.skipped, report.refused) == (8, 0, [])
    vectors = encoder.embed_crystals([c.arrays() for c in crystals])
    for crystal, vector in zip(crystals, vectors, strict=True):
        stored = library.crystal(crystal.id)
        assert stored.structure == crystal.structure
        assert (stored.source, stored.provenance) == (crystal.source, crystal.provenance)
        assert np.allclose(library.vector(crystal.id, encoder.fingerprint), vector, atol=1e-7)
        description = library.description(crystal.id)
        facts = library.facts(crystal.id)
        assert description is not None
        assert facts.truths == true_concepts(description)
    info = library.info()
    assert (info.crystals, info.described, info.models[0].vectors) == (8, 8, 8)
    assert sum(info.crystal_systems.values()) == 8
    assert info.kinds["space_group"] == 8
    library.check()


def test_adding_again_skips_and_adding_more_continues(library: Library) -> None:
    encoder = TinyEncoder()
    add(library, prototypes(5), encoder)
    revision, embedded = library.revision, encoder.embedded
    again = add(library, prototypes(5), encoder)
    assert (again.added, again.skipped) == (0, 5)
    assert (library.revision, encoder.embedded) == (revision, embedded)
    more = add(library, prototypes(7), encoder)
    assert (more.added, more.skipped, len(library)) == (2, 5, 7)


def test_another_model_completes_what_is_stored(library: Library) -> None:
    crystals = [*prototypes(4), disordered()]
    add(library, crystals, None)
    assert library.info().models == ()
    report = add(library, crystals, TinyEncoder(), batch=2)
    assert (report.added, report.skipped, report.completed) == (0, 0, 5)
    assert library.count_vectors("tiny-1") == 4
    assert add(library, crystals, TinyEncoder()).skipped == 5


def test_same_id_with_another_structure_is_kept_beside(library: Library) -> None:
    first, second, third = (Crystal("POSCAR", c.structure) for c in prototypes(3))
    report = add(library, [first, second, third, second], TinyEncoder())
    assert report.added == 3
    assert report.skipped == 1
    assert report.renamed == [("POSCAR", "POSCAR#2"), ("POSCAR", "POSCAR#3")]
    assert library.crystal("POSCAR#2").structure == second.structure
    again = add(library, [third, first, second], TinyEncoder())
    assert (again.added, again.skipped) == (0, 3)


def test_what_no_model_takes_is_stored_with_the_reason(library: Library) -> None:
    report = add(library, [disordered(), too_large(), prototypes(1)[0]], TinyEncoder(), workers=1)
    assert report.added == 3
    assert {crystal_id: reason.split(":")[0] for crystal_id, reason in report.unembedded} == {
        "mixed-salt": "disordered",
        "big-salt": "too-large",
    }
    assert {crystal_id: reason.split(":")[0] for crystal_id, reason in report.undescribed} == {
        "mixed-salt": "disordered",
        "big-salt": "too-large",
    }
    rows = {row.id: row for row in library.rows()}
    assert rows["mixed-salt"].space_group == "Pm-3m"
    assert rows["big-salt"].space_group == "Pm-3m"
    assert not rows["mixed-salt"].ordered
    assert library.crystal("mixed-salt").structure == disordered().structure
    facts = library.facts("mixed-salt")
    assert [c.phrase for c in facts.truths] == ["This material crystallizes in Pm-3m space group."]
    assert (facts.described, facts.knows("space_group"), facts.knows("environment")) == (False, True, False)
    assert library.count_vectors("tiny-1") == 1


def test_what_is_no_crystal_is_refused_and_noted(library: Library) -> None:
    clash = Crystal("clash", Structure(Lattice.cubic(4), ["Na", "Cl"], [[0, 0, 0], [0.01, 0, 0]]), "made", "b")
    report = add(
        library, [clash, Refusal("x.cif", "", "not-a-crystal", "x.cif holds no crystal."), *prototypes(2)], None
    )
    assert (report.added, [r.kind for r in report.refused]) == (2, ["atoms-too-close", "not-a-crystal"])
    assert library.refusals() == report.refused
    good = Crystal("clash", prototypes(1)[0].structure, "made", "b")
    add(library, [good], None)
    assert [r.source for r in library.refusals()] == ["x.cif"]  # what became a crystal is no longer noted


class Moody(TinyEncoder):
    """Fails on crystals with more than four atoms, as a model may that runs out of memory."""

    def embed_crystals(self, arrays: Sequence[Arrays]) -> Vectors:
        if any(len(numbers) > 4 for _, numbers, _ in arrays):
            raise ModelError("Too many atoms for this model.", kind="out-of-memory")
        return super().embed_crystals(arrays)


def test_one_failure_of_the_model_leaves_the_others_their_vectors(library: Library) -> None:
    crystals = prototypes(10)
    report = add(library, crystals, Moody())
    large = [c.id for c in crystals if c.num_sites > 4]
    assert 0 < len(large) < 10
    assert sorted(crystal_id for crystal_id, _ in report.unembedded) == sorted(large)
    assert {reason for _, reason in report.unembedded} == {"out-of-memory: Too many atoms for this model"}
    assert library.count_vectors("tiny-1") == 10 - len(large)


def test_files_folders_and_bad_files(library: Library, tmp_path: Path) -> None:
    folder = tmp_path / "crystals"
    folder.mkdir()
    for crystal in prototypes(3):
        (folder / f"{crystal.id}.cif").write_text(to_cif(crystal))
    (folder / "bad.cif").write_text("data_x\n_cell_length_a nonsense\n")
    report = add(library, folder, TinyEncoder(), sandboxed=False)
    assert (report.added, len(report.refused)) == (3, 1)
    assert "bad.cif" in report.refused[0].source
    again = add(library, [folder], TinyEncoder(), sandboxed=False)
    assert (again.added, again.skipped, len(again.refused)) == (0, 3, 1)
    assert len(library.refusals()) == 1


def test_cancelled_addition_keeps_what_it_reported(library: Library) -> None:
    cancel = CancelToken()
    events: list[Progress] = []

    def progress(event: Progress) -> None:
        events.append(event)
        if event.done >= 4:
            cancel.cancel()

    with pytest.raises(Cancelled):
        add(library, prototypes(12), TinyEncoder(), batch=2, progress=progress, cancel=cancel)
    assert events[-1].done == len(library) == library.count_vectors("tiny-1")
    assert 4 <= len(library) < 12
    assert add(library, prototypes(12), TinyEncoder()).added == 12 - events[-1].done


def test_processes_say_the_same_in_the_same_order(library: Library, tmp_path: Path) -> None:
    crystals = [*prototypes(6), disordered()]
    add(library, crystals, TinyEncoder(), workers=2)
    with Library(tmp_path / "alone.clics", "create") as alone:
        add(alone, crystals, TinyEncoder(), workers=1)
        assert list(alone.rows()) == list(library.rows())
        assert [library.facts(c.id) for c in crystals] == [alone.facts(c.id) for c in crystals]
        assert [library.description(c.id) for c in crystals] == [alone.description(c.id) for c in crystals]


def test_time_limit_takes_one_crystal_not_the_job() -> None:
    slow = Crystal("slow", Structure.from_spacegroup(
        "P1", Lattice.cubic(20), ["Si"] * 490, np.random.default_rng(1).random((490, 3))))  # fmt: skip
    crystals = [(c, None) for c in (prototypes(1)[0], slow, prototypes(2)[1])]
    first, late, last = describe_all(crystals, workers=2, time_limit=2.0)
    assert first[2].description is not None
    assert last[2].description is not None
    assert late[2].description is None
    assert late[2].undescribed is not None
    assert late[2].undescribed.startswith("timeout: Describing it took more than 2 s of processor time.")
    assert late[2].space_group is not None
    assert late[2].space_group.symbol == "P1"


def test_reading_does_not_run_ahead() -> None:
    taken = 0

    def source() -> Iterator[tuple[Crystal, None]]:
        nonlocal taken
        for crystal in prototypes(40):
            taken += 1
            yield crystal, None

    described = describe_all(source(), workers=2)
    next(described)
    assert taken <= 2 * 4 + 1
    described.close()  # type: ignore[attr-defined]


@pytest.mark.skipif(sys.platform == "win32", reason="kill -9 is of POSIX")
def test_killed_addition_loses_nothing_it_reported_and_goes_on(tmp_path: Path) -> None:
    path = tmp_path / "killed.clics"
    script = textwrap.dedent(f"""
        import sys
        sys.path[:0] = {sys.path!r}
        from samples import prototypes
        from tiny_encoder import TinyEncoder
        from clics.library.add import add
        from clics.library.store import Library
        with Library({str(path)!r}, "create") as library:
            add(library, prototypes(24), TinyEncoder(), batch=3, progress=lambda p: print(p.done, flush=True))
    """)
    reported = 0
    for goal in (3, 12):
        process = subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE, text=True)
        assert process.stdout is not None
        for line in process.stdout:
            reported = int(line)
            if reported >= goal:
                time.sleep(0.05)  # into the next batch
                os.kill(process.pid, signal.SIGKILL)
                break
        process.wait()
        process.stdout.close()
        with Library(path) as library:
            library.check()
            assert len(library) >= reported
            assert library.count_vectors("tiny-1") == len(library)
            assert all(library.facts(row.id).truths for row in library.rows())
    with Library(path) as library:
        report = add(library, prototypes(24), TinyEncoder())
        assert report.skipped >= 12
        assert len(library) == 24
        library.check()


def test_a_supercell_is_stored_as_its_primitive_cell(library: Library) -> None:
    """NaCl, 5 × 5 × 5 conventional cells of 8 sites."""
    rock_salt = Structure.from_spacegroup("Fm-3m", Lattice.cubic(5.64), ["Na", "Cl"], [[0, 0, 0], [0.5, 0.5, 0.5]])
    crystal = Crystal.from_structure(rock_salt * (5, 5, 5), id="large")
    report = add(library, [crystal], TinyEncoder())
    assert (report.added, report.undescribed, report.unembedded) == (1, [], [])
    assert len(library.crystal("large").structure) == 2
    assert [note for _, note in report.notes if "1000 sites" in note]
    assert add(library, [crystal], TinyEncoder()).skipped == 1
