"""What a multiverse says as a whole: signs, significance, range, and the choices that move the result."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from trustpanel.errors import NotEstimableError
from trustpanel.models.multiverse import Choice, Multiverse


@dataclass(frozen=True)
class Option:
    """All specifications with one value of one choice."""

    choice: str
    value: Choice
    estimated: int
    median: float | None
    share_positive: float | None
    share_significant: float | None


@dataclass(frozen=True)
class Moves:
    """How much of the spread of estimates a choice accounts for.

    `alone` is the share between its values; `beyond_others` what it adds to the main effects of all other choices.
    Equal in a full grid of equal counts; where they differ, choices travel together.
    """

    choice: str
    alone: float
    beyond_others: float
    flips_sign: bool


@dataclass(frozen=True)
class Summary:
    """Counts, shares and quantiles over the estimated specifications (each counts once; they are not independent)."""

    specifications: int
    estimated: int
    positive: float
    significant_positive: float
    significant_negative: float
    median: float
    minimum: float
    maximum: float
    quantiles: tuple[float, float, float, float]
    main_effects: float
    moves: tuple[Moves, ...]
    options: tuple[Option, ...]
    not_estimable: tuple[tuple[str, int], ...]
    not_testable: int


def summarise(multiverse: Multiverse, *, level: float = 0.05) -> Summary:
    """The summary, the choice that moves most first; NotEstimableError if nothing was estimated.

    `quantiles` are at 2.5, 25, 75 and 97.5 %; `main_effects` is the share of the spread that all choices account for
    without interactions. `not_testable` are specifications whose terms vary too little: they stand in nothing else.
    """
    found = [(s, r) for s, r in zip(multiverse.specs, multiverse.results, strict=True) if r.status == "estimated"]
    if not found:
        raise NotEstimableError("no specification could be estimated", found=f"{len(multiverse.specs)} specifications")
    estimate = np.array([r.estimate for _, r in found], dtype=float)
    small = np.array([r.p for _, r in found], dtype=float) < level
    columns = {name: [s[name] for s, _ in found] for name, _ in multiverse.specs[0].choices}
    options = _options(multiverse, columns, estimate, small)
    moves, whole = _moves(columns, estimate, options)
    quantiles = np.quantile(estimate, (0.025, 0.25, 0.75, 0.975))
    reasons: dict[str, int] = {}
    for result in multiverse.results:
        if result.status == "not_estimable":
            reasons[str(result.reason)] = reasons.get(str(result.reason), 0) + 1
    return Summary(
        specifications=len(multiverse.specs),
        estimated=len(found),
        positive=float((estimate > 0).mean()),
        significant_positive=float((small & (estimate > 0)).mean()),
        significant_negative=float((small & (estimate < 0)).mean()),
        median=float(np.median(estimate)),
        minimum=float(estimate.min()),
        maximum=float(estimate.max()),
        quantiles=(float(quantiles[0]), float(quantiles[1]), float(quantiles[2]), float(quantiles[3])),
        main_effects=whole,
        moves=moves,
        options=options,
        not_estimable=tuple(sorted(reasons.items(), key=lambda item: (-item[1], item[0]))),
        not_testable=sum(r.status == "not_testable_here" for r in multiverse.results),
    )


def _options(
    multiverse: Multiverse, columns: dict[str, list[Choice]], estimate: np.ndarray, small: np.ndarray
) -> tuple[Option, ...]:
    options = []
    for name, values in columns.items():
        for value in dict.fromkeys(s[name] for s in multiverse.specs):
            here = np.array([v == value for v in values])
            some = bool(here.any())
            options.append(
                Option(
                    choice=name,
                    value=value,
                    estimated=int(here.sum()),
                    median=float(np.median(estimate[here])) if some else None,
                    share_positive=float((estimate[here] > 0).mean()) if some else None,
                    share_significant=float(small[here].mean()) if some else None,
                )
            )
    return tuple(options)


def _moves(
    columns: dict[str, list[Choice]], estimate: np.ndarray, options: tuple[Option, ...]
) -> tuple[tuple[Moves, ...], float]:
    """Analysis of variance of the estimates on the choices, main effects only."""
    dummies = {name: _dummies(values) for name, values in columns.items()}
    total = float(((estimate - estimate.mean()) ** 2).sum())

    def explained(names: list[str]) -> float:
        x = np.column_stack([np.ones(len(estimate)), *(dummies[n] for n in names)])
        resid = estimate - x @ np.linalg.lstsq(x, estimate, rcond=None)[0]
        return 1 - float(resid @ resid) / total if total > 0 else 0.0

    whole = explained(list(columns))
    moves = []
    for name in columns:
        medians = [o.median for o in options if o.choice == name and o.median is not None]
        moves.append(
            Moves(
                choice=name,
                alone=max(0.0, explained([name])),
                beyond_others=max(0.0, whole - explained([n for n in columns if n != name])),
                flips_sign=min(medians) < 0 < max(medians),
            )
        )
    return tuple(sorted(moves, key=lambda m: (-m.beyond_others, m.choice))), whole


def _dummies(values: list[Choice]) -> np.ndarray:
    levels = list(dict.fromkeys(values))
    return np.array([[float(v == level) for level in levels[1:]] for v in values]).reshape(len(values), -1)
