"""The hypotheses beside the core model: the declared ones, and one that a user brings in a file of their own."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import duckdb
import pandas as pd

from trustpanel.paths import Paths

if TYPE_CHECKING:
    from trustpanel.models.hypothesis import FrameRequest, Hypothesis


def estimate_hypotheses(paths: Paths) -> dict[str, Any]:
    """{id: result} of every hypothesis of analyses/ that declares its own tests."""
    from trustpanel.models.hypothesis_run import run_hypotheses

    declared = declared_hypotheses(paths.analyses)
    return run_hypotheses(declared, _frames(paths, declared))


def declared_hypotheses(folder: Path) -> dict[str, Hypothesis]:
    """{id: hypothesis} of the files in `folder` with tests of their own, their blocks held against the codebook."""
    from trustpanel.codebook.load import codebook
    from trustpanel.models.hypothesis_run import ESTIMATORS
    from trustpanel.models.hypothesis_spec import load_hypotheses
    from trustpanel.models.spec import load_spec

    core = load_spec(folder, "H3").core
    return load_hypotheses(folder, core, estimators=tuple(ESTIMATORS), concepts=codebook().concepts())


def asked_frame(con: duckdb.DuckDBPyConnection, asked: FrameRequest) -> pd.DataFrame:
    """The frame of the store that a hypothesis asks for; `prepare` makes the products that it names."""
    from trustpanel.store.hypothesis_frames import hypothesis_frame

    return hypothesis_frame(
        con, unit=asked.unit, variables=asked.variables, table=asked.table, years=asked.years, directed=asked.directed
    )


def estimate_own(paths: Paths, file: Path) -> str:
    """The result of the hypothesis in `file` stands in data/build/own/ as JSON and as a page; the page as Markdown.

    The file has the form of analyses/h16.toml and may name every sample and set of controls of analyses/. Its p-value
    is adjusted for nothing. Raises `AnalysisError` naming file and field, `UnknownNameError` or `PanelError` if its
    frame asks for what is not there.
    """
    from trustpanel.codebook.load import codebook
    from trustpanel.models.hypothesis_run import ESTIMATORS, run_hypotheses
    from trustpanel.models.hypothesis_spec import load_hypothesis
    from trustpanel.models.spec import load_spec
    from trustpanel.report.documents import write
    from trustpanel.report.hypotheses_page import hypotheses_page

    core = load_spec(paths.analyses, "H3").core
    own = load_hypothesis(file, core, sets=paths.analyses, estimators=tuple(ESTIMATORS), concepts=codebook().concepts())
    found = run_hypotheses({own.id: own}, _frames(paths, {own.id: own}))[own.id]
    page = hypotheses_page({own.id: json.loads(found.dumps())})
    write(paths.own / f"{own.id.lower()}.json", found.dumps())
    write(paths.own / f"{own.id.lower()}.html", page.to_html())
    return page.to_markdown()


def _frames(paths: Paths, declared: Mapping[str, Any]) -> dict[str, pd.DataFrame]:
    from trustpanel.models.hypothesis_run import prepare
    from trustpanel.store.connect import open_store

    asked = {key: h.frame for key, h in declared.items() if h.frame is not None}
    with open_store(paths) as con:
        frames = {key: asked_frame(con, f) for key, f in asked.items()}
    return {key: prepare(frame, asked[key]) for key, frame in frames.items()}
