"""The `.toml` files as a checked codebook: unknown fields, missing twins and double owners are errors."""

from __future__ import annotations

import hashlib
import json
from functools import lru_cache
from pathlib import Path
from typing import Any

from trustpanel import paths
from trustpanel.codebook.fields import RAW_FILE, SOURCE, TABLE, VARIABLE, fit, fit_name, list_of_tables, parsed
from trustpanel.codebook.schema import CONCEPTS, MIRRORS, TERMS, TYPES, Codebook, RawFile, Source, Table, Variable
from trustpanel.errors import CodebookError

RESTRICTED = "restricted"


def read_toml(file: Path) -> dict[str, Any]:
    """The parsed file; raises `CodebookError` naming the file when it is absent or does not parse."""
    return parsed(file, CodebookError)


def load_sources(file: Path) -> dict[str, Source]:
    """Every `[[source]]` of `data/sources.toml` by id."""
    out: dict[str, Source] = {}
    for entry in list_of_tables(read_toml(file).get("source", []), file, "source"):
        files = list_of_tables(entry.pop("files", []), file, "source.files")
        fit(entry, SOURCE, file, entry.get("id"))
        for raw in files:
            fit(raw, RAW_FILE, file, f"{entry.get('id')}/{raw.get('name')}")
        try:
            fields: dict[str, Any] = {k: tuple(v) if isinstance(v, list) else v for k, v in entry.items()}
            source = Source(**fields, files=tuple(RawFile(**raw) for raw in files))
        except TypeError as error:
            raise CodebookError(
                "a source lacks a field", file=file, row=entry.get("id"), found=error, next_step="add the field"
            ) from error
        _admissible(source.terms, TERMS, "terms", file, source.id)
        if source.id in out:
            raise CodebookError("a source stands twice", file=file, row=source.id, next_step="remove one entry")
        if source.ship and source.terms == "restricted":
            raise CodebookError(
                "a restricted source may not be shipped", file=file, row=source.id, next_step="set ship = false"
            )
        out[source.id] = source
    return out


def load_tables(folder: Path, shared: Path) -> tuple[dict[str, Table], dict[str, Variable]]:
    """Tables and variables from the twins in `folder` and the shared key columns in `shared`."""
    variables = {name: _variable(name, entry, (), "", shared) for name, entry in read_toml(shared).items()}
    declared: dict[str, Table] = {}
    for part in (folder, folder / RESTRICTED):
        _twins(part)
    for file in (*sorted(folder.glob("*.toml")), *sorted((folder / RESTRICTED).glob("*.toml"))):
        entry = read_toml(file)
        fit(entry, TABLE, file, file.stem)
        fit_name(file.stem, file)
        sources = tuple(entry.get("sources", ()))
        for name, own in entry.get("own", {}).items():
            if name in variables:
                raise CodebookError(
                    "a column has two owners",
                    file=file,
                    row=name,
                    found=variables[name].owner or shared.name,
                    next_step="declare it once, or give it another name",
                )
            variables[name] = _variable(name, own, sources, file.stem, file)
        declared[file.stem] = _table(file, entry, sources)
    for table in declared.values():
        _complete(table, variables, folder / (RESTRICTED if table.restricted else "") / f"{table.name}.toml")
    return declared, variables


@lru_cache(maxsize=4)
def codebook(sources_file: Path | None = None) -> Codebook:
    """The whole codebook of the package, cross-checked; cached for the life of the process."""
    sources = load_sources(sources_file or paths.project().sources)
    declared, variables = load_tables(paths.TABLES, paths.CODEBOOK / "columns.toml")
    _plugs(declared, sources)
    _absences(declared, variables)
    entries: list[Table | Variable] = [*declared.values(), *variables.values()]
    for entry in entries:
        unknown = [s for s in entry.sources if s not in sources and s != "trustpanel"]
        if unknown:
            raise CodebookError(
                "an entry names a source that data/sources.toml does not have",
                file=_declared_in(entry),
                row=entry.name,
                expected=f"one of {sorted(sources)}, or trustpanel",
                found=unknown,
                next_step="add the source or mend the name",
            )
    return Codebook(declared, variables, sources, schema_version(declared, variables))


def schema_version(tables: dict[str, Table], variables: dict[str, Variable]) -> str:
    """Short hash over the declared shape of every table: rises with any change of a column, key or type."""
    shape = {
        t.name: [list(t.key), [[c, variables[c].type, variables[c].missing == "never"] for c in t.columns]]
        for t in sorted(tables.values(), key=lambda t: t.name)
    }
    return hashlib.sha256(json.dumps(shape, sort_keys=True).encode()).hexdigest()[:12]


def _declared_in(entry: Table | Variable) -> Path:
    owner = entry.name if isinstance(entry, Table) else entry.owner
    if not owner:
        return paths.CODEBOOK / "columns.toml"
    return next(paths.TABLES.rglob(f"{owner}.toml"), paths.TABLES / f"{owner}.toml")


def _table(file: Path, entry: dict[str, Any], sources: tuple[str, ...]) -> Table:
    sql = file.with_suffix(".sql")
    for needed in ("label", "doc", "grain", "key", "columns"):
        if not entry.get(needed):
            raise CodebookError("a table lacks a field", file=file, row=file.stem, expected=needed, next_step="add it")
    if bool(entry.get("needs")) != (file.parent.name == RESTRICTED):
        raise CodebookError(
            "a table needs a source that is not shipped if, and only if, it stands in tables/restricted/",
            file=file,
            row=file.stem,
            expected=f"needs = [...] in tables/{RESTRICTED}/, no needs elsewhere",
            found=entry.get("needs"),
            next_step="move the twins or mend needs",
        )
    return Table(
        name=file.stem,
        label=entry["label"],
        doc=entry["doc"],
        grain=entry["grain"],
        key=tuple(entry["key"]),
        columns=tuple(entry["columns"]),
        sources=sources,
        references=dict(entry.get("references", {})),
        base=entry.get("base", ""),
        needs=tuple(entry.get("needs", ())),
        universe=entry.get("universe", ""),
        sql=sql.read_text(encoding="utf-8") if sql.is_file() else "",
    )


def _variable(name: str, entry: dict[str, Any], sources: tuple[str, ...], owner: str, file: Path) -> Variable:
    fit_name(name, file)
    if not isinstance(entry, dict):
        raise CodebookError(
            "a column is not a table", file=file, row=name, found=repr(entry)[:200], next_step="mend it"
        )
    fit(entry, VARIABLE, file, name)
    for needed in ("label", "type", "concept", "missing"):
        if not entry.get(needed):
            raise CodebookError("a column lacks a field", file=file, row=name, expected=needed, next_step="add it")
    _admissible(entry["type"], tuple(TYPES), "type", file, name)
    _admissible(entry["concept"], CONCEPTS, "concept", file, name)
    _admissible(entry.get("mirror", ""), MIRRORS, "mirror", file, name)
    life = entry.get("half_life")
    if life is not None and not (str(life).startswith("choice:") or (isinstance(life, int) and life > 0)):
        raise CodebookError(
            "half_life is neither a number of months nor a choice",
            file=file,
            row=name,
            expected="a whole number above 0, or choice: and a row of the table of choices",
            found=life,
            next_step="mend it",
        )
    fields: dict[str, Any] = {k: tuple(v) if isinstance(v, list) else v for k, v in entry.items()}
    fields.setdefault("sources", sources)
    return Variable(name=name, owner=owner, **fields)


def _complete(table: Table, variables: dict[str, Variable], file: Path) -> None:
    unknown = [c for c in (*table.columns, *table.key, *table.references) if c not in variables]
    if unknown:
        raise CodebookError(
            "a table lists a column that nobody declares",
            file=file,
            row=unknown[0],
            next_step="declare it under [own.<name>] or in codebook/columns.toml",
        )
    strange = [k for k in (*table.key, *table.references) if k not in table.columns]
    if strange:
        raise CodebookError("a key or reference is not a column", file=file, row=strange[0], next_step="mend the list")


def _plugs(tables: dict[str, Table], sources: dict[str, Source]) -> None:
    for table in tables.values():
        wrong = [s for s in table.needs if s not in sources or sources[s].ship]
        if wrong:
            raise CodebookError(
                "a table needs a source that is unknown or shipped",
                file=paths.TABLES / RESTRICTED / f"{table.name}.toml",
                row=table.name,
                expected=sorted(s.id for s in sources.values() if not s.ship),
                found=wrong,
                next_step="mend needs",
            )


def _absences(tables: dict[str, Table], variables: dict[str, Variable]) -> None:
    for v in (v for v in variables.values() if v.absent is not None):
        table = tables.get(v.owner)
        universe = tables.get(table.universe) if table else None
        if (
            table is None
            or v.window is None
            or universe is None
            or universe.key != table.key
            or "year" not in table.key
        ):
            raise CodebookError(
                "what an absent row means is declared without a window, or without a universe of the same key",
                file=_declared_in(v),
                row=v.name,
                expected="window = [first, last] of the column, and universe = a table with this key, year included",
                next_step="declare them, or remove absent",
            )


def _twins(folder: Path) -> None:
    declared = {f.stem for f in folder.glob("*.toml")}
    for sql in sorted(folder.glob("*.sql")):
        if sql.stem not in declared:
            raise CodebookError("a .sql has no .toml twin", file=sql, next_step=f"write {sql.stem}.toml")
    for file in sorted(folder.glob("*.toml")):
        if not file.with_suffix(".sql").is_file() and "base" not in read_toml(file):
            raise CodebookError(
                "a table has neither a .sql twin nor a base fact",
                file=file,
                next_step="write the select, or name the fact with base = ",
            )


def _admissible(value: str, allowed: tuple[str, ...], what: str, file: Path, row: object) -> None:
    if value not in allowed:
        raise CodebookError(f"unknown {what}", file=file, row=row, found=value, expected=allowed, next_step="mend it")
