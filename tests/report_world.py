"""Invented results and frames in the layout of `trustpanel.models`, for tests of the report; nothing is a finding."""

from __future__ import annotations

import copy

import pandas as pd

from trustpanel.models.decision import Evidence, decide
from trustpanel.models.estimate import plain
from trustpanel.report.matching_page import COLUMNS as MATCHING

STATES = {2: "United States of America", 365: "Russia", 710: "China", 750: "India"}
SMALLEST = {"annual": 0.05, "monthly": 0.05 / 36}
OUTCOME = {"annual": ("peace_3y", 1), "monthly": ("new_dispute", -1)}
CASES = {
    "wheeler": {"theta": (0.4, 0.5), "delta": (4.0, 0.6), "theta_plus_delta": (4.4, 0.7)},
    "undecided": {"theta": (0.2, 0.6), "delta": (-0.3, 1.1), "theta_plus_delta": (-0.1, 0.9)},
    "kydd": {"theta": (2.0, 0.2), "delta": (0.1, 0.2), "theta_plus_delta": (2.1, 0.3)},
    "carry_over": {"theta": (3.0, 0.4), "delta": (-2.5, 0.5), "theta_plus_delta": (0.5, 0.5)},
}
ANNUAL_ONLY = (
    "weight_pair_share",
    "leader_effects",
    "peace_any_3y",
    "hostility_fall",
    "rivalry_end_tss",
    "peace_step",
    "crisis_free",
)
VARIANTS = (
    ("half_life_12", "half-life 12 months"),
    ("half_life_24", "half-life 24 months"),
    ("half_life_60", "half-life 60 months"),
    ("half_life_none", "no decay"),
    ("risk_any_list", "risk set: any rivalry list"),
    ("risk_5y", "risk set: dispute within 5 years"),
    ("politically_relevant", "risk set: politically relevant dyads"),
    ("no_controls", "no controls"),
    ("weight_pair_share", "weighted by the pair's share of the window"),
    ("standardised", "both stocks in standard deviations"),
    ("other_stock", "+ meetings without the effective leader"),
    ("discretion_dcad", "+ Hoffman, framework agreement (DCAD, 1981-2010)"),
    ("leader_effects", "+ leader effects"),
    ("peace_any_3y", "outcome: no dispute new or running"),
    ("hostility_fall", "outcome: fall of hostility, prior level as dummies"),
    ("rivalry_end_tss", "outcome: TSS rivalry ends"),
    ("peace_step", "outcome: a step up the peace scale"),
    ("crisis_free", "outcome: no new ICB crisis"),
)
OWN_OUTCOME = {"peace_any_3y", "hostility_fall", "rivalry_end_tss", "peace_step", "crisis_free"}


def number(estimate: float, se: float, margin: float, *, name: str = "delta", main: bool = True) -> dict:
    """One parameter with intervals of 1.645 and 1.96 errors."""
    ci90, ci95 = ([estimate - w * se, estimate + w * se] for w in (1.645, 1.96))
    p = 0.0004 if abs(estimate) > 3 * se else 0.031 if abs(estimate) > 1.96 * se else 0.412
    above, below = ci95[0] > 0, ci95[1] < 0
    errors = "randomisation + wild cluster bootstrap" if main else "clustered by dyad"
    extra = {"p": p, "draws": 499, "seed": 1}
    return {
        "name": name,
        "estimate": estimate,
        "se": se,
        "t": estimate / se,
        "df": 57,
        "p": p,
        "ci90": ci90,
        "ci95": ci95,
        "mde": 2.8 * se,
        "powered": 2.8 * se <= margin,
        "equivalence": {"margin": margin, "p_lower": 0.1, "p_upper": 0.2, "p": 0.2, "equivalent": False},
        "wild": {**extra, "ci90": ci90, "ci95": ci95, "weights": "webb"} if main else None,
        "permutation": {**extra, "t_mean": 0.0, "t_sd": 1.0} if main else None,
        "dyadic": None,
        "main": {"errors": errors, "p": p, "ci90": ci90, "ci95": ci95, "above_zero": above, "below_zero": below},
    }


def estimate(
    grain: str,
    values: dict,
    *,
    name: str,
    label: str,
    scale: float = 1.0,
    outcome: str | None = None,
    main: bool = False,
) -> dict:
    """One fit; values are in units of half the smallest effect."""
    unit = SMALLEST[grain] / 2
    held = {
        k: number(e * unit * scale, s * unit * max(scale, 0.4), SMALLEST[grain], name=k, main=main)
        for k, (e, s) in values.items()
    }
    n = 1234 if grain == "annual" else 14876
    return {
        "name": name,
        "label": label,
        "status": "estimated",
        "reason": None,
        "outcome": outcome or OUTCOME[grain][0],
        "orientation": OUTCOME[grain][1],
        "outcome_mean": 0.81 if grain == "annual" else 0.0043,
        "n": n,
        "dyads": 58,
        "clusters": 58,
        "clusters_varying": 44,
        "pairs": 402,
        "switching_pairs": 131,
        "states": 57,
        "states_varying": 43,
        "star_share": 0.874,
        "star_state": 2,
        "first_year": 1953,
        "last_year": 2012,
        "r2_within": 0.0312,
        "parameters": held,
        "testable": {"contact": {"dyads_varying": 44, "within_share": 0.7, "testable": True}},
        "dropped_rows": [{"reason": "outside the risk set", "rows": 300}],
        "missing": {"trade_log_pre": 12, "capability_ratio_pre": 0},
        "dropped_columns": [{"name": "contiguous_pre", "reason": "does not vary within dyads"}],
        "columns": ["trade_log_pre"],
        "errors": {
            "small_sample": "nested",
            "dyadic": "not estimable: one state is in 87 % of the rows",
            "randomisation": "estimated",
        },
        "same_rows": None,
        "notes": [],
    }


def not_estimated(name: str, label: str, reason: str = "the stock does not vary within dyads") -> dict:
    """A fit that could not be made."""
    empty = {k: None for k in ("n", "dyads", "r2_within", "same_rows")}
    return {
        **empty,
        "name": name,
        "label": label,
        "status": "not_estimable",
        "reason": reason,
        "outcome": "peace_3y",
        "orientation": 1,
        "parameters": {},
        "testable": {},
        "dropped_rows": [],
        "missing": {},
        "dropped_columns": [],
        "columns": [],
        "errors": {},
        "notes": [],
    }


def grain_of(grain: str, values: dict, *, lead: tuple[float, float] = (0.3, 0.8)) -> dict:
    """One grain with every check."""
    placebo = estimate(
        grain, {**values, "lead": lead}, name="placebo_lead", label="+ placebo lead", scale=0.9, main=True
    )
    placebo["same_rows"] = {k: {"estimate": 0.01, "se": 0.02, "p": 0.6} for k in values}
    bins = ("0_12", "13_36", "37_120", "over_120", "mean")
    lags = estimate(
        grain, {f"{k}_{b}": v for k, v in values.items() for b in bins}, name="lag_bins", label="free lag bins"
    )
    variants = []
    for i, (name, label) in enumerate(VARIANTS):
        if grain == "monthly" and name in ANNUAL_ONLY:
            continue
        if name == "leader_effects":
            variants.append(not_estimated(name, label, "fewer than 30 leaders a side face two partners"))
            continue
        added = {"dca_general_pre": (1.0, 0.8)} if name == "discretion_dcad" else {}
        scale = 30 if name == "standardised" else 0.6 + 0.17 * (i % 6)
        outcome = name if name in OWN_OUTCOME else None
        v = estimate(grain, {**values, **added}, name=name, label=label, scale=scale, outcome=outcome)
        if name == "standardised":
            for p in v["parameters"].values():
                p |= {"powered": None, "equivalence": None}
        v["same_rows"] = {k: {"estimate": 0.011, "se": 0.021, "p": 0.6} for k in values} if added else None
        variants.append(v)
    loo = {
        k: {
            "minimum": -0.01,
            "maximum": 0.02,
            "minimum_without": [2, 365],
            "maximum_without": [2, 999],
            "sign_changes": True,
            "dyads": 58,
        }
        for k in values
    }
    return {
        "grain": grain,
        "outcome": OUTCOME[grain][0],
        "orientation": OUTCOME[grain][1],
        "smallest_effect": SMALLEST[grain],
        "sample": {"risk_set": "tss_or_dispute_10y.v1", "coverage": "both_sides.v1", "window": "all_years.v1"},
        "main": estimate(grain, values, name="main", label="main model", main=True),
        "placebo_lead": placebo,
        "lag_bins": lags,
        "agrees_in_sign": {k: k != "theta" for k in values},
        "leave_one_dyad_out": loo,
        "variants": variants,
        "blocks": [
            {"model": m, "r2_within": 0.01 * i, "n": 1234}
            for i, m in enumerate(("controls", "interpersonal", "state", "both"))
        ],
        "encompassing": [
            {"null": "state encompasses interpersonal", "block": "interpersonal", "f": 1.23, "df": 1, "p": 0.27}
        ],
        "logit": None
        if grain == "annual"
        else {
            "status": "estimated",
            "reason": None,
            "n": 9000,
            "dyads": 41,
            "dyads_without_variation": 17,
            "note": "log odds",
            "parameters": {
                k: {
                    "estimate": e,
                    "se": s,
                    "t": e / s,
                    "df": 40,
                    "p": 0.5,
                    "ci90": [e - s, e + s],
                    "ci95": [e - s, e + s],
                }
                for k, (e, s) in values.items()
            },
        },
    }


def verdict_of(held: dict, lead_p: dict | None = None) -> dict:
    """The verdict that the frozen rule gives on these grains."""
    evidence, barred = {}, {}
    for name, grain in held.items():
        found = grain["main"]["parameters"]
        evidence[name] = {
            k: Evidence(p["main"]["ci90"], p["main"]["ci95"], p["main"]["above_zero"]) for k, p in found.items()
        }
        if grain["main"]["status"] != "estimated":
            barred[name] = grain["main"]["reason"]
    known = {g: 0.7 if v["placebo_lead"]["parameters"] else None for g, v in held.items()}
    return plain(decide(evidence, margins=SMALLEST, lead_p=lead_p or known, level=0.05, barred=barred))


def family(held: dict, verdict: dict) -> dict[str, dict]:
    """H1, H2 and H3 over one core model."""
    made = {}
    for key, term, role in (
        ("H1", "theta_plus_delta", "secondary"),
        ("H2", "theta", "secondary"),
        ("H3", "delta", "primary"),
    ):
        own = {g: copy.deepcopy(v["main"]["parameters"].get(term)) for g, v in held.items()}
        made[key] = {
            "layout": 1,
            "id": key,
            "title": f"Title of {key}",
            "statement": f"statement of {key}",
            "falsifier": "what would falsify it",
            "role": role,
            "sign": {"W": "+", "K": "0", "Ky": "+", "R": "."},
            "frozen": "2026-11-22",
            "version": 1,
            "seen_before_freeze": "no",
            "parameter": term,
            "core": "H3",
            "spec_sha256": "ab" * 32,
            "samples_sha256": "cd" * 32,
            "blocks_sha256": "ef" * 32,
            "own": own,
            "holm": {
                "family": ["H1", "H2"],
                "annual": {"H1": 0.8, "H2": 0.9},
                "monthly": {"H1": 0.8, "H2": 0.9},
                "note": "H4 waits",
            },
            "finding": "no_clear_sign",
            "adequate_power": {g: False for g in held},
            "verdict": verdict if role == "primary" else None,
            "grains": held if role == "primary" else None,
            "notes": ["nuclear_pre waits for a source"],
        }
    return made


def invented(case: str, **lead: tuple[float, float]) -> dict[str, dict]:
    """A whole family: `wheeler`, `carry_over`, `kydd`, `undecided`, or `not_estimable`."""
    values = CASES.get(case, CASES["undecided"])
    held = {g: grain_of(g, values, **lead) for g in ("annual", "monthly")}
    if case == "not_estimable":
        held["monthly"] |= {
            "main": not_estimated("main", "main model"),
            "placebo_lead": not_estimated("placebo_lead", "+ placebo lead"),
            "lag_bins": not_estimated("lag_bins", "free lag bins"),
            "agrees_in_sign": None,
            "leave_one_dyad_out": None,
            "blocks": [],
            "encompassing": [],
            "logit": None,
        }
    return family(held, verdict_of(held))


def frames() -> dict[str, pd.DataFrame]:
    """Small frames of the page on names."""
    rates = pd.DataFrame(
        [("visits", "1946-1991", 900, 700, 60, 40, 90, 10), ("visits", "1992-2020", 1100, 900, 70, 30, 95, 5)],
        columns=list(MATCHING["rates"]),
    )
    unmatched = pd.DataFrame(
        [
            ("visits", "v17", pd.Timestamp("1961-06-03"), "King <b>Nobody</b> | & Co", "no alias"),
            ("trips", "t2", None, None, "no name in the text"),
        ],
        columns=["source", "record", "start_date", "raw_name", "reason"],
    )
    joins = pd.DataFrame(
        [
            ("records to persons", 2000, 1985, 15, 100, "record stays, person missing"),
            ("meetings to leaders", 1985, 1900, 85, 10, "no leader"),
        ],
        columns=["join_name", "rows", "matched", "unmatched", "allowed", "consequence"],
    )
    decades = pd.DataFrame([(1950, 12, 0.5), (1960, 31, 0.75)], columns=["decade", "dyads", "share_covered"])
    return {"rates": rates, "unmatched": unmatched, "join_counts": joins, "coverage_by_decade": decades}
