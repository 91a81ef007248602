"""Sensitivity of one parameter of a fitted model to confounders: benchmarks from its own controls."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from trustpanel.errors import AnalysisError, NotEstimableError
from trustpanel.models.design import Design
from trustpanel.models.errors_wild import rotate
from trustpanel.models.linear import Fit
from trustpanel.models.selection_ratio import SelectionRatio, moments_of, selection_ratio
from trustpanel.models.sensitivity import Bound, Robustness, adjusted, benchmark, partial_r2, robustness
from trustpanel.models.within import demean, orthonormal, residual


@dataclass(frozen=True)
class Sensitivity:
    """Robustness value, what confounders like the named controls leave of the estimate, and Oster's bounds.

    A part that does not exist is in `absent` with its reason.
    """

    parameter: str
    robustness: Robustness
    bounds: tuple[Bound, ...]
    selection: SelectionRatio | None
    absent: tuple[tuple[str, str], ...]


def sensitivity_of(
    design: Design,
    fit: Fit,
    contrast: np.ndarray,
    *,
    parameter: str,
    benchmarks: Sequence[str],
    times: Sequence[float] = (1.0, 2.0, 3.0),
    r2_max: float | None = None,
) -> Sensitivity:
    """Sensitivity of contrast @ coefficients; benchmarks are controls of the design (all columns of a spline together).

    Partial R2 are within dyads and, for Oster, net of the periods: effects are taken as given, all else counts as
    observed controls. Errors of the bounds are clustered by dyad.
    """
    treatment, others = rotate(fit.x_inside, contrast)
    z = demean(design.z, design.dyad, design.scale, absorb=design.absorb)
    rest = np.column_stack([others, z])
    dof = design.n - z.shape[1] - fit.x.shape[1] - (design.n_dyads if design.absorb else 0)
    variance = float(fit.resid @ fit.resid) / dof * float(contrast @ fit.bread @ contrast)
    size = (float(contrast @ fit.beta), float(np.sqrt(variance)), dof)
    se_robust = float(np.sqrt(contrast @ fit.cov @ contrast))
    bounds, absent = [], []
    for name in benchmarks:
        own = np.array([False] * others.shape[1] + [_is(z_name, name) for z_name in design.z_names])
        if not own.any():
            raise AnalysisError(
                "a benchmark is not a control of the design",
                expected=", ".join(n for n in design.z_names if not n.startswith("year ")),
                found=name,
                next_step="name a control that the model kept",
            )
        r2 = partial_r2(treatment, rest[:, own], rest[:, ~own])
        r2_outcome = partial_r2(fit.y_inside, rest[:, own], np.column_stack([treatment, rest[:, ~own]]))
        for k in times:
            try:
                strength = benchmark(r2_treatment=r2, r2_outcome=r2_outcome, times=k)
                bounds.append(
                    adjusted(
                        *size,
                        r2_treatment=strength[0],
                        r2_outcome=strength[1],
                        label=f"{k:g} x {name}",
                        se_robust=se_robust,
                        dof_robust=fit.df,
                    )
                )
            except NotEstimableError as error:
                absent.append((f"{k:g} x {name}", error.reason))
    selection = None
    given = np.array([False] * others.shape[1] + [n == "constant" or n.startswith("year ") for n in design.z_names])
    basis = orthonormal(rest[:, given])
    left = residual(np.column_stack([fit.y_inside, treatment, rest[:, ~given]]), basis)
    try:
        selection = selection_ratio(moments_of(left[:, 0], left[:, 1], left[:, 2:]), r2_max=r2_max)
    except NotEstimableError as error:
        absent.append(("selection", error.reason))
    return Sensitivity(
        parameter, robustness(*size, se_robust=se_robust, dof_robust=fit.df), tuple(bounds), selection, tuple(absent)
    )


def _is(column: str, name: str) -> bool:
    return column == name or column.startswith(f"{name} spline ")
