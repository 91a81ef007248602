"""Work on one open database by several connections at a time: small statements leave most cores idle otherwise."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from contextlib import contextmanager
from graphlib import TopologicalSorter
from queue import SimpleQueue
from typing import Any

import duckdb

CONNECTIONS = 2
Work = Callable[[duckdb.DuckDBPyConnection, Any], Any]


class Connections:
    """A few connections to one database; what another connection has registered or set they do not see."""

    def __init__(self, con: duckdb.DuckDBPyConnection, pool: ThreadPoolExecutor) -> None:
        self._pool = pool
        self._free: SimpleQueue[duckdb.DuckDBPyConnection] = SimpleQueue()
        for _ in range(CONNECTIONS):
            one = con.cursor()
            # on a slow machine a bar would stand among the output of whoever builds
            one.execute("set enable_progress_bar = false")
            self._free.put(one)

    def each(self, work: Work, things: Iterable[Any]) -> Iterator[Any]:
        """What `work` returns of each thing, in the order of the things; so is the first error."""
        return self._pool.map(lambda thing: self._done(work, thing), things)

    def after(self, work: Work, needs: Mapping[str, Collection[str]]) -> Iterator[tuple[str, Any]]:
        """(name, what `work` returns of it) as each is done; a name begins when all that it needs are done."""
        order = TopologicalSorter(needs)
        order.prepare()
        begun: dict[Future, str] = {}
        while order.is_active():
            begun |= {self._pool.submit(self._done, work, name): name for name in order.get_ready()}
            for future in wait(begun, return_when=FIRST_COMPLETED).done:
                name = begun.pop(future)
                result = future.result()
                order.done(name)
                yield name, result

    def close(self) -> None:
        """Close every connection; none may be at work."""
        for _ in range(CONNECTIONS):
            self._free.get().close()

    def _done(self, work: Work, thing: Any) -> Any:
        con = self._free.get()
        try:
            return work(con, thing)
        finally:
            self._free.put(con)


@contextmanager
def side_by_side(con: duckdb.DuckDBPyConnection) -> Iterator[Connections]:
    """Connections beside `con`, closed at the end; what has not begun when an error leaves the block never begins."""
    pool = ThreadPoolExecutor(CONNECTIONS)
    connections = Connections(con, pool)
    try:
        yield connections
    finally:
        pool.shutdown(cancel_futures=True)
        connections.close()
