"""What the words mean: frozen descriptions of sources, variables and tables."""

from __future__ import annotations

from dataclasses import dataclass, field

TYPES = {
    "string": "varchar",
    "int8": "tinyint",
    "int16": "smallint",
    "int32": "integer",
    "int64": "bigint",
    "float32": "float",
    "float64": "double",
    "bool": "boolean",
    "date32": "date",
}
CONCEPTS = (
    "identifier",
    "time",
    "provenance",
    "coverage",
    "sample",
    "outcome",
    "bonding",
    "carry_over",
    "state_trust",
    "disposition",
    "structure",
    "society",
    "agreement",
)
MIRRORS = ("", "negated")
TERMS = ("open", "citation", "restricted")


@dataclass(frozen=True)
class RawFile:
    """One pinned raw file: its name, public address, size in bytes and sha256.

    If the address is that of a ZIP archive, `archive_member` names the file in it and `archive_sha256` pins it.
    """

    name: str
    download: str = ""
    bytes: int = 0
    sha256: str = ""
    archive_member: str = ""
    archive_sha256: str = ""


@dataclass(frozen=True)
class Source:
    """One data source: who made it, on which terms, for which years, and how to cite it."""

    id: str
    title: str
    producer: str
    version: str
    citation: str
    bibtex_key: str
    bibtex: str
    licence: str
    terms: str
    ship: bool
    window: tuple[int, int]
    unit: str
    url: str = ""
    traps: tuple[str, ...] = ()
    supplied_by_user: bool = False
    files: tuple[RawFile, ...] = ()


@dataclass(frozen=True)
class Variable:
    """One column: name, label, type, unit, concept, formula, sources, admissible values and missing rule.

    `absent` is the value, within the window, of a row of the table's universe that the table does not hold (text that
    begins with `choice:` names a row of the table of choices); without it nothing is known of such a row.
    `mirror` says how the value looks from the other side of a pair, where no second column says so.
    In a table of stretches of days the value is that of the first day: from there on it halves every `half_life` months
    (a number, or `choice:` and its row in the table of choices), or grows by the months that have passed (`passes`).
    """

    name: str
    label: str
    type: str
    concept: str
    missing: str
    unit: str = ""
    formula: str = ""
    sources: tuple[str, ...] = ()
    range: tuple[float, float] | None = None
    values: tuple[str, ...] = ()
    window: tuple[int, int] | None = None
    owner: str = ""
    absent: int | float | bool | str | None = None
    mirror: str = ""
    half_life: int | str | None = None
    passes: bool = False

    @property
    def never_missing(self) -> bool:
        return self.missing == "never"


@dataclass(frozen=True)
class Table:
    """One table: its grain, key, columns in order, sources, and the references that a check follows.

    `needs` names the sources that are not shipped and without which the table is absent. `universe` names the table
    whose rows this one speaks of, for variables that declare what the absence of a row means.
    """

    name: str
    label: str
    doc: str
    grain: str
    key: tuple[str, ...]
    columns: tuple[str, ...]
    sources: tuple[str, ...] = ()
    references: dict[str, str] = field(default_factory=dict)
    base: str = ""
    sql: str = ""
    needs: tuple[str, ...] = ()
    universe: str = ""

    @property
    def restricted(self) -> bool:
        """Whether the table is built only from sources that the user supplies, and is never exported."""
        return bool(self.needs)


@dataclass(frozen=True)
class Codebook:
    """Every table, variable and source of the package, cross-checked."""

    tables: dict[str, Table]
    variables: dict[str, Variable]
    sources: dict[str, Source]
    schema_version: str

    def columns(self, table: str) -> tuple[Variable, ...]:
        """The variables of `table`, in column order."""
        return tuple(self.variables[c] for c in self.tables[table].columns)

    def concepts(self) -> dict[str, str]:
        """Concept by variable name: what an analysis may use a variable for."""
        return {name: variable.concept for name, variable in self.variables.items()}
