"""Every declared contest on the frames of the store: the columns that can be tested, then all comparisons of blocks."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict, dataclass, replace

import numpy as np
import pandas as pd

from trustpanel.errors import NotEstimableError
from trustpanel.models.contest import Contest, ContestRule, run_contest
from trustpanel.models.contest_spec import Candidate, ContestOutcome, ContestSample, ContestSpec, Form
from trustpanel.models.design import Design, build_design
from trustpanel.models.estimate import LAYOUT, Facts, head_of, plain, to_text
from trustpanel.models.fitting import facts
from trustpanel.models.frames import Frames, numbers, require
from trustpanel.models.linear import fit_linear, interval, minimum_detectable
from trustpanel.models.model import Model, main_model
from trustpanel.models.multiplicity import benjamini_hochberg
from trustpanel.models.rows import dyad_codes, select_rows
from trustpanel.models.spec_types import Contrast, Core, Sample, Term
from trustpanel.models.variation import dyads_varying
from trustpanel.models.within import sums
from trustpanel.parallel import processes

Key = tuple[str, str, str]


@dataclass(frozen=True)
class Chosen:
    """The columns of a contest that can be tested, and every other candidate with the reason."""

    columns: tuple[Candidate, ...]
    left_out: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class TermEstimate:
    """A column with all others in: coefficient (plus is more de-escalation), error clustered by dyad, p, and the
    smallest effect that the sample would show in four of five cases.
    """

    column: str
    block: str
    estimate: float
    se: float
    p: float
    mde: float


Known = tuple[Facts | None, tuple[TermEstimate, ...]]


@dataclass(frozen=True)
class Entry:
    """One outcome, sample and form: its contest, or why there is none.

    `adds` are the blocks that the others do not encompass (linear, clustered by dyad), `predicts_dyads` and
    `predicts_time` those whose log score beats that of the controls with a 95 % interval above 0.
    """

    outcome: str
    sample: str
    form: str
    status: str
    reason: str | None
    columns: tuple[dict[str, str | None], ...]
    left_out: dict[str, str]
    facts: Facts | None
    terms: tuple[TermEstimate, ...]
    contest: Contest | None
    adds: tuple[str, ...]
    predicts_dyads: tuple[str, ...]
    predicts_time: tuple[str, ...]


@dataclass(frozen=True)
class Contests:
    """Every declared contest; `adjusted` holds Benjamini and Hochberg's p over all their encompassing tests."""

    spec: ContestSpec
    entries: tuple[Entry, ...]
    adjusted: Mapping[str, float]

    def dumps(self) -> str:
        """The file's text; the same result gives the same bytes."""
        spec = self.spec
        body = {
            "layout": LAYOUT,
            "id": "contest",
            **head_of(spec),
            "spec_sha256": spec.sha256,
            "core_sha256": spec.core.sha256,
            "rule": {**dict(spec.rule), "known_share_min": spec.known_share_min, **asdict(spec.core.testable)},
            "samples": [{"name": s.name, "label": s.label} for s in spec.samples],
            "outcomes": [asdict(o) for o in spec.outcomes],
            "forms": [{"name": f.name, "label": f.label} for f in spec.forms],
            "entries": plain(self.entries),
            "encompassing_adjusted": plain(dict(self.adjusted)),
        }
        return to_text(body)


def run_contests(
    spec: ContestSpec,
    frames: Frames,
    *,
    only: Callable[[Key], bool] | None = None,
    workers: int = 0,
    progress: Callable[[int, int], None] | None = None,
) -> Contests:
    """Every contest of the spec in its order (those for which `only` holds), here or in processes of one thread each.

    A key is (outcome, sample, form). The same frames give the same numbers with any number of workers.
    """
    keys = [
        (o.name, s.name, f.name) for o in spec.outcomes for s in spec.samples for f in spec.forms if o.grain in s.grains
    ]
    keys = [k for k in keys if only is None or only(k)]
    entries = []
    for entry in _entries(spec, frames, keys, workers):
        entries.append(entry)
        if progress is not None:
            progress(len(entries), len(keys))
    tests = {
        f"{e.outcome}/{e.sample}/{e.form}/{t.block}": t.p
        for e in entries
        if e.contest is not None
        for t in linear_tests(e.contest)
    }
    return Contests(spec, tuple(entries), benjamini_hochberg(tests))


def _entries(spec: ContestSpec, frames: Frames, keys: list[Key], workers: int) -> Iterator[Entry]:
    if workers < 2:
        yield from (contest_entry(spec, frames, key) for key in keys)
        return
    with processes(workers, begin=_take, given=(spec, frames)) as pool:
        yield from pool.map(_taken, keys)


_TAKEN: dict[str, tuple[ContestSpec, Frames]] = {}


def _take(spec: ContestSpec, frames: Frames) -> None:
    _TAKEN["inputs"] = (spec, frames)


def _taken(key: Key) -> Entry:
    return contest_entry(*_TAKEN["inputs"], key)


def contest_entry(spec: ContestSpec, frames: Frames, key: Key) -> Entry:
    """One contest of the spec."""
    outcome = next(o for o in spec.outcomes if o.name == key[0])
    sample = next(s for s in spec.samples if s.name == key[1])
    form = next(f for f in spec.forms if f.name == key[2])
    frame = frames.grain(outcome.grain)
    chosen = Chosen((), ())
    known: Known = (None, ())
    try:
        chosen = choose_columns(frame, spec, outcome, sample, form)
        design = build_design(frame, contest_model(spec.core, outcome, sample, chosen.columns))
        known = (facts(design), term_estimates(design, spec.core))
        rule = dict(spec.rule)
        contest = run_contest(
            design,
            ContestRule(
                family=outcome.family,
                horizon=outcome.horizon,
                folds=int(rule["folds"]),
                repeats=int(rule["repeats"]),
                steps=int(rule["steps"]),
                draws=int(rule["draws"]),
                seed=int(rule["seed"]),
                least_dyads=spec.core.testable.dyads_min,
                level=rule["level"],
            ),
        )
    except NotEstimableError as error:
        return _entry(key, chosen, known, None, error.reason)
    return _entry(key, chosen, known, contest, None)


def contest_model(core: Core, outcome: ContestOutcome, sample: ContestSample, columns: tuple[Candidate, ...]) -> Model:
    """The core model of the grain with this outcome and sample; the columns are its terms, their masks controls."""
    masks = tuple(dict.fromkeys(c.mask for c in columns if c.mask is not None))
    base = main_model(core, outcome.grain)
    terms = tuple(Term(c.column, c.column, c.block) for c in columns)
    return replace(
        base,
        name=outcome.name,
        label=outcome.label,
        outcome=outcome.name,
        smallest_effect=None,
        terms=terms or base.terms,
        parameters=tuple(Contrast(t.name, ((t.name, 1.0),)) for t in terms) or base.parameters,
        controls=(*base.controls, *masks),
        sample=Sample(sample.risk_set, sample.coverage, base.sample.window),
    )


def choose_columns(
    frame: pd.DataFrame, spec: ContestSpec, outcome: ContestOutcome, sample: ContestSample, form: Form
) -> Chosen:
    """The candidates that are known and vary enough on the rows of the core model, then on the rows that all leave.

    Only coverage and spread of the candidates decide. NotEstimableError if fewer than two blocks are left.
    """
    require(frame, [n for c in form.columns for n in (c.column, c.mask) if n is not None], form.name)
    rows = select_rows(frame, contest_model(spec.core, outcome, sample, ())).frame
    kept, left_out = form.columns, {}
    share = spec.known_share_min if form.known_share_min is None else form.known_share_min
    for first in (True, False, False, False):
        for c in kept:
            why = _unfit(rows, c, spec, share if first else 0.0)
            if why is not None:
                left_out[c.column] = why
        kept = tuple(c for c in kept if c.column not in left_out)
        rows = rows[rows[[c.column for c in kept]].notna().all(axis=1)]
    if len({c.block for c in kept}) < 2:
        reasons = "; ".join(f"{name}: {why}" for name, why in left_out.items())
        raise NotEstimableError(f"fewer than two blocks can be tested here ({reasons or 'no rows'})")
    return Chosen(kept, tuple(left_out.items()))


def _unfit(rows: pd.DataFrame, candidate: Candidate, spec: ContestSpec, share: float) -> str | None:
    """Why the candidate cannot be tested on these rows, None if it can."""
    values = numbers(rows, candidate.column)
    known = ~np.isnan(values)
    if known.sum() < 2 or known.mean() < share:
        return f"known in {known.sum()} of {len(rows)} rows"
    dyad = dyad_codes(rows[known])
    x = values[known]
    varying = dyads_varying(x, dyad)
    mean = sums(x[:, None], dyad)[:, 0] / np.bincount(dyad)
    spread = float(x.std())
    within = float(np.sqrt(((x - mean[dyad]) ** 2).mean())) / spread if spread > 0 else 0.0
    rule = spec.core.testable
    if varying < rule.dyads_min or within < rule.within_share_min:
        return f"varies in {varying} dyads, {within:.0%} of its spread within dyads"
    return None


def linear_tests(contest: Contest) -> list:
    """The encompassing tests of the linear model with absorbed effects, one a block."""
    return [t for t in contest.encompassing if not t.null.endswith(f"({contest.family})")]


def term_estimates(design: Design, core: Core) -> tuple[TermEstimate, ...]:
    """Every column of the blocks in the linear model of all of them."""
    fit = fit_linear(design)
    found = []
    for j, term in enumerate(design.model.terms):
        own = interval(float(fit.beta[j]), float(fit.cov[j, j]), fit.df)
        mde = minimum_detectable(own.se, core.decision.level)
        found.append(TermEstimate(term.column, term.block, own.estimate, own.se, own.p, mde))
    return tuple(found)


def _entry(key: Key, chosen: Chosen, known: Known, contest: Contest | None, reason: str | None) -> Entry:
    adds: tuple[str, ...] = ()
    ahead: dict[str, tuple[str, ...]] = {"by_dyad": (), "by_time": ()}
    if contest is not None:
        adds = tuple(t.block for t in linear_tests(contest) if t.p < contest.rule.level)
        for scheme in ahead:
            held = getattr(contest, scheme)
            scores = () if held is None else held.scores
            ahead[scheme] = tuple(s.model for s in scores if s.model not in ("controls", "both") and s.gain_ci95[0] > 0)
    return Entry(
        *key,
        status="not_estimable" if contest is None else "estimated",
        reason=reason,
        columns=tuple(asdict(c) for c in chosen.columns),
        left_out=dict(chosen.left_out),
        facts=known[0],
        terms=known[1],
        contest=contest,
        adds=adds,
        predicts_dyads=ahead["by_dyad"],
        predicts_time=ahead["by_time"],
    )
