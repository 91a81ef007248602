"""Oster's (2019) delta and bias-adjusted estimate: selection on unobservables against that on the controls."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from trustpanel.errors import NotEstimableError

TINY = 1e-12


@dataclass(frozen=True)
class Moments:
    """What the two bounds need, all after the shared effects are partialled out.

    Slope and R2 without and with the controls, variance of outcome and treatment, and of the treatment's residual on
    the controls.
    """

    slope_short: float
    r2_short: float
    slope_long: float
    r2_long: float
    var_y: float
    var_x: float
    var_x_left: float


@dataclass(frozen=True)
class SelectionRatio:
    """`delta` makes the effect `null` if the controls and the unobserved together explain `r2_max`; above 1 the
    unobserved would have to be more selective than the controls. `beta` is the estimate at the asked delta (the root
    nearest the controlled estimate), `others` the other real roots.
    """

    null: float
    r2_max: float
    delta: float
    beta: float
    others: tuple[float, ...]
    moments: Moments


def moments_of(y: np.ndarray, x: np.ndarray, controls: np.ndarray) -> Moments:
    """From y (n), treatment (n) and controls (n x k), all centred or already free of the shared effects."""
    total, own = float(y @ y), float(x @ x)
    left = x - controls @ np.linalg.lstsq(controls, x, rcond=None)[0]
    var_left = float(left @ left)
    if min(total, own) <= 0 or var_left <= TINY * own:
        raise NotEstimableError("outcome or treatment does not vary once the controls are in", found=f"n = {len(y)}")
    slope_short = float(x @ y) / own
    both = np.column_stack([x, controls])
    coef = np.linalg.lstsq(both, y, rcond=None)[0]
    resid = y - both @ coef
    n = len(y)
    return Moments(
        slope_short=slope_short,
        r2_short=slope_short**2 * own / total,
        slope_long=float(coef[0]),
        r2_long=1 - float(resid @ resid) / total,
        var_y=total / n,
        var_x=own / n,
        var_x_left=var_left / n,
    )


def selection_ratio(
    moments: Moments, *, r2_max: float | None = None, null: float = 0.0, delta: float = 1.0
) -> SelectionRatio:
    """Delta for a null effect and beta for a given delta; `r2_max` defaults to min(1, 1.3 x the R2 with controls)."""
    limit = min(1.0, 1.3 * moments.r2_long) if r2_max is None else r2_max
    if not moments.r2_long < limit <= 1:
        raise NotEstimableError(
            "the largest R2 must be above that with the controls", expected=f"above {moments.r2_long:.4f}", found=limit
        )
    upper, lower = _polynomials(moments, limit)
    shift = moments.slope_long - null
    below = float(np.polyval(lower, shift))
    if abs(below) <= TINY * np.abs(lower).max():
        raise NotEstimableError("the controls move the estimate by nothing: delta is not defined", found=shift)
    roots = np.roots(np.trim_zeros(upper - delta * lower, "f"))
    real = np.sort(np.real(roots[np.abs(np.imag(roots)) < 1e-8 * (1 + np.abs(roots))]))
    if not len(real):
        raise NotEstimableError("no real bias solves Oster's equation", found=f"delta {delta:g}, R2 {limit:.3f}")
    order = np.argsort(np.abs(real), kind="stable")
    betas = [float(moments.slope_long - real[i]) for i in order]
    return SelectionRatio(
        null=null,
        r2_max=float(limit),
        delta=float(np.polyval(upper, shift)) / below,
        beta=betas[0],
        others=tuple(betas[1:]),
        moments=moments,
    )


def _polynomials(m: Moments, limit: float) -> tuple[np.ndarray, np.ndarray]:
    """Coefficients (cubic first) in the bias b of the two sides of: upper(b) = delta lower(b)."""
    move, left = m.slope_short - m.slope_long, m.var_x_left
    cube = left * m.var_x - left**2
    square = left * move * m.var_x
    open_y, explained = (limit - m.r2_long) * m.var_y, (m.r2_long - m.r2_short) * m.var_y
    upper = np.array([cube, 2 * square, explained * left + m.var_x * left * move**2, 0.0])
    lower = np.array([cube, square, open_y * (m.var_x - left), open_y * move * m.var_x])
    return upper, lower
