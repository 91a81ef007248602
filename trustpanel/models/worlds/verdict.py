"""What the decision rule says of one world: the same functions that judge the recorded history."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from trustpanel.models.decision import Evidence, Verdict, decide
from trustpanel.models.errors_wild import Wild
from trustpanel.models.fitting import choose_errors
from trustpanel.models.linear import interval
from trustpanel.models.permute import Permutation
from trustpanel.models.worlds.skeleton import Skeleton

FIELDS = ("estimate", "se", "wild_p", "low90", "high90", "low95", "high95", "permutation_p")
Judged = Mapping[str, np.ndarray]


def judge(skeleton: Skeleton, found: Judged, lead_p: Mapping[str, float]) -> Verdict:
    """The verdict of one world; `found[grain]` is parameters x FIELDS in the order of the core's parameters."""
    core = skeleton.core
    evidence = {
        name: {
            parameter: _evidence(found[name][j], g.fit.df, core.decision.level) for j, parameter in enumerate(g.names)
        }
        for name, g in skeleton.grains.items()
    }
    margins = {name: g.margin for name, g in skeleton.grains.items()}
    return decide(evidence, margins=margins, lead_p=lead_p, level=core.decision.level)


def _evidence(row: np.ndarray, df: int, level: float) -> Evidence:
    values = dict(zip(FIELDS, row.tolist(), strict=True))
    ends = {k: None if np.isnan(values[k]) else values[k] for k in FIELDS}
    wild = Wild(values["wild_p"], (ends["low90"], ends["high90"]), (ends["low95"], ends["high95"]), "", 0, 0)
    permutation = Permutation(values["permutation_p"], 0, 0, 0.0, 0.0)
    plain = interval(values["estimate"], values["se"] ** 2, df)
    main = choose_errors(plain, wild, permutation, None, level=level, clustered="")
    return Evidence(main.ci90, main.ci95, main.above_zero)
