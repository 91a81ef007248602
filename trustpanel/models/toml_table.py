"""Strict reading of one TOML table: every field is known and of the declared type, or an AnalysisError names it."""

from __future__ import annotations

import datetime
import difflib
import hashlib
import math
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from trustpanel.codebook.fields import parsed
from trustpanel.errors import AnalysisError

ID = re.compile(r"[A-Za-z][A-Za-z0-9_]{0,39}")
Fields = Mapping[str, type | tuple[type, ...]]
REAL = (int, float)
# what the frozen file of every long run says of itself
HEAD: Fields = {"title": str, "version": int, "seen_before_freeze": str, "statement": str, "falsifier": str}


def read_toml(path: Path) -> dict[str, Any]:
    """The parsed file; an absent or malformed one is an AnalysisError."""
    return parsed(path, AnalysisError)


def read_frozen(path: Path, *, required: Fields) -> tuple[dict[str, Any], dict[str, Any]]:
    """(head, fields) of the frozen file of a long run: HEAD with the day of the freeze and the checksum, and the rest.

    Raises `AnalysisError` with the first field that is not as declared.
    """
    table = read_toml(path)
    frozen = day_of(table.pop("frozen", None), file=path)
    fields = take(table, file=path, where=path.stem, required={**HEAD, **required})
    head = {name: fields.pop(name) for name in HEAD}
    return {**head, "frozen": frozen, "sha256": file_sha256(path)}, fields


def day_of(value: Any, *, file: Path) -> str:
    """The day of the freeze as YYYY-MM-DD."""
    if type(value) is not datetime.date:
        raise AnalysisError(
            "`frozen` is not a date",
            file=file,
            expected="YYYY-MM-DD without quotes",
            found=value,
            next_step="write the day on which the analysis was frozen",
        )
    return value.isoformat()


def by_name(entries: Sequence[Any], *, file: Path) -> dict[str, Any]:
    """{name: entry} of entries that have one, in their order; two of one name, or none at all, is an AnalysisError."""
    names = [entry.name for entry in entries]
    if len(set(names)) < len(names) or not names:
        raise AnalysisError(
            "two entries have one name, or there is none",
            file=file,
            found=names,
            next_step="give each entry a name of its own",
        )
    return dict(zip(names, entries, strict=True))


def file_sha256(path: Path) -> str:
    """Checksum of a file's text with Unix line ends, so that a checkout on another system agrees."""
    return hashlib.sha256(path.read_bytes().replace(b"\r\n", b"\n")).hexdigest()


def take(table: Any, *, file: Path, where: str, required: Fields, optional: Fields | None = None) -> dict[str, Any]:
    """The table's fields, none unknown, none absent, each of its type; lists come back as tuples."""
    if not isinstance(table, dict):
        raise AnalysisError(
            f"`{where}` is not a table",
            file=file,
            expected="a table",
            found=type(table).__name__,
            next_step="write its fields under a table head",
        )
    known = {**required, **(optional or {})}
    for field in table:
        if field not in known:
            near = difflib.get_close_matches(field, known, n=1)
            raise AnalysisError(
                f"unknown field `{field}` in `{where}`",
                file=file,
                expected=", ".join(sorted(known)),
                found=field,
                next_step=f"did you mean `{near[0]}`?" if near else "remove the field",
            )
    for field in required:
        if field not in table:
            raise AnalysisError(
                f"field `{field}` is absent from `{where}`", file=file, expected=field, next_step="add the field"
            )
    for field, value in table.items():
        _check_type(value, known[field], file=file, where=f"{where}.{field}")
    return {field: _frozen(value) for field, value in table.items()}


def _check_type(value: Any, kind: type | tuple[type, ...], *, file: Path, where: str) -> None:
    kinds = kind if isinstance(kind, tuple) else (kind,)
    wrong_bool = isinstance(value, bool) and bool not in kinds
    if wrong_bool or not isinstance(value, kinds):
        raise AnalysisError(
            f"`{where}` has the wrong type",
            file=file,
            expected=" or ".join(k.__name__ for k in kinds),
            found=repr(value),
            next_step="mend the value",
        )


def _frozen(value: Any) -> Any:
    return tuple(_frozen(item) for item in value) if isinstance(value, list) else value


def one_of(value: str, allowed: tuple[str, ...], *, file: Path, where: str) -> str:
    """The value, which is one of the allowed ones."""
    if value not in allowed:
        raise AnalysisError(
            f"`{where}` has an unknown value",
            file=file,
            expected=", ".join(allowed),
            found=value,
            next_step="choose one of them",
        )
    return value


def numbers(value: Any, *, count: int = 0, file: Path, where: str) -> tuple[float, ...]:
    """The value, which is a list of finite numbers, as many as `count` if that is not 0."""
    fits = isinstance(value, tuple) and all(
        isinstance(v, (int, float)) and not isinstance(v, bool) and math.isfinite(v) for v in value
    )
    if not fits or (count and len(value) != count):
        raise AnalysisError(
            f"`{where}` is no list of {count or ''} numbers".replace("  ", " "),
            file=file,
            expected=f"[{', '.join(['number'] * (count or 1))}{'' if count else ', ...'}]",
            found=repr(value)[:200],
            next_step="mend the list",
        )
    return value  # type: ignore[no-any-return]


def identifier(value: Any, *, file: Path) -> str:
    """The value, which can be the id of a hypothesis and the name of its files."""
    if not isinstance(value, str) or not ID.fullmatch(value):
        raise AnalysisError(
            "`id` is not a letter followed by letters, digits or underscores",
            file=file,
            expected="an id like H16",
            found=repr(value)[:100],
            next_step="give it another id",
        )
    return value
