"""Which rows of a frame a model uses, and for which reason each other row is dropped."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from trustpanel.models.frames import numbers, require
from trustpanel.models.model import Model

KEYS = {"annual": ("ccode_a", "ccode_b", "year"), "monthly": ("ccode_a", "ccode_b", "year", "month")}
PAIR = ("leader_dyad_id", "leader_a", "leader_b")


@dataclass(frozen=True)
class Rows:
    """The kept rows (sorted by dyad, time and pair), the count of dropped rows by first reason, missing values by
    column.
    """

    frame: pd.DataFrame
    dropped: tuple[tuple[str, int], ...]
    missing: tuple[tuple[str, int], ...]


def columns_of(model: Model) -> tuple[str, ...]:
    """Every numeric column that the model reads, each once, terms first."""
    names = [t.column for t in model.terms] + [*model.controls, *model.splines, *model.flags]
    names += [*(d for d in model.dummies if d not in PAIR), *model.roles.columns]
    return tuple(dict.fromkeys(names))


def select_rows(frame: pd.DataFrame, model: Model) -> Rows:
    """The rows in the model's sample with every value present, in the order dyad, time, pair."""
    flags = tuple(c for c in (model.sample.risk_set.column, model.sample.coverage.column) if c)
    needed = (
        *KEYS[model.grain],
        *PAIR,
        *flags,
        model.outcome,
        *columns_of(model),
        *([model.weights] if model.weights else []),
        *([model.cluster] if model.cluster else []),
    )
    require(frame, needed, f"{model.grain} panel")
    kept = np.ones(len(frame), dtype=bool)
    dropped: list[tuple[str, int]] = []

    def drop(reason: str, bad: np.ndarray) -> None:
        count = int((kept & bad).sum())
        if count:
            dropped.append((reason, count))
            kept[bad] = False

    for reason, bad in _sample_rules(frame, model):
        drop(reason, bad)
    values = {c: numbers(frame, c) for c in columns_of(model)}
    missing = tuple((c, int(np.isnan(v[kept]).sum())) for c, v in values.items() if np.isnan(v[kept]).any())
    for column, value in values.items():
        drop(f"{column} missing", np.isnan(value))
    if model.cluster:
        drop(f"{model.cluster} missing", frame[model.cluster].isna().to_numpy())
    if "dyad" in model.effects:
        dyad = dyad_number(frame)
        size = pd.Series(kept, index=dyad.index).groupby(dyad).transform("sum").to_numpy()
        drop("only row of its dyad", size == 1)
    order = [*KEYS[model.grain], "leader_dyad_id"]
    return Rows(frame.loc[kept].sort_values(order, kind="stable").reset_index(drop=True), tuple(dropped), missing)


def _sample_rules(frame: pd.DataFrame, model: Model) -> list[tuple[str, np.ndarray]]:
    rules: list[tuple[str, np.ndarray]] = []
    sample = model.sample
    year = numbers(frame, "year")
    if sample.window.first_year is not None:
        rules.append((f"year before {sample.window.first_year}", year < sample.window.first_year))
    if sample.window.last_year is not None:
        rules.append((f"year after {sample.window.last_year}", year > sample.window.last_year))
    rules.append(("no pair in office", frame["leader_dyad_id"].isna().to_numpy()))
    for named in (sample.risk_set, sample.coverage):
        if named.column:
            flag = numbers(frame, named.column)
            rules += [(f"{named.column} false", flag == 0), (f"{named.column} unknown", np.isnan(flag))]
    if "exposure_days" in frame.columns and model.grain == "monthly":
        rules.append(("no day of joint office in the month", ~(numbers(frame, "exposure_days") > 0)))
    rules.append((f"{model.outcome} missing", np.isnan(numbers(frame, model.outcome))))
    if model.weights:
        rules.append((f"{model.weights} missing or 0", ~(numbers(frame, model.weights) > 0)))
    return rules


def dyad_number(frame: pd.DataFrame) -> pd.Series:
    """One whole number a dyad of state codes."""
    return frame["ccode_a"].astype("int64") * 10_000 + frame["ccode_b"].astype("int64")


def cluster_codes(frame: pd.DataFrame, model: Model) -> np.ndarray:
    """0, 1, 2 ... by the declared cluster, else by dyad."""
    if model.cluster is None:
        return dyad_codes(frame)
    return np.unique(frame[model.cluster].astype(str).to_numpy(dtype=str), return_inverse=True)[1]


def dyad_codes(frame: pd.DataFrame) -> np.ndarray:
    """0, 1, 2 ... by dyad, in the order of the state codes."""
    return np.unique(dyad_number(frame).to_numpy(), return_inverse=True)[1]
