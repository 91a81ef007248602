"""The documentation as a site: the pages of docs/, the codebook and the numbers of the store, set by Sphinx."""

from __future__ import annotations

import importlib.util
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from trustpanel.errors import ReportError
from trustpanel.paths import Paths
from trustpanel.report.documents import write

PAGES = ("CHANGELOG.md", "CONTRIBUTING.md")
SET_BY = ("sphinx", "myst_parser", "furo")
PICTURES = (".png",)


def make_site(paths: Paths) -> str:
    """The site stands in data/build/docs/; returns where, and how long it took.

    Needs the built store, a checkout, and the extra `docs`. A reference that leads nowhere is an error. Raises
    `StoreError` without a store, `ReportError` if a page or Sphinx refuses.
    """
    begun = time.perf_counter()
    if not (paths.docs / "conf.py").is_file():
        raise ReportError("there are no pages to set", file=paths.docs, next_step="run it in a checkout")
    absent = [name for name in SET_BY if importlib.util.find_spec(name) is None]
    if absent:
        raise ReportError(
            "what sets the site is not installed", expected=absent, next_step="pip install 'trustpanel[docs]'"
        )
    pages = site_sources(paths)
    renew(paths.site_source, pages)
    _sphinx(paths)
    return f"{len(pages)} files in {time.perf_counter() - begun:.1f} s: {paths.site / 'index.html'}"


def site_sources(paths: Paths) -> dict[str, str | bytes]:
    """By path all that Sphinx reads: docs/ with its numbers filled in, its pictures as they are, and the codebook."""
    from trustpanel.codebook.load import codebook
    from trustpanel.report.answer import answer_markdown
    from trustpanel.report.codebook_site import codebook_pages
    from trustpanel.report.limits_numbers import fill, numbers_of
    from trustpanel.report.load import load_hypothesis_results, load_results, load_state_names
    from trustpanel.store.coding_frames import coding_frames
    from trustpanel.store.column_frames import column_counts
    from trustpanel.store.connect import open_store
    from trustpanel.store.coverage_frames import coverage_frames
    from trustpanel.store.plugs import in_store

    book = codebook()
    with open_store(paths) as con:
        counts = column_counts(con, in_store(book, con))
        coding, coverage = coding_frames(con), coverage_frames(con)
    results = load_results(paths.expected)
    numbers = numbers_of(
        coding=coding,
        coverage=coverage,
        multiverse=_long("multiverse", paths),
        worlds=_long("worlds", paths),
        doubt=_long("doubt", paths),
        core=results["H3"],
        hypotheses=load_hypothesis_results(paths.expected),
        answer=answer_markdown(results, load_state_names(paths.expected)),
    )
    files = [f for f in sorted(paths.docs.rglob("*")) if f.is_file() and "__pycache__" not in f.parts]
    pictures = {f.relative_to(paths.docs).as_posix(): f.read_bytes() for f in files if f.suffix in PICTURES}
    texts = [f for f in files if f.suffix not in PICTURES]
    written = {f.relative_to(paths.docs).as_posix(): f.read_text(encoding="utf-8") for f in texts}
    root = paths.docs.parent
    written |= {name.lower(): (root / name).read_text(encoding="utf-8") for name in PAGES}
    filled = {name: fill(page, numbers, file=f"docs/{name}") for name, page in written.items()}
    return {**filled, **pictures, **codebook_pages(book, counts)}


def _long(name: str, paths: Paths) -> dict[str, Any]:
    """The committed result of a long run."""
    from trustpanel.report.load import load_long

    found = load_long(f"{name}.json", paths.expected)
    if found is None:
        raise ReportError(
            f"there is no result of `trustpanel {name}` to tell of",
            file=paths.expected,
            next_step=f"restore {name}.json, or make it with `trustpanel {name}` and `trustpanel expect`",
        )
    return found


def renew(folder: Path, pages: Mapping[str, str | bytes]) -> None:
    """`folder` holds exactly `pages`; a file whose text stays the same is not touched, so that Sphinx skips it."""
    for file in sorted(folder.rglob("*")) if folder.exists() else ():
        if file.is_file() and file.relative_to(folder).as_posix() not in pages:
            file.unlink()
    for name, page in pages.items():
        file = folder / name
        if not file.is_file() or file.read_bytes() != (page.encode("utf-8") if isinstance(page, str) else page):
            write(file, page)


def _sphinx(paths: Paths) -> None:
    told = ["-m", "sphinx", "-b", "html", "-W", "--keep-going", "-q", "-j", "2"]
    folders = ["-d", str(paths.build / "docs_trees"), str(paths.site_source), str(paths.site)]
    done = subprocess.run([sys.executable, *told, *folders], capture_output=True, text=True, check=False)
    if done.returncode:
        raise ReportError(
            "Sphinx refuses a page",
            file=paths.site_source,
            found=done.stderr.strip()[-3000:],
            next_step="mend the page that the message names, then `trustpanel docs` again",
        )
