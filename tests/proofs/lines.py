"""How many lines of each room of the package the whole test suite runs, its workers and subprocesses included.

`make coverage` runs the suite once (some minutes longer than `make test`) and writes the table between the markers of
docs/reliability.md.
"""

from __future__ import annotations

import json
import os
import platform
import re
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from tests.proofs.page import write_section

ROOT = Path(__file__).parents[2]
PACKAGE = ROOT / "trustpanel"
ROOF = "roof (the modules beside the rooms)"
LOW = 85.0
# a subprocess that runs elsewhere must find the same folder, hence the whole path
SETTINGS = """
[run]
source = {package}
data_file = {folder}/.coverage
parallel = true
patch = subprocess
    fork
    _exit
"""


@dataclass(frozen=True)
class Lines:
    """Lines of code in one room or module, and how many of them ran."""

    files: int
    code: int
    run: int

    @property
    def share(self) -> float:
        """Per cent of the lines that ran."""
        return 100 * self.run / self.code if self.code else 100.0


def room_of(module: str) -> str:
    """The room that a module such as `trustpanel/models/linear.py` stands in; rooms inside rooms count as their own."""
    parent = Path(module).parent.as_posix()
    return ROOF if parent == "trustpanel" else parent


def rooms(modules: Mapping[str, Lines]) -> dict[str, Lines]:
    """The lines by room, in order of their names, the roof last."""
    found: dict[str, list[Lines]] = {}
    for module, lines in sorted(modules.items()):
        found.setdefault(room_of(module), []).append(lines)
    names = sorted(found, key=lambda name: (name == ROOF, name))
    return {n: Lines(len(found[n]), sum(x.code for x in found[n]), sum(x.run for x in found[n])) for n in names}


def measured(folder: Path, told: list[str]) -> tuple[dict[str, Lines], str]:
    """Lines by module, and the last line of pytest, of one run of the suite with `told` as its arguments."""
    settings = folder / "coverage.ini"
    settings.write_text(SETTINGS.format(package=PACKAGE, folder=folder), encoding="utf-8")
    coverage = [sys.executable, "-m", "coverage"]
    core = {"COVERAGE_CORE": "sysmon"} if sys.version_info >= (3, 12) else {}
    environment = {**os.environ, **core}
    with subprocess.Popen(
        [*coverage, "run", f"--rcfile={settings}", "-m", "pytest", *told],
        cwd=ROOT,
        env=environment,
        stdout=subprocess.PIPE,
        text=True,
    ) as running:
        said = ""
        for line in running.stdout or ():
            print(line, end="", flush=True)
            said = line.strip("= \n") or said
    for step in (["combine", "--quiet"], ["json", "--quiet", "-o", str(folder / "lines.json")]):
        subprocess.run([*coverage, step[0], f"--rcfile={settings}", *step[1:]], cwd=ROOT, check=True)
    files = json.loads((folder / "lines.json").read_text(encoding="utf-8"))["files"]
    modules = {
        Path(name).resolve().relative_to(ROOT).as_posix() if Path(name).is_absolute() else Path(name).as_posix(): Lines(
            1, entry["summary"]["num_statements"], entry["summary"]["covered_lines"]
        )
        for name, entry in files.items()
    }
    return modules, re.sub(r" in [0-9.]+s.*", "", said)


def page(modules: Mapping[str, Lines], said: str) -> str:
    """The section of the page on reliability."""
    by_room = rooms(modules)
    whole = Lines(len(modules), sum(x.code for x in modules.values()), sum(x.run for x in modules.values()))
    lines = [
        f"One run of the whole suite on Python {platform.python_version()} ({said}). A line that ran is not yet a line"
        " whose result was judged: the planted faults above ask that.",
        "",
        "| room (`make coverage`) | modules | lines of code | of them run | % |",
        "| --- | ---: | ---: | ---: | ---: |",
    ]
    for name, x in {**by_room, "**all**": whole}.items():
        shown = f"`{name}`" if name.startswith("trustpanel") else name
        lines.append(f"| {shown} | {x.files} | {x.code:,} | {x.run:,} | {x.share:.1f} |")
    low = {name: x for name, x in sorted(modules.items()) if x.share < LOW}
    if low:
        named = ", ".join(f"`{name}` ({x.share:.0f} %)" for name, x in low.items())
        lines += ["", f"Modules of which less than {LOW:.0f} % ran: {named}."]
    return "\n".join(lines)


def main() -> int:
    """Run the suite and write the table."""
    told = sys.argv[1:] or ["-q", "--numprocesses", "auto", "--dist", "loadfile", "--no-loadscope-reorder"]
    with tempfile.TemporaryDirectory() as folder:
        modules, said = measured(Path(folder), told)
    text = page(modules, said)
    print(text)
    if not sys.argv[1:]:
        write_section("coverage", text)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
