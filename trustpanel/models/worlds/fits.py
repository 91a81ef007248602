"""Many worlds fitted at once: effects and covariates are projected out once, the rest is cross products by dyad."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from trustpanel.models.errors_wild import Draws, bound, multipliers_of, p_value, rotate
from trustpanel.models.within import sums
from trustpanel.models.worlds.skeleton import GrainFrame

TINY = 1e-12


@dataclass(frozen=True)
class Exposure:
    """Terms after effects and covariates are out (n x k), their cross products with the basis (dyads x K x k) and with
    each other (dyads x k x k) by dyad.
    """

    x: np.ndarray
    basis: np.ndarray
    own: np.ndarray

    @property
    def gram(self) -> np.ndarray:
        return np.asarray(self.own.sum(axis=0))

    def take(self, k: int) -> Exposure:
        """The first k terms."""
        return Exposure(self.x[:, :k], self.basis[:, :, :k], self.own[:, :k, :k])


@dataclass(frozen=True)
class Outcomes:
    """Outcomes after effects and covariates are out (n x worlds); products with the basis (dyads x K x worlds)."""

    y: np.ndarray
    basis: np.ndarray


@dataclass(frozen=True)
class Coefficients:
    """Coefficients (k) and scores by dyad (dyads x k) of one world."""

    beta: np.ndarray
    scores: np.ndarray


def expose(grain: GrainFrame, columns: np.ndarray) -> Exposure:
    """The columns (n x k) without effects and covariates."""
    x = without_nuisance(grain, columns)
    parts = np.split(x, grain.first[1:])
    bases = np.split(grain.fit.basis, grain.first[1:])
    return Exposure(
        x=x,
        basis=np.stack([b.T @ p for b, p in zip(bases, parts, strict=True)]),
        own=np.stack([p.T @ p for p in parts]),
    )


def clear(grain: GrainFrame, y: np.ndarray) -> Outcomes:
    """The outcomes (n x worlds) without effects and covariates."""
    left = without_nuisance(grain, y)
    pairs = zip(np.split(grain.fit.basis, grain.first[1:]), np.split(left, grain.first[1:]), strict=True)
    return Outcomes(left, np.stack([b.T @ p for b, p in pairs]))


def without_nuisance(grain: GrainFrame, columns: np.ndarray) -> np.ndarray:
    """Columns less their dyad means and their projection on the nuisance columns."""
    dyad, basis = grain.fit.dyad, grain.fit.basis
    inside = columns - (sums(columns, dyad) / np.bincount(dyad)[:, None])[dyad]
    return np.asarray(inside - basis @ (basis.T @ inside))


def products_with(grain: GrainFrame, x: np.ndarray, y: np.ndarray) -> np.ndarray:
    """Cross products of the columns of x with those of y by dyad."""
    pairs = zip(np.split(x, grain.first[1:]), np.split(y, grain.first[1:]), strict=True)
    return np.stack([a.T @ b for a, b in pairs])


def solve_world(exposure: Exposure, xy: np.ndarray) -> Coefficients:
    """Least squares from the cross products of the terms with one world's outcome (dyads x k)."""
    beta = np.linalg.solve(exposure.gram, xy.sum(axis=0))
    return Coefficients(beta, xy - exposure.own @ beta)


def clustered(grain: GrainFrame, exposure: Exposure, found: Coefficients, factor: float) -> np.ndarray:
    """Covariance clustered by dyad with the factor of the declared small-sample rule."""
    bread = np.linalg.inv(exposure.gram)
    return np.asarray(factor * bread @ (found.scores.T @ found.scores) @ bread)


@dataclass(frozen=True)
class WildPlan:
    """What the wild cluster bootstrap of one contrast needs of the terms alone.

    The same draws as `wild_cluster`, from cross products by dyad: `own` is the contrast's column without the others
    as a combination of the terms, `whole` its products with an orthonormal basis of all columns.
    """

    exposure: Exposure
    contrast: np.ndarray
    every: np.ndarray
    own: np.ndarray
    others: np.ndarray
    turn: np.ndarray
    whole: np.ndarray
    slope: np.ndarray
    b: np.ndarray


def plan_wild(exposure: Exposure, contrast: np.ndarray, every: np.ndarray) -> WildPlan:
    """The plan; `every` are the multipliers, a row of ones first."""
    gram = exposure.gram
    lead, rest = rotate(np.eye(len(contrast)), contrast)
    inverse = rest @ np.linalg.inv(rest.T @ gram @ rest) @ rest.T
    own = lead - inverse @ (gram @ lead)
    turn = np.linalg.inv(np.linalg.cholesky(gram)).T
    mine = exposure.own @ own
    whole = np.column_stack([exposure.basis @ own, mine @ turn])
    slope = mine @ own
    b = every * slope - every @ (whole @ whole.T)
    return WildPlan(exposure, contrast, every, own, inverse, turn, whole, slope, b)


def every_draw(weights: str, draws: int, groups: int, seed: int) -> np.ndarray:
    """The sample itself, then the bootstrap's multipliers."""
    return np.vstack([np.ones(groups), multipliers_of(weights, draws, groups, seed)])


def draw_wild(plan: WildPlan, xy: np.ndarray, basis_y: np.ndarray, centre: float) -> Draws:
    """The bootstrap draws of one world: `xy` (dyads x k) and `basis_y` (dyads x K) are its cross products by dyad."""
    fitted = plan.others @ xy.sum(axis=0) + centre * plan.own
    left = xy - plan.exposure.own @ fitted
    at_centre = left @ plan.own
    scores = np.column_stack([basis_y - plan.exposure.basis @ fitted, left @ plan.turn])
    a = plan.every * at_centre - plan.every @ (scores @ plan.whole.T)
    squares = [np.einsum("ij,ij->i", *pair) for pair in ((a, a), (a, plan.b), (plan.b, plan.b))]
    return Draws(np.column_stack([plan.every @ at_centre, plan.every @ plan.slope]), np.column_stack(squares))


def wild_p(plan: WildPlan, xy: np.ndarray, basis_y: np.ndarray, estimate: float) -> float:
    """Bootstrap p of contrast = 0."""
    return p_value(draw_wild(plan, xy, basis_y, estimate), -estimate)


def wild_intervals(
    plan: WildPlan, xy: np.ndarray, basis_y: np.ndarray, estimate: float, se: float
) -> tuple[float, np.ndarray]:
    """Bootstrap p of contrast = 0, and the ends (90 % low, high, 95 % low, high; NaN: unbounded)."""
    drawn = draw_wild(plan, xy, basis_y, estimate)
    ends = [bound(drawn, estimate, se, side, level) for level in (0.10, 0.05) for side in (-1, 1)]
    return p_value(drawn, -estimate), np.array([np.nan if e is None else e for e in ends])


@dataclass(frozen=True)
class Pool:
    """Redrawn terms (contact, state) without nuisance, n x draws each, and their cross products by dyad."""

    contact: np.ndarray
    state: np.ndarray
    own: np.ndarray


def make_pool(grain: GrainFrame, contact: np.ndarray, state: np.ndarray) -> Pool:
    """The reference set of the randomisation test, one for all worlds: redraws do not depend on when the pair met."""
    c, s = without_nuisance(grain, contact), without_nuisance(grain, state)
    return Pool(c, s, np.stack([sums(v, grain.fit.dyad) for v in (c * c, c * s, s * s)]))


def permutation_p(grain: GrainFrame, pool: Pool, outcomes: Outcomes, observed: np.ndarray) -> np.ndarray:
    """(contrasts x worlds) p of the randomisation test; `observed` are |t|. An undefined t counts as extreme."""
    y = outcomes.y
    cc, cs, ss = (p.sum(axis=0)[:, None] for p in pool.own)
    det = cc * ss - cs**2
    singular = det <= TINY * cc * ss
    det = np.where(singular, 1.0, det)
    cy, sy = pool.contact.T @ y, pool.state.T @ y
    b_c, b_s = (ss * cy - cs * sy) / det, (cc * sy - cs * cy) / det
    squares = np.zeros((3, *cy.shape))
    parts = (np.split(v, grain.first[1:]) for v in (pool.contact, pool.state, y))
    for g, (c, s, part) in enumerate(zip(*parts, strict=True)):
        own = pool.own[:, g, :, None]
        g_c = c.T @ part - own[0] * b_c - own[1] * b_s
        g_s = s.T @ part - own[1] * b_c - own[2] * b_s
        squares += np.stack([g_c * g_c, g_c * g_s, g_s * g_s])
    found = []
    for w, t in zip(grain.contrasts, observed, strict=True):
        a, b = (w[0] * ss - w[1] * cs) / det, (w[1] * cc - w[0] * cs) / det
        variance = grain.fit.factor * (a**2 * squares[0] + 2 * a * b * squares[1] + b**2 * squares[2])
        reference = np.abs(w[0] * b_c + w[1] * b_s) / np.sqrt(np.where(variance > 0, variance, 1.0))
        extreme = singular | ~(variance > 0) | ~(reference < t * (1 - TINY))
        found.append((1 + extreme.sum(axis=0)) / (len(reference) + 1))
    return np.array(found)
