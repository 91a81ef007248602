"""The tables of the page on simulated worlds, and the sentences on where the claim fails."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from trustpanel.report import formats as f
from trustpanel.report.layout import GRAIN_DIGITS, GRAIN_WORDS, PARAMETERS, SYMBOLS
from trustpanel.report.tables import Table

Result = Mapping[str, Any]
MAIN = "randomisation + wild cluster bootstrap"
ERRORS = (MAIN, "wild cluster bootstrap alone", "randomisation alone", "clustered by dyad")
RULE_LEVEL = 0.05
HELD = ("null", "wheeler", "carry_over", "mixture", "fake")
READINGS = (("undecided", "undecided"), ("wheeler", "Wheeler"), ("carry_over", "carry-over"), ("kydd", "Kydd"))


def percent(share: Sequence[float]) -> str:
    """A share with its interval: `4.1 % [3.2, 5.0]`."""
    return f"{100 * share[0]:.1f} % [{100 * share[1]:.1f}, {100 * share[2]:.1f}]"


def verdict_table(result: Result) -> Table:
    """How often each verdict is given in each cell."""
    heads = ("world", *(words for _, words in READINGS), "false verdict", "order questioned")
    rows, ruled = [], set()
    for place, cell in enumerate(result["cells"]):
        if place and result["cells"][place - 1]["group"] != cell["group"]:
            ruled.add(place)
        shares = [f.share(cell["verdicts"][name][0]) for name, _ in READINGS]
        rows.append((cell["label"], *shares, percent(cell["false_verdict"]), f.share(cell["order_questioned"][0])))
    notes = (
        "False: a theory is named that is not true in the world; where meetings do nothing, any theory. In the "
        "carry-over worlds carry-over and Kydd are both true. Binomial 95 % intervals in brackets.",
        "Order questioned: contact after the outcome window opens goes with the outcome too (placebo lead below 5 % on "
        "a grain); the verdict then says so.",
    )
    return Table("Verdicts of the frozen rule, share of worlds", heads, tuple(rows), notes, ruled=frozenset(ruled))


def coverage_table(result: Result, grain: str) -> Table:
    """Size and coverage of each kind of errors on one grain."""
    heads = (
        "", "errors", "size, meetings held", "size, meetings redrawn", "coverage without effect",
        "lowest coverage, meetings held", "highest", "meets the band",
    )  # fmt: skip
    rows: list[tuple[str, ...]] = []
    ruled = set()
    null, redrawn = (next(c for c in result["cells"] if c["name"] == n) for n in ("null", "null_redrawn"))
    for name in PARAMETERS:
        estimators = null["grains"][grain]["parameters"][name]["estimators"]
        if rows:
            ruled.add(len(rows))
        for errors in ERRORS:
            found = estimators[errors]
            again = _entry(redrawn, grain, name, errors)
            first = (SYMBOLS[name], errors, percent(found["rejected"]), percent(again["rejected"]))
            if found["coverage"] is None:
                rows.append((*first, *[f.MISSING] * 4))
                continue
            entries = [_entry(c, grain, name, errors) for c in result["cells"] if c["group"] in HELD]
            shares = sorted(e["coverage"][0] for e in entries)
            good = all(e["meets_band"] for e in entries)
            rows.append((*first, percent(found["coverage"]), f.share(shares[0]), f.share(shares[-1]), f.yes_no(good)))
    notes = (
        "Size: share of worlds without an effect in which the test rejects at 5 %. Coverage: share of worlds in which "
        "the 95 % interval holds the truth; the band is met if the binomial interval of every cell has a point in "
        f"common with {_band(result)}. Lowest and highest are over all cells in which meetings are held or redrawn at "
        "random.",
        "Dyadic-robust errors are not estimable in the main sample, nearly a star on one state; they stand among the "
        "estimators of the registry, on the dyads without that state.",
    )
    title = f"Errors, {GRAIN_WORDS[grain]} (linear, dyad and year effects)"
    return Table(title, heads, tuple(rows), notes, ruled=frozenset(ruled), text_columns=frozenset({0, 1, 7}))


def bias_table(result: Result, grain: str) -> Table:
    """Truth, mean estimate and bias of theta and delta on one grain."""
    digits = GRAIN_DIGITS[grain]
    heads = ("world", "θ true", "θ mean", "bias", "in errors", "δ true", "δ mean", "bias", "in errors")
    rows, ruled = [], set()
    for place, cell in enumerate(result["cells"]):
        if place and result["cells"][place - 1]["group"] != cell["group"]:
            ruled.add(place)
        values: list[str] = []
        for name in ("theta", "delta"):
            p = cell["grains"][grain]["parameters"][name]
            values += [f.number(p[k], digits) for k in ("truth", "mean", "bias")]
            values.append(f.number(p["bias"] / p["mean_error"], 2))
        rows.append((cell["label"], *values))
    notes = (
        "In errors: the bias divided by the mean standard error (by dyad). Where a thaw or peace draws meetings the "
        "bias is the point: no estimator here claims to serve those worlds, the placebo lead is to warn of them.",
    )
    return Table(f"Bias, {GRAIN_WORDS[grain]}", heads, tuple(rows), notes, ruled=frozenset(ruled))


def served_table(result: Result) -> Table:
    """Coverage, size and power of the registry's estimators in the worlds that they serve."""
    heads = (
        "estimator", "errors", "world", "worlds", "size", "coverage without effect", "effect", "mean", "power",
        "coverage with effect", "meets the band",
    )  # fmt: skip
    rows = []
    for null, other in _pairs(result["served"]):
        missing = round(sum((1 - e["estimated"][0]) * e["worlds"] for e in (null, other)))
        lost = f" Not estimable in {f.counted(missing, 'world')}." if missing else ""
        name = f"{null['label']}{', ' + null['remark'] if null['remark'] else ''}"
        rows.append(
            (
                name,
                null["errors"].replace("_", " "),
                f"{null['world']}{lost}",
                f.count(null["worlds"]),
                percent(null["rejected"]),
                percent(null["coverage"]),
                f.number(other["effect"], 2),
                f.number(other["mean"], 3),
                f.share(other["rejected"][0]),
                percent(other["coverage"]),
                f.yes_no(null["meets_band"] and other["meets_band"]),
            )
        )
    notes = (
        "Worlds that each estimator claims to serve, on the main sample's rows (small): its dyads, years, stocks, the "
        "spells of its pairs; dyadic-robust errors on the covered dyads without the state that is nearly everywhere.",
    )
    return Table("The registry", heads, tuple(rows), notes, text_columns=frozenset({0, 1, 2, 10}))


def draws_table(result: Result) -> Table:
    """The declared law of the histories."""
    words = {
        "shrink_months": "further months by which a dyad's level is drawn towards the mean",
        "thaw_sd": "spread of a dyad's thaw and frost, log odds",
        "thaw_half_life": "half-life of a thaw, months",
        "year_sd": "spread of the year's shock to all dyads, log odds",
    }
    rows = tuple((told, f.number(result["history"][key], 1)) for key, told in words.items())
    return Table("Declared in analyses/worlds.toml", ("", "value"), rows)


def failures(result: Result) -> list[str]:
    """A sentence for each claim that does not hold."""
    said = []
    for cell in result["cells"]:
        low = cell["false_verdict"][1]
        if not cell["right"] and low > RULE_LEVEL:
            said.append(
                f"{cell['label'].capitalize()}: a theory is named in {percent(cell['false_verdict'])} of worlds."
            )
    held = [c for c in result["cells"] if c["group"] in HELD]
    for grain in GRAIN_WORDS:
        for name in PARAMETERS:
            for errors in ERRORS:
                entry = _entry(held[0], grain, name, errors)
                if entry["coverage"] is None or errors == MAIN:
                    continue
                bad = [c for c in held if not _entry(c, grain, name, errors)["meets_band"]]
                if bad:
                    worst = max(bad, key=lambda c: abs(_entry(c, grain, name, errors)["coverage"][0] - 0.95))
                    share = percent(_entry(worst, grain, name, errors)["coverage"])
                    said.append(
                        f"{GRAIN_WORDS[grain].capitalize()}, {SYMBOLS[name]}, {errors}: coverage outside "
                        f"{_band(result)} in {len(bad)} of {len(held)} cells, at the worst {share} ({worst['label']})."
                    )
    for null, other in _pairs(result["served"]):
        if not (null["meets_band"] and other["meets_band"]):
            remark = f", {null['remark']}" if null["remark"] else ""
            said.append(
                f"{null['label'][0].upper()}{null['label'][1:]}{remark}, errors {null['errors'].replace('_', ' ')}: "
                f"coverage {percent(null['coverage'])} without an effect, {percent(other['coverage'])} with one."
            )
    return said


def _entry(cell: Result, grain: str, parameter: str, errors: str) -> Result:
    found: Result = cell["grains"][grain]["parameters"][parameter]["estimators"][errors]
    return found


def _pairs(served: Sequence[Result]) -> list[tuple[Result, Result]]:
    return list(zip(served[::2], served[1::2], strict=True))


def _band(result: Result) -> str:
    low, high = result["band"]
    return f"{100 * low:.0f} to {100 * high:.0f} %"
