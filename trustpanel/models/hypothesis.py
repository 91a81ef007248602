"""What a hypothesis beside the core model declares, and what its estimation yields."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from trustpanel.models.estimate import LAYOUT, Estimate, plain, to_text
from trustpanel.models.model import Model
from trustpanel.models.spec_types import Core

Values = tuple[str | int | float | bool, ...]


@dataclass(frozen=True)
class FrameRequest:
    """The frame of a hypothesis: a panel by unit and variables, or one table of the store; `products` are columns made
    of others.
    """

    unit: str | None
    variables: tuple[str, ...]
    table: str | None
    years: tuple[int, int] | None
    directed: bool
    products: tuple[tuple[str, tuple[str, ...]], ...]


@dataclass(frozen=True)
class Test:
    """One declared fit: an estimator and a model on the rows on which every column of `rows` has one of its values."""

    __test__ = False

    estimator: str
    model: Model
    rows: tuple[tuple[str, Values], ...]


@dataclass(frozen=True)
class Hypothesis:
    """One frozen hypothesis with its own tests, the first of which is the main one, or the reason why it has none.

    `expected` is the sign of `parameter` (plus = more de-escalation) if the theory that puts it forward is right.
    """

    id: str
    title: str
    statement: str
    parameter: str | None
    expected: str
    role: str
    frozen: str
    version: int
    seen_before_freeze: str
    falsifier: str
    sign: tuple[tuple[str, str], ...]
    untestable: str | None
    needs: str | None
    frame: FrameRequest | None
    tests: tuple[Test, ...]
    core: Core
    sha256: str


@dataclass(frozen=True)
class HypothesisResult:
    """One hypothesis estimated, or why it is not: every test, its own parameter, the adjusted p and the finding.

    `finding` is `positive` or `negative` where interval and adjusted p agree, `no_clear_sign`, `not_testable_here`
    (too little variation), `weak_instrument` (no claim), `not_estimable`, or `untestable`.
    """

    id: str
    title: str
    statement: str
    falsifier: str
    role: str
    sign: dict[str, str]
    expected: str
    frozen: str
    version: int
    seen_before_freeze: str
    parameter: str | None
    untestable: str | None
    needs: str | None
    spec_sha256: str
    frame: dict[str, Any] | None
    estimators: dict[str, str]
    tests: tuple[Estimate, ...]
    p_adjusted: float | None
    adjustment: str | None
    finding: str

    def dumps(self) -> str:
        """The file's text: sorted keys, two spaces, one newline at the end; the same result gives the same bytes."""
        body = {"layout": LAYOUT, "kind": "hypothesis", **plain(self)}
        return to_text(body, indent=2)
