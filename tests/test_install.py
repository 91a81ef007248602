"""A wheel carries facts, codings and analyses: installed in an empty folder it builds the same store."""

from __future__ import annotations

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from trustpanel import paths

ROOT = paths.PACKAGE.parent


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder that holds the unpacked wheel and nothing else of ours."""
    folder = tmp_path_factory.mktemp("wheel")
    made = subprocess.run(
        [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--wheel-dir", str(folder), str(ROOT)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert made.returncode == 0, made.stderr[-2000:]
    (wheel,) = folder.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(folder / "site")
    return folder / "site"


def test_the_wheel_carries_what_a_build_needs(installed):
    shipped = installed / "trustpanel" / "_shipped"
    assert (shipped / "data" / "facts" / "manifest.json").is_file()
    assert (shipped / "data" / "coded" / "aliases.csv").is_file()
    assert (shipped / "analyses" / "h03.toml").is_file()
    assert (installed / "trustpanel" / "tables" / "panel.sql").is_file()
    assert (installed / "trustpanel" / "report" / "style.css").is_file()
    page = installed / "trustpanel" / "report" / "explorer"
    assert all(
        (page / name).is_file() for name in ("index.html", "explorer.css", "vendor/explorer.js", "vendor/licences.txt")
    )
    assert not (page / "node_modules").exists()
    assert (installed / "trustpanel" / "py.typed").is_file()


USED = """
import pandas as pd

import trustpanel as tp

made = tp.panel("state_dyad_year", ["dispute_onset"], years=(1946, 2010), where={"ccode_a": 2})
frame: pd.DataFrame = made.to_pandas()
query: str = made.sql()
tp.cite(1)
tp.load("panel", backend="excel")
made.to_excel("a.xlsx")
"""


def test_a_users_types_are_checked_against_the_wheel(installed, tmp_path):
    (tmp_path / "used.py").write_text(USED, encoding="utf-8")
    told = ["--no-incremental", "--ignore-missing-imports", "--follow-imports", "silent", "used.py"]
    done = subprocess.run(
        [sys.executable, "-m", "mypy", *told],
        cwd=tmp_path,
        env=os.environ | {"MYPYPATH": str(installed), "PYTHONPATH": ""},
        capture_output=True,
        text=True,
        check=False,
    )
    errors = [line.split(": error: ")[0] for line in done.stdout.splitlines() if ": error: " in line]
    assert errors == ["used.py:9", "used.py:10", "used.py:11"], done.stdout + done.stderr


def test_an_installed_user_builds_the_same_store(installed, store, tmp_path):
    code = (
        "import trustpanel, trustpanel.paths as p; from trustpanel.store.build import build;"
        "assert '_shipped' in str(p.project().data), p.project();"
        "build(p.project()); import trustpanel as tp; print(len(tp.load('panel')), len(tp.load('meetings')))"
    )
    out = subprocess.run(
        [sys.executable, "-I", "-c", f"import sys; sys.path.insert(0, {str(installed)!r}); {code}"],
        cwd=tmp_path,
        env={k: v for k, v in os.environ.items() if not k.startswith("TRUSTPANEL")}
        | {"TRUSTPANEL_HOME": str(tmp_path / "home")},
        capture_output=True,
        text=True,
        check=False,
    )
    assert out.returncode == 0, out.stderr[-2000:]
    rows = store.execute("select (select count(*) from panel), (select count(*) from meetings)").fetchall()[0]
    assert tuple(map(int, out.stdout.split())) == rows
