"""Plant each fault of tests/mutants/ in a copy of the checkout and see that the named test catches it.

A patch says on its first line what it does and on its second which test catches it. `make mutants` runs all of them,
one a core, and writes what it found between the markers of docs/reliability.md.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from queue import SimpleQueue

from tests.proofs.page import write_section

ROOT = Path(__file__).parents[2]
PATCHES = ROOT / "tests" / "mutants"
NAMED = re.compile(r"caught by: (tests/\S+\.py::\S+)\n")
# the name of a case may hold spaces
FAILED = re.compile(r"^(FAILED|ERROR) (.+?)(?: - (.*))?$", re.MULTILINE)


@dataclass(frozen=True)
class Mutant:
    """One planted fault: what it does, where, and the test that must catch it."""

    name: str
    fault: str
    test: str
    patch: Path

    @property
    def file(self) -> str:
        """The file that it changes."""
        found = re.search(r"^\+\+\+ b/(\S+)$", self.patch.read_text(encoding="utf-8"), re.MULTILINE)
        assert found, f"{self.patch.name} changes no file"
        return found[1]


@dataclass(frozen=True)
class Outcome:
    """`caught` by a failing test, by a check of the `store` as it was built, or `survived`."""

    mutant: Mutant
    how: str
    said: str
    seconds: float


def mutants() -> list[Mutant]:
    """Every patch, in the order of its number."""
    found = []
    for patch in sorted(PATCHES.glob("*.patch")):
        text = patch.read_text(encoding="utf-8")
        named = NAMED.search(text)
        assert named, f"{patch.name}: its second line must name the test that catches it"
        found.append(Mutant(patch.stem, text.splitlines()[0], named[1], patch))
    return found


def copy_of(folder: Path, number: int) -> Path:
    """What is committed, in a repository of its own."""
    copy = folder / f"copy{number}"
    subprocess.run(["git", "clone", "--quiet", "--no-hardlinks", str(ROOT), str(copy)], check=True)
    return copy


def judge(mutant: Mutant, copy: Path) -> Outcome:
    """The fault planted in the copy, its test run, the fault taken out again."""
    begun = time.perf_counter()
    subprocess.run(["git", "apply", str(mutant.patch)], cwd=copy, check=True)
    try:
        ran = subprocess.run(
            [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-n", "0", mutant.test],
            cwd=copy,
            env={**os.environ, "PYTHONPATH": str(copy), "PYTHONDONTWRITEBYTECODE": "1", "COLUMNS": "400"},
            capture_output=True,
            text=True,
            check=False,
        )
    finally:
        subprocess.run(["git", "checkout", "--quiet", "--", "."], cwd=copy, check=True)
    how, said = "survived", ""
    for kind, test, reason in FAILED.findall(ran.stdout):
        if test.startswith(mutant.test):
            how = "caught" if kind == "FAILED" else "store" if "CheckError" in reason else how
            said = reason
            break
    if how == "survived" and ran.returncode not in (0, 1):
        raise SystemExit(f"{mutant.name}: pytest could not run {mutant.test}\n{ran.stdout[-3000:]}{ran.stderr[-3000:]}")
    return Outcome(mutant, how, said, time.perf_counter() - begun)


def main(names: list[str]) -> int:
    """Judge all mutants or those named; 1 if any survived."""
    chosen = [m for m in mutants() if not names or any(n in m.name for n in names)]
    at_once = os.cpu_count() or 1
    with tempfile.TemporaryDirectory() as folder, ThreadPoolExecutor(at_once) as pool:
        free: SimpleQueue[Path] = SimpleQueue()
        for number in range(at_once):
            free.put(copy_of(Path(folder), number))

        def judged(mutant: Mutant) -> Outcome:
            copy = free.get()
            try:
                return judge(mutant, copy)
            finally:
                free.put(copy)

        found = []
        for outcome in pool.map(judged, chosen):
            found.append(outcome)
            print(f"{outcome.how:9} {outcome.seconds:6.1f} s  {outcome.mutant.name}: {outcome.said[:120]}", flush=True)
    caught = [o for o in found if o.how != "survived"]
    print(f"{len(caught)} of {len(found)} planted faults caught")
    if not names:
        write_section("mutants", page(found))
    return int(len(caught) < len(found))


def page(found: list[Outcome]) -> str:
    """The section of the page on reliability."""
    words = {"caught": "the test fails", "store": "the store refuses to build", "survived": "**survives**"}
    failed, refused = (sum(o.how == how for o in found) for how in ("caught", "store"))
    lines = [
        f"{failed + refused} of {len(found)} planted faults are caught when the test that their patch names is run: {failed} "
        f"by the test itself, {refused} by a check of the store that it asks for, which then refuses to build.",
        "",
        "| planted fault | in | caught by | how |",
        "| --- | --- | --- | --- |",
    ]
    for o in found:
        lines.append(f"| {o.mutant.fault} | `{o.mutant.file}` | `{o.mutant.test}` | {words[o.how]} |")
    return "\n".join(lines)


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
