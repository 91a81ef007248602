"""Every reader, each kind of damage: what a raw file says is read rightly, or refused with its name; never otherwise."""

from __future__ import annotations

import functools
import os
import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from damage import ALL, HEADERLESS, Facts, Raw, Rows, files_of, renamed, same, spread, swapped
from world_build import World

from trustpanel.codebook.load import load_sources
from trustpanel.errors import RawFileError
from trustpanel.paths import project
from trustpanel.sources import rda
from trustpanel.sources.raw import locate

# published without an end of the last line: for these files the checksum alone tells a cut within it
OPEN_END = ("Inter-StateWarData_v4.0.csv", "icb2v15.csv", "icbdy_v15.csv")
# no column of their first rows holds a year as such; the year of the other is in no fact
WITHOUT_YEARS, YEAR_UNREAD = ("copdab", "peace_data_v30", "un_ideal_points"), ("china_vitae",)
# its only file is the only archive
ALONE = ("chisols",)
SOURCES = load_sources(project().sources)
DATED = re.compile("year|yr|date|dat$|start|end|beg|sign|force|trg|trm|^ym$", re.IGNORECASE)
# how many files, columns and places of one source a test damages: `make inputs` damages them all
DEPTH = int(os.environ.get("TRUSTPANEL_INPUTS", "3"))


@pytest.fixture(scope="module")
def raw(invented_world: World) -> Iterator[Path]:
    """The raw files of the invented world; an R file that a test leaves as it is is parsed once."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(rda, "_parsed", functools.cache(rda._parsed))
        yield invented_world.raw


@pytest.fixture(params=ALL)
def files(raw: Path, request: pytest.FixtureRequest) -> tuple[list[Raw], Facts]:
    """The raw files of one source, and the facts that they yield undamaged."""
    found = files_of(raw, request.param)
    return found, found[0].read()


def refused_or(held: Facts, file: Raw, read: Callable[[], Facts], *words: str) -> bool:
    """Whether the read is refused with the file's name and `words`; if it is not, it yields just the facts `held`."""
    found, said = None, ""
    try:
        found = read()
    except RawFileError as refusal:
        said = str(refusal)
    if found is None:
        absent = [word for word in (file.name, *words, "\n  next: ") if word not in said]
        assert not absent, f"{absent} not in:\n{said}"
        return True
    assert same(held, found), f"{file.source}/{file.name} was read as something else"
    return False


def test_a_column_more_or_another_order_changes_nothing(files: tuple[list[Raw], Facts]) -> None:
    for file in spread(files[0], DEPTH):
        if file.table and file.name not in HEADERLESS:
            added = file.after(lambda rows: [["added" if i == 0 else "7", *row[::-1]] for i, row in enumerate(rows)])
            assert same(added, files[1]), file.name
        elif file.table:
            with pytest.raises(RawFileError, match=file.name):
                file.after(lambda rows: [[*row, "7"] for row in rows])
        else:
            more = file.after_bytes(lambda text: text.replace(b"</id>", b"</id><added>7</added>"))
            assert same(more, files[1]), file.name


def test_a_renamed_column_is_refused_by_name(files: tuple[list[Raw], Facts]) -> None:
    tried = refused = 0
    for file in spread(files[0], DEPTH):
        for name in spread(file.heads(), DEPTH):
            tried += 1
            refused += refused_or(files[1], file, lambda file=file, name=name: renamed(file, name), name)
    assert refused >= min(tried, len(spread(files[0], DEPTH)))


def test_a_column_name_that_stands_twice_is_refused(files: tuple[list[Raw], Facts]) -> None:
    def doubled(name: str) -> Callable[[Rows], Rows]:
        return lambda rows: [[name if i == 0 else "7", *row] for i, row in enumerate(rows)]

    tried = refused = 0
    for file in spread(files[0], DEPTH):
        # a Stata file cannot hold a name twice, and what writes R files for the tests does not
        if file.name.endswith(".csv") and file.name not in HEADERLESS:
            for name in spread(file.heads(), DEPTH):
                tried += 1
                refused += refused_or(files[1], file, lambda file=file, name=name: file.after(doubled(name)), name)
    assert refused or not tried


def test_rows_said_ten_times_count_once_or_are_refused(files: tuple[list[Raw], Facts]) -> None:
    for file in spread(files[0], DEPTH):
        if file.table:
            refused_or(files[1], file, lambda file=file: file.after(lambda rows: [rows[0], *rows[1:] * 10]))
        else:
            refused_or(files[1], file, lambda file=file: file.after_bytes(ten_times), "stands twice")


def ten_times(text: bytes) -> bytes:
    head, middle, tail = text.partition(b"<visit>" if b"<visit>" in text else b"<trip>")
    records, end, rest = (middle + tail).rpartition(b"</")
    return head + records * 10 + end + rest


def test_a_cut_is_refused_wherever_it_falls(files: tuple[list[Raw], Facts]) -> None:
    for file in spread(files[0], DEPTH):
        whole = file.files[file.name].read_bytes()
        last = whole.rstrip().rfind(b"\n") + 1
        for length in {*spread(range(last + 1, len(whole.rstrip())), DEPTH), len(whole) // 2, len(whole) - 9}:
            if file.name in OPEN_END and length > last:
                continue
            cut = whole[:length]
            if file.name.endswith(".csv") and cut.endswith(b"\n"):
                continue
            read = functools.partial(file.after_bytes, lambda _, cut=cut: cut)
            refused = refused_or(files[1], file, read)
            # of a compressed file the last bytes are its checksum alone
            assert refused or not file.text, f"{file.name} was read when cut at {length} of {len(whole)}"


def test_another_file_under_its_name_is_refused(raw: Path, files: tuple[list[Raw], Facts]) -> None:
    for file in spread(files[0], DEPTH):
        others = spread(swapped(raw, file), DEPTH)
        assert others or file.source in ALONE
        for other in others:
            read = functools.partial(file.after_bytes, lambda _, other=other: other.read_bytes())
            assert refused_or(files[1], file, read), f"{other.name} was read as {file.name}"


def test_another_encoding_is_refused(files: tuple[list[Raw], Facts]) -> None:
    def with_words(rows: Rows) -> Rows:
        return [[*row, "Café" if i else "added"] for i, row in enumerate(rows)]

    for file in spread(files[0], DEPTH):
        if not file.text:
            continue
        text = file.files[file.name].read_bytes().decode(file.encoding)
        assert refused_or(
            files[1], file, lambda file=file, text=text: file.after_bytes(lambda _: text.encode("utf-16"))
        )
        if file.name in HEADERLESS:
            continue
        wrong = "latin-1" if file.encoding == "utf-8" else "utf-8"
        if file.table:
            read = functools.partial(file.after, with_words, wrong)
        else:
            said = text.replace("</id>", "</id><!-- Café -->")
            read = functools.partial(file.after_bytes, lambda _, said=said: said.encode("latin-1"))
        # REIGN's own remarks hold bytes of no encoding: there only a name is refused
        assert refused_or(files[1], file, read) or file.source == "reign"


def test_a_year_that_cannot_be_is_refused(files: tuple[list[Raw], Facts]) -> None:
    tried = refused = 0
    for file in spread(files[0], DEPTH):
        if file.table:
            heads, cells = file.rows()[:2]
            dated = [
                i for i, cell in enumerate(cells) if DATED.search(heads[i]) and re.match("(18|19|20)[0-9]{2}", cell)
            ]
            for place in spread(dated, DEPTH):
                change = functools.partial(put, place, "2999" + cells[place][4:])
                tried += 1
                refused += refused_or(files[1], file, functools.partial(file.after, change))
        else:
            later = functools.partial(file.after_bytes, lambda text: text.replace(b"<end-date>19", b"<end-date>29"))
            tried += 1
            refused += refused_or(files[1], file, later)
            assert refused == tried
    source = files[0][0].source
    assert (tried == 0) == (source in WITHOUT_YEARS)
    assert refused or not tried or source in YEAR_UNREAD


def put(place: int, cell: str, rows: Rows) -> Rows:
    return [rows[0], [*rows[1][:place], cell, *rows[1][place + 1 :]], *rows[2:]]


def test_only_what_a_user_supplies_has_no_published_checksum() -> None:
    assert [s.id for s in SOURCES.values() if s.supplied_by_user] == ["colt"]
    assert all(file.bytes and file.sha256 for s in SOURCES.values() for file in s.files)
    assert {s for s in ALL if not SOURCES[s].files} == {"colt"}


@pytest.mark.parametrize("source", [s.id for s in SOURCES.values() if s.files])
def test_a_raw_file_that_is_not_the_pinned_one_is_refused_before_it_is_read(source: str, tmp_path: Path) -> None:
    (tmp_path / source).mkdir()
    for file in SOURCES[source].files:
        (tmp_path / source / file.name).write_bytes(b"another file")
    with pytest.raises(RawFileError, match="is not the pinned one"):
        locate(SOURCES[source], (tmp_path,))
