"""The same tables and results on every supported Python, under every hash seed, in any number of processes, offline.

`make matrix` makes an environment of the locked versions for each interpreter that it finds, builds and estimates in
each, and writes what it found between the markers of docs/reliability.md.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import tomllib
from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq

from tests.proofs.page import write_section
from trustpanel.sources.facts import content_hash
from trustpanel.sources.raw import digest

ROOT = Path(__file__).parents[2]
SEEDS = range(6)
ASK = "import sys; print(sys.implementation.name, *sys.version_info[:3]); print(sys.base_prefix)"
ONLINE = "from trustpanel.cli import app; app()"
# an audit hook sees every address that Python asks for and cannot be taken back
OFFLINE = """
import sys
def refuse(event, arguments):
    if event in ("socket.connect", "socket.getaddrinfo", "socket.gethostbyname", "socket.sendto"):
        address = arguments[1] if event in ("socket.connect", "socket.sendto") else arguments[0]
        if not isinstance(address, (str, bytes)) or event.startswith("socket.get"):
            raise OSError(f"the network is off: {event} {address}")
sys.addaudithook(refuse)
"""
OFFLINE_COMMANDS = (("report",), ("paper",), ("explore", "--no-open"), ("docs",))


@dataclass(frozen=True)
class Interpreter:
    """One Python of this machine: its version and where it is."""

    version: tuple[int, ...]
    executable: Path

    @property
    def name(self) -> str:
        """The version as people write it."""
        return ".".join(map(str, self.version))


@dataclass(frozen=True)
class Comparison:
    """How two folders of tables and results compare, file by file."""

    to_the_byte: int
    in_content: int
    differing: tuple[str, ...]

    def __str__(self) -> str:
        whole = self.to_the_byte + self.in_content + len(self.differing)
        if self.differing:
            return f"**{len(self.differing)} of {whole} files differ**: {', '.join(self.differing)}"
        if self.in_content:
            return f"{whole} of {whole} files equal in content, {self.to_the_byte} of them to the byte"
        return f"{whole} of {whole} files equal to the byte"


def floor() -> tuple[int, ...]:
    """The lowest Python that pyproject.toml declares."""
    with (ROOT / "pyproject.toml").open("rb") as handle:
        said = tomllib.load(handle)["project"]["requires-python"]
    return tuple(map(int, said.removeprefix(">=").split(".")))


def candidates() -> list[Path]:
    """Every file of this machine that is named as a Python 3, this one first."""
    folders = [Path(folder) for folder in os.environ.get("PATH", "").split(os.pathsep) if folder]
    folders += sorted(Path(os.environ.get("PYENV_ROOT", Path.home() / ".pyenv")).glob("versions/*/bin"))
    named = [file for folder in folders if folder.is_dir() for file in sorted(folder.glob("python3.*"))]
    return [Path(sys.executable), *(file for file in named if re.fullmatch(r"python3\.\d+", file.name))]


def supported(files: Iterable[Path], lowest: tuple[int, ...]) -> list[Interpreter]:
    """CPythons from `lowest` on, each version once, this one's first; what does not answer is none."""
    found: dict[tuple[int, ...], Interpreter] = {}
    for file in files:
        asked = subprocess.run([file, "-c", ASK], capture_output=True, text=True, check=False)
        if asked.returncode:
            continue
        (kind, *numbers), base = asked.stdout.split("\n")[0].split(), asked.stdout.split("\n")[1]
        version = tuple(map(int, numbers))
        if kind == "cpython" and version >= lowest:
            # an environment is made from the Python that it stands on, not from another environment
            own = Path(base) / "bin" / f"python{version[0]}.{version[1]}"
            found.setdefault(version, Interpreter(version, own if own.is_file() else file))
    first = next(iter(found), None)
    return sorted(found.values(), key=lambda i: (i.version != first, i.version))


def environment(interpreter: Interpreter, folder: Path, *, extra: str = "") -> tuple[Path | None, str]:
    """(python of a new environment of the locked versions, ""), or (None, why there is none)."""
    made = folder / f"env-{interpreter.name}"
    python = made / "bin" / "python"
    steps: tuple[list[str | Path], ...] = (
        [interpreter.executable, "-m", "venv", "--without-pip", made],
        [sys.executable, "-m", "pip", "--python", python, "install", "--quiet", "--only-binary", ":all:",
         "--constraint", ROOT / "constraints.txt", "--editable", f"{ROOT}{extra}"],
    )  # fmt: skip
    for step in steps:
        done = subprocess.run(step, capture_output=True, text=True, check=False)
        if done.returncode:
            said = [line for line in (done.stderr or done.stdout).splitlines() if line.strip()]
            errors = [line for line in said if line.startswith("ERROR")] or said[-1:]
            return None, errors[0][:300] if errors else f"exit code {done.returncode}"
    return python, ""


def command(python: Path, home: Path, *told: str, seed: int = 0, offline: bool = False) -> None:
    """One command of the package in a process of its own, which has to succeed."""
    cut = ["unshare", "--user", "--map-root-user", "--net"] if offline and cuts_the_network() else []
    begun = [*cut, python, "-c", (OFFLINE if offline else "") + ONLINE, *told]
    environment = {k: v for k, v in os.environ.items() if not k.startswith("TRUSTPANEL") and k != "PYTHONPATH"}
    environment |= {"TRUSTPANEL_HOME": str(home), "PYTHONHASHSEED": str(seed)}
    done = subprocess.run(begun, env=environment, cwd=ROOT, capture_output=True, text=True, check=False)
    where = f"trustpanel {' '.join(told)} (seed {seed}, {'offline' if offline else 'online'}, {python.parents[1].name})"
    if done.returncode:
        raise SystemExit(f"{where} failed:\n{done.stdout[-1000:]}{done.stderr[-3000:]}")
    print(where, flush=True)


def cuts_the_network() -> bool:
    """Whether this system lets a process be run in a network of its own, which reaches nothing."""
    if shutil.which("unshare") is None:
        return False
    tried = ["unshare", "--user", "--map-root-user", "--net", "true"]
    return subprocess.run(tried, capture_output=True, check=False).returncode == 0


def files_of(home: Path) -> dict[str, Path]:
    """By name every exported table and every result of a build folder."""
    held = [home / "manifest.json", *(home / "tables").glob("*.parquet"), *(home / "results").iterdir()]
    return {file.relative_to(home).as_posix(): file for file in sorted(held) if file.is_file()}


def content(file: Path) -> str:
    """A hash over what a file says: rows in the order of the key, doubles to ten significant digits."""
    if file.suffix == ".parquet":
        table = pq.read_table(file)
        # the time of the build is the one thing that two builds may say differently
        return content_hash(table.drop_columns(["built_at"]) if file.stem == "meta" else table)
    text = json.dumps(_ten_digits(json.loads(file.read_text(encoding="utf-8"))), sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()


def _ten_digits(value: Any) -> Any:
    if isinstance(value, dict):
        return {k: _ten_digits(v) for k, v in value.items()}
    if isinstance(value, list):
        return [_ten_digits(v) for v in value]
    return f"{value:.9e}" if isinstance(value, float) else value


def compare(one: Path, other: Path, *, within: str = "") -> Comparison:
    """The files of two build folders whose names begin with `within`; a file on one side alone differs.

    `meta` counts as equal to the byte if it is equal but for the time of the build.
    """
    mine, theirs = files_of(one), files_of(other)
    same, alike, differing = 0, 0, []
    for name in sorted(n for n in mine.keys() | theirs.keys() if n.startswith(within)):
        if name not in mine or name not in theirs:
            differing.append(name)
        elif digest(mine[name]) == digest(theirs[name]):
            same += 1
        elif content(mine[name]) == content(theirs[name]):
            same, alike = same + (name == "tables/meta.parquet"), alike + (name != "tables/meta.parquet")
        else:
            differing.append(name)
    return Comparison(same, alike, tuple(differing))


def beside(home: Path, folder: Path) -> Path:
    """A build folder that has the store of `home` and no results."""
    folder.mkdir()
    for name in ("trustpanel.duckdb", "manifest.json"):
        shutil.copy(home / name, folder / name)
    shutil.copytree(home / "tables", folder / "tables")
    return folder


def made(python: Path, home: Path, *, seed: int = 0, offline: bool = False) -> Path:
    """`home` with a store and the results of every hypothesis."""
    for told in ("build", "run"):
        command(python, home, told, seed=seed, offline=offline)
    return home


def many_worlds(python: Path, home: Path, folder: Path) -> Comparison:
    """The multiverse in the process itself against one in two others."""
    found = []
    for workers in (0, 2):
        own = beside(home, folder / f"workers-{workers}")
        command(python, own, "multiverse", "--workers", str(workers), seed=workers)
        found.append(own)
    return compare(*found, within="results/")


def rows_of(folder: Path, pythons: Sequence[tuple[Interpreter, Path | None, str]]) -> list[tuple[str, Any]]:
    """What was compared, and how it compared."""
    (reference, python, _), *others = pythons
    assert python is not None
    first = made(python, folder / "first")
    with ThreadPoolExecutor(os.cpu_count() or 1) as pool:
        offline = pool.submit(made, python, folder / "offline", seed=1, offline=True)
        on_others = [
            pool.submit(made, found, folder / f"on-{other.name}") for other, found, _ in others if found is not None
        ]
        seeded = []
        for seed in SEEDS[2:]:
            own = beside(first, folder / f"seed-{seed}")
            seeded.append((own, pool.submit(command, python, own, "run", "--workers", "2", seed=seed)))
        second = offline.result()
        rows: list[tuple[str, Any]] = [
            (f"Python {reference.name}: two builds and runs, the second offline and with another hash seed",
             compare(first, second)),
        ]  # fmt: skip
        waiting = iter(on_others)
        for other, found, why in others:
            what = f"Python {other.name} against {reference.name}"
            rows.append(
                (what, f"**no environment**: {why}" if found is None else compare(first, next(waiting).result()))
            )
        for _, running in seeded:
            running.result()
    differing = [compare(first, own, within="results/") for own in (second, *(own for own, _ in seeded))]
    worst = max(differing, key=lambda c: (len(c.differing), c.in_content))
    what = f"results of every hypothesis under hash seeds {SEEDS[0]} to {SEEDS[-1]}, from the third on in two processes"
    rows.append((what, worst))
    rows.append(("the multiverse in one process and in two others", many_worlds(python, first, folder)))
    for told in OFFLINE_COMMANDS:
        command(python, second, *told, offline=True)
    how = "a process that has no network" if cuts_the_network() else "Python refusing every address"
    said = ", ".join(f"`{told[0]}`" for told in (("build",), ("run",), *OFFLINE_COMMANDS))
    return [*rows, (f"{said} without a network", f"all succeed ({how})")]


def main() -> int:
    """Run everything; 1 if anything differs or an interpreter has no environment."""
    with tempfile.TemporaryDirectory() as held:
        folder = Path(held)
        found = supported(candidates(), floor())
        extras = ["[docs]", *[""] * (len(found) - 1)]
        pythons = [(i, *environment(i, folder, extra=extra)) for i, extra in zip(found, extras, strict=True)]
        if pythons[0][1] is None:
            raise SystemExit(f"no environment for Python {found[0].name}, which runs this: {pythons[0][2]}")
        rows = rows_of(folder, pythons)
    lines = ["| what (`make matrix`) | result |", "| --- | --- |", *(f"| {what} | {how} |" for what, how in rows)]
    write_section("matrix", "\n".join(lines))
    print("\n".join(lines))
    return int(any("**" in str(how) for _, how in rows))


if __name__ == "__main__":
    raise SystemExit(main())
