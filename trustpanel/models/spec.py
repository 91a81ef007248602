"""Frozen analysis files are read into `Spec`, checked field by field and against the codebook's concepts."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from trustpanel.errors import AnalysisError
from trustpanel.models.spec_core import read_core
from trustpanel.models.spec_sets import SetLibrary
from trustpanel.models.spec_types import Core, Spec
from trustpanel.models.toml_table import Fields, day_of, file_sha256, identifier, one_of, read_toml, take

THEORIES = ("W", "K", "Ky", "R")
SIGNS = ("+", "-", "0", ".", ">0", "<=0", "~0", "-small", "0/+", "0/-", "+, cheap = 0", "±")
ROLES = ("primary", "secondary", "exploratory")
HEAD: Fields = {
    "id": str,
    "title": str,
    "statement": str,
    "parameter": str,
    "role": str,
    "version": int,
    "seen_before_freeze": str,
    "falsifier": str,
    "sign": dict,
}
CHECKSUMS = "frozen.toml"


def load_specs(folder: Path, *, concepts: Mapping[str, str] | None = None) -> dict[str, Spec]:
    """Every `h*.toml` of the folder that reads off a core model as {id: Spec}, in order of file name.

    `concepts` maps a variable to its codebook concept; a bonding variable in block `state` is refused.
    """
    library = SetLibrary.read(folder)
    read = {path: read_toml(path) for path in sorted(folder.glob("h[0-9][0-9].toml"))}
    files = {path: table for path, table in read.items() if not has_own_tests(table)}
    for path, table in files.items():
        identifier(table.get("id"), file=path)
    cores = {
        table["id"]: read_core(table, file=path, library=library)
        for path, table in files.items()
        if "same_model_as" not in table
    }
    declared = {
        path: cores[table["id"]] for path, table in files.items() if table.get("id") in cores and "model" in table
    }
    _check_concepts(declared, concepts or {}, blocks=folder / "blocks.toml", library=library)
    specs: dict[str, Spec] = {}
    for path, table in files.items():
        spec = _spec(table, file=path, cores=cores, library=library)
        if spec.id in specs:
            raise AnalysisError("two analysis files declare one id", file=path, found=spec.id, next_step="rename one")
        specs[spec.id] = spec
    return specs


def has_own_tests(table: Mapping[str, Any]) -> bool:
    """Whether an analysis file declares tests of its own, or why there are none, in place of the core model."""
    return "tests" in table or "untestable" in table


def load_spec(folder: Path, identifier: str, *, concepts: Mapping[str, str] | None = None) -> Spec:
    """The hypothesis of that id, for example "H3"."""
    specs = load_specs(folder, concepts=concepts)
    if identifier not in specs:
        raise AnalysisError(
            "no such hypothesis", file=folder, expected=", ".join(specs), found=identifier, next_step="name one of them"
        )
    return specs[identifier]


def check_frozen(folder: Path) -> dict[str, str]:
    """{file: sha256} of the frozen files.

    AnalysisError for a file that differs from `frozen.toml`, or has no entry in `CHANGES.md`.
    """
    declared = take(read_toml(folder / CHECKSUMS), file=folder / CHECKSUMS, where="frozen", required={"sha256": dict})[
        "sha256"
    ]
    changes = (folder / "CHANGES.md").read_text(encoding="utf-8")
    names = sorted({path.name for path in folder.glob("*.toml")} | set(declared))
    files = {name: folder / name for name in names if name != CHECKSUMS}
    found = {name: file_sha256(path) if path.is_file() else "no file" for name, path in files.items()}
    for name, digest in found.items():
        if declared.get(name) != digest:
            raise AnalysisError(
                "a frozen file was changed",
                file=folder / name,
                expected=declared.get(name),
                found=digest,
                next_step="undo it, or raise its version, enter it in CHANGES.md and put the checksum in frozen.toml",
            )
        if digest[:12] not in changes:
            raise AnalysisError(
                "a frozen file has no entry for its present content",
                file=folder / "CHANGES.md",
                expected=f"{name} {digest[:12]}",
                next_step="add a dated entry that names the file and the first 12 digits of its checksum",
            )
    return found


def _spec(table: dict[str, Any], *, file: Path, cores: Mapping[str, Core], library: SetLibrary) -> Spec:
    frozen = day_of(table.get("frozen"), file=file)
    optional = (
        {"same_model_as": str}
        if "same_model_as" in table
        else {"model": dict, "grain": dict, "errors": dict, "testable": dict, "decision": dict, "variants": list}
    )
    head = take(table, file=file, where="analysis", required={**HEAD, "frozen": datetime.date}, optional=optional)
    sign = take(head["sign"], file=file, where="sign", required=dict.fromkeys(THEORIES, str))
    for theory in THEORIES:
        one_of(sign[theory], SIGNS, file=file, where=f"sign.{theory}")
    one_of(head["role"], ROLES, file=file, where="role")
    owner = head.get("same_model_as", head["id"])
    if owner not in cores:
        raise AnalysisError(
            "the core model is declared by no file",
            file=file,
            expected=", ".join(cores),
            found=owner,
            next_step="declare [model], or name one of them in same_model_as",
        )
    core = cores[owner]
    one_of(head["parameter"], tuple(p.name for p in core.parameters), file=file, where="parameter")
    kept = {
        k: head[k]
        for k in ("id", "title", "statement", "parameter", "role", "version", "seen_before_freeze", "falsifier")
    }
    return Spec(
        **kept,
        frozen=frozen,
        sign=tuple((t, sign[t]) for t in THEORIES),
        core=core,
        sha256=file_sha256(file),
        samples_sha256=library.samples_sha256,
        blocks_sha256=library.blocks_sha256,
    )


def _check_concepts(
    cores: Mapping[Path, Core], concepts: Mapping[str, str], *, blocks: Path, library: SetLibrary
) -> None:
    """No variable of concept `bonding` stands in block `state`, neither as a term nor in a named set."""
    used = [
        (path, t.column, f"term {t.name}") for path, core in cores.items() for t in core.terms if t.block == "state"
    ]
    named = [s for s in library.all_blocks() if s.reference.startswith("state.")]
    used += [(blocks, column, f"set {s.reference}") for s in named for column in s.columns]
    for path, column, place in used:
        if concepts.get(column) == "bonding":
            raise AnalysisError(
                f"`{column}` ({place}) measures bonding and cannot stand for trust between the states",
                file=path,
                expected="a variable of another concept in block `state`",
                found=f"{column}: concept bonding",
                next_step="move it to block `interpersonal`",
            )
