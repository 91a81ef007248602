"""The declared hypotheses, read once, and the frames that the models take for them."""

from __future__ import annotations

from functools import cache

import duckdb
import pandas as pd

from trustpanel.hypotheses import asked_frame, declared_hypotheses
from trustpanel.models.hypothesis import Hypothesis
from trustpanel.models.hypothesis_run import prepare
from trustpanel.paths import project


@cache
def hypotheses() -> dict[str, Hypothesis]:
    """Each by its id."""
    return declared_hypotheses(project().analyses)


def frame_of(store: duckdb.DuckDBPyConnection, hypothesis: Hypothesis) -> pd.DataFrame:
    """The prepared frame of a hypothesis, as its file asks for it."""
    asked = hypothesis.frame
    assert asked is not None
    return prepare(asked_frame(store, asked), asked)
