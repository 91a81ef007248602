"""What goes in beside the sample (options) and what comes out (a fit), for every estimator alike."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import numpy as np

from trustpanel.errors import AnalysisError
from trustpanel.models.estimators.sample import Sample
from trustpanel.models.linear import Interval, contrast_vector, interval, minimum_detectable

NORMAL = 10**15


@dataclass(frozen=True)
class Options:
    """Choices of one fit; each estimator reads the ones it knows.

    `cluster` names one cluster (two for two-way errors), by default the first; columns not in `focus` (if any is
    named) may drop out as collinear, the others may not. `small_sample`: nested, all, slopes or none.
    """

    errors: str = "cluster"
    cluster: tuple[str, ...] = ()
    focus: tuple[str, ...] = ()
    level: float = 0.95
    small_sample: str = "nested"
    clusters_min: int = 10
    dyadic_star_share_max: float = 0.25
    dyadic_states_min: int = 30
    family: str = "linear"
    correlation: str = "exchangeable"
    ties: str = "efron"
    link: str = "logit"
    baseline: str = "periods"
    bias_correction: bool = False
    population_share: float | None = None
    control: str = "not_yet"
    reference: int = -1
    window: tuple[int, int] = (-5, 5)
    wild_weights: str = "webb"
    wild_draws: int = 9999
    draws: int = 999
    seed: int = 1
    redraw: Callable[[np.random.Generator], np.ndarray] | None = None


@dataclass(frozen=True)
class Errors:
    """A covariance with its degrees of freedom (None: normal), the clusters it counts, its rule and warnings."""

    cov: np.ndarray
    df: int | None
    clusters: Mapping[str, int]
    rule: str
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True)
class Solved:
    """A solved estimator before its errors: coefficients and the influence of every row on them.

    `influence` (n x k) sums to about 0; its outer products by cluster are the sandwich. `classical` is the inverse
    information; `counted` the slopes in K; `rule` says which small-sample factor belongs to it (linear, glm,
    likelihood); `unit` holds codes that no cluster may cut (groups of a conditional logit); `given` errors that the
    estimator makes itself; `p` and `ci`, where it has better ones than the errors give, with NaN where it has none.
    """

    names: tuple[str, ...]
    coef: np.ndarray
    sample: Sample
    influence: np.ndarray | None
    classical: np.ndarray | None
    counted: int
    rule: str
    kind: str = "z"
    loglik: float | None = None
    unit: np.ndarray | None = None
    n: int | None = None
    dropped_columns: tuple[tuple[str, str], ...] = ()
    warnings: tuple[str, ...] = ()
    given: Mapping[str, Errors] = field(default_factory=dict)
    p: np.ndarray | None = None
    ci: tuple[np.ndarray, np.ndarray] | None = None
    extra: Mapping[str, float] = field(default_factory=dict)
    sets: Mapping[str, tuple[tuple[float, float], ...]] = field(default_factory=dict)


@dataclass(frozen=True)
class Fit:
    """A fit with its errors: arrays in the order of `names`.

    `statistic` is t on `df` degrees of freedom or, where `df` is None, z. `extra` holds figures of the estimator (cut
    points, effective F), `sets` confidence sets that may be several intervals or unbounded.
    """

    estimator: str
    errors: str
    names: tuple[str, ...]
    coef: np.ndarray
    cov: np.ndarray
    se: np.ndarray
    statistic: np.ndarray
    p: np.ndarray
    ci_low: np.ndarray
    ci_high: np.ndarray
    df: int | None
    loglik: float | None
    n: int
    clusters: Mapping[str, int]
    dropped_rows: tuple[tuple[str, int], ...]
    dropped_columns: tuple[tuple[str, str], ...]
    warnings: tuple[str, ...]
    small_sample: str
    extra: Mapping[str, float]
    sets: Mapping[str, tuple[tuple[float, float], ...]]

    @property
    def mde(self) -> np.ndarray:
        """Smallest true effect found with a power of 80 % at a two-sided level of 5 %, by coefficient.

        By the covariance: an interval by the wild bootstrap or Anderson and Rubin may be wider, and then sees less.
        """
        return np.array([minimum_detectable(float(se)) for se in self.se])

    def contrast(self, weights: Mapping[str, float]) -> Interval:
        """The weighted sum of coefficients with its error, p and intervals, from the covariance.

        Tests by resampling have no covariance of their own: AnalysisError; let the sum be a column instead.
        """
        unknown = sorted(set(weights) - set(self.names))
        if unknown or self.errors in ("wild", "randomisation"):
            raise AnalysisError(
                "the contrast is not defined",
                expected=", ".join(self.names) + ", errors from a covariance",
                found=", ".join(unknown) or self.errors,
                next_step="name coefficients of the fit, or fit a model in which the contrast is a coefficient",
            )
        c = contrast_vector(self.names, tuple(weights.items()))
        return interval(float(c @ self.coef), float(c @ self.cov @ c), NORMAL if self.df is None else self.df)

    def position(self, name: str) -> int:
        """Where the coefficient of that name stands."""
        return self.names.index(name)
