"""Work in several processes and on several connections gives what one gives, in order, and refuses in the same words."""

from __future__ import annotations

import os
import threading
from functools import partial

import duckdb
import pytest

from trustpanel.errors import NotEstimableError, StoreError
from trustpanel.parallel import THREADS, each
from trustpanel.store.side_by_side import CONNECTIONS, side_by_side


def process_of(number: int) -> tuple[int, int, list[str | None]]:
    return number, os.getpid(), [os.environ.get(name) for name in THREADS]


def refuse(error: type[Exception], **told: str) -> None:
    raise error("nothing to read", **told)


def test_calls_in_this_process_keep_their_order():
    found = each([partial(process_of, n) for n in range(4)], workers=1)
    assert [number for number, _, _ in found] == [0, 1, 2, 3]
    assert {process for _, process, _ in found} == {os.getpid()}


def test_calls_in_other_processes_keep_their_order_and_have_one_thread_each():
    before = [os.environ.get(name) for name in THREADS]
    found = each([partial(process_of, n) for n in range(4)], workers=2)
    assert [number for number, _, _ in found] == [0, 1, 2, 3]
    assert os.getpid() not in {process for _, process, _ in found}
    assert [threads for _, _, threads in found] == [["1"] * len(THREADS)] * 4
    assert [os.environ.get(name) for name in THREADS] == before


@pytest.mark.parametrize("error", [StoreError, NotEstimableError])
@pytest.mark.parametrize("told", [{"file": "here", "next_step": "build it"}, {"found": "2 rows"}])
def test_a_refusal_reads_the_same_from_another_process(error, told):
    said = []
    for workers in (0, 2):
        with pytest.raises(error) as refused:
            each([partial(refuse, error, **told)], workers=workers)
        said.append((str(refused.value), refused.value.reason, refused.value.next_step))
    assert said[0] == said[1]


@pytest.fixture
def con():
    with duckdb.connect(":memory:") as one:
        one.execute("create table numbers as select range as n from range(10)")
        yield one


def test_connections_answer_in_the_order_of_the_things(con):
    def square(one: duckdb.DuckDBPyConnection, n: int) -> int:
        return one.execute("select n * n from numbers where n = ?", [n]).fetchall()[0][0]

    with side_by_side(con) as connections:
        assert list(connections.each(square, range(10))) == [n * n for n in range(10)]


def test_several_connections_work_at_a_time(con):
    # each waits until the other is at work: with one connection the barrier breaks
    met = threading.Barrier(CONNECTIONS, timeout=20)
    with side_by_side(con) as connections:
        assert (
            len({id(one) for one in connections.each(lambda one, n: met.wait() >= 0 and one, range(CONNECTIONS))}) == 2
        )


def test_a_name_begins_when_all_that_it_needs_are_done(con):
    needs = {"last": ["left", "right"], "left": ["first"], "right": ["first"], "first": [], "alone": []}
    done: set[str] = set()

    def make(one: duckdb.DuckDBPyConnection, name: str) -> int:
        assert set(needs[name]) <= done, name
        one.execute(f'create table "{name}" as select {len(needs[name])} as reads')
        done.add(name)
        return len(needs[name])

    with side_by_side(con) as connections:
        assert dict(connections.after(make, needs)) == {name: len(read) for name, read in needs.items()}
    assert con.execute("select reads from last").fetchall() == [(2,)]


def test_what_needs_a_failed_name_never_begins(con):
    begun: list[str] = []

    def make(one: duckdb.DuckDBPyConnection, name: str) -> None:
        begun.append(name)
        if name == "left":
            raise StoreError("no", next_step="mend it")

    with pytest.raises(StoreError, match="mend it"), side_by_side(con) as connections:
        list(connections.after(make, {"last": ["left"], "left": []}))
    assert begun == ["left"]
