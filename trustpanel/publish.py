"""What is handed to readers: the paper and the archive from which it can be made again."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Annotated, Any

import typer

from trustpanel.paths import Paths, project

LONG = ("contest", "multiverse", "worlds", "doubt")


def add_commands(cli: typer.Typer) -> None:
    """`paper`, `archive` and `archive-check` are commands of `cli`."""
    cli.command()(paper)
    cli.command()(archive)
    cli.command(name="archive-check")(archive_check)


def paper(
    stars: Annotated[bool, typer.Option(help="Stars in the table of the core model.")] = False,
) -> None:
    """Write the paper as PDF and page from the results (the committed ones where none were made here) and the store."""
    begun = time.perf_counter()
    for file in make_paper(project(), with_stars=stars):
        typer.echo(str(file))
    typer.echo(f"paper in {time.perf_counter() - begun:.1f} s")


def archive() -> None:
    """Write the replication archive: data, code, locks, codebook, expected results and the paper, with a manifest."""
    from trustpanel.archive import write_archive

    typer.echo(str(write_archive(project(), progress=typer.echo)))


def archive_check() -> None:
    """Unpack the archive in an empty folder, build and estimate there, and compare with what it claims."""
    from trustpanel.archive import check_archive

    typer.echo(check_archive(project(), progress=typer.echo))


def make_paper(paths: Paths, *, with_stars: bool = False) -> list[Path]:
    """The files of the paper in `data/build/paper/`."""
    from trustpanel.report.paper.write import write_paper

    return write_paper(findings(paths), paths.analyses / "paper", paths.paper, with_stars=with_stars)


def findings(paths: Paths, *, results: Path | None = None) -> Any:
    """Everything that the paper reads; `results`: the folder of the result files, if not the one made last."""
    from trustpanel.codebook.load import codebook
    from trustpanel.report.case_records import case_records
    from trustpanel.report.load import load_convergence, load_hypothesis_results, load_long, load_results
    from trustpanel.report.paper.numbers import Findings
    from trustpanel.store.case_frames import case_frames
    from trustpanel.store.coding_frames import coding_frames
    from trustpanel.store.connect import open_store
    from trustpanel.store.coverage_frames import coverage_frames
    from trustpanel.store.frames import state_names
    from trustpanel.store.paper_frames import paper_frames

    folder = results or (paths.results if (paths.results / "h03.json").is_file() else paths.expected)
    long = {name: load_long(f"{name}.json", folder, paths.expected) for name in LONG}
    with open_store(paths) as con:
        names = state_names(con)
        frames, coding, coverage, cases = paper_frames(con), coding_frames(con), coverage_frames(con), case_frames(con)
    return Findings(
        core=load_results(folder),
        hypotheses=load_hypothesis_results(folder),
        convergence=load_convergence(folder),
        long={name: result for name, result in long.items() if result is not None},
        state_names=names,
        frames=frames,
        coding=coding,
        coverage=coverage,
        cases={case.case_id: case for case in case_records(cases, names)},
        sources=tuple(source_rows(codebook())),
    )


def source_rows(book: Any) -> list[dict[str, Any]]:
    """The sources of the codebook as plain rows: id, title, citation, key, BibTeX, terms, whether they are shipped."""
    fields = ("id", "title", "producer", "citation", "bibtex_key", "bibtex", "terms", "ship")
    return [{name: getattr(source, name) for name in fields} for source in book.sources.values()]
