"""The replication archive: what a reader needs to make every result again, and the check that it does."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import os
import stat
import subprocess
import sys
import tempfile
import zipfile
import zlib
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

from trustpanel.errors import ArchiveError
from trustpanel.paths import Paths

NAME, TOP, MANIFEST = "trustpanel-replication.zip", "trustpanel-replication", "MANIFEST.json"
FOLDERS = ("trustpanel", "data/facts", "data/coded", "analyses", "tests", "docs", "benchmarks")
FILES = (
    "data/sources.toml", "data/corrections.toml", "data/LICENSE.md", "pyproject.toml", "constraints.txt", "Makefile",
    "README.md", "CHANGELOG.md", "CONTRIBUTING.md", "CITATION.cff", "LICENSE",
)  # fmt: skip
LEFT_OUT = {"__pycache__", ".ruff_cache", ".mypy_cache", ".pytest_cache", "_shipped"}
LARGEST = 4_000_000_000
# the clock of the format's first day: no date of the machine is in the archive
FIRST_DAY = (1980, 1, 1, 0, 0, 0)
# holds the day of the build
UNSTABLE = {"meta"}
Tell = Callable[[str], None]


def write_archive(paths: Paths, *, progress: Tell) -> Path:
    """`data/build/archive/trustpanel-replication.zip`; the same files give the same bytes.

    Raises `ArchiveError` if a fact comes from a source that may not be passed on, if the results made here are not the
    expected ones, or if the store or the paper is absent; then nothing is written.
    """
    from trustpanel.report.documents import write

    root = paths.data.parent
    if not (root / "pyproject.toml").is_file():
        raise ArchiveError(
            "an archive is made from a checkout, which has the code and its lock",
            file=root,
            expected="pyproject.toml beside data/",
            next_step="clone the repository and run `make archive` there",
        )
    members = dict(_members(root))
    refuse_restricted(paths, members)
    _same_results(paths.expected, paths.results)
    members |= _made(paths)
    manifest = {
        "files": {name: hashlib.sha256(data).hexdigest() for name, data in sorted(members.items())},
        "tables": table_hashes(paths),
        "python": ".".join(map(str, sys.version_info[:2])),
    }
    members[MANIFEST] = (json.dumps(manifest, indent=1, sort_keys=True) + "\n").encode("utf-8")
    file = write(paths.archive / NAME, _zipped(members))
    progress(f"{len(members):,} files, {file.stat().st_size / 1e6:.1f} MB")
    return file


def check_archive(paths: Paths, *, progress: Tell) -> str:
    """What was compared: checksums, tables byte by byte, results within tolerance, the paper byte by byte.

    The archive is unpacked in an empty folder and built there from itself alone. Raises `ArchiveError` at the first
    thing that differs.
    """
    with tempfile.TemporaryDirectory(prefix="trustpanel-archive-") as aside:
        manifest = unpack(paths.archive / NAME, Path(aside))
        root = Path(aside) / TOP
        inside = Paths(data=root / "data", analyses=root / "analyses", build=root / "data" / "build")
        for command in ("build", "run", "paper"):
            progress(f"in the empty folder: {command}")
            _command(root, command)
        found = table_hashes(inside)
        wrong = sorted(
            name for name in {*found, *manifest["tables"]} if found.get(name) != manifest["tables"].get(name)
        )
        if wrong:
            raise ArchiveError(
                "tables built from the archive differ", expected=f"{len(manifest['tables'])} tables", found=wrong,
                next_step="build the store anew and write the archive again; compare interpreter and lock",
            )  # fmt: skip
        compared = _same_results(inside.expected, inside.results)
        for name in ("trustpanel.pdf", "trustpanel.html"):
            if (inside.paper / name).read_bytes() != (root / "paper" / name).read_bytes():
                raise ArchiveError(
                    "the paper made from the archive differs", file=name,
                    next_step="make the paper anew (`trustpanel paper`) and write the archive again",
                )  # fmt: skip
    return f"{len(manifest['files']):,} files, {len(found)} tables, {compared} results and the paper are the same"


def unpack(file: Path, folder: Path) -> dict[str, Any]:
    """The archive is in `folder`, every file verified; returns its manifest. Raises `ArchiveError` for a wrong one."""
    if not file.is_file():
        raise ArchiveError("there is no archive", file=file, next_step="write it with `trustpanel archive`")
    try:
        with zipfile.ZipFile(file) as archive:
            _refuse_astray(archive, file)
            manifest: dict[str, Any] = json.loads(archive.read(f"{TOP}/{MANIFEST}"))
            names = {name.removeprefix(f"{TOP}/") for name in archive.namelist()} - {MANIFEST}
            wrong = sorted(names ^ set(manifest["files"]))
            for name in sorted(names & set(manifest["files"])):
                if hashlib.sha256(archive.read(f"{TOP}/{name}")).hexdigest() != manifest["files"][name]:
                    wrong.append(name)
            if wrong:
                raise ArchiveError(
                    "the archive does not match its manifest", file=file, found=wrong[:5], next_step="write it again"
                )
            archive.extractall(folder)
    except (zipfile.BadZipFile, zlib.error, KeyError, TypeError, ValueError, EOFError, NotImplementedError) as error:
        raise ArchiveError(
            "the archive cannot be read", file=file, expected=f"a zip with {TOP}/{MANIFEST}", found=str(error)[:200],
            next_step="fetch it again, or write it anew with `trustpanel archive`",
        ) from error  # fmt: skip
    return manifest


def _refuse_astray(archive: zipfile.ZipFile, file: Path) -> None:
    """Raise `ArchiveError` if an entry would stand outside the archive's own folder, twice, or as a link."""
    entries = archive.infolist()
    twice = {name for name, times in Counter(entry.filename for entry in entries).items() if times > 1}
    for entry in entries:
        parts = entry.orig_filename.split("/")
        link = stat.S_ISLNK(entry.external_attr >> 16)
        odd = any(part in ("", ".", "..") or not part.isprintable() or set(part) & set("\\:") for part in parts)
        if odd or link or parts[0] != TOP or entry.filename in twice:
            raise ArchiveError(
                "an entry of the archive is no file of its own folder", file=file,
                expected=f"files under {TOP}/, each once", found=repr(entry.orig_filename)[:200],
                next_step="do not unpack it; fetch the archive from where it is published",
            )  # fmt: skip
    if sum(entry.file_size for entry in entries) > LARGEST:
        raise ArchiveError(
            "the archive is larger than any that this package writes", file=file, expected=f"at most {LARGEST:,} bytes",
            next_step="do not unpack it; fetch the archive from where it is published",
        )  # fmt: skip


def refuse_restricted(paths: Paths, members: Mapping[str, bytes]) -> None:
    """Every fact among `members` is the one that the manifest of facts names, and its source may be passed on.

    Raises `ArchiveError` otherwise.
    """
    from trustpanel.codebook.load import load_sources

    passed_on = {s.id for s in load_sources(paths.sources).values() if s.ship and s.terms != "restricted"}
    known = json.loads((paths.facts / "manifest.json").read_text(encoding="utf-8"))["outputs"]
    for name in sorted(members):
        if "facts_restricted" in name or name.startswith("data/raw/"):
            raise ArchiveError(
                "a file that may not be passed on would be in the archive", file=name, next_step="remove it"
            )
        if not name.startswith("data/facts/") or not name.endswith(".parquet"):
            continue
        entry = known.get(Path(name).stem, {"source": "no source in the manifest", "sha256": ""})
        held = hashlib.sha256(members[name]).hexdigest()
        if entry["source"] not in passed_on or entry["sha256"] != held:
            raise ArchiveError(
                "a fact that may not be passed on would be in the archive", file=name,
                expected="a fact of a source with `ship = true`, as data/facts/manifest.json names it",
                found=entry["source"] if entry["source"] not in passed_on else f"another file, sha256 {held[:12]}",
                next_step="move it out of data/facts/, or read the facts anew (`trustpanel facts`)",
            )  # fmt: skip


def table_hashes(paths: Paths) -> dict[str, str]:
    """{table: sha256 of its parquet} of the built store.

    Left out: tables that hold the day of the build, and those of sources that may not be passed on.
    """
    from trustpanel.codebook.load import codebook

    kept_back = UNSTABLE | {name for name, table in codebook().tables.items() if table.restricted}
    files = sorted(paths.tables.glob("*.parquet"))
    if not files:
        raise ArchiveError("there are no built tables", file=paths.tables, next_step="build them: `trustpanel build`")
    return {f.stem: hashlib.sha256(f.read_bytes()).hexdigest() for f in files if f.stem not in kept_back}


def _members(root: Path) -> Iterator[tuple[str, bytes]]:
    for name in FILES:
        if (root / name).is_file():
            yield name, (root / name).read_bytes()
    for folder in FOLDERS:
        for file in sorted((root / folder).rglob("*")):
            parts = set(file.relative_to(root).parts)
            if file.is_file() and not parts & LEFT_OUT and file.suffix != ".pyc":
                yield file.relative_to(root).as_posix(), file.read_bytes()


def _made(paths: Paths) -> dict[str, bytes]:
    """The paper and the codebook as files of the archive."""
    from trustpanel.codebook.words import table_rows, variable_rows

    out: dict[str, bytes] = {}
    for name in ("trustpanel.pdf", "trustpanel.html", "numbers.json"):
        if not (paths.paper / name).is_file():
            raise ArchiveError("the paper is absent", file=paths.paper / name, next_step="make it: `trustpanel paper`")
        out[f"paper/{name}"] = (paths.paper / name).read_bytes()
    return out | {"codebook/tables.csv": _csv(table_rows()), "codebook/variables.csv": _csv(variable_rows())}


def _csv(rows: list[dict[str, Any]]) -> bytes:
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, fieldnames=list(dict.fromkeys(k for row in rows for k in row)), lineterminator="\n")
    writer.writeheader()
    writer.writerows({k: _no_formula(v) for k, v in row.items()} for row in rows)
    return text.getvalue().encode("utf-8")


def _no_formula(cell: Any) -> Any:
    """The cell with an apostrophe before text that a spreadsheet would take for a formula."""
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(("=", "+", "-", "@", "\t", "\r")) else cell


def _zipped(members: Mapping[str, bytes]) -> bytes:
    """A zip of `members` in order of their names, without dates and rights of the machine."""
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as archive:
        for name in sorted(members):
            entry = zipfile.ZipInfo(f"{TOP}/{name}", FIRST_DAY)
            entry.compress_type, entry.create_system, entry.external_attr = zipfile.ZIP_DEFLATED, 3, 0o644 << 16
            archive.writestr(entry, members[name])
    return held.getvalue()


def _same_results(expected: Path, found: Path) -> int:
    """How many results of `found` equal those of `expected`; raises `ArchiveError` at the first that does not."""
    from trustpanel.report.compare import differences

    files = [f for f in sorted(found.glob("*.json")) if (expected / f.name).is_file()]
    for file in files:
        held = json.loads((expected / file.name).read_text(encoding="utf-8"))
        differ = differences(held, json.loads(file.read_text(encoding="utf-8")))
        if differ:
            raise ArchiveError(
                "a result is not the expected one", file=file, found=differ[0],
                next_step="make the results the expected ones (`make expected`), or find out why they moved",
            )  # fmt: skip
    return len(files)


def _command(root: Path, command: str) -> None:
    """One command of the archive's own code, in its own folder, with nothing of ours but the interpreter."""
    env = {k: v for k, v in os.environ.items() if not k.startswith("TRUSTPANEL")}
    made = subprocess.run(
        [sys.executable, "-c", "from trustpanel.cli import app; app()", command],
        cwd=root, env=env | {"PYTHONPATH": str(root)}, capture_output=True, text=True, check=False,
    )  # fmt: skip
    if made.returncode:
        raise ArchiveError(
            f"`trustpanel {command}` does not run from the archive",
            found=made.stderr[-1500:] or f"exit code {made.returncode}, nothing said",
            next_step="unpack the archive and run the command in its folder",
        )
