"""Facts about conflict between pairs of states: two rivalry lists, and dyadic disputes and wars to compare ours with.

Files tss_rivalries, td_rivalries, cow_mid_dirdisps, cow_war_inter. Traps handled: a rivalry that was running when its
list was made has the list's last year as its end, which becomes null; the dispute file is not reduced to one dispute a
year; both directed files must mirror themselves and are kept once a dyad; -9 is null; a war resumed within
the year after a truce has two rows for it.
"""

from __future__ import annotations

import pandas as pd

from trustpanel.errors import RawFileError
from trustpanel.sources.fact import Fact, RawFolder
from trustpanel.sources.rda import read_rda, undirected

FACTS = (
    Fact(
        name="peacesciencer_rivalries",
        key=("list", "rivalry_id"),
        years={"start_year": (1494, 2022), "end_year": (1494, 2022)},
        columns={
            "list": "string",
            "rivalry_id": "int32",
            "rivalry_name": "string",
            "ccode_a": "int16",
            "ccode_b": "int16",
            "start_year": "int16",
            "end_year": "int16",
            "kinds": "string",
        },
    ),
    Fact(
        name="peacesciencer_mid_dyads",
        key=("dispute_id", "ccode_a", "ccode_b", "year"),
        columns={
            "dispute_id": "int16",
            "ccode_a": "int16",
            "ccode_b": "int16",
            "year": "int16",
            "onset": "bool",
            "on_side_a_a": "bool",
            "on_side_a_b": "bool",
            "fatality_a": "int8",
            "fatality_b": "int8",
            "hostility_a": "int8",
            "hostility_b": "int8",
            "originator_a": "bool",
            "originator_b": "bool",
        },
    ),
    Fact(
        name="peacesciencer_wars",
        key=("war_id", "ccode_a", "ccode_b", "side_a", "year", "resumed"),
        columns={
            "war_id": "int16",
            "ccode_a": "int16",
            "ccode_b": "int16",
            "side_a": "int8",
            "side_b": "int8",
            "year": "int16",
            "resumed": "bool",
            "onset": "bool",
            "battle_deaths_a": "int32",
            "battle_deaths_b": "int32",
        },
    ),
)
LAST_YEAR = {"tss": 2020, "td": 2010}
KINDS = ("positional", "spatial", "ideological", "interventionary")


def read(raw: RawFolder) -> dict[str, pd.DataFrame]:
    """The three facts about conflict, each dyad once; raises `RawFileError`."""
    return {
        "peacesciencer_rivalries": pd.concat([_tss(raw), _td(raw)], ignore_index=True),
        "peacesciencer_mid_dyads": _mid_dyads(raw),
        "peacesciencer_wars": _wars(raw),
    }


def _tss(raw: RawFolder) -> pd.DataFrame:
    path = raw.path("tss_rivalries.rda")
    frame = read_rda(path, ["tssr_id", "rivalry", "ccode1", "ccode2", "start", "end", *KINDS])
    marks = frame[list(KINDS)].eq(1)
    kinds = pd.Series([";".join(k for k, yes in zip(KINDS, row, strict=True) if yes) for row in marks.to_numpy()])
    return _rivalries(frame.iloc[:, :6], "tss", kinds, path.name)


def _td(raw: RawFolder) -> pd.DataFrame:
    path = raw.path("td_rivalries.rda")
    types = ["type1", "type2", "type3"]
    frame = read_rda(path, ["rivalryno", "rivalryname", "ccode1", "ccode2", "styear", "endyear", *types])
    kinds = pd.Series([";".join(t for t in row if pd.notna(t)) for row in frame[types].to_numpy(dtype=object)])
    return _rivalries(frame.iloc[:, :6], "td", kinds, path.name)


def _rivalries(frame: pd.DataFrame, name: str, kinds: pd.Series, file: str) -> pd.DataFrame:
    """One list in our columns; the end of a rivalry that reaches the list's last year is null (still running)."""
    columns = ["rivalry_id", "rivalry_name", "ccode_a", "ccode_b", "start_year", "end_year"]
    frame = frame.set_axis(columns, axis=1).astype({c: "Int64" for c in columns if c != "rivalry_name"})
    wrong = frame[
        (frame["ccode_a"] >= frame["ccode_b"])
        | (frame["end_year"] > LAST_YEAR[name])
        | (frame["end_year"] < frame["start_year"])
    ]
    if not wrong.empty:
        raise RawFileError(
            "a rivalry has its states or its years in the wrong order",
            file=file,
            row=wrong.iloc[0].to_dict(),
            expected=f"the smaller code first, start <= end <= {LAST_YEAR[name]}",
            found=f"{len(wrong)} such rows",
            next_step="check that the file is the pinned version, or teach the reader the list's new last year",
        )
    running = frame["end_year"] == LAST_YEAR[name]
    return frame.assign(list=name, end_year=frame["end_year"].mask(running), kinds=kinds.replace("", None))


def _mid_dyads(raw: RawFolder) -> pd.DataFrame:
    path = raw.path("cow_mid_dirdisps.rda")
    sided = {"sidea": "on_side_a", "fatality": "fatality", "hostlev": "hostility", "orig": "originator"}
    columns = {"dispnum": "dispute_id", "year": "year", "disponset": "onset", "ccode1": "ccode_a", "ccode2": "ccode_b"}
    columns |= {f"{old}{n}": f"{new}_{side}" for old, new in sided.items() for n, side in ((1, "a"), (2, "b"))}
    frame = read_rda(path, columns).rename(columns=columns)
    frame = undirected(frame, ("ccode", *sided.values()), path)
    return _unknown(frame, ["fatality_a", "fatality_b"])


def _wars(raw: RawFolder) -> pd.DataFrame:
    path = raw.path("cow_war_inter.rda")
    sided = {"ccode": "ccode", "sidea": "side", "batdeath": "battle_deaths"}
    columns = {"warnum": "war_id", "year": "year", "resume": "resumed", "cowinteronset": "onset"}
    columns |= {f"{old}{n}": f"{new}_{side}" for old, new in sided.items() for n, side in ((1, "a"), (2, "b"))}
    frame = read_rda(path, columns).rename(columns=columns)
    frame = undirected(frame, sided.values(), path)
    return _unknown(frame, ["battle_deaths_a", "battle_deaths_b"])


def _unknown(frame: pd.DataFrame, columns: list[str]) -> pd.DataFrame:
    """`frame` with -9 in `columns` as null."""
    return frame.assign(**{c: frame[c].mask(frame[c] == -9) for c in columns})
