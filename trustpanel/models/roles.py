"""Which roles an estimator needs of a declared test, and the table of a test that names them."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from trustpanel.errors import AnalysisError
from trustpanel.models.spec_types import Roles
from trustpanel.models.toml_table import Fields, one_of, take

EVENTS = ("two_stage_effects", "callaway_santanna", "sun_abraham", "local_projections")
INSTRUMENTAL = "two_stage_least_squares"
# estimators that have no effects of their own for a dyad: dyad effects would be left out in silence
POOLED = ("logit", "firth_logit", "rare_events_logit", "gee", "ordered_logit", "cox", "discrete_hazard")
# roles that must, and roles that may be named
NEEDS: Mapping[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    INSTRUMENTAL: (("instruments",), ()),
    "cox": (("exit",), ("entry",)),
    "discrete_hazard": (("exit",), ("entry", "baseline", "link")),
    "gee": (("family",), ("correlation",)),
    **dict.fromkeys(EVENTS, (("unit", "window"), ())),
    "callaway_santanna": (("unit", "window"), ("control",)),
}
TYPES: Fields = {
    "instruments": list,
    "window": list,
    **dict.fromkeys(("entry", "exit", "baseline", "link", "family", "correlation", "unit", "control"), str),
}
WORDS: Mapping[str, tuple[str, ...]] = {
    "baseline": ("periods", "spline"),
    "link": ("logit", "cloglog"),
    "family": ("linear", "logit", "poisson"),
    "correlation": ("independence", "exchangeable", "ar1"),
    "unit": ("pair", "dyad"),
    "control": ("never", "not_yet"),
}


def read_roles(test: Mapping[str, Any], *, file: Path, where: str) -> Roles:
    """The roles of a test, every one that its estimator needs and none that it does not know."""
    name = test["estimator"]
    needed, further = NEEDS.get(name, ((), ()))
    table = test.get("roles", {})
    roles = take(
        table,
        file=file,
        where=f"{where}.roles",
        required={r: TYPES[r] for r in needed},
        optional={r: TYPES[r] for r in further},
    )
    for role, words in WORDS.items():
        if role in roles:
            one_of(roles[role], words, file=file, where=f"{where}.roles.{role}")
    if wrong := _misfit(name, test):
        what, found, then = wrong
        raise AnalysisError(f"`{where}`: `{name}` {what}", file=file, found=found, next_step=then)
    return Roles(**roles)


def _misfit(name: str, test: Mapping[str, Any]) -> tuple[str, object, str] | None:
    """What a test declares that its estimator would leave out in silence: what is wrong, what was found, what to do."""
    effects = test.get("effects", ())
    held = [k for k in ("controls", "more_controls", "splines", "flags", "dummies") if k in test]
    if name in (INSTRUMENTAL, *EVENTS) and len(test["terms"]) != 1:
        return "has one term", len(test["terms"]), "declare one term"
    if name in EVENTS and (effects or held):
        found = ", ".join([*held, *(["effects"] if effects else [])])
        return "has unit and year effects of its own and takes nothing else", found, "leave them out"
    if name in POOLED and "dyad" in effects:
        return "has no dyad effects", "dyad", "leave them out, or take effects_logit, conditional_logit or linear"
    if name != "linear" and "weights" in test:
        return "is fitted without weights", test["weights"], "leave them out, or take linear"
    return None
