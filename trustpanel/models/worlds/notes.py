"""What the stored report on simulated worlds says against an estimator: the sentence that its results carry."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

from trustpanel.errors import AnalysisError
from trustpanel.models.estimate import Estimate
from trustpanel.paths import project

FILE = "worlds.json"
SERVED_GROUPS = ("null", "wheeler", "carry_over", "mixture", "fake")
KINDS = {"clustered": "cluster", "wild": "wild", "dyadic": "dyadic"}
GRAIN_WORDS = {"annual": "year by year", "monthly": "month by month"}


@cache
def stored_report(folder: Path | None = None) -> Mapping[str, Any]:
    """`worlds.json` of the folder, by default the one that comes with the package; empty if none has been stored."""
    file = (folder or project().expected) / FILE
    if not file.is_file():
        return {}
    try:
        report: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
        held = {"cells": report["cells"], "served": report["served"], "band": report["band"]}
    except (ValueError, KeyError, TypeError) as error:
        raise AnalysisError(
            "the stored report on simulated worlds does not read",
            file=file,
            found=error,
            next_step="run `trustpanel worlds` and `trustpanel expect` again",
        ) from error
    return held


def main_notes(grain: str, errors: str, report: Mapping[str, Any]) -> tuple[str, ...]:
    """A warning if these errors of the core model miss the band on this grain in a world that they claim to serve."""
    entries = [
        parameter["estimators"][errors]
        for cell in report.get("cells", ())
        if cell["group"] in SERVED_GROUPS
        for parameter in cell["grains"][grain]["parameters"].values()
        if errors in parameter["estimators"]
    ]
    shape = f"on the main sample's dyads, terms and meetings, {GRAIN_WORDS[grain]}"
    return _note(entries, f"errors {errors}", shape, report)


def served_notes(estimator: str, errors: str, report: Mapping[str, Any]) -> tuple[str, ...]:
    """A warning if an estimator of the registry misses the band with these errors in worlds that it claims to serve."""
    entries = [
        e for e in report.get("served", ()) if e["estimator"] == estimator and e["errors"] == errors and not e["remark"]
    ]
    who = f"{estimator}, errors {errors}".replace("_", " ")
    size = ", ".join(f"{count} {name.removesuffix('s')}s" for e in entries[:1] for name, count in e["clusters"].items())
    return _note(entries, who, f"with {size}" if size else "of its own kind", report)


def warn_main(estimate: Estimate, grain: str) -> Estimate:
    """The estimate of the core model with the warnings that belong to its errors."""
    labels = sorted({p.main.errors for p in estimate.parameters.values()})
    said = [note for label in labels for note in main_notes(grain, label, stored_report())]
    return replace(estimate, notes=(*estimate.notes, *said))


def warn_linear(estimate: Estimate) -> Estimate:
    """The estimate of another linear model with the warnings that belong to its errors."""
    words = {p.main.errors.split()[0].split("-")[0] for p in estimate.parameters.values()}
    kinds = sorted({KINDS[w] for w in words if w in KINDS})
    said = [note for kind in kinds for note in served_notes("linear", kind, stored_report())]
    return replace(estimate, notes=(*estimate.notes, *said))


def _note(entries: list[Any], who: str, shape: str, report: Mapping[str, Any]) -> tuple[str, ...]:
    bad = [e for e in entries if e["meets_band"] is False]
    if not bad:
        return ()
    shares = sorted(e["coverage"][0] for e in entries if e["coverage"])
    ends = [f"{100 * share:.1f}" for share in dict.fromkeys((shares[0], shares[-1]))]
    low, high = report["band"]
    return (
        f"{who}: 95 % intervals hold the truth in {' to '.join(ends)} % of simulated worlds {shape}; "
        f"declared are {100 * low:.0f} to {100 * high:.0f} %",
    )
