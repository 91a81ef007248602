"""Linear models of a multiverse: effects absorbed once where rows and effects repeat, then only small systems."""

from __future__ import annotations

import hashlib
from collections import OrderedDict
from collections.abc import Callable, Hashable
from dataclasses import dataclass, field, replace

import numpy as np
import pandas as pd
from scipy import stats

from trustpanel.errors import AnalysisError, NotEstimableError, NotTestableError
from trustpanel.models.design import COLLINEAR, TINY
from trustpanel.models.errors_dyadic import dyadic_meat
from trustpanel.models.frames import numbers, require
from trustpanel.models.multiverse import Specification, SpecResult, estimated
from trustpanel.models.multiverse_choice import LinearChoice
from trustpanel.models.rows import dyad_number
from trustpanel.models.splines import knots_at, natural_cubic
from trustpanel.models.variation import variation_within
from trustpanel.models.within import demean, independent, starts, sums

ERRORS = ("dyad", "dyadic", "robust")
KEEP = 4


@dataclass(frozen=True)
class Absorbed:
    """One set of rows: codes, weights and a store of columns less their effects."""

    rows: np.ndarray
    dyad: np.ndarray
    scale: np.ndarray
    basis: np.ndarray
    states: np.ndarray
    absorb: bool
    columns: dict[str, np.ndarray]
    solved: dict[LinearChoice, Solved]


@dataclass(frozen=True)
class Solved:
    """Coefficients of the terms, the inverse of their cross products, scores by row, and the columns counted in K."""

    beta: np.ndarray
    bread: np.ndarray
    scores: np.ndarray
    k: int


@dataclass(frozen=True)
class LinearMultiverse:
    """A picklable `fit` for `run_multiverse`: `read` turns a specification into what it estimates.

    `frame` has one row a dyad and period (ccode_a, ccode_b, year and the columns named). The last few sets of rows are
    kept, so specifications that share rows and effects should follow each other: `group` tells which do.
    """

    frame: pd.DataFrame
    read: Callable[[Specification], LinearChoice]
    _values: dict[str, np.ndarray] = field(default_factory=dict, repr=False, compare=False)
    _absorbed: OrderedDict[Hashable, Absorbed] = field(default_factory=OrderedDict, repr=False, compare=False)
    _chosen: dict[LinearChoice, np.ndarray] = field(default_factory=dict, repr=False, compare=False)

    def __getstate__(self) -> dict[str, object]:
        return {"frame": self.frame, "read": self.read, "_values": {}, "_absorbed": OrderedDict(), "_chosen": {}}

    def __setstate__(self, state: dict[str, object]) -> None:
        self.__dict__.update(state)

    def __call__(self, spec: Specification) -> SpecResult:
        choice = self.read(spec)
        return fit_choice(spec, choice, self.absorbed(choice), self.values)

    def group(self, spec: Specification) -> Hashable:
        """Equal for specifications with the same rows and effects."""
        choice = self.read(spec)
        return hashlib.sha256(self._rows(choice).tobytes()).hexdigest(), choice.effects, choice.weights

    def values(self, name: str) -> np.ndarray:
        """The frame's column as numbers, in the order of dyad and year."""
        if name not in self._values:
            require(self.frame, (name,), "multiverse")
            self._values[name] = numbers(self.frame, name)[self._order()]
        return self._values[name]

    def absorbed(self, choice: LinearChoice) -> Absorbed:
        """The rows and effects of a choice, made once and kept while they are in use."""
        rows = self._rows(choice)
        key = (rows.tobytes(), choice.effects, choice.weights)
        if key not in self._absorbed:
            self._absorbed[key] = _absorb(self, rows, choice)
            while len(self._absorbed) > KEEP:
                self._absorbed.popitem(last=False)
        self._absorbed.move_to_end(key)
        return self._absorbed[key]

    def _order(self) -> np.ndarray:
        if "order" not in self._values:
            require(self.frame, ("ccode_a", "ccode_b", "year"), "multiverse")
            dyad, year = dyad_number(self.frame).to_numpy(), numbers(self.frame, "year")
            self._values["order"] = np.lexsort((np.arange(len(year)), year, dyad))
        return self._values["order"]

    def _rows(self, choice: LinearChoice) -> np.ndarray:
        """The rows of the sample; those of the last choice are kept, since neighbours differ by errors or contrast."""
        key = _fit_key(choice)
        if key not in self._chosen:
            self._chosen.clear()
            self._chosen[key] = self._find_rows(choice)
        return self._chosen[key]

    def _find_rows(self, choice: LinearChoice) -> np.ndarray:
        """True where a row is in the sample; the only row of a dyad says nothing if dyad effects are absorbed."""
        year = self.values("year")
        low, high = choice.years
        kept = (year >= (-np.inf if low is None else low)) & (year <= (np.inf if high is None else high))
        for flag in choice.flags:
            kept &= self.values(flag) == 1
        for name in (choice.outcome, *choice.terms, *choice.controls, *choice.splines):
            kept &= ~np.isnan(self.values(name))
        if choice.weights is not None:
            kept &= self.values(choice.weights) > 0
        if "dyad" in choice.effects:
            dyad = self.values("ccode_a") * 10_000 + self.values("ccode_b")
            codes = np.unique(dyad, return_inverse=True)[1]
            kept &= np.bincount(codes, weights=kept)[codes] > 1
        return kept


def _absorb(multiverse: LinearMultiverse, rows: np.ndarray, choice: LinearChoice) -> Absorbed:
    unknown = set(choice.effects) - {"dyad", "year"}
    if unknown:
        raise AnalysisError("unknown effects", found=sorted(unknown), next_step="declare dyad, year, both or none")
    states = np.column_stack([multiverse.values(s)[rows] for s in ("ccode_a", "ccode_b")]).astype(np.int64)
    dyad = np.unique(states[:, 0] * 10_000 + states[:, 1], return_inverse=True)[1]
    if not len(dyad) or dyad.max() < 1:
        raise NotEstimableError("fewer than two dyads are left", found=f"{len(dyad)} rows")
    scale = np.ones(len(dyad)) if choice.weights is None else np.sqrt(multiverse.values(choice.weights)[rows])
    absorb = "dyad" in choice.effects
    year = multiverse.values("year")[rows]
    levels = np.unique(year)[1:] if "year" in choice.effects else np.empty(0)
    shared = np.column_stack([np.ones((len(year), 0 if absorb else 1)), (year[:, None] == levels).astype(float)])
    inside = demean(shared, dyad, scale, absorb=absorb)
    norm = np.linalg.norm(inside, axis=0)
    alive = norm > TINY * np.sqrt(len(year))
    basis = independent(inside[:, alive] / norm[alive], COLLINEAR)[1] if alive.any() else inside[:, :0]
    return Absorbed(np.flatnonzero(rows), dyad, scale, basis, states, absorb, {}, {})


def _column(absorbed: Absorbed, name: str, values: Callable[[str], np.ndarray]) -> np.ndarray:
    """The column less its effects, computed once for these rows; what rounding leaves of a constant is 0."""
    return _less_effects(absorbed, name, values(name)[absorbed.rows])


def _less_effects(absorbed: Absorbed, name: str, raw: np.ndarray) -> np.ndarray:
    if name not in absorbed.columns:
        raw = raw[:, None]
        left = _less(demean(raw, absorbed.dyad, absorbed.scale, absorb=absorbed.absorb), absorbed.basis)[:, 0]
        size = float(np.linalg.norm(raw[:, 0] * absorbed.scale))
        absorbed.columns[name] = left if np.linalg.norm(left) > TINY * max(size, 1e-300) else np.zeros_like(left)
    return absorbed.columns[name]


def fit_choice(
    spec: Specification, choice: LinearChoice, absorbed: Absorbed, values: Callable[[str], np.ndarray]
) -> SpecResult:
    """Least squares on absorbed columns; the small-sample rule is that of `fit_linear`.

    Controls without variation of their own are left out; a term without it is a NotEstimableError.
    """
    solved = _solved(choice, absorbed, values)
    c = np.array([dict(choice.contrast).get(t, 0.0) for t in choice.terms])
    if choice.errors == "dyadic":
        _require_dyadic(choice, absorbed, values)
    n, groups = len(absorbed.dyad), int(absorbed.dyad[-1]) + 1
    meat = _meat(choice.errors, solved.scores, absorbed, n, solved.k)
    variance = float(c @ solved.bread @ meat @ solved.bread @ c)
    if not variance > 0:
        raise NotEstimableError("the estimated variance is not above 0", found=variance)
    estimate, se = choice.orientation * float(c @ solved.beta), float(np.sqrt(variance))
    half = float(stats.t.ppf(0.975, groups - 1)) * se
    p = float(2 * stats.t.sf(abs(estimate) / se, groups - 1))
    return estimated(spec, estimate=estimate, se=se, p=p, ci95=(estimate - half, estimate + half), n=n, clusters=groups)


def _solved(choice: LinearChoice, absorbed: Absorbed, values: Callable[[str], np.ndarray]) -> Solved:
    """The fit without its errors; the last one is kept, since other contrasts and errors need no other."""
    key = _fit_key(choice)
    if key not in absorbed.solved:
        absorbed.solved.clear()
        absorbed.solved[key] = _solve(choice, absorbed, values)
    return absorbed.solved[key]


def _fit_key(choice: LinearChoice) -> LinearChoice:
    """What is left of a choice when errors and contrast do not matter."""
    return replace(choice, contrast=(), errors="", orientation=1)


def require_testable(choice: LinearChoice, columns: np.ndarray, dyad: np.ndarray) -> None:
    """Nothing if every term varies as the declared rule asks on these rows (sorted by dyad), else NotTestableError."""
    if choice.testable is None:
        return
    for found in variation_within(columns, dyad, choice.testable):
        if not found.testable:
            raise NotTestableError(
                "a stock varies too little within dyads",
                expected=f"{choice.testable.dyads_min} dyads and {choice.testable.within_share_min:.0%} of its spread",
                found=f"{found.dyads_varying} dyads, {found.within_share:.1%}",
            )


def _solve(choice: LinearChoice, absorbed: Absorbed, values: Callable[[str], np.ndarray]) -> Solved:
    require_testable(choice, np.column_stack([values(t)[absorbed.rows] for t in choice.terms]), absorbed.dyad)
    terms = np.column_stack([_column(absorbed, t, values) for t in choice.terms])
    y = _column(absorbed, choice.outcome, values)
    size = np.linalg.norm(terms, axis=0)
    if (size == 0).any():
        raise NotEstimableError(f"`{choice.terms[int(np.argmin(size))]}` does not vary within the effects")
    z = _controls(absorbed, choice, values)
    x = _less(terms, z)
    if (np.linalg.norm(x, axis=0) <= TINY * size).any():
        raise NotEstimableError("a term is a sum of the controls", found=", ".join(choice.terms))
    gram, n, k = np.einsum("ij,ik->jk", x, x), len(y), x.shape[1] + z.shape[1] + absorbed.basis.shape[1]
    width = np.sqrt(np.diag(gram))
    if np.linalg.eigvalsh(gram / np.outer(width, width))[0] <= TINY:
        raise NotEstimableError("the terms are collinear", found=", ".join(choice.terms))
    groups = int(absorbed.dyad[-1]) + 1
    if n <= k + (groups if absorbed.absorb else 0):
        raise NotEstimableError("fewer rows than coefficients", found=f"{n} rows")
    bread = np.linalg.inv(gram)
    left = _less(y[:, None], z)[:, 0]
    beta = bread @ np.einsum("ij,i->j", x, left)
    return Solved(beta, bread, x * (left - np.einsum("ij,j->i", x, beta))[:, None], k)


def _less(columns: np.ndarray, basis: np.ndarray) -> np.ndarray:
    """The columns less their projection on the basis, twice against rounding.

    By einsum and not by a matrix product, which adds in another order when it has other threads.
    """
    for _ in range(2):
        columns = columns - np.einsum("ij,jk->ik", basis, np.einsum("ij,ik->jk", basis, columns))
    return columns


def _controls(absorbed: Absorbed, choice: LinearChoice, values: Callable[[str], np.ndarray]) -> np.ndarray:
    """An orthonormal basis of the controls that say something, kept under their names for the next specification."""
    key = f"controls: {choice.controls} {choice.splines} {choice.spline_knots}"
    if key not in absorbed.columns:
        columns = [_column(absorbed, name, values) for name in choice.controls]
        for name in choice.splines:
            raw = values(name)[absorbed.rows]
            pieces = natural_cubic(raw, knots_at(raw, choice.spline_knots)).T
            label = f"{name} spline {choice.spline_knots}"
            columns += [_less_effects(absorbed, f"{label} {j}", piece) for j, piece in enumerate(pieces)]
        alive = [c / np.linalg.norm(c) for c in columns if c.any()]
        empty = np.empty((len(absorbed.dyad), 0))
        absorbed.columns[key] = independent(np.column_stack(alive), COLLINEAR)[1] if alive else empty
    return absorbed.columns[key]


def _require_dyadic(choice: LinearChoice, absorbed: Absorbed, values: Callable[[str], np.ndarray]) -> None:
    """Nothing if no state is in too many rows and the terms vary for enough states, else NotEstimableError."""
    first = starts(absorbed.dyad)
    x = np.column_stack([values(t)[absorbed.rows] for t in choice.terms])
    varying = (np.maximum.reduceat(x, first) > np.minimum.reduceat(x, first)).any(axis=1)
    share = float(np.unique(absorbed.states, return_counts=True)[1].max() / len(x))
    states = len(np.unique(absorbed.states[first][varying]))
    if share > choice.star_share_max or states < choice.states_min:
        raise NotEstimableError(
            "dyadic-robust errors: one state is in too many rows, or too few states vary",
            expected=f"at most {choice.star_share_max:.0%} of rows and at least {choice.states_min} states",
            found=f"{share:.1%} and {states}",
        )


def _meat(errors: str, scores: np.ndarray, absorbed: Absorbed, n: int, k: int) -> np.ndarray:
    groups = int(absorbed.dyad[-1]) + 1
    if errors == "dyad":
        by_dyad = sums(scores, absorbed.dyad)
        return groups / (groups - 1) * (n - 1) / (n - k) * (by_dyad.T @ by_dyad)
    if errors == "robust":
        return n / (n - k - (groups if absorbed.absorb else 0)) * (scores.T @ scores)
    if errors == "dyadic":
        return dyadic_meat(scores, absorbed.states[:, 0], absorbed.states[:, 1])
    raise AnalysisError(
        "unknown errors", expected=", ".join(ERRORS), found=errors, next_step="declare one of these in the grid"
    )
