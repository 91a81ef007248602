"""How strong an unobserved confounder would have to be: Cinelli and Hazlett (2020), Oster (2019)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy import stats

from trustpanel.errors import AnalysisError, NotEstimableError

R2Pair = tuple[float, float]


@dataclass(frozen=True)
class Robustness:
    """What a confounder must explain of the residual treatment and outcome alike.

    `partial_r2` is the treatment's with the outcome: also what a confounder that explains all the rest of the outcome
    must explain of the treatment. `rv` takes the estimate down by the share q, `rv_alpha` takes the interval to it.
    """

    estimate: float
    se: float
    t: float
    dof: int
    partial_r2: float
    q: float
    alpha: float
    rv: float
    rv_alpha: float


@dataclass(frozen=True)
class Bound:
    """What is left of an estimate if a confounder is `times` as strong as the benchmark, or as given."""

    label: str
    r2_treatment: float
    r2_outcome: float
    estimate: float
    se: float
    t: float
    ci95: tuple[float, float]


def robustness(
    estimate: float,
    se: float,
    dof: int,
    *,
    q: float = 1.0,
    alpha: float = 0.05,
    se_robust: float | None = None,
    dof_robust: int | None = None,
) -> Robustness:
    """`se` and `dof` are those of least squares, on which partial R2 are defined.

    `se_robust` (clustered, with `dof_robust`) enters where significance does: `rv_alpha`. A confounder as strong on
    both sides leaves the error what it was: the threshold is the critical value times the ratio of the two errors.
    """
    _require(se, dof)
    t = estimate / se
    f = q * abs(t) / np.sqrt(dof)
    if se_robust is None:
        critical = float(stats.t.ppf(1 - alpha / 2, dof - 1)) / np.sqrt(dof - 1)
    else:
        critical = float(stats.t.ppf(1 - alpha / 2, dof_robust or dof)) * (se_robust / se) / np.sqrt(dof)
    return Robustness(
        estimate=float(estimate),
        se=float(se),
        t=float(t),
        dof=dof,
        partial_r2=float(t**2 / (t**2 + dof)),
        q=q,
        alpha=alpha,
        rv=float(_value(float(f))),
        rv_alpha=_threshold(float(f), float(critical)),
    )


def _value(f: float) -> float:
    return 0.5 * (np.sqrt(f**4 + 4 * f**2) - f**2)


def _threshold(f: float, critical: float) -> float:
    """Where the interval meets the null; beyond 1/critical one that explains the whole outcome is first."""
    if f <= critical:
        return 0.0
    if critical > 0 and f > 1 / critical:
        return (f**2 - critical**2) / (1 + f**2)
    return float(_value(f - critical))


def partial_r2(y: np.ndarray, x: np.ndarray, given: np.ndarray) -> float:
    """Share of what `given` leaves of y that the columns of x explain besides."""
    before = _squares(y, given)
    if before <= 0:
        raise NotEstimableError("nothing of the variable is left to explain", found="residual sum of squares 0")
    return 1 - _squares(y, np.column_stack([given, x])) / before


def _squares(y: np.ndarray, x: np.ndarray) -> float:
    if not x.shape[1]:
        return float(y @ y)
    resid = y - x @ np.linalg.lstsq(x, y, rcond=None)[0]
    return float(resid @ resid)


def adjusted(
    estimate: float,
    se: float,
    dof: int,
    *,
    r2_treatment: float,
    r2_outcome: float,
    label: str = "given",
    alpha: float = 0.05,
    se_robust: float | None = None,
    dof_robust: int | None = None,
) -> Bound:
    """Estimate, error and interval if a confounder explains these shares of what is left of treatment and outcome.

    The bias is taken towards 0. The interval has dof - 1, since the confounder costs one (the authors' software keeps
    dof). With `se_robust` the error is that one times the same factor.
    """
    _require(se, dof)
    if not (0 <= r2_treatment < 1 and 0 <= r2_outcome <= 1):
        raise AnalysisError(
            "the strength of a confounder is a share",
            expected="r2_treatment in [0, 1), r2_outcome in [0, 1]",
            found=(r2_treatment, r2_outcome),
            next_step="declare a weaker confounder",
        )
    bias = se * np.sqrt(dof * r2_outcome * r2_treatment / (1 - r2_treatment))
    left = float(np.sign(estimate) * (abs(estimate) - bias))
    factor = np.sqrt((1 - r2_outcome) / (1 - r2_treatment) * dof / (dof - 1))
    error = float((se if se_robust is None else se_robust) * factor)
    df = dof - 1 if se_robust is None else (dof_robust or dof - 1)
    half = float(stats.t.ppf(1 - alpha / 2, df)) * error
    t = left / error if error > 0 else float(np.copysign(np.inf, left))
    return Bound(label, float(r2_treatment), float(r2_outcome), left, error, t, (left - half, left + half))


def benchmark(*, r2_treatment: float, r2_outcome: float, times: float) -> R2Pair:
    """Strength of a confounder `times` as strong as an observed covariate: its partial R2 with treatment and outcome.

    `r2_treatment` and `r2_outcome` are the covariate's own partial R2 with the treatment (given the other controls) and
    with the outcome (given treatment and controls).
    """
    odds = r2_treatment / (1 - r2_treatment)
    with_treatment = times * odds
    shared = times * r2_treatment**2 / ((1 - times * r2_treatment) * (1 - r2_treatment))
    if with_treatment >= 1 or not 0 <= shared < 1:
        raise NotEstimableError(
            f"a confounder {times:g} times as strong as the benchmark cannot exist",
            found=f"it would explain {with_treatment:.0%} of the treatment",
        )
    slack = ((np.sqrt(times) + np.sqrt(shared)) / np.sqrt(1 - shared)) ** 2
    return float(with_treatment), float(min(1.0, slack * r2_outcome / (1 - r2_outcome)))


def contour(estimate: float, se: float, dof: int, *, shares: Sequence[float], of: str = "estimate") -> np.ndarray:
    """Adjusted estimates (or t) on a grid: rows by the share of the outcome, columns by that of the treatment."""
    if of not in ("estimate", "t"):
        raise AnalysisError("unknown contour", expected="estimate or t", found=of, next_step="declare one of the two")
    rows = [[adjusted(estimate, se, dof, r2_treatment=d, r2_outcome=y) for d in shares] for y in shares]
    return np.array([[b.estimate if of == "estimate" else b.t for b in row] for row in rows])


def _require(se: float, dof: int) -> None:
    if not (se > 0 and dof > 1):
        raise NotEstimableError("sensitivity needs an error above 0 and two degrees of freedom", found=(se, dof))
