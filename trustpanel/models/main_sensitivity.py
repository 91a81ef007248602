"""How much of the main model hangs on what was not measured, and on one state."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy import stats

from trustpanel.errors import NotEstimableError
from trustpanel.models.estimate import Facts
from trustpanel.models.fitting import Fitted, clustered_by_linearmodels, facts, fit_model
from trustpanel.models.frames import Frames
from trustpanel.models.influence import StateOut, leave_one_state_out
from trustpanel.models.linear import contrast_vector
from trustpanel.models.model import lead_model, main_model
from trustpanel.models.sensitivity_fit import Sensitivity, sensitivity_of
from trustpanel.models.spec_types import GRAINS, Core


@dataclass(frozen=True)
class MainSensitivity:
    """How much of the main model of one grain hangs on unmeasured causes and on single states.

    `sensitivity` by parameter, benchmarked by the control that carries the parameter's estimate furthest towards 0;
    `without_state` by parameter; `lead`: estimate, error and p of contact after the outcome window opened.
    """

    grain: str
    status: str
    reason: str | None
    facts: Facts | None
    sensitivity: dict[str, Sensitivity]
    benchmark: dict[str, str]
    without_state: dict[str, StateOut]
    lead: dict[str, float] | None


def main_sensitivity(core: Core, frames: Frames, *, times: Sequence[float], least: int) -> tuple[MainSensitivity, ...]:
    """Both grains; `times` a confounder is as strong as the benchmark, `least` dyads are left without a state."""
    return tuple(_of_grain(core, grain, frames, times, least) for grain in GRAINS)


def _of_grain(core: Core, grain: str, frames: Frames, times: Sequence[float], least: int) -> MainSensitivity:
    try:
        fitted = clustered_by_linearmodels(fit_model(frames.grain(grain), main_model(core, grain)))
    except NotEstimableError as error:
        return MainSensitivity(grain, "not_estimable", error.reason, None, {}, {}, {}, None)
    design, fit = fitted.design, fitted.fit
    contrasts = {p.name: contrast_vector(fit.names, p.weights) for p in design.model.parameters}
    states = design.rows.frame[["ccode_a", "ccode_b"]].to_numpy(dtype=int)
    chosen = {name: strongest_control(fitted, c) for name, c in contrasts.items()}
    return MainSensitivity(
        grain=grain,
        status="estimated",
        reason=None,
        facts=facts(design),
        sensitivity={
            name: sensitivity_of(design, fit, c, parameter=name, benchmarks=(chosen[name],), times=times)
            for name, c in contrasts.items()
        },
        benchmark=chosen,
        without_state=leave_one_state_out(fit, contrasts, states, least=least),
        lead=_lead(core, grain, frames),
    )


def strongest_control(fitted: Fitted, contrast: np.ndarray) -> str:
    """The declared control, flag or spline that, taken as a confounder once more, leaves the least of the estimate."""
    design, fit = fitted.design, fitted.fit
    named = (*design.model.controls, *design.model.flags, *design.model.splines)
    kept = [n for n in named if any(z == n or z.startswith(f"{n} spline ") for z in design.z_names)]
    left = {}
    for name in kept:
        found = sensitivity_of(design, fit, contrast, parameter="", benchmarks=(name,), times=(1.0,))
        if found.bounds:
            left[name] = abs(found.bounds[0].estimate) * np.sign(found.bounds[0].estimate * (contrast @ fit.beta))
    if not left:
        raise NotEstimableError("no control of the model can serve as a benchmark", found=", ".join(kept))
    return min(left, key=lambda name: (left[name], name))


def _lead(core: Core, grain: str, frames: Frames) -> dict[str, float] | None:
    try:
        fit = fit_model(frames.grain(grain), lead_model(core, grain)).fit
    except NotEstimableError:
        return None
    at = fit.names.index("lead")
    se = float(np.sqrt(fit.cov[at, at]))
    estimate = float(fit.beta[at])
    return {"estimate": estimate, "se": se, "p": float(2 * stats.t.sf(abs(estimate) / se, fit.df)), "n": len(fit.y)}
