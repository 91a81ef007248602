"""The named, versioned sets of rows and columns of `samples.toml` and `blocks.toml`."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from trustpanel.errors import AnalysisError
from trustpanel.models.spec_types import NamedSet
from trustpanel.models.toml_table import file_sha256, read_toml, take

ROWS = {"risk_set": {"column": str}, "coverage": {"column": str}, "window": {}}
OPTIONAL = {"window": {"first_year": int, "last_year": int}, "coverage": {}, "risk_set": {}}
COLUMNS = ("controls", "block")


@dataclass(frozen=True)
class SetLibrary:
    """Every named set, found by kind and `name.vN`."""

    sets: tuple[tuple[tuple[str, str], NamedSet], ...]
    samples_sha256: str
    blocks_sha256: str

    @classmethod
    def read(cls, folder: Path) -> SetLibrary:
        """The sets of a folder of analyses."""
        samples, blocks = folder / "samples.toml", folder / "blocks.toml"
        found: dict[tuple[str, str], NamedSet] = {}
        for path, kinds in ((samples, tuple(ROWS)), (blocks, COLUMNS)):
            tables = take(read_toml(path), file=path, where=path.stem, required=dict.fromkeys(kinds, dict))
            for kind in kinds:
                for name, versions in tables[kind].items():
                    found |= _versions(kind, name, versions, file=path)
        return cls(tuple(found.items()), file_sha256(samples), file_sha256(blocks))

    def get(self, kind: str, reference: str, *, file: Path) -> NamedSet:
        """The set of that kind and reference, or an AnalysisError naming the file that asks for it."""
        known = dict(self.sets)
        if not isinstance(reference, str) or (kind, reference) not in known:
            names = ", ".join(r for k, r in known if k == kind)
            raise AnalysisError(
                f"no {kind} of that name and version",
                file=file,
                expected=names,
                found=reference,
                next_step="name one of them, or declare the set in samples.toml or blocks.toml",
            )
        return known[(kind, reference)]

    def all_blocks(self) -> tuple[NamedSet, ...]:
        return tuple(named for (kind, _), named in self.sets if kind == "block")


def _versions(kind: str, name: str, versions: Any, *, file: Path) -> dict[tuple[str, str], NamedSet]:
    if not isinstance(versions, dict):
        raise AnalysisError(
            f"`{kind}.{name}` has no version",
            file=file,
            expected=f"[{kind}.{name}.v1]",
            found=repr(versions),
            next_step="put the fields under a version",
        )
    found: dict[int, NamedSet] = {}
    for version, table in versions.items():
        where = f"{kind}.{name}.{version}"
        if not (version.startswith("v") and version[1:].isdigit()):
            raise AnalysisError(
                f"`{where}` is not a version",
                file=file,
                expected="v1, v2, ...",
                found=version,
                next_step="rename the version",
            )
        if kind in COLUMNS:
            fields = take(
                table, file=file, where=where, required={"statement": str, "columns": list}, optional={"planned": list}
            )
        else:
            fields = take(
                table, file=file, where=where, required={"statement": str, **ROWS[kind]}, optional=OPTIONAL[kind]
            )
        found[int(version[1:])] = NamedSet(reference=f"{name}.{version}", **fields)
    return {(kind, named.reference): _still_planned(named, n, found) for n, named in found.items()}


def _still_planned(named: NamedSet, number: int, versions: dict[int, NamedSet]) -> NamedSet:
    """The set without the planned columns that a later version of it has."""
    later = [c for n, other in versions.items() if n > number for c in other.columns]
    return replace(named, planned=tuple(c for c in named.planned if c not in later))
