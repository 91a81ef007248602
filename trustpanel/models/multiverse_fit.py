"""What each specification of a declared grid stands for, and its fit: linear, or conditional logit."""

from __future__ import annotations

import hashlib
from collections.abc import Hashable
from dataclasses import dataclass, field, replace

import numpy as np
import pandas as pd
from scipy import stats

from trustpanel.errors import NotEstimableError
from trustpanel.models.estimators.fit import Options
from trustpanel.models.estimators.registry import estimate
from trustpanel.models.estimators.sample import Sample
from trustpanel.models.model import grain_of
from trustpanel.models.multiverse import Specification, SpecResult, estimated
from trustpanel.models.multiverse_choice import LinearChoice
from trustpanel.models.multiverse_columns import STEMS, outcome_column, stock_column
from trustpanel.models.multiverse_linear import LinearMultiverse, require_testable
from trustpanel.models.multiverse_spec import FIXED, Grid, MultiverseSpec
from trustpanel.models.splines import knots_at, natural_cubic

LogitFit = tuple[np.ndarray, np.ndarray, int, int]
TINY = 1e-9
YEAR_KNOTS = (0.05, 0.275, 0.5, 0.725, 0.95)


@dataclass(frozen=True)
class Reader:
    """Turns a specification of the grid into the fit that it asks for."""

    spec: MultiverseSpec
    grid: Grid

    def __call__(self, specification: Specification) -> LinearChoice:
        asked = {**FIXED, **dict(specification.choices)}
        grain = grain_of(self.spec.core, self.grid.grain)
        terms = tuple(
            stock_column(stem, str(asked["half_life"]), str(asked["meeting_weights"]), str(asked["sources"]))
            for stem in STEMS
        )
        columns = dict(zip(STEMS, terms, strict=True))
        parameter = next(p for p in self.spec.core.parameters if p.name == asked["parameter"])
        aged = asked["age"] == "splines"
        # exposure is no matter of age: it stays where the flags of a new pair leave
        flags = grain.flags if aged else tuple(f for f in grain.flags if f == "exposure_days")
        window = dict(self.spec.years).get(str(asked["window"]), (None, None))
        rows = (self.spec.named(str(asked["risk_set"])), self.spec.named(str(asked["coverage"])))
        return LinearChoice(
            outcome=outcome_column(str(asked["outcome"])),
            terms=terms,
            contrast=tuple((columns[name], weight) for name, weight in parameter.weights),
            controls=(*self.spec.named(str(asked["controls"])).columns, *flags),
            flags=tuple(str(r.column) for r in rows),
            years=window,
            weights=None if asked["rows"] == "equal" else str(asked["rows"]),
            effects=("dyad", "year") if asked["effects"] == "dyad and year" else ("dyad",),
            splines=grain.splines if aged else (),
            spline_knots=self.spec.core.spline_knots,
            errors=str(asked["errors"]),
            testable=self.spec.core.testable,
        )


@dataclass(frozen=True)
class LogitMultiverse:
    """A picklable `fit` for `run_multiverse`: conditional logit by dyad, years as a spline; the last fit is kept."""

    linear: LinearMultiverse
    _last: dict[LinearChoice, LogitFit | NotEstimableError] = field(default_factory=dict, repr=False, compare=False)

    def __getstate__(self) -> dict[str, object]:
        return {"linear": self.linear, "_last": {}}

    def __setstate__(self, state: dict[str, object]) -> None:
        self.__dict__.update(state)

    def group(self, spec: Specification) -> Hashable:
        return self.linear.group(spec)

    def __call__(self, spec: Specification) -> SpecResult:
        choice = self.linear.read(spec)
        key = replace(choice, contrast=())
        if key not in self._last:
            self._last.clear()
            self._last[key] = self._try(choice)
        last = self._last[key]
        if isinstance(last, NotEstimableError):
            raise last
        coef, cov, n, groups = last
        c = np.array([dict(choice.contrast).get(t, 0.0) for t in choice.terms])
        found, se = float(c @ coef), float(np.sqrt(c @ cov @ c))
        half, p = float(stats.norm.ppf(0.975)) * se, float(2 * stats.norm.sf(abs(found / se)))
        return estimated(spec, estimate=found, se=se, p=p, ci95=(found - half, found + half), n=n, clusters=groups)

    def _try(self, choice: LinearChoice) -> LogitFit | NotEstimableError:
        try:
            return self._fit(choice)
        except NotEstimableError as error:
            return error

    def _fit(self, choice: LinearChoice) -> LogitFit:
        """Coefficients and clustered covariance of the terms, rows and dyads used."""
        rows = self.linear.absorbed(choice).rows
        values = {name: self.linear.values(name)[rows] for name in (choice.outcome, *choice.terms, *choice.controls)}
        year = self.linear.values("year")[rows]
        parts = [(t, values[t]) for t in (*choice.terms, *choice.controls)]
        for name, raw, knots in (
            *((s, self.linear.values(s)[rows], choice.spline_knots) for s in choice.splines),
            ("year", year, YEAR_KNOTS),
        ):
            basis = natural_cubic(raw, knots_at(raw, knots))
            parts += [(f"{name} spline {j + 1}", basis[:, j]) for j in range(basis.shape[1])]
        # of like size, so that the search does not stop early; coefficients are turned back
        size = np.array([s if (s := float(v.std())) > TINY * float(np.abs(v).max()) else 1.0 for _, v in parts])
        dyad = np.unique(
            self.linear.values("ccode_a")[rows] * 10_000 + self.linear.values("ccode_b")[rows], return_inverse=True
        )[1]
        y = values[choice.outcome]
        told = (np.bincount(dyad, weights=y) / np.bincount(dyad) % 1 > 0)[dyad]
        if told.any():
            stocks = np.column_stack([values[t] for t in choice.terms])[told]
            require_testable(choice, stocks, np.unique(dyad[told], return_inverse=True)[1])
        sample = Sample(
            y=y,
            x=np.column_stack([v for _, v in parts]) / size,
            names=tuple(n for n, _ in parts),
            groups=dyad,
            clusters={"dyad": dyad},
        )
        fit = estimate("conditional_logit", sample, Options(errors="cluster", focus=choice.terms))
        at = [fit.names.index(t) for t in choice.terms]
        scale = size[: len(choice.terms)]
        return fit.coef[at] / scale, fit.cov[np.ix_(at, at)] / np.outer(scale, scale), fit.n, fit.clusters["dyad"]


def grid_fit(spec: MultiverseSpec, grid: Grid, frame: pd.DataFrame) -> LinearMultiverse | LogitMultiverse:
    """The fit of a grid on its frame."""
    linear = LinearMultiverse(frame, Reader(spec, grid))
    return linear if grid.estimator == "linear" else LogitMultiverse(linear)


def fingerprint_of(spec: MultiverseSpec, frame_hash: str) -> str:
    """Names data and declarations: another frame, core or grid file begins anew."""
    return hashlib.sha256(f"{spec.sha256} {spec.core.sha256} {frame_hash}".encode()).hexdigest()


def require_rows(frame: pd.DataFrame, grid: Grid) -> None:
    """Nothing if the grid has rows, else NotEstimableError."""
    if frame.empty:
        raise NotEstimableError("no pair in office has a row", found=grid.name)
