"""Yearly rows as spells: runs of consecutive years in which nothing changes."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd


def spells(frame: pd.DataFrame, key: Sequence[str], values: Sequence[str] = ()) -> pd.DataFrame:
    """One row for each run of consecutive years of one `key` with the same `values`; `year` becomes its ends.

    A year that is absent ends the run. Keys and values may not be missing.
    """
    rows = frame[[*key, *values, "year"]].sort_values([*key, "year"], ignore_index=True)
    same = rows["year"].diff().eq(1)
    for column in (*key, *values):
        same &= rows[column].eq(rows[column].shift())
    grouped = rows.groupby((~same).cumsum(), sort=False)
    out = grouped[[*key, *values]].first()
    out["year_from"], out["year_to"] = grouped["year"].first(), grouped["year"].last()
    return out.reset_index(drop=True)
