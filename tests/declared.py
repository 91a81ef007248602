"""The declared hypotheses and the frames that they ask of the store."""

from __future__ import annotations

from functools import cache

import duckdb
import pandas as pd

from trustpanel.codebook.load import codebook
from trustpanel.models.hypothesis import Hypothesis
from trustpanel.models.hypothesis_run import ESTIMATORS, prepare
from trustpanel.models.hypothesis_spec import load_hypotheses
from trustpanel.models.spec import load_spec
from trustpanel.paths import project
from trustpanel.store.hypothesis_frames import hypothesis_frame


@cache
def hypotheses() -> dict[str, Hypothesis]:
    """Each by its id, with the concepts of the codebook held against its blocks."""
    folder = project().analyses
    core = load_spec(folder, "H3").core
    return load_hypotheses(folder, core, estimators=tuple(ESTIMATORS), concepts=codebook().concepts())


def frame_of(store: duckdb.DuckDBPyConnection, hypothesis: Hypothesis) -> pd.DataFrame:
    """The prepared frame of a hypothesis, as its file asks for it."""
    asked = hypothesis.frame
    assert asked is not None
    frame = hypothesis_frame(
        store,
        unit=asked.unit,
        variables=asked.variables,
        table=asked.table,
        years=asked.years,
        directed=asked.directed,
    )
    return prepare(frame, asked)
