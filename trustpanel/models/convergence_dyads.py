"""How the latent trust orders the dyads that the literature knows: by year, by period, and against each expectation."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from trustpanel.models.convergence_spec import ConvergenceSpec, KnownDyad


def known_dyads(spec: ConvergenceSpec, latent: pd.DataFrame) -> list[dict[str, Any]]:
    """Each declared dyad with its scored years and the means of its periods.

    `place` is the share of the scored dyads of the year that lie below, ties at one half.
    """
    scored = latent.dropna(subset=["latent_trust"])
    codes = [c for dyad in spec.dyads for c in dyad.codes]
    chosen = pd.MultiIndex.from_frame(scored[["ccode_a", "ccode_b"]]).isin([tuple(c) for c in codes])
    by_year = {year: np.sort(rows.to_numpy()) for year, rows in scored.groupby("year")["latent_trust"]}
    rows = scored[chosen].assign(place=[_place(by_year[r.year], r.latent_trust) for r in scored[chosen].itertuples()])
    return [_dyad(dyad, rows, spec.first_year) for dyad in spec.dyads]


def known_orders(spec: ConvergenceSpec, dyads: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Each expectation: the difference of the two means, its error from the scores' own, and whether it came out.

    The error is that of one year's score against another's: years of a dyad repeat each other and are no replication.
    """
    periods = {(d["name"], n): p for d in dyads for n, p in enumerate(d["periods"], start=1)}
    found = []
    for order in spec.orders:
        high, low = (periods[side] for side in (order.higher, order.lower))
        known = high["years"] > 0 and low["years"] > 0
        gap = high["latent_trust"] - low["latent_trust"] if known else None
        error = float(np.hypot(high["latent_trust_se"], low["latent_trust_se"])) if known else None
        outcome = "unknown"
        if gap is not None and error is not None:
            outcome = "reversed" if gap < 0 else "equal" if gap == 0 else "clear" if gap > 1.96 * error else "blurred"
        found.append(
            {
                "higher": {"dyad": order.higher[0], "first": high["first"], "last": high["last"]},
                "lower": {"dyad": order.lower[0], "first": low["first"], "last": low["last"]},
                "gap": gap,
                "gap_se": error,
                "outcome": outcome,
            }
        )
    return found


def _place(others: np.ndarray, value: float) -> float:
    below, up_to = np.searchsorted(others, value, side="left"), np.searchsorted(others, value, side="right")
    return float((below + up_to) / 2 / len(others))


def _dyad(dyad: KnownDyad, rows: pd.DataFrame, first: int) -> dict[str, Any]:
    mine = rows[pd.MultiIndex.from_frame(rows[["ccode_a", "ccode_b"]]).isin([tuple(c) for c in dyad.codes])]
    mine = mine.sort_values("year")
    starts = [first, *(last + 1 for last in dyad.periods[:-1])]
    columns = ["year", "latent_trust", "latent_trust_se", "items_known", "place"]
    return {
        "name": dyad.name,
        "years": mine[columns].astype({"year": int, "items_known": int}).to_dict("records"),
        "periods": [_period(mine, a, b) for a, b in zip(starts, dyad.periods, strict=True)],
    }


def _period(rows: pd.DataFrame, first: int, last: int) -> dict[str, Any]:
    held = rows[rows["year"].between(first, last)]
    means = held[["latent_trust", "latent_trust_se", "items_known", "place"]].mean()
    return {"first": first, "last": last, "years": len(held), **{str(k): float(v) for k, v in means.items()}}
