"""The command line: each command is load, one call, save."""

from __future__ import annotations

import json
import sys
import time
from functools import partial
from pathlib import Path
from typing import Annotated, Any

import typer

from trustpanel.errors import ReportError, TrustpanelError
from trustpanel.parallel import each
from trustpanel.paths import project
from trustpanel.publish import add_commands

CONVERGENCE = "convergence.json"

HELP = (
    "Leaders, their meetings and conflict as one checked store, and tests of trust between enemies on it.\n\n"
    "Begin with `build`, then `run` and `report`; `describe` and `cite` tell of a table or variable. What is made "
    "stands in data/build/ of the checkout (of an installed package: in the user's folder for data), or in the folder "
    "that TRUSTPANEL_HOME names."
)
_cli = typer.Typer(no_args_is_help=True, add_completion=False, help=HELP, pretty_exceptions_enable=False)
add_commands(_cli)


def app() -> None:
    """Run the command line; a refusal of ours is printed without a traceback and exits with status 1."""
    try:
        _cli()
    except TrustpanelError as error:
        typer.echo(f"trustpanel: {error}", err=True)
        sys.exit(1)


@_cli.command()
def facts(
    download: Annotated[bool, typer.Option(help="Download what is not at hand.")] = True,
) -> None:
    """Read the raw files anew into data/facts/."""
    from trustpanel.sources.facts import write_facts

    report = write_facts(project(), download=download, progress=typer.echo)
    typer.echo(f"{len(report.written)} facts written, {sum(report.written.values()):,} rows")
    for source, reason in report.skipped.items():
        typer.echo(f"skipped {source}: {reason}")


@_cli.command()
def build() -> None:
    """Build and check the store; the last good one stays until the new one has passed."""
    from trustpanel.store.build import build as build_store

    begun = time.perf_counter()
    seconds = build_store(project(), progress=typer.echo)
    typer.echo(f"{len(seconds) - 1} tables in {time.perf_counter() - begun:.1f} s: {project().store}")


@_cli.command()
def check() -> None:
    """Hold every declared rule against the built store."""
    from trustpanel.codebook.load import codebook
    from trustpanel.store.check import check_store
    from trustpanel.store.connect import open_store
    from trustpanel.store.plugs import in_store

    with open_store(project()) as con:
        typer.echo(f"{check_store(con, in_store(codebook(), con))} checks passed")


@_cli.command()
def run(
    full: Annotated[bool, typer.Option(help="The full number of randomisation draws.")] = False,
    workers: Annotated[int, typer.Option(help="Processes; 0 is this one.")] = 0,
) -> None:
    """Estimate every declared hypothesis and the convergence of the indicators; JSON in data/build/results/."""
    from trustpanel.core_runs import converge, estimate
    from trustpanel.hypotheses import estimate_hypotheses
    from trustpanel.report.documents import write
    from trustpanel.report.layout import file_of

    begun, paths = time.perf_counter(), project()
    # the longest first, so that two processes end together
    calls = (partial(converge, paths), partial(estimate_hypotheses, paths), partial(estimate, paths, full=full))
    converged, tested, results = each(calls, workers=workers)
    folder = paths.results
    for identifier, result in {**results, **tested}.items():
        write(folder / file_of(identifier), result.dumps())
    write(folder / CONVERGENCE, converged.dumps())
    write(folder / "latent_trust.parquet", converged.latent.to_parquet(index=False))
    typer.echo(
        f"{len(results) + len(tested)} hypotheses and the convergence in {time.perf_counter() - begun:.1f} s: {folder}"
    )


@_cli.command()
def contest(workers: Annotated[int, typer.Option(help="Processes; 0 is this one.")] = 0) -> None:
    """Hold the explanations against each other on every declared outcome and sample; contest.json."""
    from trustpanel.long_runs import make_contest

    typer.echo(make_contest(project(), workers=workers, progress=_tell))


@_cli.command()
def multiverse(
    workers: Annotated[int, typer.Option(help="Processes; 0 is this one.")] = 0,
    scheduler: Annotated[str | None, typer.Option(help="Address of a Dask scheduler, in place of processes.")] = None,
) -> None:
    """Estimate every declared specification, taking up a run that was stopped; multiverse.json and .parquet."""
    from trustpanel.long_runs import make_multiverse

    typer.echo(make_multiverse(project(), workers=workers, progress=_tell, scheduler=scheduler))


@_cli.command()
def doubt() -> None:
    """Carry errors of coding, latent trust, selection and missing coverage into the core model; doubt.json."""
    from trustpanel.long_runs import make_doubt

    typer.echo(make_doubt(project(), progress=_tell))


@_cli.command()
def worlds(
    worlds: Annotated[int | None, typer.Option(help="Worlds a cell, for a trial; by default the declared.")] = None,
) -> None:
    """Simulate worlds with a known answer, taking up a run that was stopped; worlds.json and docs/worlds.md."""
    from trustpanel.long_runs import make_worlds

    typer.echo(make_worlds(project(), worlds=worlds, progress=_tell))


@_cli.command()
def report(workers: Annotated[int, typer.Option(help="Processes; 0 is this one.")] = 0) -> None:
    """Write every page of the report from the results and the store."""
    from trustpanel.report_runs import make_cases, make_pages
    from trustpanel.store.connect import open_store
    from trustpanel.store.frames import state_names

    paths = project()
    cases, pages = each((partial(make_cases, paths), partial(make_pages, paths)), workers=workers)
    for page in pages:
        typer.echo(str(page))
    typer.echo(f"{len(cases)} files of the case report")
    typer.echo("")
    with open_store(paths) as con:
        names = state_names(con)
    typer.echo(_answer(_load(paths.results), names))


@_cli.command(name="try")
def try_own(file: Annotated[Path, typer.Argument(help="A hypothesis in the form of analyses/h16.toml.")]) -> None:
    """Estimate a hypothesis of your own; the page stands in data/build/own/ too."""
    from trustpanel.hypotheses import estimate_own

    typer.echo(estimate_own(project(), file))


@_cli.command()
def docs() -> None:
    """Set the documentation as a site in data/build/docs/ (needs the extra `docs`)."""
    from trustpanel.site import make_site

    typer.echo(make_site(project()))


@_cli.command()
def explore(
    view: Annotated[str, typer.Option(help="The view to open, as `Cite this view` names it.")] = "",
    show: Annotated[bool, typer.Option("--open/--no-open", help="Open the page in the browser.")] = True,
    serve: Annotated[bool, typer.Option(help="Serve the page on 127.0.0.1 until stopped.")] = False,
    port: Annotated[int, typer.Option(help="Port of --serve; 0 is any free one.")] = 0,
) -> None:
    """Write the explorer to data/build/explorer/ and open it: a page that works from the disk and sends nothing."""
    from trustpanel.explore import make_explorer, open_page, serve_page

    begun = time.perf_counter()
    page = make_explorer(project(), view=view)
    typer.echo(f"explorer in {time.perf_counter() - begun:.1f} s: {page}")
    if serve:
        serve_page(page, port=port, view=view, show=show, tell=typer.echo)
    elif show and not open_page(page, view=view):
        typer.echo("no browser took the page: open the file in one")


@_cli.command()
def expect() -> None:
    """Make the results just built the expected ones in analyses/expected/."""
    from trustpanel.report.documents import write
    from trustpanel.report.layout import file_of
    from trustpanel.report.load import load_convergence, load_hypothesis_results, load_long
    from trustpanel.report.long_pages import LONG_PAGES
    from trustpanel.store.connect import open_store
    from trustpanel.store.frames import state_names

    paths = project()
    held = {**_load(paths.results), **load_hypothesis_results(paths.results)}
    files = {file_of(identifier): result for identifier, result in held.items()}
    files[CONVERGENCE] = load_convergence(paths.results)
    files |= {n: r for n in LONG_PAGES if (r := load_long(n, paths.results)) is not None}
    for name, result in files.items():
        text = json.dumps(result, indent=1, sort_keys=True) + "\n"
        typer.echo(str(write(paths.expected / name, text)))
    with open_store(paths) as con:
        names = {str(code): name for code, name in sorted(state_names(con).items())}
    write(paths.expected / "state_names.json", json.dumps(names, indent=1, ensure_ascii=False) + "\n")


@_cli.command()
def readme() -> None:
    """Write the answer of analyses/expected/ between the markers of README.md."""
    from trustpanel.report.answer import replace_between
    from trustpanel.report.documents import write
    from trustpanel.report.load import load_state_names

    paths = project()
    page = paths.data.parent / "README.md"
    if not page.is_file():
        raise ReportError("there is no README to write into", file=page, next_step="run it in a checkout")
    answer = _answer(_load(paths.expected), load_state_names(paths.expected))
    typer.echo(str(write(page, replace_between(page.read_text(encoding="utf-8"), answer))))


@_cli.command()
def describe(name: Annotated[str, typer.Argument(help="A table or a variable.")]) -> None:
    """What a table or variable is."""
    from trustpanel.codebook.words import describe_name

    for field, value in describe_name(name).items():
        typer.echo(f"{field:12s} {', '.join(map(str, value)) if isinstance(value, list) else value}")


@_cli.command()
def cite(names: Annotated[list[str], typer.Argument(help="Tables or variables.")]) -> None:
    """BibTeX of just the sources behind tables or variables."""
    from trustpanel.codebook.words import bibtex

    typer.echo(bibtex(names))


def _tell(name: str, done: int, of: int) -> None:
    """Progress at every tenth."""
    if done * 10 // of != max(done - 1, 0) * 10 // of:
        typer.echo(f"{name}: {done:,} of {of:,}", err=True)


def _load(folder: Path) -> dict[str, Any]:
    from trustpanel.report.load import load_results

    return load_results(folder)


def _answer(results: dict[str, Any], names: dict[int, str]) -> str:
    from trustpanel.report.answer import answer_markdown

    return answer_markdown(results, names)
