"""The pages of the long runs are in the folder of the report: contest, multiverse, doubt, simulated worlds."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from trustpanel.report.contest_page import FIGURE, contest_bytes, contest_page
from trustpanel.report.documents import write, write_page
from trustpanel.report.doubt_page import FIGURES, doubt_page, figure_bytes
from trustpanel.report.layout import Result
from trustpanel.report.multiverse_page import curve_bytes, figure_name, multiverse_page
from trustpanel.report.worlds_page import FIGURE as WORLDS_FIGURE
from trustpanel.report.worlds_page import power_bytes, worlds_page


def write_contest(result: Result, folder: Path) -> list[Path]:
    """The page on the contest as Markdown and HTML, and its figure; `result` is the JSON of `trustpanel contest`."""
    page = contest_page(result)
    return write_page(page, folder, "contest", {FIGURE: contest_bytes(result, "png")})


def write_multiverse(result: Result, folder: Path) -> list[Path]:
    """The page on the multiverse as Markdown and HTML, and a figure a grid; `result`: `trustpanel multiverse`."""
    page = multiverse_page(result)
    pictures = {
        figure_name(grid): curve_bytes(result, grid, "png")
        for grid in result["grids"]
        if grid["parameters"]["delta"]["status"] == "estimated"
    }
    return write_page(page, folder, "multiverse", pictures)


def write_doubt(result: Result, folder: Path) -> list[Path]:
    """The page on doubt as Markdown and HTML, and its figures; `result` is the JSON of `trustpanel doubt`."""
    page = doubt_page(result)
    pictures = {
        file: figure_bytes(result, name, "png")
        for name, file in FIGURES.items()
        if name != "bounds" or result["missing"]["bounds"]["steps"]
    }
    return write_page(page, folder, "doubt", pictures)


def write_worlds(result: Result, folder: Path) -> list[Path]:
    """The page on the simulated worlds as Markdown and HTML, and its figure; `result`: `trustpanel worlds`."""
    page = worlds_page(result)
    return write_page(page, folder, "worlds", {WORLDS_FIGURE: power_bytes(result, "png")})


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
