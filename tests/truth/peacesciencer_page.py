"""Our yearly counts beside those of `peacesciencer_counts.csv`, and the tables of `docs/parity.md` made from them.

    python -m tests.truth.peacesciencer_page

needs the built store and no raw file; it writes the tables between the marks of the page.
"""

from __future__ import annotations

import tomllib
from pathlib import Path

import pandas as pd

import trustpanel as tp

HERE = Path(__file__).parent
COUNTS, DIFFERENCES, CAUSES = (HERE / f"peacesciencer_{n}" for n in ("counts.csv", "differences.csv", "causes.toml"))
PAGE = HERE.parents[1] / "docs" / "parity.md"
BEGIN, END = "<!-- tables: python -m tests.truth.peacesciencer_page -->", "<!-- end of tables -->"
FIRST, LAST, LAST_OF_LEADERS = 1816, 2024, 2015
CODES = {"cow": "ccode", "gw": "gwcode"}
UNITS = {
    "state_years": "state_year",
    "dyad_years": "state_dyad_year",
    "leader_years": "leader_year",
    "leader_dyad_years": "leader_dyad_year",
}
FLAGS = (
    *("politically_relevant", "dispute_onset", "dispute_ongoing"),
    *("alliance_defense", "alliance_any", "rival_tss", "rival_td"),
)
WHATS = (*(f"{unit}_{system}" for unit in UNITS for system in CODES), *FLAGS)
GROUPS = {"Rows": WHATS[:8], "Dyad-years of which it is true": FLAGS}


def ours(what: str) -> pd.DataFrame:
    """The rows behind one of our counts, from `tp.panel`: leaders (obsid), codes and year."""
    years = (FIRST, LAST_OF_LEADERS if what.startswith("leader") else LAST)
    if what in FLAGS:
        frame = tp.panel("state_dyad_year", years=years, where={what: True}).to_pandas()
        return _plain(frame, {"ccode_a": "code1", "ccode_b": "code2", "year": "year"})
    stem, system = what.rsplit("_", 1)
    code, dyadic = CODES[system], "dyad" in stem
    sides = {f"{code}_a": "code1", f"{code}_b": "code2"} if dyadic else {code: "code"}
    people = {"leader_a": "obsid1", "leader_b": "obsid2"} if dyadic else {"leader_id": "obsid"}
    columns = {**(people if stem.startswith("leader") else {}), **sides, "year": "year"}
    return _plain(tp.panel(UNITS[stem], years=years, system=system).to_pandas(), columns)


def _plain(frame: pd.DataFrame, columns: dict[str, str]) -> pd.DataFrame:
    out = frame[list(columns)].rename(columns=columns)
    return out.astype({c: int for c in out if not c.startswith("obsid")})


def our_counts() -> pd.Series:
    """Our count by what and year; a directed panel counts each pair from both sides."""
    counts = {what: ours(what).groupby("year").size() for what in WHATS}
    for system in CODES:
        directed = tp.panel("state_dyad_year", years=(FIRST, LAST), system=system, directed=True)
        counts[f"dyad_years_{system}_directed"] = directed.to_pandas().groupby("year").size()
    return pd.concat(counts, names=["what", "year"]).rename("count")


def their_counts() -> pd.Series:
    """The package's count by what and year."""
    return pd.read_csv(COUNTS).set_index(["what", "year"])["count"]


def tables(mine: pd.Series) -> str:
    """The tables of the page: sums by decade, ours and in brackets the package's where it differs; then the causes."""
    both = pd.concat({"ours": mine, "theirs": their_counts()}, axis=1).fillna(0).astype(int).reset_index()
    both["decade"] = both.year // 10 * 10
    sums = both.groupby(["what", "decade"])[["ours", "theirs"]].sum()
    total = both.groupby("what")[["ours", "theirs"]].sum()
    parts = []
    for title, whats in GROUPS.items():
        parts += [f"### {title}, by decade\n", "| decade | " + " | ".join(_title(w) for w in whats) + " |"]
        parts.append("|---|" + "---:|" * len(whats))
        for decade in range(FIRST // 10 * 10, LAST + 1, 10):
            cells = [_cell(sums.loc[(w, decade)]) if (w, decade) in sums.index else "" for w in whats]
            parts.append(f"| {decade}s | " + " | ".join(cells) + " |")
        parts += ["| all | " + " | ".join(_cell(total.loc[w]) for w in whats) + " |", ""]
    return "\n".join([*parts, *_causes()])


def _title(what: str) -> str:
    return what.replace("_", " ").replace(" cow", " (CoW)").replace(" gw", " (GW)")


def _cell(row: pd.Series) -> str:
    mine, theirs = int(row["ours"]), int(row["theirs"])
    return f"{mine:,}" if mine == theirs else f"{mine:,} ({theirs:,})"


def _causes() -> list[str]:
    causes = tomllib.loads(CAUSES.read_text(encoding="utf-8"))["cause"]
    found = pd.read_csv(DIFFERENCES).groupby(["cause", "what"], sort=False)
    lines = [
        "### Every difference\n",
        "| what | years | ours − theirs | cause | whose choice |",
        "|---|---|---:|---|---|",
    ]
    rows = found.agg(first=("year", "min"), last=("year", "max"), count=("count", "sum")).reset_index()
    for r in rows.sort_values(["what", "cause"]).itertuples():
        years = f"{r.first}" if r.first == r.last else f"{r.first}–{r.last}"
        entry = causes[r.cause]
        lines.append(f"| {_title(r.what)} | {years} | {r.count:+,} | {entry['text']} | {entry['choice']} |")
    return [*lines, ""]


def written(page: str, mine: pd.Series) -> str:
    """The page with its tables renewed."""
    before, rest = page.split(BEGIN)
    return f"{before}{BEGIN}\n\n{tables(mine)}\n{END}{rest.split(END)[1]}"


if __name__ == "__main__":
    PAGE.write_text(written(PAGE.read_text(encoding="utf-8"), our_counts()), encoding="utf-8")
