"""The project's own codings: `data/coded/*.csv` read by their declared columns, each misfit named by row."""

from __future__ import annotations

import csv
import re
from pathlib import Path

import pyarrow as pa

from trustpanel.codebook.fields import CODED, fit, fit_name, list_of_tables
from trustpanel.codebook.load import read_toml
from trustpanel.errors import CodedError
from trustpanel.sources.fact import TYPES, Fact, iso_day

TRUTH = {"true": True, "false": False}
DERIVED = "derived"
NUMBER = re.compile(r"[+-]?[0-9]*\.?[0-9]+(e[+-]?[0-9]+)?", re.IGNORECASE)


def declared(file: Path) -> dict[str, Fact]:
    """The coded files and their columns, from `codebook/coded.toml`."""
    entries = read_toml(file)
    list_of_tables([*entries.values()], file, "coded file")
    for name, entry in entries.items():
        fit_name(name, file)
        fit({"key": None, "columns": None} | entry, CODED, file, name)
    return {name: Fact(name, tuple(entry["key"]), dict(entry["columns"])) for name, entry in entries.items()}


def read_coded(folder: Path, facts: dict[str, Fact]) -> dict[str, pa.Table]:
    """Every declared coded file as an Arrow table; raises `CodedError` with file, row and reason."""
    strange = sorted({f.stem for f in folder.glob("*.csv")} - set(facts))
    if strange:
        raise CodedError(
            "a coded file is not declared",
            file=folder / f"{strange[0]}.csv",
            next_step="declare it in trustpanel/codebook/coded.toml, or remove it",
        )
    return {name: read_one(coded_file(folder, name), fact) for name, fact in facts.items()}


def coded_file(folder: Path, name: str) -> Path:
    """Where a coded file stands: in `derived/` if it was made from a source that has no address of its own."""
    derived = folder / DERIVED / f"{name}.csv"
    return derived if derived.is_file() else folder / f"{name}.csv"


def read_one(file: Path, fact: Fact) -> pa.Table:
    """One coded file; the header must equal the declared columns, every value its type, every key be unique."""
    try:
        with file.open(newline="", encoding="utf-8") as handle:
            rows = list(csv.reader(handle, strict=True))
    except FileNotFoundError as error:
        raise CodedError("a coded file is absent", file=file, next_step="restore it from version control") from error
    except (csv.Error, UnicodeDecodeError) as error:
        raise CodedError("a coded file is not UTF-8 CSV", file=file, found=error, next_step="mend the line") from error
    header = rows[0] if rows else []
    if header != list(fact.columns):
        raise CodedError(
            "a coded file has other columns than declared",
            file=file,
            row=1,
            expected=list(fact.columns),
            found=header,
            next_step="mend the header, or trustpanel/codebook/coded.toml",
        )
    values: dict[str, list] = {c: [] for c in fact.columns}
    seen: dict[tuple, int] = {}
    for number, row in enumerate(rows[1:], start=2):
        if len(row) != len(header):
            raise CodedError(
                "a row has more or fewer cells than the header",
                file=file,
                row=number,
                expected=len(header),
                found=len(row),
                next_step="quote cells that hold commas",
            )
        record = {c: _value(cell, fact, c, file, number) for c, cell in zip(header, row, strict=True)}
        key = tuple(record[k] for k in fact.key)
        if key in seen:
            raise CodedError(
                "a key stands twice",
                file=file,
                row=number,
                expected=f"one row for each {fact.key}",
                found=f"{key}, also in row {seen[key]}",
                next_step="keep one judgement",
            )
        seen[key] = number
        for column, value in record.items():
            values[column].append(value)
    return pa.table({c: pa.array(v, TYPES[fact.columns[c]]) for c, v in values.items()})


def _value(cell: str, fact: Fact, column: str, file: Path, number: int) -> object:
    kind, text = fact.columns[column], cell.strip()
    try:
        if text == "":
            return None
        if kind == "string":
            return text
        if kind == "bool":
            return TRUTH[text.lower()]
        if kind == "date32":
            return iso_day(text)
        if not NUMBER.fullmatch(text):
            # int() and float() alone also take 1_000, nan and the digits of other scripts
            raise ValueError("not a number in plain digits")
        if kind.startswith("float"):
            return float(text)
        return pa.scalar(int(text), TYPES[kind]).as_py()
    except (ValueError, KeyError, OverflowError) as error:
        raise CodedError(
            f"column {column} holds a value of another type",
            file=file,
            row=number,
            expected={"bool": "true or false", "date32": "a date as YYYY-MM-DD"}.get(kind, kind),
            found=repr(cell),
            next_step="mend the cell",
        ) from error
