"""The page on convergence: whether Hoffman's three indicators go together, and how latent trust orders known dyads."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from trustpanel.report import convergence_words as words
from trustpanel.report import formats as f
from trustpanel.report.convergence_drawing import convergence_figure
from trustpanel.report.documents import Block, Bullets, Page, Paragraph, Picture, Section, inline_svg
from trustpanel.report.drawing import drawn
from trustpanel.report.layout import claim, made_by, require_parts
from trustpanel.report.tables import Table

Result = Mapping[str, Any]
TITLE = "Convergence: do the three indicators measure one trust?"
FIGURE = "convergence.png"
PARTS = ("rows", "least", "bootstrap", "reading_rule", "items", "models", "dyads", "orders", "statement", "falsifier")
CAPTION = (
    "Latent trust of known dyads by year with its 95 % band; 0 and 1 are the mean and the standard deviation that "
    "the model takes all dyad-years to have. Below each, how many items are known in the year: a step there can move "
    "the line. Blank: not known. Dotted: where the declared periods meet."
)
SCORES = (
    "The score is what the items known of a dyad-year say under the main model, with its standard error; it is only as "
    "good as the factor above. Place is the share of all dyads of the year that lie below."
)
PAIR_COLUMNS = ("item", "item", "indicators", "dyad-years", "dyads", "rank", "polychoric", "95 % interval", "note")
NOTES = {"unknown": "too few", "edge": "empty cell"}


def convergence_page(result: Result) -> Page:
    """Verdict, pairs, factor, variants, known dyads and limits; every sentence from the numbers.

    `result`: the JSON of `trustpanel run`. ReportError if a part is absent.
    """
    require_parts(result, PARTS, what="the result on convergence", command="run", filled="models")
    main, coarse = result["models"][0], result["models"][-1]
    alt = alternative(result)
    blocks: list[Block] = [
        Paragraph(words.answer(result), lead=True),
        Paragraph(claim(result)),
        Paragraph(words.rule(result)),
        Section("Items"),
        Paragraph(words.rows_read(result)),
        _items(result),
        Section("Pairs"),
        _pairs(main, "Items of different indicators", across=True),
        _pairs(main, "Items of one indicator", across=False),
        Section("One factor"),
        Paragraph(words.factor_text(main)),
        _loadings(main),
        Section("Other models"),
        _models(result),
        *(Paragraph(text) for text in _same(result)),
        _pairs(coarse, coarse["label"], across=True),
        Section("Known dyads"),
        Paragraph(SCORES),
        Picture(inline_svg(convergence_bytes(result, "svg"), alt), FIGURE, alt, CAPTION),
        _periods(result),
        Paragraph(words.orders_text(result)),
        _orders(result),
        Section("What this does not show"),
        Bullets(words.limits(result)),
        Paragraph(made_by(result, "run")),
    ]
    return Page(TITLE, tuple(blocks))


def convergence_bytes(result: Result, kind: str) -> bytes:
    """The figure of known dyads as `svg` or `png`; the same result gives the same bytes."""
    rows = result["rows"]
    return drawn(lambda: convergence_figure(result["dyads"], rows["first_year"], rows["last_year"]), kind)


def _items(result: Result) -> Table:
    rows = tuple(
        (
            words.plain_name(i["name"]),
            i["indicator"],
            i["label"],
            ", ".join(i["sources"]),
            f.count(i["dyad_years"]),
            f.count(i["dyads"]),
            " / ".join(f.count(n) for n in i["by_category"]),
        )
        for i in result["items"]
    )
    heads = ("item", "indicator", "upper category or categories", "sources", "dyad-years", "dyads", "by category")
    return Table("Items and their categories", heads, rows, text_columns=frozenset({0, 1, 2, 3}))


def _pairs(model: Result, caption: str, *, across: bool) -> Table:
    held = [p for p in model["pairs"] if (p["indicators"][0] != p["indicators"][1]) is across]
    rows = tuple(
        (
            words.plain_name(p["first"]),
            words.plain_name(p["second"]),
            " – ".join(p["indicators"]) if across else p["indicators"][0],
            f.count(p["rows"]),
            f.count(p["dyads"]),
            f.number(p["rank"], 2),
            f.number(p["polychoric"], 2),
            f.interval(p["polychoric_ci95"], 2),
            ", ".join([*(["shared source"] if p["shared_source"] else []), *filter(None, [NOTES.get(p["status"])])]),
        )
        for p in held
    )
    return Table(caption, PAIR_COLUMNS, rows, text_columns=frozenset({0, 1, 2, 8}))


def _loadings(model: Result) -> Table:
    part = model["factor"]
    found = part["loadings"] if part["status"] == "estimated" else []
    rows = tuple((words.plain_name(x["item"]), f.number(x["loading"], 2), f.interval(x["ci95"], 2)) for x in found)
    used = (
        f"Intervals from {f.counted(part['draws_used'], 'draw')} in which the pairs determine the factor."
        if found
        else ""
    )
    return Table("Loadings, main model", ("item", "loading", "95 % interval"), rows, (used,) if used else ())


def _models(result: Result) -> Table:
    heads = (
        "model", "dyad-years", "pairs told", "above 0", "below 0", "open", "median", "omega", "alpha",
        "largest residual", "reading",
    )  # fmt: skip
    rows = []
    for model in result["models"]:
        reading, part = model["reading"], model["factor"]
        measures = [part.get(m, {}).get("estimate") for m in ("omega", "alpha", "residual")]
        rows.append(
            (
                model["label"],
                f.count(model["dyad_years"]),
                *(f.count(reading[k]) for k in ("counted", "above", "below", "open")),
                f.number(reading["median"], 2),
                *(f.number(m, 2) for m in measures),
                words.SHORT_READINGS[reading["verdict"]],
            )
        )
    note = "Pairs of items of different indicators that share no source and can be told."
    return Table("All models", heads, tuple(rows), (note,), text_columns=frozenset({0, 10}))


def _same(result: Result) -> list[str]:
    """A model whose pairs all equal those of the main one changes nothing, and the page says so."""
    key = ("rows", "rank", "polychoric")
    main = [tuple(p[k] for k in key) for p in result["models"][0]["pairs"]]
    same = [m["label"] for m in result["models"][1:] if [tuple(p[k] for k in key) for p in m["pairs"]] == main]
    return (
        [f"{f.listed(same)}: the same as the main model to the last row; at the declared cut nothing moves."]
        if same
        else []
    )


def _periods(result: Result) -> Table:
    heads = ("dyad", "years", "years known", "latent trust", "standard error", "items known", "place")
    rows: list[tuple[str, ...]] = []
    ruled: set[int] = set()
    for dyad in result["dyads"]:
        ruled.add(len(rows))
        for p in dyad["periods"]:
            rows.append(
                (
                    dyad["name"],
                    f"{p['first']}-{p['last']}",
                    f.count(p["years"]),
                    f.number(p["latent_trust"], 2),
                    f.number(p["latent_trust_se"], 2),
                    f.number(p["items_known"], 1),
                    f.share(p["place"]),
                )
            )
    return Table(
        "Known dyads: means of the years",
        heads,
        tuple(rows),
        ruled=frozenset(ruled - {0}),
        text_columns=frozenset({0, 1}),
    )


def _orders(result: Result) -> Table:
    rows = tuple(
        (
            _period(o["higher"]),
            _period(o["lower"]),
            f.number(o["gap"], 2),
            f.number(o["gap_se"], 2),
            words.OUTCOMES[o["outcome"]],
        )
        for o in result["orders"]
    )
    heads = ("expected higher", "expected lower", "difference", "its error", "what came out")
    return Table("Declared expectations", heads, rows, text_columns=frozenset({0, 1, 4}))


def _period(side: Result) -> str:
    return f"{side['dyad']} {side['first']}-{side['last']}"


def alternative(result: Result) -> str:
    """The figure in words: the mean of each period of each known dyad."""
    parts = [
        f"{d['name']}: "
        + ", ".join(f"{p['first']}-{p['last']} {f.number(p['latent_trust'], 2)}" for p in d["periods"] if p["years"])
        for d in result["dyads"]
    ]
    return f"Latent trust by year. Means: {'; '.join(parts)}."
