"""An invented world for the inference tests.

Leaders, meetings and frames with a known effect, stocks summed meeting by meeting.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import numpy as np
import pandas as pd

from trustpanel.models.frames import Frames

LIVES = {"": 36.0, "_12": 12.0, "_24": 24.0, "_60": 60.0, "_none": None}
BINS = {"0_12": (0, 12), "13_36": (12, 36), "37_120": (36, 120), "over_120": (120, 1e9)}
CONTROLS = (
    "capability_ratio_pre",
    "joint_democracy_pre",
    "contiguous_pre",
    "major_power_pre",
    "trade_log_pre",
    "joint_igos_pre",
    "ideal_point_distance_pre",
    "years_since_dispute_pre",
)
EXTRA = ("discretion_all_pre", "discretion_bilateral_pre", "dca_general_pre", "left_weak_link", "right_either")


@dataclass(frozen=True)
class Truth:
    """Effects on the annual outcome; the monthly hazard falls by the same over 36."""

    theta: float = 0.0
    delta: float = 0.0


def make_world(
    seed: int = 1, *, dyads: int = 16, first: int = 1965, last: int = 2004, truth: Truth = Truth(), star: bool = True
) -> Frames:
    """Frames of `dyads` dyads; in a star all but the last two contain state 2."""
    rng = np.random.default_rng(seed)
    states = np.arange(20, 20 + 7 * dyads, 7)
    pairs = [(2, int(s)) for s in states[: dyads - 2]] + [
        (int(states[0]), int(states[1])),
        (int(states[2]), int(states[3])),
    ]
    if not star:
        pairs = [(int(states[i]), int(states[i + 1])) for i in range(dyads - 1)]
    leaders = {s: _leaders(rng, s, first - 12, last) for s in sorted({s for p in pairs for s in p})}
    spells = pd.DataFrame([row for a, b in pairs for row in _spells(leaders, a, b)])
    meetings = _meetings(rng, spells)
    annual = _rows(rng, spells, _year_ends(spells, first, last), meetings, truth, grain="annual")
    monthly = _rows(rng, spells, _month_ends(spells, first, last), meetings, truth, grain="monthly")
    return Frames(panel=annual, panel_months=monthly, dyad_meetings=meetings, pair_spells=spells)


def _leaders(rng, state, first, last):
    day, end, found = dt.date(first, 1, 1), dt.date(last + 2, 12, 31), []
    while day < end:
        stop = min(day + dt.timedelta(days=int(rng.integers(300, 3200))), end)
        found.append((f"L{state}-{len(found)}", f"p-{state}-{len(found)}", day, stop))
        day = stop + dt.timedelta(days=1)
    return found


def _spells(leaders, a, b):
    for leader_a, person_a, start_a, end_a in leaders[a]:
        for leader_b, person_b, start_b, end_b in leaders[b]:
            start, end = max(start_a, start_b), min(end_a, end_b)
            if start <= end:
                yield {
                    "leader_dyad_id": f"{leader_a}|{leader_b}|{a}|{b}",
                    "ccode_a": a,
                    "ccode_b": b,
                    "leader_a": leader_a,
                    "leader_b": leader_b,
                    "person_a": person_a,
                    "person_b": person_b,
                    "pair_start": start,
                    "pair_end": end,
                    "start_a": start_a,
                    "start_b": start_b,
                    "covered_start": start,
                    "covered_end": end,
                }


def _meetings(rng, spells):
    rows = []
    for spell in spells.to_dict("records"):
        days = (spell["pair_end"] - spell["pair_start"]).days
        warm = rng.random() < 0.5
        for _ in range(rng.poisson(days / 500 if warm else days / 4000)):
            day = spell["pair_start"] + dt.timedelta(days=int(rng.integers(0, days + 1)))
            keep = {k: spell[k] for k in ("ccode_a", "ccode_b", "person_a", "person_b", "leader_a", "leader_b")}
            rows.append(
                {**keep, "start_date": day, "end_date": day, "weight": float(rng.choice([1.0, 0.5])), "covered": True}
            )
    return pd.DataFrame(rows)


def _year_ends(spells, first, last):
    for year in range(first, last + 1):
        day = dt.date(year, 1, 1)
        yield from ((s, year, day) for s in spells.to_dict("records") if s["pair_start"] <= day <= s["pair_end"])


def _month_ends(spells, first, last):
    for s in spells.to_dict("records"):
        day = dt.date(
            max(s["pair_start"].year, first), s["pair_start"].month if s["pair_start"].year >= first else 1, 1
        )
        while day <= s["pair_end"] and day.year <= last:
            yield s, day.year, day
            day = (day.replace(day=28) + dt.timedelta(days=4)).replace(day=1)


def _rows(rng, spells, at, meetings, truth, *, grain):
    by_dyad = {k: arrays(g) for k, g in meetings.groupby(["ccode_a", "ccode_b"])}
    noise = {
        key: rng.normal(0, 0.1) for key in {(a, b) for a, b in zip(spells["ccode_a"], spells["ccode_b"], strict=True)}
    }
    fixed: dict[str, dict[str, float]] = {}
    rows = []
    for spell, year, day in at:
        dyad = (spell["ccode_a"], spell["ccode_b"])
        known = day - dt.timedelta(days=1)
        row = {
            k: spell[k]
            for k in ("ccode_a", "ccode_b", "leader_dyad_id", "leader_a", "leader_b", "pair_start", "pair_end")
        }
        row |= {"year": year} if grain == "annual" else {"year": year, "month": pd.Timestamp(day)}
        row |= exposure(by_dyad.get(dyad, NONE), spell, known) | _lead(by_dyad.get(dyad, NONE), spell, day, grain)
        name = spell["leader_dyad_id"]
        fixed.setdefault(
            name, {c: float(rng.normal()) for c in CONTROLS} | {c: float(rng.integers(0, 2)) for c in EXTRA}
        )
        # nuclear status is a state's own, as on the record; it takes no draw
        row |= fixed[name] | {"nuclear_pre": float(spell["ccode_b"] % 3)} | _tenure(spell, day) | _flags()
        effect = truth.theta * (row["contact_stock"] + row["state_stock"]) + truth.delta * row["contact_stock"]
        rows.append(row | _outcomes(rng, 0.6 + noise[dyad] + effect, grain))
    return pd.DataFrame(rows)


def arrays(meetings):
    """Day numbers, pair names and weights of one dyad's meetings."""
    return {
        "day": np.array([d.toordinal() for d in meetings["end_date"]]),
        "weight": meetings["weight"].to_numpy(),
        "pair": (meetings["person_a"] + "|" + meetings["person_b"]).to_numpy(dtype=object),
    }


NONE = {"day": np.empty(0), "weight": np.empty(0), "pair": np.empty(0, dtype=object)}


def exposure(meetings, spell, known):
    """Stocks and lag bins of one row, summed meeting by meeting."""
    found = {"other_stock": 0.0}
    months = (known.toordinal() - meetings["day"]) / 30.4375
    own = meetings["pair"] == f"{spell['person_a']}|{spell['person_b']}"
    for side, mine in (("contact", own), ("state", ~own)):
        age, weight = months[mine & (months >= 0)], meetings["weight"][mine & (months >= 0)]
        for suffix, life in LIVES.items():
            found[f"{side}_stock{suffix}"] = float((weight * (1.0 if life is None else 0.5 ** (age / life))).sum())
        for name, (low, high) in BINS.items():
            found[f"{side}_{name}"] = float(weight[(age > low) & (age <= high) | ((low == 0) & (age == 0))].sum())
    return found


def _lead(meetings, spell, day, grain):
    start = dt.date(day.year + 1, 1, 1) if grain == "annual" else day + dt.timedelta(days=31)
    end = start + dt.timedelta(days=365)
    inside = (meetings["day"] >= start.toordinal()) & (meetings["day"] < end.toordinal())
    own = float(meetings["weight"][inside & (meetings["pair"] == f"{spell['person_a']}|{spell['person_b']}")].sum())
    return {"contact_next_year" if grain == "annual" else "contact_lead_12": own}


def _tenure(spell, day):
    years = lambda since: max(0.0, (day - since).days / 365.25)  # noqa: E731
    joint = years(spell["pair_start"])
    return {
        "joint_tenure_years": joint,
        "pair_months": round(joint * 12),
        "tenure_a_years": years(spell["start_a"]),
        "tenure_b_years": years(spell["start_b"]),
        "first_year": joint < 1,
        "exposure_days": 28 + day.month % 4,
    }


def _flags():
    names = (
        "at_risk",
        "at_risk_any_list",
        "at_risk_5y",
        "at_risk_15y",
        "politically_relevant_pre",
        "covered",
        "covered_searched",
    )
    return dict.fromkeys(names, True) | {"pair_share_of_window": 0.5}


def _outcomes(rng, peace, grain):
    if grain == "monthly":
        return {"new_dispute": int(rng.random() < np.clip((1.05 - peace) / 36 + 0.01, 0.001, 0.9))}
    calm = int(rng.random() < np.clip(peace, 0.01, 0.99))
    return {
        "peace_3y": calm,
        "peace_any_3y": calm,
        "hostility_fall": float(rng.integers(-2, 3)),
        "hostility_prior": int(rng.integers(2, 6)),
        "rivalry_end_tss": int(rng.random() < 0.1),
        "peace_step": int(rng.random() < 0.1),
        "crisis_free": int(rng.random() < 0.8),
    }
