"""What an analysis file declares, as frozen dataclasses."""

from __future__ import annotations

from dataclasses import dataclass

GRAINS = ("annual", "monthly")


@dataclass(frozen=True)
class NamedSet:
    """One named, versioned set of rows (a flag or years) or of columns; no later version has its `planned` ones."""

    reference: str
    statement: str
    column: str | None = None
    first_year: int | None = None
    last_year: int | None = None
    columns: tuple[str, ...] = ()
    planned: tuple[str, ...] = ()


@dataclass(frozen=True)
class Sample:
    """Which rows are estimated on: the risk set, the coverage and the years."""

    risk_set: NamedSet
    coverage: NamedSet
    window: NamedSet


@dataclass(frozen=True)
class Term:
    """One regressor of interest and the block that it stands for."""

    name: str
    column: str
    block: str


@dataclass(frozen=True)
class Contrast:
    """A reported parameter: a weighted sum of the coefficients of terms."""

    name: str
    weights: tuple[tuple[str, float], ...]


@dataclass(frozen=True)
class Roles:
    """What some estimators need beside terms and controls; None or empty where a test declares none of it.

    `instruments` of the one term; a row is at risk in (`entry`, `exit`], with the `baseline` hazard and `link`;
    `family` and working `correlation` of estimating equations; an event begins where the one term turns 1, per `unit`
    (pair or dyad), in a `window` of years, against `control` units.
    """

    instruments: tuple[str, ...] = ()
    entry: str | None = None
    exit: str | None = None
    baseline: str | None = None
    link: str | None = None
    family: str | None = None
    correlation: str | None = None
    unit: str | None = None
    window: tuple[int, int] | None = None
    control: str | None = None

    @property
    def columns(self) -> tuple[str, ...]:
        """The numeric columns of the frame that the roles read."""
        return (*self.instruments, *(c for c in (self.entry, self.exit) if c))


NO_ROLES = Roles()


@dataclass(frozen=True)
class LagBins:
    """Free lag bins: columns by age of the meeting, and the months they span."""

    months: tuple[tuple[float, float], ...]
    columns: tuple[str, ...]


@dataclass(frozen=True)
class Grain:
    """Outcome, sign, smallest effect and the columns that only this grain has."""

    grain: str
    outcome: str
    orientation: int
    smallest_effect: float
    lead: str
    splines: tuple[str, ...]
    flags: tuple[str, ...]


@dataclass(frozen=True)
class ErrorRule:
    """Which errors are the main ones, when dyadic-robust errors may be, and every seed."""

    main: tuple[str, ...]
    dyadic_star_share_max: float
    dyadic_states_min: int
    wild_weights: str
    wild_draws: int
    wild_seed: int
    permutation_draws: int
    permutation_draws_full: int
    permutation_seed: int


@dataclass(frozen=True)
class TestableRule:
    """When a block is `not testable here`, and when leader effects may be tried."""

    __test__ = False

    dyads_min: int
    within_share_min: float
    leaders_a_side_min: int
    partners_min: int


@dataclass(frozen=True)
class DecisionRule:
    """Width of the intervals of the decision rule and the level of its tests."""

    claim_interval: float
    equivalence_interval: float
    level: float


@dataclass(frozen=True)
class Variant:
    """One declared departure from the core model; what is None or empty stays as in the core."""

    name: str
    label: str
    grains: tuple[str, ...]
    half_life: str | None = None
    risk_set: NamedSet | None = None
    coverage: NamedSet | None = None
    window: NamedSet | None = None
    controls: NamedSet | None = None
    add_block: NamedSet | None = None
    outcome: str | None = None
    weights: str | None = None
    standardise: bool = False
    dummies: tuple[str, ...] = ()
    effects: tuple[str, ...] | None = None
    needs_leaders: bool = False


@dataclass(frozen=True)
class Core:
    """The one model that H1, H2 and H3 read off: terms, parameters, samples, errors, variants."""

    owner: str
    sha256: str
    estimator: str
    effects: tuple[str, ...]
    cluster: str
    controls: NamedSet
    small_sample: str
    half_life: float
    spline_knots: tuple[float, ...]
    sample: Sample
    terms: tuple[Term, ...]
    parameters: tuple[Contrast, ...]
    lag_bins: LagBins
    grains: tuple[Grain, ...]
    errors: ErrorRule
    testable: TestableRule
    decision: DecisionRule
    variants: tuple[Variant, ...]


@dataclass(frozen=True)
class Spec:
    """One frozen hypothesis: what it says, which parameter it is, what would falsify it, and its core model."""

    id: str
    title: str
    statement: str
    parameter: str
    role: str
    frozen: str
    version: int
    seen_before_freeze: str
    falsifier: str
    sign: tuple[tuple[str, str], ...]
    core: Core
    sha256: str
    samples_sha256: str
    blocks_sha256: str
