"""Work in several processes gives what one gives, in order, and refuses in the same words."""

from __future__ import annotations

import os
from functools import partial

import pytest

from trustpanel.errors import NotEstimableError, StoreError
from trustpanel.parallel import THREADS, each


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
