"""The page on the contest: which explanation adds to the others, and which predicts rows that no model has seen."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from trustpanel.report import formats as f
from trustpanel.report.contest_drawing import contest_figure
from trustpanel.report.documents import Block, Bullets, Page, Paragraph, Picture, Section, inline_svg
from trustpanel.report.drawing import drawn
from trustpanel.report.layout import claim, made_by, plain_reason, require_parts
from trustpanel.report.tables import Table

Result = Mapping[str, Any]
TITLE = "The contest: which explanation adds, and which predicts?"
FIGURE = "contest.png"
PARTS = ("entries", "outcomes", "samples", "forms", "rule", "encompassing_adjusted", "falsifier")
BLOCKS = {"interpersonal": "this pair", "state": "states", "ideology": "ideology"}
PARTS_OF = {
    "likelihoods": "tests of Vuong and Clarke",
    "encompassing": "encompassing test of the logit",
    "j_tests": "J tests",
    "vuong": "Vuong's test",
    "clarke": "Clarke's test",
    "dominance": "shares of fit",
    "by_dyad": "prediction of unseen dyads",
    "by_time": "prediction of the future",
}
CAPTION = (
    "Form of two blocks: meetings of this pair against meetings of other pairs of leaders of the two states. "
    "Left: the block's share of what both add to the fit within dyads, averaged over the orders of entry. "
    "Middle and right: how much better than the controls alone it predicts dyads, or later years, that the fit had not "
    "seen; right of 0 is better (thousandths of a log "
    "score a row). Bars: 95 % intervals over dyads; an arrow marks one that goes on. Predictions of "
    "probabilities use dyad means in place of dyad effects."
)
LIMITS = (
    "The rows of the official lists are nearly a star on the United States: a block that wins here wins in its dyads.",
    "Vuong's and Clarke's tests say nothing where the two models cannot be told apart or a logit is separated: a dash.",
    "A column that varies in fewer than ten dyads, or is known in too few rows, is not testable here and does not "
    "count against its theory.",
    "The share of fit is a share of what the blocks add, however little that is: read it with the tests beside it.",
)


def contest_page(result: Result) -> Page:
    """Answer, figure, one table a form, columns that could not be tested, limits; every sentence from the numbers.

    `result`: the JSON of `trustpanel contest`. ReportError if a part is absent.
    """
    require_parts(result, PARTS, what="the result of the contest", command="contest")
    alt = alternative(result)
    blocks: list[Block] = [
        Paragraph(answer(result), lead=True),
        Paragraph(claim(result)),
        Section("Two blocks"),
        Picture(inline_svg(contest_bytes(result, "svg"), alt), FIGURE, alt, CAPTION),
    ]
    for form in result["forms"]:
        entries = [e for e in result["entries"] if e["form"] == form["name"]]
        if any(e["contest"] for e in entries):
            blocks += [Section(f.sentence(form["label"]).rstrip(".")), _tests(result, entries), _terms(entries)]
            blocks.append(_predictions(entries))
    blocks += [
        Section("What could not be tested"),
        _left_out(result),
        Section("Limits"),
        Bullets(LIMITS),
        Paragraph(made_by(result, "contest")),
    ]
    return Page(TITLE, tuple(blocks))


def answer(result: Result) -> str:
    """In how many contests of the two main blocks each adds, before and after adjustment, and predicts."""
    form = result["forms"][0]["name"]
    made = [e for e in result["entries"] if e["form"] == form and e["contest"]]
    level = result["rule"]["level"]
    parts = []
    for block, name in (("interpersonal", "meetings of this pair"), ("state", "meetings of other pairs")):
        adding = [e for e in made if block in e["adds"]]
        adds, up = len(adding), sum(t["estimate"] > 0 for e in adding for t in e["terms"] if t["block"] == block)
        kept = sum(p < level for e in made if (p := adjusted_p(result, e, block)) is not None)
        unseen, later = (sum(block in e[k] for e in made) for k in ("predicts_dyads", "predicts_time"))
        parts.append(
            f"{name} add to the other block in {adds} (towards de-escalation in {up} of them; {kept} after "
            f"adjustment for the number of tests), predict "
            f"unseen dyads better than the controls in {unseen}, and the future in {later}"
        )
    return f"Of {f.counted(len(made), 'contest')} between the two blocks of contact: {'; '.join(parts)}."


def contest_bytes(result: Result, kind: str) -> bytes:
    """The figure as `svg` or `png`; the same result gives the same bytes."""
    return drawn(lambda: contest_figure(figure_rows(result)), kind)


def figure_rows(result: Result) -> list[dict[str, Any]]:
    """A heading an outcome, then a row a sample of the first form."""
    form, rows = result["forms"][0]["name"], []
    for outcome in result["outcomes"]:
        rows.append({"heading": True, "label": outcome["label"], "points": {}})
        for e in result["entries"]:
            if e["outcome"] == outcome["name"] and e["form"] == form:
                rows.append({"heading": False, "label": e["sample"].replace("_", " "), "points": _points(e)})
    return rows


def _points(entry: Result) -> dict[str, dict[str, tuple[float, float, float]]]:
    contest = entry["contest"]
    if not contest:
        return {}
    # two shares add up to 1: one says it all
    found = {"dominance": {d["block"]: (d["share"], *d["share_ci95"]) for d in contest["dominance"][:1]}}
    for scheme in ("by_dyad", "by_time"):
        scores = contest[scheme]["scores"] if contest[scheme] else ()
        found[scheme] = {s["model"]: (s["gain"], *s["gain_ci95"]) for s in scores if s["model"] in BLOCKS}
    return found


def adjusted_p(result: Result, entry: Result, block: str) -> float | None:
    """p of the block's encompassing test, adjusted over those of all contests."""
    found: float | None = result["encompassing_adjusted"].get(
        f"{entry['outcome']}/{entry['sample']}/{entry['form']}/{block}"
    )
    return found


def linear_p(contest: Result) -> dict[str, float]:
    """{block: p} of the encompassing tests of the linear model with absorbed effects."""
    return {t["block"]: t["p"] for t in contest["encompassing"] if not t["null"].endswith(f"({contest['family']})")}


def _label(entry: Result) -> tuple[str, str]:
    return entry["outcome"], entry["sample"].replace("_", " ")


def _present(entries: Sequence[Result]) -> list[str]:
    held = {d["block"] for e in entries if e["contest"] for d in e["contest"]["dominance"]}
    return [b for b in BLOCKS if b in held]


def _tests(result: Result, entries: Sequence[Result]) -> Table:
    """Fit and tests: who adds, whom the other's forecast improves, who is nearer the truth, shares."""
    blocks = _present(entries)
    heads = ["outcome", "rows of", "n", "dyads", "switching pairs", "largest state"]
    heads += [f"{BLOCKS[b]} adds: p" for b in blocks] + [f"{BLOCKS[b]}: p adjusted" for b in blocks]
    heads += [f"J, {BLOCKS[b]} as null: p" for b in blocks[:2]] + ["Vuong", "Clarke"]
    heads += [f"{BLOCKS[b]}: share of fit" for b in blocks]
    rows = []
    for e in entries:
        c = e["contest"]
        if not c:
            rows.append(
                (*_label(e), f.MISSING, f.MISSING, f.MISSING, plain_reason(e["reason"]), *[""] * (len(heads) - 6))
            )
            continue
        p = linear_p(c)
        j = {(t["null"], t["other"]): t["p_bootstrap"] for t in c["j_tests"]}
        share = {d["block"]: d for d in c["dominance"]}
        pair = (blocks[0], blocks[1])
        rows.append(
            (
                *_label(e),
                *(f.count(e[k]) for k in ("n", "dyads", "switching_pairs")),
                f.share(e["star_share"]),
                *(f.number(p.get(b), 3) for b in blocks),
                *(f.number(adjusted_p(result, e, b), 3) for b in blocks),
                *(f.number(j.get(way), 3) for way in (pair, pair[::-1])),
                _favoured(c["vuong"], pair),
                _favoured(c["clarke"], pair),
                *(_share(share.get(b)) for b in blocks),
            )
        )
    return Table("Fit and tests", tuple(heads), tuple(rows), text_columns=frozenset({0, 1}))


def _terms(entries: Sequence[Result]) -> Table:
    """Coefficients of every column with all others in the model: the sign that a test does not tell."""
    rows = tuple(
        (
            *_label(e),
            t["column"].replace("_", " "),
            BLOCKS[t["block"]],
            *(f.number(t[k], f.decimals(0.001) if e["outcome"] == "new_dispute" else 3) for k in ("estimate", "se")),
            f.p_value(t["p"]),
            f.number(t["mde"], f.decimals(0.001) if e["outcome"] == "new_dispute" else 3),
        )
        for e in entries
        for t in e["terms"]
    )
    heads = ("outcome", "rows of", "column", "block", "coefficient", "error", "p", "smallest effect that would show")
    note = "Above 0 is more de-escalation. Linear model with dyad and year effects, errors clustered by dyad."
    return Table("Columns", heads, rows, (note,), text_columns=frozenset({0, 1, 2, 3}))


def _share(found: Result | None) -> str:
    return f.MISSING if found is None else f"{f.share(found['share'])} {_shares(found['share_ci95'])}"


def _shares(ci: Sequence[float]) -> str:
    return f"[{f.share(ci[0])}, {f.share(ci[1])}]"


def _favoured(tests: Sequence[Result], pair: tuple[str, str]) -> str:
    found = next((t for t in tests if (t["first"], t["second"]) == pair), None)
    if found is None or found["favours"] in (None, "indistinguishable"):
        return f.MISSING
    return {"first": BLOCKS[pair[0]], "second": BLOCKS[pair[-1]]}.get(found["favours"], "neither")


def _predictions(entries: Sequence[Result]) -> Table:
    """Gains in log score over the controls and stacking weights, both ways of leaving rows out."""
    blocks = _present(entries)
    heads = ["outcome", "rows of"]
    for scheme in ("unseen dyads", "the future"):
        heads += [f"{scheme}, {BLOCKS.get(b, b)}: gain" for b in (*blocks, "both")]
        heads += [f"{scheme}: weights in the best mixture"]
    rows = []
    for e in entries:
        c = e["contest"]
        if not c:
            continue
        cells: list[str] = []
        for scheme in ("by_dyad", "by_time"):
            held = c[scheme]
            scores = {s["model"]: s for s in held["scores"]} if held else {}
            for b in (*blocks, "both"):
                s = scores.get(b)
                ends = [f.number(1000 * v, 1) for v in s["gain_ci95"]] if s else []
                cells.append(f"{f.number(1000 * s['gain'], 1)} [{', '.join(ends)}]" if s else f.MISSING)
            weights = zip(held["stack"]["models"], held["stack"]["weights"], strict=True) if held else ()
            cells.append(", ".join(f"{BLOCKS.get(m, m)} {f.share(w)}" for m, w in weights if w >= 0.005) or f.MISSING)
        rows.append((*_label(e), *cells))
    note = "Gains in thousandths of a log score a row over the controls alone, with 95 % intervals clustered by dyad."
    return Table("Prediction of rows not seen", tuple(heads), tuple(rows), (note,), text_columns=frozenset({0, 1}))


def _left_out(result: Result) -> Table:
    rows = tuple(
        (*_label(e), e["form"], column.replace("_", " "), why)
        for e in result["entries"]
        if e["outcome"] in (result["outcomes"][0]["name"], "new_dispute")
        for column, why in e["left_out"].items()
    )
    rows += tuple(
        (*_label(e), e["form"], "the whole contest", plain_reason(e["reason"]))
        for e in result["entries"]
        if e["reason"]
    )
    rows += tuple(
        (*_label(e), e["form"], PARTS_OF[part], plain_reason(why))
        for e in result["entries"]
        if e["contest"]
        for part, why in e["contest"]["absent"]
    )
    heads = ("outcome", "rows of", "form", "what", "why")
    return Table("Columns and contests that are not testable", heads, rows, text_columns=frozenset(range(5)))


def alternative(result: Result) -> str:
    """The figure in words."""
    return f"Share of fit and gains in prediction by outcome and sample. {answer(result)}"
