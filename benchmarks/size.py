"""Measure what an installed user pays: wheel, installed size, import, build and first verdict; writes docs/size.md.

A wheel is built and installed with its dependencies into an environment of its own. Seconds depend on the machine and
on what else it does: the page says how busy it was.
"""

from __future__ import annotations

import os
import platform
import statistics
import subprocess
import sys
import tempfile
import time
import venv
from pathlib import Path

ROOT = Path(__file__).parent.parent
PAGE = ROOT / "docs" / "size.md"
IMPORTS = 9
STEPS = (("build",), ("run",), ("report",))


def run(*told: str, **more: str) -> float:
    """Wall seconds of a command that must succeed, outside the checkout."""
    begun = time.perf_counter()
    done = subprocess.run(
        told, cwd=tempfile.gettempdir(), env=clean() | more, capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise SystemExit(f"{' '.join(told)}: {done.stderr[-2000:]}")
    return time.perf_counter() - begun


def clean() -> dict[str, str]:
    """The environment without what would point at the checkout."""
    return {k: v for k, v in os.environ.items() if k != "PYTHONPATH" and not k.startswith("TRUSTPANEL")}


def megabytes(folder: Path) -> float:
    """Size of all files below a folder."""
    return sum(f.stat().st_size for f in folder.rglob("*") if f.is_file() and not f.is_symlink()) / 1e6


def measure(folder: Path) -> list[tuple[str, str]]:
    """(what, figure) in the order of the page."""
    pip = [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--wheel-dir", str(folder), str(ROOT)]
    run(*pip)
    (wheel,) = folder.glob("*.whl")
    home = folder / "venv"
    venv.create(home, with_pip=True)
    python = home / ("Scripts" if os.name == "nt" else "bin") / "python"
    site = next(home.rglob("site-packages"))
    before = megabytes(site)
    constraints = str(ROOT / "constraints.txt")
    installing = run(str(python), "-m", "pip", "install", "--quiet", "--constraint", constraints, str(wheel))
    bare = statistics.median(run(str(python), "-c", "pass") for _ in range(IMPORTS))
    light = statistics.median(run(str(python), "-c", "import trustpanel") for _ in range(IMPORTS))
    made = {"TRUSTPANEL_HOME": str(folder / "made")}
    command = str(python.with_name("trustpanel"))
    taken = {step[0]: run(command, *step, **made) for step in STEPS}
    return [
        ("wheel, facts and codings included", f"{wheel.stat().st_size / 1e6:.1f} MB"),
        ("installed package", f"{megabytes(site / 'trustpanel'):.0f} MB"),
        ("installed with all dependencies", f"{megabytes(site) - before:.0f} MB"),
        ("`pip install` from the package cache or registry at hand", f"{installing:.0f} s"),
        ("`import trustpanel`, above a bare interpreter", f"{light - bare:.3f} s"),
        *((f"`trustpanel {step}`", f"{seconds:.1f} s") for step, seconds in taken.items()),
        ("first verdict after installation", f"{sum(taken.values()):.0f} s"),
        ("built store, tables, results and report", f"{megabytes(folder / 'made'):.0f} MB"),
    ]


def page(found: list[tuple[str, str]], load: float) -> str:
    """The page: what was measured, on what, and how to measure again."""
    rows = "\n".join(f"| {what} | {figure} |" for what, figure in found)
    return (
        "# Size and speed\n\n"
        f"Measured in one run of `make size` on Python {platform.python_version()}, {platform.system()}, "
        f"{os.cpu_count()} cores, with a load of {load:.1f} as it began: on an idle machine the seconds are fewer. "
        "Sizes do not depend on the load.\n\n"
        f"| what | figure |\n| --- | --- |\n{rows}\n\n"
        "`benchmarks/results.md` sets the speed of panels beside pandas, polars and Spark.\n"
    )


if __name__ == "__main__":
    busy = os.getloadavg()[0]
    with tempfile.TemporaryDirectory() as name:
        PAGE.write_text(page(measure(Path(name)), busy), encoding="utf-8")
    print(PAGE.read_text(encoding="utf-8"))
