"""The explorer stands in its folder, ready to be opened: page, style, bundle, and data in pieces."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pandas as pd

from trustpanel.codebook.load import codebook
from trustpanel.codebook.schema import Codebook
from trustpanel.errors import ReportError
from trustpanel.paths import EXPLORER
from trustpanel.report.documents import write
from trustpanel.report.explorer.pieces import columns, dyad_pieces, script
from trustpanel.report.layout import require_frames

PAIR = ("ccode_a", "ccode_b")
SPELL = ("start_date", "end_date")
COLUMNS = {
    "states": ("ccode", "state_abb", "state_name", *SPELL),
    "lines": ("ccode", "ccode_after"),
    "persons": ("person_id", "name", "full_name", "office"),
    "terms": ("leader_id", "person_id", "leader_name", "ccode", *SPELL, "start_precision", "end_precision"),
    "dyads": (
        *PAIR, "first_day", "last_day", "days", "covered_days", "meetings", "leader_meetings", "agreements",
        "political", "disputes", "wars", "crises",
    ),
    "leader_pairs": (
        "leader_a", "leader_b", *PAIR, "pair_start", "pair_end", "pair_days", "covered_days", "meetings", "political",
        "disputes",
    ),
    "meetings": (
        "meeting_id", *PAIR, "person_a", "person_b", "leader_a", "leader_b", *SPELL, "date_precision", "host_ccode",
        "place", "kind", "format", "n_persons", "documented", "capacity_a", "capacity_b",
    ),
    "evidence": (
        "meeting_id", "source", "record", "record_start", "record_end", "evidence_grade", "source_address",
        "source_says", "second_address", "second_says", "evidence_conflict", "one_to_one", "outcome_document",
    ),
    "agreements": (
        "agreement_id", *PAIR, "agreement_type", "political", "title", "signed_date", "signed_precision",
        "in_force_date", "end_date", "end_estimated", "ended_status", "bilateral", "records",
    ),
    "disputes": ("dispute_id", *PAIR, *SPELL, "hostility"),
    "wars": ("war_id", *PAIR, "war_name", *SPELL),
    "crises": ("crisis_id", *PAIR, "crisis_name", *SPELL),
    "known": (*PAIR, *SPELL, "level"),
    "indicators": (
        *PAIR, "discretion_parts", "discretion_parts_known", "oversight_leeway_parts", "oversight_parts_known",
        "rules_framework_parts", "rules_parts_known", "discretion_side", "oversight_side", "rules_side", "start_year",
        "end_year",
    ),
    "stocks": (
        "leader_dyad_id", *PAIR, "leader_a", "leader_b", "as_of", "month_end", "contact_stock", "bond_stock",
        "state_stock", "other_stock",
    ),
    "windows": ("what", *SPELL),
    "meta": ("schema_version", "package_version", "facts_sha256"),
}  # fmt: skip
# which tables of the store a part of the page shows: their sources are the ones to cite with it
SHOWS = {
    "states": ("states",),
    "leaders": ("leaders", "persons"),
    "meetings": ("meetings",),
    "disputes": ("disputes",),
    "wars": ("wars",),
    "crises": ("crises",),
    "indicators": ("trust_discretion_parts", "trust_oversight", "trust_rules"),
}
STATIC = {
    "index.html": EXPLORER / "index.html",
    "explorer.css": EXPLORER / "explorer.css",
    "explorer.js": EXPLORER / "vendor" / "explorer.js",
    "licences.txt": EXPLORER / "vendor" / "licences.txt",
}
DAY = pd.Timestamp("1800-01-01")


def write_explorer(frames: Mapping[str, pd.DataFrame], folder: Path) -> list[Path]:
    """The files written to `folder`, which holds nothing else afterwards; the same frames give the same bytes.

    `frames`: as COLUMNS names them, days as text `YYYY-MM-DD`, missing where unknown.
    ReportError if a frame or a file of the page is absent; then what stood in `folder` stays.
    """
    require_frames(frames, COLUMNS, page="the explorer")
    held = {name: frames[name][list(wanted)] for name, wanted in COLUMNS.items()}
    contents: dict[str, str | bytes] = {name: _static(file) for name, file in STATIC.items()}
    contents["data/start.js"] = script("start", start_piece(held))
    contents["data/leader-pairs.js"] = script("leader-pairs", leader_piece(held))
    contents["data/years.js"] = script("years", years_piece(held))
    for name, tables in dyad_pieces(held):
        contents[f"data/{name}.js"] = script(name, tables)
    aside = folder.with_name(f".{folder.name}-new")
    shutil.rmtree(aside, ignore_errors=True)
    for name, content in contents.items():
        write(aside / name, content)
    _change_places(aside, folder)
    return [folder / name for name in contents]


def start_piece(frames: Mapping[str, pd.DataFrame]) -> dict[str, Any]:
    """What every view needs: states, leaders, dyads with their counts, who met whom, sources, and what was built."""
    meetings, persons, terms = frames["meetings"], frames["persons"], frames["terms"]
    met = meetings.groupby(["ccode_a", "ccode_b", "person_a", "person_b"], as_index=False).agg(
        meetings=("meeting_id", "nunique"), first=("start_date", "min"), last=("end_date", "max")
    )
    named = set(terms["person_id"]) | set(meetings["person_a"]) | set(meetings["person_b"])
    book = codebook()
    return {
        "meta": frames["meta"].iloc[0].to_dict(),
        "states": columns(frames["states"]),
        "lines": columns(frames["lines"]),
        "persons": columns(persons[persons["person_id"].isin(named)]),
        "terms": columns(terms),
        "dyads": columns(frames["dyads"]),
        "met": columns(met),
        "windows": columns(frames["windows"]),
        "sources": {key: [s.title, s.citation] for key, s in sorted(book.sources.items()) if s.ship},
        "sources_of": {part: _cited(book, tables) for part, tables in SHOWS.items()},
    }


def _cited(book: Codebook, tables: tuple[str, ...]) -> list[str]:
    """The shipped sources of the tables, each once, in the order of their keys."""
    named = {s for table in tables for s in book.tables[table].sources}
    return sorted(s for s in named if s in book.sources and book.sources[s].ship)


def leader_piece(frames: Mapping[str, pd.DataFrame]) -> dict[str, Any]:
    """Every pair of leaders: leaders as their place in `terms`, the first day counted from 1 January 1800."""
    place = {leader: number for number, leader in enumerate(frames["terms"]["leader_id"])}
    pairs = frames["leader_pairs"]
    start, end = (pd.to_datetime(pairs[c]).astype("datetime64[s]") for c in ("pair_start", "pair_end"))
    return columns(
        pd.DataFrame(
            {
                "leader_a": pairs["leader_a"].map(place),
                "leader_b": pairs["leader_b"].map(place),
                "ccode_a": pairs["ccode_a"],
                "ccode_b": pairs["ccode_b"],
                "start": (start - DAY).dt.days,
                "length": (end - start).dt.days,
                **{c: pairs[c] for c in ("pair_days", "covered_days", "meetings", "political", "disputes")},
            }
        )
    )


def years_piece(frames: Mapping[str, pd.DataFrame]) -> dict[str, Any]:
    """Meetings by the year of their first day and dyad, with those of two effective leaders, and covered stretches."""
    meetings = frames["meetings"]
    both = meetings["leader_a"].notna() & meetings["leader_b"].notna()
    counted = (
        meetings.assign(
            year=meetings["start_date"].str.slice(0, 4).astype(int), by_leaders=meetings["meeting_id"].where(both)
        )
        .groupby(["year", "ccode_a", "ccode_b"], as_index=False)
        .agg(meetings=("meeting_id", "nunique"), leader_meetings=("by_leaders", "nunique"))
    )
    known = frames["known"]
    return {"met": columns(counted), "known": columns(known[known["level"] == "searched"].drop(columns="level"))}


def _change_places(aside: Path, folder: Path) -> None:
    """What stood aside is `folder`; if that fails, `folder` is what it was."""
    before = folder.with_name(f".{folder.name}-before")
    shutil.rmtree(before, ignore_errors=True)
    try:
        if folder.exists():
            folder.replace(before)
        try:
            aside.replace(folder)
        except OSError:
            if before.exists():
                before.replace(folder)
            raise
    except OSError as error:
        raise ReportError(
            "the explorer could not take its place; what stood there before still does", file=folder, found=error,
            next_step="make the folder above writable and close what holds it open, or set TRUSTPANEL_HOME to another",
        ) from error  # fmt: skip
    shutil.rmtree(before, ignore_errors=True)


def _static(file: Path) -> bytes:
    if not file.is_file():
        raise ReportError(
            "A file of the explorer's page is absent.", file=file,
            next_step="install the package again; in a checkout `make explorer-bundle` makes the bundle anew",
        )  # fmt: skip
    return file.read_bytes()
