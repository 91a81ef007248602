"""Measure what an installation takes on disk; writes docs/size.md, with the seconds that `make bench` last measured.

A wheel is built and installed with its dependencies into an environment of its own. Sizes do not depend on how busy the
machine is; seconds do, and are taken from benchmarks/results.md, which says how busy it was.
"""

from __future__ import annotations

import os
import platform
import re
import subprocess
import sys
import tempfile
import venv
from pathlib import Path

from trustpanel.paths import project

ROOT = Path(__file__).parent.parent
PAGE, SPEED = ROOT / "docs" / "size.md", ROOT / "benchmarks" / "results.md"
TIMED = (
    "`import trustpanel`, above a bare interpreter",
    "`trustpanel build`",
    "`trustpanel run --workers 2`",
    "`trustpanel report --workers 2`",
    "facts to verdict and report",
)


def run(*told: str) -> None:
    """A command that must succeed, outside the checkout."""
    done = subprocess.run(told, cwd=tempfile.gettempdir(), capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(f"{' '.join(told)}: {done.stderr[-2000:]}")


def megabytes(folder: Path) -> float:
    """Size of all files below a folder."""
    return sum(f.stat().st_size for f in folder.rglob("*") if f.is_file() and not f.is_symlink()) / 1e6


def sizes(folder: Path) -> list[tuple[str, str]]:
    """(what, figure): wheel, package, package with dependencies, and the store of this checkout."""
    run(sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--wheel-dir", str(folder), str(ROOT))
    (wheel,) = folder.glob("*.whl")
    home = folder / "venv"
    venv.create(home, with_pip=True)
    python = home / ("Scripts" if os.name == "nt" else "bin") / "python"
    site = next(home.rglob("site-packages"))
    before = megabytes(site)
    constraints = str(ROOT / "constraints.txt")
    run(str(python), "-m", "pip", "install", "--quiet", "--no-compile", "--constraint", constraints, str(wheel))
    made = project()
    return [
        ("wheel, facts and codings included", f"{wheel.stat().st_size / 1e6:.1f} MB"),
        ("installed package", f"{megabytes(site / 'trustpanel'):.0f} MB"),
        ("installed with all dependencies", f"{megabytes(site) - before:.0f} MB"),
        ("built store", f"{made.store.stat().st_size / 1e6:.0f} MB"),
        ("tables as parquet", f"{megabytes(made.tables):.0f} MB"),
    ]


def seconds() -> tuple[list[tuple[str, str]], str]:
    """(what, figure) of the last run of `make bench`, and what its page says of the machine."""
    text = SPEED.read_text(encoding="utf-8")
    rows = dict(re.findall(r"^\| ([^|]+) \| ([^|]+) \|$", text, re.MULTILINE))
    (machine,) = re.findall(r"on (\d+ cores); medians\. Load of the machine as it began: (\d+\.\d+)", text)
    return [(what, rows[what]) for what in TIMED], f"{machine[0]}, at a load of {machine[1]}"


def page(measured: list[tuple[str, str]], timed: list[tuple[str, str]], machine: str) -> str:
    """The page: sizes, seconds, on what they were measured, and how to measure again."""
    lines = [
        "# Size and speed",
        "",
        f"Sizes: one run of `make size`, Python {platform.python_version()}, {platform.system()}. Seconds: the last "
        f"run of `make bench`, on {machine}; on another machine they differ. The first verdict after an installation "
        "takes the last line.",
        "",
        "| what | figure |",
        "| --- | --- |",
        *(f"| {what} | {figure} |" for what, figure in [*measured, *timed]),
        "",
        "`benchmarks/results.md` sets the speed of panels beside pandas and polars, "
        "[many machines](distributed.md) beside Spark.",
    ]
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as name:
        PAGE.write_text(page(sizes(Path(name)), *seconds()), encoding="utf-8")
    print(PAGE.read_text(encoding="utf-8"))
