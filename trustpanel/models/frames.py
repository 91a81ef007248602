"""The four frames that the inference wing reads; nothing else crosses from the data wing."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import pandas as pd

from trustpanel.errors import AnalysisError


@dataclass(frozen=True)
class Frames:
    """The analysis frames of one store and one set of choices.

    `panel` has one row a [ccode_a, ccode_b, year], `panel_months` one a [leader_dyad_id, month], `dyad_meetings` one a
    meeting of a person pair, `pair_spells` one a covered piece of a pair's joint time in office.
    """

    panel: pd.DataFrame
    panel_months: pd.DataFrame
    dyad_meetings: pd.DataFrame
    pair_spells: pd.DataFrame

    def grain(self, grain: str) -> pd.DataFrame:
        return {"annual": self.panel, "monthly": self.panel_months}[grain]


def require(frame: pd.DataFrame, columns: Iterable[str], name: str) -> None:
    """Every column is there, or an AnalysisError names the absent ones."""
    absent = sorted(set(columns) - set(frame.columns))
    if absent:
        raise AnalysisError(
            f"the frame `{name}` lacks columns that the analysis declares",
            expected=", ".join(absent),
            found=f"{len(frame.columns)} other columns",
            next_step="build the frame with these variables, or declare another set in analyses/blocks.toml",
        )


def numbers(frame: pd.DataFrame, column: str) -> np.ndarray:
    """The column as float64 with NaN for missing; text or infinity is refused."""
    try:
        values = frame[column].astype("Float64").to_numpy(dtype=float, na_value=np.nan)
    except (TypeError, ValueError) as error:
        raise AnalysisError(
            "a model column is not numeric", expected="numbers", found=column, next_step="declare a numeric column"
        ) from error
    if np.isinf(values).any():
        raise AnalysisError(
            "a model column has infinite values",
            expected="finite numbers or missing",
            found=column,
            next_step="mend the select that makes the column, then `trustpanel build`",
        )
    return values


def days(values: pd.Series, name: str) -> np.ndarray:
    """Dates as whole days since 1970-01-01 (int64); a missing date is refused."""
    stamps = pd.to_datetime(values)
    if stamps.isna().any():
        raise AnalysisError(
            "a date is missing",
            expected=f"a date in every row of `{name}`",
            found=f"{int(stamps.isna().sum())} missing",
            next_step="mend the select that makes the frame, then `trustpanel build`",
        )
    return stamps.to_numpy().astype("datetime64[D]").astype(np.int64)
