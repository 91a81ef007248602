"""Records of the two trip lists of the U.S. Office of the Historian, element by element, from plain XML files."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from xml.etree import ElementTree

from trustpanel.errors import RawFileError
from trustpanel.sources.fact import RawFolder, iso_day

NEXT_STEP = "correct the record in the raw file, or fetch the version pinned in data/sources.toml"


@dataclass(frozen=True)
class TripRecord:
    """One record of a file; every refusal names the file and the record's id."""

    element: ElementTree.Element
    file: str

    @property
    def id(self) -> str:
        """The record's own number as text."""
        found = " ".join((self.element.findtext("id") or "").split())
        if not found.isdigit():
            raise self._refusal("a record has no number", expected="a whole number in <id>", found=found or None)
        return found

    def text(self, tag: str, *, may_be_empty: bool = False) -> str | None:
        """All text within `tag`, text of and after child elements included, white space normalised; empty is None."""
        found = " ".join("".join(self._child(tag).itertext()).split())
        if not found and not may_be_empty:
            raise self._refusal(f"element {tag} is empty", expected=f"text in <{tag}>", found="")
        return found or None

    def attribute(self, tag: str, name: str) -> str:
        """Attribute `name` of `tag`."""
        found = (self._child(tag).get(name) or "").strip()
        if not found:
            raise self._refusal(f"element {tag} lacks an attribute", expected=f"{name} in <{tag}>", found=None)
        return found

    def dates(self) -> tuple[datetime.date, datetime.date]:
        """First and last day, in this order."""
        start, end = self._date("start-date"), self._date("end-date")
        if end < start:
            raise self._refusal("the record ends before it starts", expected=f"an end from {start} on", found=end)
        return start, end

    def _date(self, tag: str) -> datetime.date:
        found = self.text(tag, may_be_empty=True)
        try:
            return iso_day(found or "")
        except ValueError as error:
            raise self._refusal(f"element {tag} is not a day", expected="year-month-day", found=found) from error

    def _child(self, tag: str) -> ElementTree.Element:
        child = self.element.find(tag)
        if child is None:
            raise self._refusal(f"element {tag} is absent", expected=f"<{tag}>", found=[c.tag for c in self.element])
        return child

    def _refusal(self, problem: str, *, expected: object, found: object) -> RawFileError:
        number = (self.element.findtext("id") or "").strip() or "(no id)"
        return RawFileError(
            problem, file=self.file, row=f"record {number}", expected=expected, found=found, next_step=NEXT_STEP
        )


def trip_records(raw: RawFolder, tag: str) -> Iterator[TripRecord]:
    """Every record of every .xml file of the folder, files in order of name; raises `RawFileError`."""
    for path in raw.named(".xml"):
        for element in _root(path):
            record = TripRecord(element, path.name)
            if element.tag != tag:
                raise RawFileError(
                    "an element that is no record",
                    file=path.name,
                    row=f"record {(element.findtext('id') or '').strip() or '(no id)'}",
                    expected=f"<{tag}>",
                    found=f"<{element.tag}>",
                    next_step=NEXT_STEP,
                )
            yield record


def _root(path: Path) -> ElementTree.Element:
    try:
        return ElementTree.parse(path).getroot()
    except (ElementTree.ParseError, UnicodeDecodeError, ValueError) as error:
        raise RawFileError(
            "the file is not complete XML",
            file=path.name,
            row=_last_record(path),
            expected="well-formed XML",
            found=str(error),
            next_step=NEXT_STEP,
        ) from error


def _last_record(path: Path) -> str:
    """The last record number that can be read before the fault, for the message only."""
    last = "(no id)"
    try:
        for _, element in ElementTree.iterparse(path):
            last = element.text or last if element.tag == "id" else last
    except (ElementTree.ParseError, UnicodeDecodeError, ValueError):
        pass
    return f"after record {last}"
