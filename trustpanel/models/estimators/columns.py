"""Columns that can be told apart: collinear ones are refused or, outside the focus, dropped by name."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from trustpanel.errors import AnalysisError, NotEstimableError
from trustpanel.models.estimators.fit import Options
from trustpanel.models.estimators.sample import Sample
from trustpanel.models.within import independent

ABSORBED = 1e-8
COLLINEAR = 1e-6
VANISHED = 1e-9
SINGULAR = 1e13


def require_focus(sample: Sample, options: Options) -> None:
    """Every column of the focus is in the sample, else AnalysisError."""
    unknown = [n for n in options.focus if n not in sample.names]
    if unknown:
        raise AnalysisError(
            "the focus names columns that the sample lacks",
            expected=", ".join(sample.names),
            found=", ".join(unknown),
            next_step="name columns of the sample in `Options.focus`",
        )


def separable(
    sample: Sample, options: Options, inside: np.ndarray, size: np.ndarray | None = None
) -> tuple[Sample, list[int], tuple[tuple[str, str], ...]]:
    """(sample of the kept columns, their positions, the dropped ones with the reason).

    `inside` are the columns after the effects are out; `size` their lengths before. A column of the focus (all, if none
    is named) that adds nothing raises NotEstimableError; others give way to those of the focus.
    """
    require_focus(sample, options)
    focus = options.focus or sample.names
    size = np.linalg.norm(sample.x, axis=0) if size is None else size
    norm = np.linalg.norm(inside, axis=0)
    alive = norm > ABSORBED * np.maximum(size, 1e-300)
    order = sorted(range(len(sample.names)), key=lambda j: sample.names[j] not in focus)
    live = [j for j in order if alive[j]]
    own = independent(inside[:, live] / norm[live], COLLINEAR)[0] if live else []
    kept = sorted(live[i] for i in own)
    reasons = {j: "no variation left by the effects" if size[j] > 0 else "all zero" for j in order if not alive[j]}
    reasons |= {j: "collinear with other columns" for j in live if j not in kept}
    for j, reason in reasons.items():
        if sample.names[j] in focus:
            raise NotEstimableError(
                f"`{sample.names[j]}` cannot be told apart: {reason}",
                expected="a column that varies on its own",
                found=f"n = {sample.n}",
                next_step="leave the column out, or name the columns that matter in `Options.focus`",
            )
    if not kept:
        raise NotEstimableError("no column is left for the fit", found=", ".join(sample.names) or "no column")
    dropped = tuple((sample.names[j], reasons[j]) for j in sorted(reasons))
    endogenous = tuple(n for n in sample.endogenous if n in {sample.names[j] for j in kept})
    names = tuple(sample.names[j] for j in kept)
    return replace(sample, x=sample.x[:, kept], names=names, endogenous=endogenous), kept, dropped


def collapsed(info: np.ndarray, first: np.ndarray, *, vanished: float = VANISHED) -> bool:
    """The information on some combination of columns is gone, or on a column next to what it was at the start.

    A likelihood without a maximum ends so: its slope vanishes only because the column has run away.
    """
    if not np.isfinite(info).all():
        return True
    size = np.sqrt(np.maximum(np.diag(info), 1e-300))
    gone = bool((np.diag(info) < vanished * np.diag(first)).any())
    return gone or np.linalg.cond(info / np.outer(size, size)) > SINGULAR


def require_binary(y: np.ndarray) -> None:
    """The outcome is 0 or 1 and both occur."""
    if not np.isin(y, (0, 1)).all():
        raise AnalysisError(
            "the outcome of a binary estimator is neither 0 nor 1",
            expected="0 or 1",
            found=float(y[~np.isin(y, (0, 1))][0]),
            next_step="declare a yes-or-no outcome, or a linear, ordered or count estimator",
        )
    require_variation(y)


def require_events(y: np.ndarray) -> None:
    """Each spell ended (1) or was cut off (0), and one at least ended; all may have ended."""
    if np.isin(y, (0, 1)).all() and (y == 0).all():
        raise NotEstimableError(
            "the outcome is constant: no spell ended", expected="one end or more", found=f"n = {len(y)}"
        )
    if not (y == 1).all():
        require_binary(y)


def require_variation(y: np.ndarray) -> None:
    """The outcome is not constant."""
    if (y == y[0]).all():
        raise NotEstimableError("the outcome is constant", expected="two values or more", found=float(y[0]))
