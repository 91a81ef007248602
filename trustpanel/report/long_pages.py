"""The pages of the long runs are in the folder of the report: contest, multiverse, doubt, simulated worlds."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from trustpanel.report.contest_page import FIGURE, contest_bytes, contest_page
from trustpanel.report.documents import write
from trustpanel.report.doubt_page import FIGURES, doubt_page, figure_bytes
from trustpanel.report.layout import Result
from trustpanel.report.multiverse_page import curve_bytes, figure_name, multiverse_page
from trustpanel.report.worlds_page import FIGURE as WORLDS_FIGURE
from trustpanel.report.worlds_page import power_bytes, worlds_page


def write_contest(result: Result, folder: Path) -> list[Path]:
    """The page on the contest as Markdown and HTML, and its figure; `result` is the JSON of `trustpanel contest`."""
    page = contest_page(result)
    contents: dict[str, str | bytes] = {
        FIGURE: contest_bytes(result, "png"),
        "contest.md": page.to_markdown(),
        "contest.html": page.to_html(),
    }
    return [write(folder / name, content) for name, content in contents.items()]


def write_multiverse(result: Result, folder: Path) -> list[Path]:
    """The page on the multiverse as Markdown and HTML, and a figure a grid; `result`: `trustpanel multiverse`."""
    page = multiverse_page(result)
    contents: dict[str, str | bytes] = {
        figure_name(grid): curve_bytes(result, grid, "png")
        for grid in result["grids"]
        if grid["parameters"]["delta"]["status"] == "estimated"
    }
    contents |= {"multiverse.md": page.to_markdown(), "multiverse.html": page.to_html()}
    return [write(folder / name, content) for name, content in contents.items()]


def write_doubt(result: Result, folder: Path) -> list[Path]:
    """The page on doubt as Markdown and HTML, and its figures; `result` is the JSON of `trustpanel doubt`."""
    page = doubt_page(result)
    contents: dict[str, str | bytes] = {
        file: figure_bytes(result, name, "png")
        for name, file in FIGURES.items()
        if name != "bounds" or result["missing"]["bounds"]["steps"]
    }
    contents |= {"doubt.md": page.to_markdown(), "doubt.html": page.to_html()}
    return [write(folder / name, content) for name, content in contents.items()]


def write_worlds(result: Result, folder: Path) -> list[Path]:
    """The page on the simulated worlds as Markdown and HTML, and its figure; `result`: `trustpanel worlds`."""
    page = worlds_page(result)
    contents: dict[str, str | bytes] = {
        WORLDS_FIGURE: power_bytes(result, "png"),
        "worlds.md": page.to_markdown(),
        "worlds.html": page.to_html(),
    }
    return [write(folder / name, content) for name, content in contents.items()]


def write_worlds_document(result: Result, folder: Path) -> list[Path]:
    """The same page as Markdown with its figure, for the documents of a checkout."""
    page = worlds_page(result)
    return [
        write(folder / WORLDS_FIGURE, power_bytes(result, "png")),
        write(folder / "worlds.md", page.to_markdown()),
    ]


LONG_PAGES: dict[str, Callable[[Result, Path], list[Path]]] = {
    "contest.json": write_contest,
    "multiverse.json": write_multiverse,
    "doubt.json": write_doubt,
    "worlds.json": write_worlds,
}
