"""A declared `.toml` with one value put in the place of another: what a hostile or careless hand may write."""

from __future__ import annotations

import copy
import datetime
import json
from collections.abc import Iterator
from typing import Any

Place = tuple[Any, ...]
VALUES: tuple[Any, ...] = (
    0, -1, 10**30, float("inf"), float("nan"), "", "../../x", "/etc/x", "x' or 1=1; --", 'a"b', "\u0000", True, [], [[]],
    [1, "a"], {}, {"a": {}}, datetime.date(1, 1, 1), ["a", "a"], ["../x"],
)  # fmt: skip


def written(table: dict[str, Any]) -> str:
    """The table as a `.toml` document, one line for each of its keys."""
    return "".join(f"{json.dumps(key)} = {_value(value)}\n" for key, value in table.items())


def places(value: Any, at: Place = ()) -> Iterator[Place]:
    """The path of every value in a parsed document; of a list, of its first two alone."""
    if at:
        yield at
    inside = value.items() if isinstance(value, dict) else enumerate(value[:2]) if isinstance(value, list) else ()
    for key, held in inside:
        yield from places(held, (*at, key))


def put(table: dict[str, Any], at: Place, value: Any) -> dict[str, Any]:
    """The document with `value` at that place."""
    changed = copy.deepcopy(table)
    inside = changed
    for key in at[:-1]:
        inside = inside[key]
    inside[at[-1]] = value
    return changed


def _value(value: Any) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, (int, float)):
        return str(value)
    if isinstance(value, datetime.date):
        return value.isoformat()
    if isinstance(value, list):
        return f"[{', '.join(map(_value, value))}]"
    if isinstance(value, dict):
        return f"{{{', '.join(f'{json.dumps(k)} = {_value(v)}' for k, v in value.items())}}}"
    return json.dumps(value)
