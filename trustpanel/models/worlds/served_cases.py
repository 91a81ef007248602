"""Which small worlds each estimator of the registry is tried in, with which errors, and how many blocks it takes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np

from trustpanel.models.estimators.fit import Options
from trustpanel.models.estimators.sample import Sample
from trustpanel.models.worlds import served, served_units
from trustpanel.models.worlds.served import Ground

Draw = Callable[[Ground, float, np.random.Generator], Sample]


@dataclass(frozen=True)
class Case:
    """An estimator with its errors, the world it is tried in, the coefficient that is known, and its value there.

    Each case has two cells: the effect 0 and the effect `effect`.
    """

    estimator: str
    errors: str
    draw: Draw
    effect: float
    focus: str = "contact"
    options: Options = field(default_factory=Options)
    remark: str = ""

    @property
    def name(self) -> str:
        return "-".join((self.estimator, self.errors, *([self.remark.replace(" ", "_")] if self.remark else [])))


def _case(estimator: str, errors: str, draw: Draw, *, effect: float, focus: str = "contact", **rest: object) -> Case:
    remark = str(rest.pop("remark", ""))
    cluster = {"cluster": ("dyad",), "wild": ("dyad",), "bias_reduced": ("dyad",), "two_way": ("dyad", "year")}
    named = () if focus.startswith(("event", "att")) else (focus,)
    options = Options(errors=errors, cluster=cluster.get(errors, ()), focus=named, **rest)  # type: ignore[arg-type]
    return Case(estimator, errors, draw, effect, focus, options, remark)


# quick ones first: a run that is cut off has most of them
CASES: tuple[Case, ...] = (
    _case("logit", "cluster", served.logit_world, effect=0.4),
    _case("ordered_logit", "cluster", served.ordered_world, effect=0.4),
    _case("gee", "cluster", served.average_world, effect=0.4, family="logit"),
    _case("gee", "bias_reduced", served.average_world, effect=0.4, family="logit"),
    _case("poisson", "cluster", served.count_world, effect=0.2),
    _case("cox", "cluster", served_units.spell_world, effect=0.4),
    _case("discrete_hazard", "cluster", served_units.period_world, effect=0.4, baseline="spline"),
    _case("effects_logit", "cluster", served.strata_world, effect=0.4),
    _case("effects_logit", "cluster", served.strata_world, effect=0.4, remark="bias correction", bias_correction=True),
    _case("rare_events_logit", "cluster", served.rare_world, effect=0.4),
    _case("linear", "cluster", served.linear_world, effect=0.2),
    _case("linear", "dyadic", served_units.web_world, effect=0.2),
    _case("linear", "cluster", served_units.web_world, effect=0.2, remark="dyads that share states"),
    _case("callaway_santanna", "cluster", served_units.event_world, effect=0.5, focus="att"),
    _case("two_stage_effects", "cluster", served_units.event_world, effect=0.5, focus="att"),
    _case("sun_abraham", "cluster", served_units.event_world, effect=0.5, focus="att"),
    _case("linear_probability", "cluster", served.probability_world, effect=0.05),
    _case("conditional_logit", "cluster", served.groups_world, effect=0.4),
    _case("firth_logit", "classical", served.rare_alone_world, effect=0.4),
    _case("local_projections", "cluster", served_units.event_world, effect=0.5, focus="event +2"),
    _case("two_stage_least_squares", "cluster", served_units.instrument_world, effect=0.3, focus="met"),
    _case("linear", "wild", served.linear_world, effect=0.2, wild_draws=399),
    _case("linear", "two_way", served.crossed_world, effect=0.2),
    _case("linear", "robust", served.uneven_world, effect=0.2),
    _case("linear", "classical", served.plain_world, effect=0.2),
    _case(
        "two_stage_least_squares", "cluster", served_units.weak_world, effect=0.3, focus="met", remark="weak instrument"
    ),
    _case("conditional_logit", "classical", served.groups_world, effect=0.4),
)
