"""The text of a `.toml` file parsed, and what each field of the codebook's files may hold."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from trustpanel.codebook.schema import TYPES
from trustpanel.errors import CodebookError, TrustpanelError

NAME = re.compile(r"[a-z][a-z0-9_]*")
LARGEST = 8_000_000
Rule = tuple[Callable[[Any], bool], str]


def parsed(file: Path, refusal: type[TrustpanelError]) -> dict[str, Any]:
    """The tables of a `.toml` file; raises `refusal` naming the file when it is absent, too large or no TOML."""
    try:
        size = file.stat().st_size
        if size > LARGEST:
            raise refusal(
                "the file is too large for a declaration",
                file=file,
                expected=f"at most {LARGEST:,} bytes",
                found=f"{size:,} bytes",
                next_step="restore it from version control",
            )
        return tomllib.loads(file.read_bytes().decode("utf-8"))
    except FileNotFoundError as error:
        raise refusal("a declared file is absent", file=file, next_step="restore it from version control") from error
    except OSError as error:
        raise refusal(
            "the file cannot be read", file=file, found=error, next_step="restore it, or its rights"
        ) from error
    except (ValueError, RecursionError) as error:
        # a whole number of more than 4,300 digits is a ValueError, tables too deep in each other a RecursionError
        raise refusal(
            "the file is not valid TOML", file=file, found=str(error)[:200], next_step="mend the line"
        ) from error


def _is_text(value: Any) -> bool:
    return isinstance(value, str)


def _is_bool(value: Any) -> bool:
    return isinstance(value, bool)


def _is_number(value: Any) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def _are_texts(value: Any) -> bool:
    return isinstance(value, (list, tuple)) and all(isinstance(v, str) for v in value)


def _are_names(value: Any) -> bool:
    return _are_texts(value) and len(set(value)) == len(value) and all(NAME.fullmatch(v) for v in value)


def _is_range(value: Any) -> bool:
    return isinstance(value, (list, tuple)) and len(value) == 2 and all(map(_is_number, value)) and value[0] <= value[1]


def _is_window(value: Any) -> bool:
    return _is_range(value) and all(isinstance(year, int) and 0 < year < 10_000 for year in value)


def _is_file_name(value: Any) -> bool:
    return _is_text(value) and value.strip(". ") != "" and value.isprintable() and not set(value) & set("/\\:")


def _is_name(value: Any) -> bool:
    return _is_text(value) and NAME.fullmatch(value) is not None


def _is_sha256(value: Any) -> bool:
    return _is_text(value) and re.fullmatch(r"([0-9a-f]{64})?", value) is not None


def _is_size(value: Any) -> bool:
    return _is_number(value) and isinstance(value, int) and 0 <= value < 1 << 50


def _is_address(value: Any) -> bool:
    return _is_text(value) and re.fullmatch(r"(https?://\S+)?", value) is not None


def _are_references(value: Any) -> bool:
    return isinstance(value, dict) and all(
        NAME.fullmatch(column) and _is_text(target) and re.fullmatch(rf"{NAME.pattern}\.{NAME.pattern}", target)
        for column, target in value.items()
    )


TEXT: Rule = (_is_text, "text")
TRUTH: Rule = (_is_bool, "true or false")
TEXTS: Rule = (_are_texts, "a list of texts")
NAMES: Rule = (_are_names, "a list of names, each once, in lower-case letters, digits and underscores")
WINDOW: Rule = (_is_window, "the first and the last year")
SOURCE: Mapping[str, Rule] = {
    **dict.fromkeys(
        ("title", "producer", "version", "citation", "bibtex_key", "bibtex", "licence", "terms", "unit", "url"), TEXT
    ),
    "id": (_is_name, "a name in lower-case letters, digits and underscores"),
    "ship": TRUTH,
    "supplied_by_user": TRUTH,
    "window": WINDOW,
    "traps": TEXTS,
}
RAW_FILE: Mapping[str, Rule] = {
    "name": (_is_file_name, "the name of a file, without a folder"),
    "download": (_is_address, "an address that begins with http:// or https://"),
    "bytes": (_is_size, "a number of bytes"),
    "sha256": (_is_sha256, "64 hexadecimal digits"),
    "archive_member": TEXT,
    "archive_sha256": (_is_sha256, "64 hexadecimal digits"),
}
TABLE: Mapping[str, Rule] = {
    **dict.fromkeys(("label", "doc", "grain", "universe"), TEXT),
    "base": (lambda v: re.fullmatch(r"(facts|coded|run)\.[a-z][a-z0-9_]*", str(v)) is not None, "facts.<name>"),
    **dict.fromkeys(("key", "columns"), NAMES),
    **dict.fromkeys(("sources", "needs"), TEXTS),
    "references": (_are_references, "column = table.column"),
    "own": (lambda v: isinstance(v, dict) and all(isinstance(entry, dict) for entry in v.values()), "tables"),
}
VARIABLE: Mapping[str, Rule] = {
    **dict.fromkeys(("label", "type", "concept", "missing", "unit", "formula", "mirror"), TEXT),
    **dict.fromkeys(("sources", "values"), TEXTS),
    "range": (_is_range, "the least and the greatest value"),
    "window": WINDOW,
    "absent": (lambda v: isinstance(v, (bool, int, float, str)), "one value"),
    "half_life": (lambda v: isinstance(v, (int, str)), "months, or a choice"),
    "passes": TRUTH,
}
CODED: Mapping[str, Rule] = {
    "key": NAMES,
    "columns": (
        lambda v: isinstance(v, dict) and bool(v) and _are_names([*v]) and set(map(str, v.values())) <= set(TYPES),
        f"name = type, of {', '.join(TYPES)}",
    ),
}


def list_of_tables(value: Any, file: Path, where: str) -> list[dict[str, Any]]:
    """The list of tables under one head; raises `CodebookError` if it is something else."""
    if isinstance(value, list) and all(isinstance(entry, dict) for entry in value):
        return value
    raise CodebookError(
        "a list of tables is something else",
        file=file,
        row=where,
        expected=f"[[{where}]]",
        found=repr(value)[:200],
        next_step="mend the head",
    )


def fit(entry: Mapping[str, Any], rules: Mapping[str, Rule], file: Path, row: object) -> None:
    """Return if every field is known and holds what it may; raises `CodebookError` naming file, row and field."""
    strange = sorted(set(entry) - set(rules))
    if strange:
        raise CodebookError(
            "unknown field", file=file, row=row, found=strange, expected=sorted(rules), next_step="mend the name"
        )
    for field, value in entry.items():
        fits, expected = rules[field]
        if not fits(value):
            raise CodebookError(
                "a field holds what it may not",
                file=file,
                row=f"{row}: {field}",
                expected=expected,
                found=repr(value)[:200],
                next_step="mend the value",
            )


def fit_name(name: str, file: Path) -> None:
    """Return if `name` can be that of a table or column; raises `CodebookError` otherwise."""
    if not NAME.fullmatch(name):
        raise CodebookError(
            "a name of a table or column has other signs than lower-case letters, digits and underscores",
            file=file,
            row=repr(name)[:100],
            next_step="give it another name",
        )
