"""Error rates of coding, drawn from the counts of `coding_checks`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from trustpanel.errors import AnalysisError
from trustpanel.models.frames import require

COLUMNS = ("check_name", "check_stratum", "check_cases", "check_total")
WORDS = ("negative", "flat", "positive")
JEFFREYS = 0.5
LEVELS = ("searched", "partial")
NEEDED = (
    *(("exists", s) for s in ("grade_a", "grade_b", "listed")),
    *((f"recall_{p}", level) for p in ("first", "second") for level in LEVELS),
    ("same_day", "coded"),
    ("recall_list", "bilateral"),
    ("recall_list", "side_talk"),
    *(("valence_second", f"{a}_{b}") for a in WORDS for b in WORDS),
)

Counts = Mapping[tuple[str, str], tuple[int, int]]


@dataclass(frozen=True)
class Rates:
    """One draw of every rate.

    `exists` by grade_a, grade_b, listed; `recall` by (kind of meeting, how its dyad is covered); `seconded` (3 x 3,
    rows as the first source tells, in the order of WORDS) how a second source tells the same valence.
    """

    exists: dict[str, float]
    same_day: float
    recall: dict[tuple[str, str], float]
    seconded: np.ndarray


def counts_of(checks: pd.DataFrame) -> dict[tuple[str, str], tuple[int, int]]:
    """{(check, stratum): (cases, total)}; AnalysisError if a check is absent or counts more cases than there are."""
    require(checks, COLUMNS, "coding_checks")
    found = {
        (str(n), str(s)): (int(c), int(t)) for n, s, c, t in checks[list(COLUMNS)].itertuples(index=False, name=None)
    }
    absent = [f"{n} {s}" for n, s in NEEDED if (n, s) not in found]
    wrong = [f"{n} {s}" for (n, s), (c, t) in found.items() if not 0 <= c <= t]
    if absent or wrong:
        raise AnalysisError(
            "the checks of coding do not give every rate",
            expected=", ".join(absent) or "no more cases than there are in all",
            found=", ".join(wrong) or f"{len(found)} others",
            next_step="mend trustpanel/tables/coding_checks.sql, then `trustpanel build`",
        )
    return found


def draw_rates(counts: Counts, missed: str, rng: np.random.Generator) -> Rates:
    """One draw from the posterior of every rate under Jeffreys' prior.

    `missed` says how complete what was found is taken to be: none, both_passes, first_pass, lists_alone.
    """
    rate = {key: _beta(*counts[key], rng) for key in NEEDED if key[0] != "valence_second"}
    table = np.array([[counts["valence_second", f"{a}_{b}"][0] for b in WORDS] for a in WORDS], float)
    first = {level: rate["recall_first", level] for level in LEVELS}
    second = {level: rate["recall_second", level] for level in LEVELS}
    coded = {level: 1 - (1 - first[level]) * (1 - second[level]) for level in LEVELS}
    if missed in ("first_pass", "lists_alone"):
        coded = first
    recall = {
        ("bilateral", "listed_searched"): rate["recall_list", "bilateral"],
        ("bilateral", "listed_partial"): rate["recall_list", "bilateral"],
        ("bilateral", "searched"): coded["searched"],
        ("side_talk", "listed_searched"): coded["searched"],
        ("side_talk", "listed_partial"): coded["partial"],
        ("side_talk", "searched"): coded["searched"],
    }
    if missed == "lists_alone":
        recall["side_talk", "listed_partial"] = rate["recall_list", "side_talk"]
    if missed == "none":
        recall = dict.fromkeys(recall, 1.0)
    return Rates(
        exists={s: rate["exists", s] for s in ("grade_a", "grade_b", "listed")},
        same_day=rate["same_day", "coded"],
        recall=recall,
        seconded=np.array([rng.dirichlet(row + JEFFREYS) for row in table]),
    )


def _beta(cases: int, total: int, rng: np.random.Generator) -> float:
    return float(rng.beta(cases + JEFFREYS, total - cases + JEFFREYS))
