"""Results and frames have the layout that the report is written for, or are refused with the place named."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from statistics import NormalDist
from typing import TYPE_CHECKING, Any

from trustpanel.errors import ReportError
from trustpanel.report import formats as f

if TYPE_CHECKING:
    import pandas as pd

LAYOUT = 1
GRAINS = ("annual", "monthly")
READINGS = ("wheeler", "carry_over", "kydd")
PARAMETERS = ("theta", "delta", "theta_plus_delta")
REBUILD = "run `trustpanel run` again, so that all results come from this version"
TOP = ("layout", "id", "title", "statement", "role", "parameter", "core", "own", "holm", "finding", "notes")
ESTIMATED = ("n", "dyads", "clusters_varying", "switching_pairs", "star_share", "star_state", "parameters")
PARAMETER = ("estimate", "se", "p", "ci90", "ci95", "mde", "main")

Result = Mapping[str, Any]
GRAIN_WORDS = {"annual": "year by year", "monthly": "month by month"}
COVERAGE_WORDS = {"both_sides.v1": "official lists", "both_sides.v2": "lists and searches"}
SYMBOLS = {"theta": "θ", "delta": "δ", "theta_plus_delta": "θ + δ"}
# a minimum detectable effect is this many standard errors: power 0.8, two-sided 5 %
MDE_SIZES = NormalDist().inv_cdf(0.975) + NormalDist().inv_cdf(0.8)
# decimals of a number in the unit of the grain: a monthly hazard is small
GRAIN_DIGITS = {"annual": 3, "monthly": 5}


def require_parts(result: Result, parts: Sequence[str], *, what: str, command: str, filled: str = "") -> None:
    """Nothing if `result` has every part, and something in the one named `filled`; else ReportError names the absent.

    `what`: the result in words; `command`: the command of trustpanel that makes it.
    """
    lacking = [part for part in parts if part not in result]
    if lacking or (filled and not result[filled]):
        raise ReportError(
            f"{what} lacks a part",
            expected=", ".join(lacking) or f"an entry in {filled}",
            found=", ".join(sorted(result)),
            next_step=f"run `trustpanel {command}` again",
        )


def require_frames(frames: Mapping[str, pd.DataFrame], columns: Mapping[str, Sequence[str]], *, page: str) -> None:
    """Nothing if every frame is there with its columns; else ReportError names the frame and what it lacks."""
    for name, wanted in columns.items():
        frame = frames.get(name)
        absent = ["the frame"] if frame is None else [c for c in wanted if c not in frame.columns]
        if frame is None or absent:
            raise ReportError(
                f"{page} lacks a frame or a column",
                file=name,
                expected=", ".join(absent),
                found=", ".join(map(str, frames if frame is None else frame.columns)),
                next_step="run `trustpanel build` again",
            )


def claim(result: Result) -> str:
    """What a long run was declared to claim, and what would speak against it."""
    return f"The claim: {f.sentence(result['statement'])} What would speak against it: {result['falsifier']}"


def made_by(result: Result, command: str) -> str:
    """Where the numbers of a page come from: the result file, the command that makes it, the frozen declaration."""
    name, sha = result["id"], result.get("spec_sha256") or result["sha256"]
    return (
        f"Source: {name}.json, made by the command trustpanel {command} from analyses/{name}.toml "
        f"(version {result['version']}, frozen {result['frozen']}, SHA-256 {str(sha)[:12]})."
    )


def file_of(identifier: str) -> str:
    """The result file of a hypothesis or design: `h03.json` for H3."""
    return f"{identifier[0].lower()}{int(identifier[1:]):02d}.json"


def piece(tree: Any, *steps: str) -> Any:
    """What stands at a path of a result; ReportError names the path if it is absent."""
    found = tree
    for depth, step in enumerate(steps, start=1):
        if not isinstance(found, Mapping) or step not in found:
            place = ".".join(steps[:depth])
            raise ReportError("A result lacks a piece that a page needs.", expected=place, next_step=REBUILD)
        found = found[step]
    return found


def primary(results: Mapping[str, Result]) -> Result:
    """The one result that carries the verdict and the core model."""
    holders = [r for r in results.values() if r.get("verdict") is not None and r.get("grains") is not None]
    if len(holders) != 1:
        raise ReportError(
            "The report needs exactly one result with the verdict and the core model.",
            expected="one result with `verdict` and `grains` (H3)",
            found=", ".join(str(r.get("id")) for r in holders) or "none",
            next_step="run `trustpanel run` for all analyses",
        )
    return holders[0]


def grains(results: Mapping[str, Result]) -> dict[str, Result]:
    """The grains of the core model in the declared order."""
    held = primary(results)["grains"]
    return {name: held[name] for name in GRAINS if held.get(name) is not None}


def is_estimated(estimate: Result | None) -> bool:
    """Whether the estimate has numbers; one that is `not testable here` has them and says why they do not count."""
    return estimate is not None and estimate.get("status") != "not_estimable" and bool(estimate.get("parameters"))


def why_not(estimate: Result | None) -> str:
    """The reason why an estimate is not there, as words."""
    if estimate is None:
        return "not part of this run"
    status = str(estimate.get("status") or "not_estimable").replace("_", " ")
    return f"{status}: {plain_reason(estimate['reason'])}" if estimate.get("reason") else status


def plain_reason(reason: str) -> str:
    """The text of a refusal as one clause: no code marks, its parts set apart."""
    return re.sub(r"(?<=[^;:]) (expected|found|next): ", r"; \1: ", str(reason).replace("`", "").strip().rstrip("."))


def weakness(estimate: Result) -> str:
    """Why an estimate with numbers does not count; empty if it does."""
    return "" if estimate.get("status") == "estimated" else why_not(estimate)


def remarks(estimate: Result | None) -> list[str]:
    """What the models themselves say of an estimate: why it does not count, what was left out."""
    if estimate is None:
        return []
    return [text for text in (weakness(estimate), *map(str, estimate.get("notes") or ())) if text]


def other_unit(estimate: Result, grain: Result) -> bool:
    """Whether an estimate is in another outcome or unit than its grain, so that the smallest effect does not apply."""
    delta = parameter(estimate, "delta")
    unit_differs = delta is not None and "powered" in delta and delta["powered"] is None
    return unit_differs or estimate.get("outcome") not in (None, grain["outcome"])


def parameter(estimate: Result | None, name: str) -> Result | None:
    """One parameter of an estimate, None if the estimate has none of that name."""
    if estimate is None:
        return None
    return (estimate.get("parameters") or {}).get(name)


def parameters(estimate: Result) -> dict[str, Result]:
    """The parameters of an estimate in one order, whatever the file's: θ, δ, θ + δ, then the others by name."""
    return in_order(estimate.get("parameters") or {})


def in_order(held: Mapping[str, Result]) -> dict[str, Result]:
    """θ, δ, θ + δ, then the others by name."""
    first = [name for name in PARAMETERS if name in held]
    return {name: held[name] for name in [*first, *sorted(set(held) - set(first))]}


def detectable(p: Result | None) -> float | None:
    """The smallest true effect that would be seen in four of five cases, at two-sided 5 %; None if there is no error.

    2.8 errors clustered as declared, and as many times more as the main 95 % interval is wider than theirs; infinite
    where that interval has no end.
    """
    if p is None or p.get("mde") is None:
        return None
    plain, main = p.get("ci95"), (p.get("main") or {}).get("ci95")
    if plain is None or main is None:
        return float(p["mde"])
    if None in plain or None in main:
        return math.inf
    return float(p["mde"]) * max(1.0, (main[1] - main[0]) / (plain[1] - plain[0]))


def chance_of(p: Result, smallest: float) -> float | None:
    """The probability with which a true effect of the smallest size of interest would be seen, by `detectable`."""
    least = detectable(p)
    return None if least is None else NormalDist().cdf(MDE_SIZES * smallest / least - NormalDist().inv_cdf(0.975))


def is_small(p: Result, smallest: float) -> bool:
    """Whether the main 90 % interval lies within the smallest effect of interest on both sides of 0."""
    low, high = p["main"]["ci90"]
    return low is not None and high is not None and -smallest < low and high < smallest


def check(results: Mapping[str, Result]) -> None:
    """Every result has the layout of this report; ReportError otherwise."""
    for key, result in results.items():
        if result.get("layout") != LAYOUT:
            raise ReportError(
                "A result has another layout.", file=key, expected=LAYOUT, found=result.get("layout"), next_step=REBUILD
            )
        for name in TOP:
            piece(result, name)
    verdict = piece(primary(results), "verdict")
    for name in ("verdict", "conditions", "order_identified"):
        piece(verdict, name)
    named = {verdict["verdict"], *(piece(c, "reading") for c in verdict["conditions"])} - {"undecided"}
    if not named <= set(READINGS):
        raise ReportError(
            "The verdict names a reading that the report has no words for.",
            expected=", ".join(READINGS),
            found=", ".join(sorted(map(str, named - set(READINGS)))),
            next_step="add its words to trustpanel/report/words.py",
        )
    held = grains(results)
    if not held:
        raise ReportError("The core model has no grain.", expected=" or ".join(GRAINS), next_step=REBUILD)
    for grain in held.values():
        _check_grain(grain)


def _check_grain(grain: Result) -> None:
    for name in ("main", "smallest_effect", "outcome"):
        piece(grain, name)
    main = grain["main"]
    if is_estimated(main):
        for name in ESTIMATED:
            piece(main, name)
        for name in PARAMETERS:
            for item in PARAMETER:
                piece(main, "parameters", name, item)
