"""The hypotheses beside the core model are read from their frozen files, field by field."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from trustpanel.errors import AnalysisError
from trustpanel.models.hypothesis import FrameRequest, Hypothesis, Test, Values
from trustpanel.models.model import Model
from trustpanel.models.roles import read_roles
from trustpanel.models.spec import ROLES, SIGNS, THEORIES, has_own_tests
from trustpanel.models.spec_core import read_parameters, read_term
from trustpanel.models.spec_sets import SetLibrary
from trustpanel.models.spec_types import Contrast, Core, NamedSet, Sample
from trustpanel.models.toml_table import REAL, Fields, day_of, file_sha256, identifier, one_of, read_toml, take

INTERPERSONAL = "interpersonal"
BLOCKS = (
    *("interpersonal", "state", "discretion", "oversight", "rules", "hedging", "society", "belief"),
    *("ideology", "similarity", "structure", "turnover", "horizon", "opportunity"),
)
EFFECTS = ("dyad", "year")
EXPECTED = ("+", "-", "0")
HEAD: Fields = {
    **dict.fromkeys(("id", "title", "statement", "role", "expected", "seen_before_freeze", "falsifier"), str),
    "version": int,
    "sign": dict,
}
FRAME: Fields = {
    "unit": str,
    "variables": list,
    "table": str,
    "years": list,
    "directed": bool,
    "products": dict,
}
TEST: Fields = {"name": str, "label": str, "estimator": str, "outcome": str, "orientation": int, "terms": list}
TEST_OPTIONS: Fields = {
    "parameters": dict,
    "smallest_effect": REAL,
    "effects": list,
    "controls": str,
    **dict.fromkeys(("more_controls", "splines", "flags", "dummies"), list),
    "weights": str,
    "cluster": str,
    "sample": dict,
    "rows": dict,
    "roles": dict,
}
FILES = "[dh][0-9][0-9].toml"  # hypotheses, and designs that no hypothesis owns
EVERY_ROW = NamedSet("all", "every row")


def load_hypotheses(
    folder: Path, core: Core, *, estimators: tuple[str, ...], concepts: Mapping[str, str] | None = None
) -> dict[str, Hypothesis]:
    """Every hypothesis and design of the folder that declares its own tests, by id in order of file name.

    `core` lends the rules of errors, variation and decision. `concepts` maps a variable to its codebook concept: a
    variable of bonding stands in no block but `interpersonal`. Raises `AnalysisError` naming file and field.
    """
    library = SetLibrary.read(folder)
    found: dict[str, Hypothesis] = {}
    for path in sorted(folder.glob(FILES)):
        table = read_toml(path)
        if has_own_tests(table):
            read = _hypothesis(table, file=path, core=core, library=library, estimators=estimators)
            _check_blocks(read, concepts or {}, file=path)
            found[read.id] = read
    return found


def load_hypothesis(
    file: Path, core: Core, *, sets: Path, estimators: tuple[str, ...], concepts: Mapping[str, str] | None = None
) -> Hypothesis:
    """The hypothesis of one file, wherever it lies; `sets` is the folder of the named samples and sets of controls.

    Raises `AnalysisError` naming file and field.
    """
    read = _hypothesis(read_toml(file), file=file, core=core, library=SetLibrary.read(sets), estimators=estimators)
    _check_blocks(read, concepts or {}, file=file)
    return read


def _hypothesis(
    table: dict[str, Any], *, file: Path, core: Core, library: SetLibrary, estimators: tuple[str, ...]
) -> Hypothesis:
    frozen = day_of(table.get("frozen"), file=file)
    tested: Fields = {"parameter": str, "frame": dict, "tests": list}
    untested: Fields = {"untestable": dict}
    required = {**HEAD, "frozen": datetime.date, **(tested if "tests" in table else untested)}
    head = take(table, file=file, where="analysis", required=required)
    identifier(head["id"], file=file)
    sign = take(head["sign"], file=file, where="sign", required=dict.fromkeys(THEORIES, str))
    for theory in THEORIES:
        one_of(sign[theory], SIGNS, file=file, where=f"sign.{theory}")
    one_of(head["role"], ROLES, file=file, where="role")
    one_of(head["expected"], EXPECTED, file=file, where="expected")
    why = take(
        head.get("untestable", {"reason": "", "needs": ""}),
        file=file,
        where="untestable",
        required={"reason": str, "needs": str},
    )
    tests = tuple(_test(t, file=file, library=library, core=core, estimators=estimators) for t in head.get("tests", ()))
    if tests:
        one_of(head["parameter"], tuple(p.name for p in tests[0].model.parameters), file=file, where="parameter")
    elif not why["reason"] or not why["needs"]:
        raise AnalysisError(
            "a hypothesis without tests does not say why",
            file=file,
            expected="[untestable] reason and needs",
            next_step="write both",
        )
    kept = ("id", "title", "statement", "expected", "role", "version", "seen_before_freeze", "falsifier")
    return Hypothesis(
        **{name: head[name] for name in kept},
        parameter=head.get("parameter"),
        frozen=frozen,
        sign=tuple((t, sign[t]) for t in THEORIES),
        untestable=why["reason"] or None,
        needs=why["needs"] or None,
        frame=_frame(head["frame"], file=file) if tests else None,
        tests=tests,
        core=core,
        sha256=file_sha256(file),
    )


def _frame(table: Any, *, file: Path) -> FrameRequest:
    fields = take(table, file=file, where="frame", required={}, optional=FRAME)
    if ("unit" in fields) == ("table" in fields) or ("unit" in fields) != ("variables" in fields):
        raise AnalysisError(
            "a frame is a panel or a table",
            file=file,
            expected="unit and variables, or table",
            found=sorted(fields),
            next_step="declare one of the two",
        )
    years = fields.get("years")
    if years is not None and len(years) != 2:
        raise AnalysisError(
            "`frame.years` is not a window",
            file=file,
            expected="[first, last]",
            found=years,
            next_step="write two years",
        )
    products = []
    for name, parts in fields.get("products", {}).items():
        if not isinstance(parts, list) or len(parts) < 2:
            raise AnalysisError(
                f"`frame.products.{name}` is no product",
                file=file,
                expected="two columns or more",
                next_step="name its columns",
            )
        products.append((name, tuple(map(str, parts))))
    return FrameRequest(
        unit=fields.get("unit"),
        variables=fields.get("variables", ()),
        table=fields.get("table"),
        years=years,
        directed=fields.get("directed", False),
        products=tuple(products),
    )


def _test(table: Any, *, file: Path, library: SetLibrary, core: Core, estimators: tuple[str, ...]) -> Test:
    fields = take(table, file=file, where="tests", required=TEST, optional=TEST_OPTIONS)
    where = f"tests.{fields['name']}"
    one_of(fields["estimator"], estimators, file=file, where=f"{where}.estimator")
    for effect in fields.get("effects", ()):
        one_of(effect, EFFECTS, file=file, where=f"{where}.effects")
    if "cluster" in fields and "dyad" in fields.get("effects", ()):
        raise AnalysisError(
            f"`{where}` has dyad effects and another cluster",
            file=file,
            expected="dyad effects with errors by dyad, or a cluster without dyad effects",
            found=fields["cluster"],
            next_step="leave out one of the two",
        )
    _require_sign(fields["orientation"], file=file, where=where)
    terms = tuple(read_term(t, file=file, where=where, blocks=BLOCKS) for t in fields["terms"])
    controls = library.get("controls", fields["controls"], file=file).columns if "controls" in fields else ()
    model = Model(
        name=fields["name"],
        label=fields["label"],
        grain="",
        outcome=fields["outcome"],
        orientation=fields["orientation"],
        smallest_effect=fields.get("smallest_effect"),
        terms=terms,
        parameters=(
            read_parameters(fields["parameters"], terms, file=file, where=where)
            if "parameters" in fields
            else tuple(Contrast(t.name, ((t.name, 1.0),)) for t in terms)
        ),
        controls=(*controls, *fields.get("more_controls", ())),
        splines=fields.get("splines", ()),
        spline_knots=core.spline_knots,
        flags=fields.get("flags", ()),
        dummies=fields.get("dummies", ()),
        effects=fields.get("effects", ()),
        sample=_sample(fields.get("sample", {}), file=file, where=where, library=library),
        weights=fields.get("weights"),
        standardise=False,
        needs_leaders=False,
        testable=core.testable,
        cluster=fields.get("cluster"),
        roles=read_roles(fields, file=file, where=where),
    )
    return Test(fields["estimator"], model, tuple((c, _values(v)) for c, v in fields.get("rows", {}).items()))


def _require_sign(orientation: int, *, file: Path, where: str) -> None:
    if orientation not in (1, -1):
        raise AnalysisError(
            f"`{where}.orientation` is not a sign",
            file=file,
            expected="1 or -1",
            next_step="write 1 if plus is more de-escalation",
        )


def _sample(table: Any, *, file: Path, where: str, library: SetLibrary) -> Sample:
    kinds = ("risk_set", "coverage", "window")
    fields = take(table, file=file, where=f"{where}.sample", required={}, optional=dict.fromkeys(kinds, str))
    return Sample(**{k: library.get(k, fields[k], file=file) if k in fields else EVERY_ROW for k in kinds})


def _values(value: Any) -> Values:
    return tuple(value) if isinstance(value, list) else (value,)


def _check_blocks(hypothesis: Hypothesis, concepts: Mapping[str, str], *, file: Path) -> None:
    """No variable of bonding stands for anything but the interpersonal side."""
    products = dict(hypothesis.frame.products) if hypothesis.frame else {}
    for test in hypothesis.tests:
        for term in test.model.terms:
            parts = products.get(term.column, (term.column,))
            if term.block != INTERPERSONAL and all(concepts.get(part) == "bonding" for part in parts):
                raise AnalysisError(
                    f"`{term.column}` measures bonding and cannot stand in block `{term.block}`",
                    file=file,
                    expected="block `interpersonal`",
                    found=f"term {term.name} of test {test.model.name}",
                    next_step="move it to block `interpersonal`, or take another variable",
                )
