"""A piece of data is a script: columns as JSON, compressed: a page on a disk reads it as one on a server does."""

from __future__ import annotations

import base64
import gzip
import itertools
import json
from collections.abc import Iterator, Mapping
from typing import Any

import pandas as pd

TAKE = "trustpanelTake"
OF_DYADS = ("meetings", "agreements", "disputes", "wars", "crises", "known", "indicators")
STOCKS = ("contact_stock", "bond_stock", "state_stock", "other_stock")

Columns = dict[str, list[Any]]


def script(name: str, value: Any) -> str:
    """The piece as a script that hands `value` to the page under `name`; the same value gives the same text."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    packed = base64.b64encode(gzip.compress(text.encode("utf-8"), compresslevel=6, mtime=0)).decode("ascii")
    return f'{TAKE}("{name}","{packed}");\n'


def read_script(text: str) -> tuple[str, Any]:
    """(name, value) of a piece, as the page reads it."""
    name, packed = text.removeprefix(f'{TAKE}("').removesuffix('");\n').split('","')
    return name, json.loads(gzip.decompress(base64.b64decode(packed)))


def columns(frame: pd.DataFrame) -> Columns:
    """Column by column, whole numbers as such, missing as null."""
    return {str(name): _plain(frame[name]) for name in frame.columns}


def piece_name(code: int) -> str:
    """The piece that holds every dyad whose lower code is `code`."""
    return f"dyads-{code:03d}"


def dyad_pieces(frames: Mapping[str, pd.DataFrame]) -> Iterator[tuple[str, dict[str, Any]]]:
    """(name, tables) for each lower code of a dyad: its meetings with their evidence, agreements, conflict, stocks."""
    of_meeting = frames["meetings"][["ccode_a", "meeting_id"]].drop_duplicates()
    # inner: a record whose meeting joins no two states of the system has no page to stand on
    told = of_meeting.merge(frames["evidence"], on="meeting_id", how="inner")
    parts = {name: _by_code(frames[name]) for name in OF_DYADS} | {"evidence": _by_code(told)}
    stocks = dict(iter(frames["stocks"].groupby("ccode_a")))
    for code in sorted({int(c) for c in frames["dyads"]["ccode_a"]}):
        tables: dict[str, Any] = {name: held.get(code, held[None]) for name, held in parts.items()}
        tables["stocks"] = stock_series(stocks[code]) if code in stocks else []
        yield piece_name(code), tables


def _by_code(frame: pd.DataFrame) -> dict[int | None, Columns]:
    """The rows of each lower code, in the order of the frame; under None the columns without rows."""
    frame = frame.sort_values("ccode_a", kind="stable", ignore_index=True)
    codes = frame.pop("ccode_a")
    held = columns(frame)
    found: dict[int | None, Columns] = {None: {name: [] for name in held}}
    for code, rows in codes.groupby(codes).groups.items():
        first, last = int(rows[0]), int(rows[-1]) + 1
        found[int(code)] = {name: values[first:last] for name, values in held.items()}
    return found


def stock_series(stocks: pd.DataFrame) -> list[dict[str, Any]]:
    """One series for each pair of leaders and unbroken run of months; a value stands for the end of `as_of`.

    `month`: the first month; `until`: the last day; a stock that is unknown throughout is null, not a list.
    """
    stocks = stocks.sort_values(["ccode_b", "leader_dyad_id", "month_end"], kind="stable")
    month = stocks["month_end"].str.slice(0, 7)
    counted = month.str.slice(0, 4).astype(int) * 12 + month.str.slice(5, 7).astype(int)
    same = (stocks["ccode_b"].diff() == 0) & (stocks["leader_dyad_id"] == stocks["leader_dyad_id"].shift())
    cuts = [*((~(same & (counted.diff() == 1))).to_numpy().nonzero()[0].tolist()), len(stocks)]
    held = {name: stocks[name].tolist() for name in ("ccode_b", "leader_a", "leader_b", "month_end")}
    values = {name: _plain(stocks[name]) for name in STOCKS}
    found = []
    for first, last in itertools.pairwise(cuts):
        series: dict[str, Any] = {
            "ccode_b": held["ccode_b"][first], "leader_a": held["leader_a"][first], "leader_b": held["leader_b"][first],
            "month": held["month_end"][first][:7], "until": held["month_end"][last - 1],
        }  # fmt: skip
        for name, all_values in values.items():
            run = all_values[first:last]
            series[name] = run if any(v is not None for v in run) else None
        found.append(series)
    return found


def _plain(column: pd.Series) -> list[Any]:
    missing = column.isna()
    if pd.api.types.is_float_dtype(column) and (column[~missing] % 1 == 0).all():
        column = column.astype("Int64")
    return [None if gone else value for value, gone in zip(column.tolist(), missing, strict=True)]
