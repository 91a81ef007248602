"""Shares of worlds with their binomial intervals, and whether they meet a band."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import stats


@dataclass(frozen=True)
class Share:
    """A share of `of` worlds with its exact binomial 95 % interval (Clopper and Pearson 1934)."""

    share: float
    low: float
    high: float
    of: int

    def meets(self, band: tuple[float, float]) -> bool:
        """Whether the interval and the band have a point in common."""
        return self.low <= band[1] and self.high >= band[0]

    def to_json(self) -> list[float]:
        """Share, low, high, to six digits."""
        return [round(v, 6) for v in (self.share, self.low, self.high)]


def share_of(hits: np.ndarray) -> Share:
    """The share of true values, which are one a world."""
    count, of = int(np.count_nonzero(hits)), len(hits)
    low = 0.0 if count == 0 else float(stats.beta.ppf(0.025, count, of - count + 1))
    high = 1.0 if count == of else float(stats.beta.ppf(0.975, count + 1, of - count))
    return Share(count / of, low, high, of)
