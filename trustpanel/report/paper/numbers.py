"""The tree of values that the slots read: results as they are, counts of the store, sentences made of them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import pandas as pd

from trustpanel.report import contest_page, convergence_words, hypotheses_page, multiverse_page, words, worlds_page
from trustpanel.report.case_records import CaseRecords
from trustpanel.report.cautions import caution_sentences, order_sentence
from trustpanel.report.layout import Result, chance_of, file_of, grains, is_small
from trustpanel.report.paper.cases import case_values


@dataclass(frozen=True)
class Findings:
    """What the analyses and the store hand to the paper.

    `core`: results that read off the core model by id; `hypotheses`: those with tests of their own; `long`: contest,
    multiverse and, where they were run, worlds and doubt by name; `frames`: counts, strip, by_year; `coding`,
    `coverage`: the frames of their pages; `cases`: records by case id.
    """

    core: Mapping[str, Result]
    hypotheses: Mapping[str, Result]
    convergence: Result
    long: Mapping[str, Result]
    state_names: Mapping[int, str]
    frames: Mapping[str, pd.DataFrame]
    coding: Mapping[str, pd.DataFrame]
    coverage: Mapping[str, pd.DataFrame]
    cases: Mapping[str, CaseRecords]
    sources: Sequence[Mapping[str, Any]] = field(default_factory=tuple)


def values_of(found: Findings) -> dict[str, Any]:
    """The whole tree; results stand under their file's name (`h03`, `contest`), the rest under a word of its own."""
    held = grains(found.core)
    results = {file_of(key).removesuffix(".json"): r for key, r in {**found.core, **found.hypotheses}.items()}
    tree: dict[str, Any] = {
        **results,
        **found.long,
        "convergence": found.convergence,
        "annual": held["annual"],
        "monthly": held["monthly"],
        "power": {name: _power(grain) for name, grain in held.items()},
        "store": dict(zip(found.frames["counts"]["name"], found.frames["counts"]["value"], strict=True)),
        "strip": _strip(found.frames["strip"]),
        "coding": _coding(found.coding),
        "known": _known(found.coverage),
        "sources": _sources(found.sources),
        "tests": _tests(found),
        "cases": {key: case_values(case) for key, case in found.cases.items()},
        "says": _says(found),
        "sizes": _sizes(found.long),
    }
    if "multiverse" in found.long:
        tree["doubts"] = {d["grain"]: d for d in found.long["multiverse"]["sensitivity"]}
        tree["grids"] = {g["name"]: g for g in found.long["multiverse"]["grids"]}
    return tree


def _power(grain: Result) -> dict[str, Any]:
    """How well a grain would see δ at the smallest effect of interest, and whether δ lies within it."""
    delta, smallest = grain["main"]["parameters"]["delta"], grain["smallest_effect"]
    chance = chance_of(delta, smallest)
    return {
        "chance": chance,
        "likely": chance is not None and chance >= words.LIKELY,
        "small": is_small(delta, smallest),
    }


def _says(found: Findings) -> dict[str, str]:
    core, names = found.core, found.state_names
    said = {
        "answer": words.answer_sentence(core),
        "reason": words.reason_sentences(core),
        "star": words.star_sentences(core, names),
        "scope": words.scope_sentence(),
        "order": order_sentence(core),
        "cautions": " ".join(caution_sentences(core)).replace("_pre", "").replace("_", " "),
        "hypotheses": hypotheses_page.answer(found.hypotheses),
        "convergence": convergence_words.answer(found.convergence),
        "factor": convergence_words.factor_text(found.convergence["models"][0]),
        "orders": convergence_words.orders_text(found.convergence),
        "rule_convergence": convergence_words.rule(found.convergence),
    }
    for name, grain in grains(core).items():
        said[f"sample_{name}"] = words.sample_sentence(name, grain["main"])
        said[f"power_{name}"] = words.power_sentence(
            name, grain["main"]["parameters"]["delta"], grain["smallest_effect"]
        )
    if "contest" in found.long:
        said["contest"] = contest_page.answer(found.long["contest"])
    if "multiverse" in found.long:
        said["multiverse"] = multiverse_page.answer(found.long["multiverse"])
    if "worlds" in found.long:
        said["worlds"] = worlds_page.answer(found.long["worlds"])
        if annual := worlds_page.annual_sentences(found.long["worlds"]):
            said["worlds_annual"] = " ".join(annual)
    return said


def _sizes(long: Mapping[str, Result]) -> dict[str, int]:
    """How many outcomes and samples the contest was held on."""
    contest = long.get("contest", {})
    return {part: len(contest.get(part, ())) for part in ("outcomes", "samples")}


def _strip(strip: pd.DataFrame) -> dict[str, Any]:
    """Dyad-years of rivals by best level of coverage."""
    levels = {"none": 0, "partial": 1, "searched": 2, "official_list": 3}
    n = len(strip)
    out: dict[str, Any] = {name: int((strip["level"] == level).sum()) for name, level in levels.items()}
    out |= {f"share_{name}": out[name] / n for name in levels}
    known = strip["level"] >= levels["searched"]
    dyads = strip[["ccode_a", "ccode_b"]]
    with_us = (strip["ccode_a"] == 2) & (strip["level"] == levels["official_list"])
    return out | {
        "dyad_years": n,
        "share_known": float(known.mean()),
        "dyads": len(dyads.drop_duplicates()),
        "dyads_known": len(dyads[known].drop_duplicates()),
        "share_listed_us": float(with_us.sum() / max(out["official_list"], 1)),
    }


def _coding(coding: Mapping[str, pd.DataFrame]) -> dict[str, Any]:
    """Agreement of the two passes by measure, for the periods that both searched and for those searched or partial."""
    table = coding["agreement"]
    out: dict[str, Any] = {}
    for row in table.itertuples():
        key = str(row.measure).replace("dyad-years: ", "years_").replace("meetings: ", "meetings_").replace(" ", "_")
        for kind, value in (("searched", row.both_searched), ("partial", row.searched_or_partial)):
            out.setdefault(key, {})[kind] = None if pd.isna(value) else float(value)
    grades = coding["meetings_by_grade"].set_index("grade")
    out["grades"] = {g: {c: int(grades.loc[g, c]) for c in grades.columns} for g in grades.index}
    sources = coding["meetings_by_source"].set_index("source")
    out["sources"] = {s: {c: int(sources.loc[s, c]) for c in sources.columns} for s in sources.index}
    return out


def _known(coverage: Mapping[str, pd.DataFrame]) -> dict[str, Any]:
    """How often the three indicators are known together, over all decades."""
    masks = coverage["masks"]
    total = masks.drop(columns="decade").sum()
    out = {name: int(value) for name, value in total.items()}
    return out | {f"share_{name}": value / out["dyad_years"] for name, value in out.items()}


def _sources(sources: Sequence[Mapping[str, Any]]) -> dict[str, int]:
    return {
        "all": len(sources),
        "shipped": sum(bool(s["ship"]) for s in sources),
        "held_back": sum(not s["ship"] for s in sources),
    }


def _tests(found: Findings) -> dict[str, Any]:
    """How many hypotheses and designs came out in which way."""
    every = {**found.core, **found.hypotheses}
    findings = Counter(str(r["finding"]) for r in every.values())
    clear = [str(r["id"]) for r in every.values() if r["finding"] in ("positive", "negative")]
    return {
        "all": len(every),
        "hypotheses": sum(k.startswith("H") for k in every),
        "designs": sum(k.startswith("D") for k in every),
        "no_clear_sign": findings["no_clear_sign"],
        "not_testable": findings["not_testable_here"],
        "not_estimable": findings["not_estimable"],
        "untestable": findings["untestable"],
        "positive": findings["positive"],
        "negative": findings["negative"],
        "clear": clear,
        "any_clear": bool(clear),
    }
