"""``python -m tests.stress [SCRIPT…]``: runs the scripts and writes ``build/stress/report.md``."""

from __future__ import annotations

import argparse
import shutil
import sys
import tempfile
import time
from pathlib import Path

from .common import REPORTS, Log, Stress
from .report import write_report
from .scripts import SCRIPTS


def main() -> int:
    """Run the scripts that were named, or all."""
    parser = argparse.ArgumentParser(prog="python -m tests.stress", description=__doc__)
    parser.add_argument("scripts", nargs="*", metavar="SCRIPT", help=f"of {', '.join(SCRIPTS)}; by default all")
    parser.add_argument("--count", type=int, help="items of each script, at most; by default those of the table below")
    parser.add_argument("--first", type=int, default=0, help="number of the first item")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--resume", action="store_true", help="leave out items that the log of the same seed has")
    parser.add_argument("--output", type=Path, default=REPORTS, help="folder of the report and the logs")
    wanted = parser.parse_args()
    if unknown := set(wanted.scripts) - set(SCRIPTS):
        parser.error(f"there is no script {', '.join(sorted(unknown))}")
    faults = 0
    for name in wanted.scripts or SCRIPTS:
        script = SCRIPTS[name]
        if script.missing:
            print(f"{name}: left out, {script.missing}", file=sys.stderr)
            continue
        count = min(script.count, wanted.count) if wanted.count else script.count
        log = Log(wanted.output / f"{name}.jsonl", wanted.seed, resume=wanted.resume)
        with tempfile.TemporaryDirectory(prefix=f"clics-stress-{name}-") as scratch:
            kept = wanted.output / "kept" / name
            shutil.rmtree(kept, ignore_errors=True)
            began = time.monotonic()
            script.run(Stress(name, count, wanted.first, wanted.seed, Path(scratch), log, kept))
        faults += sum(len(outcome.faults) for outcome in log.outcomes)
        print(f"{name}: {len(log.outcomes)} items, {time.monotonic() - began:.0f} s", file=sys.stderr)
        write_report(wanted.output)
    print((wanted.output / "report.md").read_text(encoding="utf-8"))
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
