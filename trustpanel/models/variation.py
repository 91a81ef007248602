"""How much of a term's variation a sample holds: within dyads, or across the declared clusters."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from trustpanel.models.design import Design
from trustpanel.models.estimate import Testable
from trustpanel.models.spec_types import TestableRule
from trustpanel.models.within import starts, sums

VARIES = 1e-9


def dyads_varying(values: np.ndarray, dyad: np.ndarray) -> int:
    """Number of dyads within which a column varies; rows sorted by dyad."""
    first = starts(dyad)
    return (
        int(((np.maximum.reduceat(values, first) - np.minimum.reduceat(values, first)) > VARIES).sum())
        if len(values)
        else 0
    )


def varies_by_dyad(design: Design) -> np.ndarray:
    """Dyads x terms: does the term vary within the dyad's rows?"""
    first = starts(design.dyad)
    spread = np.maximum.reduceat(design.x, first, axis=0) - np.minimum.reduceat(design.x, first, axis=0)
    return spread > VARIES


def clusters_apart(design: Design) -> np.ndarray:
    """By term: clusters that hold a value other than the term's commonest one. A contrast rests on the fewer side."""
    return np.array([off_commonest(column, design.cluster) for column in design.x.T])


def off_commonest(column: np.ndarray, cluster: np.ndarray) -> int:
    """Clusters that hold a value other than the commonest one of the column."""
    values, counts = np.unique(column, return_counts=True)
    return len(np.unique(cluster[column != values[counts.argmax()]]))


def variation_of_terms(design: Design) -> dict[str, Testable]:
    """Each term by the declared rule: enough dyads in which it varies, enough of its spread within dyads.

    Where the errors are clustered by something else, rows are compared across dyads: enough clusters off the commonest
    value.
    """
    rule = design.model.testable
    found = variation_within(design.x, design.dyad, rule)
    if design.model.cluster is not None:
        enough = clusters_apart(design) >= rule.dyads_min
        found = [replace(t, testable=bool(e)) for t, e in zip(found, enough, strict=True)]
    return dict(zip(design.names, found, strict=True))


def variation_within(columns: np.ndarray, dyad: np.ndarray, rule: TestableRule) -> list[Testable]:
    """Each column by the rule on dyads; rows sorted by dyad."""
    mean = sums(columns, dyad) / np.bincount(dyad)[:, None]
    within = np.sqrt(((columns - mean[dyad]) ** 2).mean(axis=0))
    pooled = columns.std(axis=0)
    share = np.divide(within, pooled, out=np.zeros_like(within), where=pooled > 0)
    varying = [dyads_varying(column, dyad) for column in columns.T]
    return [
        Testable(v, float(s), v >= rule.dyads_min and bool(s >= rule.within_share_min))
        for v, s in zip(varying, share, strict=True)
    ]


def too_little(weak: list[str], design: Design) -> str:
    """Why the terms are not testable here."""
    cluster = design.model.cluster
    if cluster is None:
        return f"too little variation within dyads: {', '.join(weak)}"
    apart = dict(zip(design.names, clusters_apart(design).tolist(), strict=True))
    found = ", ".join(f"{name} ({apart[name]})" for name in weak)
    return f"fewer than {design.model.testable.dyads_min} clusters of {cluster} off the commonest value: {found}"
