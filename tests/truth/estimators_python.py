"""Writes estimators_python.csv: what other Python programs say about the invented data sets.

Needs pyfixest 0.60.0, fereg 0.4.1, linearmodels 7.1, firthmodels 0.8.2, diff-diff 3.13.0, ivmodels 0.10.0, statsmodels
0.15.0; run in this folder.
"""

from __future__ import annotations

from importlib.metadata import version
from pathlib import Path

import fereg
import numpy as np
import pandas as pd
import pyfixest as pf
import statsmodels.api as sm
from diff_diff import CallawaySantAnna
from firthmodels import FirthLogisticRegression
from ivmodels.tests import inverse_anderson_rubin_test
from linearmodels.iv import IV2SLS
from linearmodels.panel import PanelOLS

HERE = Path(__file__).parent
D, G = pd.read_csv(HERE / "estimators_dyad_years.csv"), pd.read_csv(HERE / "estimators_staggered.csv")
TIGHT = pf.MapDemeaner(fixef_tol=1e-13, fixef_maxiter=200_000)
OUT: list[tuple[str, str, str, str, float]] = []


def put(case: str, program: str, coef: pd.Series, se: pd.Series | None = None, **more: pd.Series) -> None:
    label = f"{program} {version(program)}"
    for quantity, values in {"coef": coef, "se": se, **more}.items():
        for name, value in ({} if values is None else dict(values)).items():
            OUT.append((case, label, str(name).replace("Intercept", "constant"), quantity, float(value)))


def fixed_effects() -> None:
    kinds = {"classical": "iid", "robust": "hetero", "cluster": {"CRV1": "dyad"}, "two_way": {"CRV1": "dyad+year"}}
    jobs = [
        ("linear effects", "feols", "y ~ x1 + x2 | dyad + year", tuple(kinds), None),
        ("linear one effect", "feols", "y ~ x1 + x2 | dyad", ("cluster",), None),
        ("linear weighted effects", "feols", "y ~ x1 + x2 | dyad + year", ("cluster",), "w"),
        ("linear three effects", "feols", "y ~ x1 + x2 | leader + year + a", ("cluster",), None),
        ("linear_probability effects", "feols", "yb ~ x1 + x2 | dyad + year", ("classical", "robust", "cluster"), None),
        ("poisson effects", "fepois", "yc ~ x1 + x2 | dyad + year", ("cluster",), None),
        ("poisson weighted effects", "fepois", "yc ~ x1 + x2 | dyad + year", ("cluster",), "w"),
    ]
    for case, function, formula, errors, weights in jobs:
        more = {"weights": weights} if weights else {}
        tol = {"iwls_tol": 1e-14, "iwls_maxiter": 100} if function != "feols" else {}
        for kind in errors:
            rule = {"ssc": pf.ssc(k_fixef="nonnested" if "CRV1" in str(kinds[kind]) else "full", G_df="min")}
            fit = getattr(pf, function)(formula, D, vcov=kinds[kind], demeaner=TIGHT, **rule, **more, **tol)
            put(f"{case} {kind}", "pyfixest", fit.coef(), fit.se())
            if function == "feols" and "three" not in case:
                fit = fereg.feols(formula, D, vcov=kinds[kind], weights=weights)
                put(f"{case} {kind}", "fereg", fit.coef(), fit.se())


def linearmodels() -> None:
    panel = D.set_index(["dyad", "year"])
    fit = PanelOLS(panel["y"], panel[["x1", "x2"]], entity_effects=True, time_effects=True)
    done = fit.fit(cov_type="unadjusted")
    put("linear effects classical", "linearmodels", done.params, done.std_errors)
    exog = D[["x1", "x2"]].assign(constant=1.0)
    model = IV2SLS(D["y"], exog, D["d"], D[["z1", "z2"]])
    for case, choices in {
        "iv classical": {"cov_type": "unadjusted"},
        "iv robust": {"cov_type": "robust"},
        "iv cluster": {"cov_type": "clustered", "clusters": D["dyad"]},
    }.items():
        done = model.fit(debiased=True, **choices)
        put(case, "linearmodels", done.params, done.std_errors)
    fit = pf.feols("y ~ x1 + x2 | dyad + year | d ~ z1", D, vcov={"CRV1": "dyad"}, demeaner=TIGHT)
    put("iv one instrument effects cluster", "pyfixest", fit.coef(), fit.se())


def effective_f() -> None:
    """pyfixest takes the cross product of the instruments as they are: give it the part the exogenous columns leave."""
    kept = np.column_stack([np.ones(len(D)), D[["x1", "x2"]]])
    z = D[["z1", "z2"]].to_numpy()
    left = z - kept @ np.linalg.lstsq(kept, z, rcond=None)[0]
    for kind, vcov in {"robust": "hetero", "cluster": {"CRV1": "dyad"}}.items():
        fit = pf.feols("y ~ x1 + x2 | d ~ z1 + z2", D.assign(z1=left[:, 0], z2=left[:, 1]), vcov=vcov)
        fit.IV_Diag()
        put(f"iv {kind}", "pyfixest", pd.Series(dtype=float), extra=pd.Series({"effective_f": fit._eff_F}))


def anderson_rubin() -> None:
    """Homoskedastic F version; the same exogenous columns and constant."""
    kept = D[["x1", "x2"]].to_numpy()
    for case, names in {"iv weak classical": ["weak"], "iv classical": ["z1", "z2"]}.items():
        found = inverse_anderson_rubin_test(
            D[names].to_numpy(),
            D[["d"]].to_numpy(),
            D["y"].to_numpy(),
            alpha=0.05,
            C=kept,
            fit_intercept=True,
            critical_values="f",
        )
        ends = np.sort(np.asarray(found._boundary(), dtype=float).ravel())
        put(case, "ivmodels", pd.Series(dtype=float), ar=pd.Series(ends, index=[f"end {j}" for j in range(len(ends))]))


def firth() -> None:
    fit = FirthLogisticRegression(backend="numpy", gtol=1e-12, xtol=1e-12, max_iter=500).fit(D[["x1", "x2"]], D["rare"])
    fit.lrt()
    names = ["x1", "x2", "constant"]
    ends = pd.DataFrame(fit.conf_int(method="pl"), index=names, columns=["low", "high"])
    coef = pd.Series([*fit.coef_, fit.intercept_], index=names)
    p = pd.Series(fit.lrt_pvalues_, index=names)
    put("firth_logit classical", "firthmodels", coef, p=p, low=ends["low"], high=ends["high"])


def events() -> None:
    frame = G.assign(g=G["start"].fillna(0), since=(G["time"] - G["start"]).fillna(-1.0))
    fit = pf.event_study(frame, yname="y", idname="unit", tname="time", gname="g", estimator="saturated", att=False)
    found = fit.aggregate(agg="period", weighting="shares")
    found = found[[float(i) not in (-1.0,) and -6 <= float(i) <= 8 for i in found.index]]
    found.index = [f"event {int(float(i)):+d}" for i in found.index]
    put("sun_abraham cluster", "pyfixest", found["Estimate"], found["Std. Error"])
    fit = pf.did2s(
        frame.assign(treated=(frame["since"] >= 0) & frame["start"].notna()),
        yname="y",
        first_stage="~ 0 | unit + time",
        second_stage="~ 0 + i(since, ref=-1.0)",
        treatment="treated",
        cluster="unit",
    )
    rename = {n: f"event {int(float(n.split('::')[1])):+d}" for n in fit.coef().index}
    put("two_stage_effects cluster", "pyfixest", fit.coef().rename(rename), fit.se().rename(rename))
    fit = pf.lpdid(
        frame,
        yname="y",
        idname="unit",
        tname="time",
        gname="g",
        vcov={"CRV1": "unit"},
        pre_window=-5,
        post_window=6,
        att=False,
    )
    found = fit.tidy()
    found.index = [f"event {int(str(i).split('::')[-1].split('=')[-1]):+d}" for i in found.index]
    found = found[[i != "event -1" for i in found.index]]
    put("local_projections cluster", "pyfixest", found["Estimate"], found["Std. Error"])
    for control, name in (("never_treated", "never"), ("not_yet_treated", "not_yet")):
        job = CallawaySantAnna(control_group=control, base_period="universal", estimation_method="reg", cband=False)
        done = job.fit(frame, outcome="y", unit="unit", time="time", first_treat="g", aggregate="event_study")
        table = {e: v for e, v in done.event_study_effects.items() if -6 <= e <= 8 and e != -1}
        coef = pd.Series({f"event {int(e):+d}": v["effect"] for e, v in table.items()})
        se = pd.Series({f"event {int(e):+d}": v["se"] for e, v in table.items()})
        put(f"callaway_santanna {name} cluster", "diff-diff", coef, se)


def estimating_equations() -> None:
    for label, y, family in (("linear", "y", sm.families.Gaussian()), ("logit", "yb", sm.families.Binomial())):
        model = sm.GEE(D[y], sm.add_constant(D[["x1", "x2"]]), groups=D["dyad"], family=family)
        done = model.fit(cov_type="bias_reduced", ctol=1e-12)
        se = pd.Series(np.sqrt(np.diag(done.cov_robust_bc)), index=["constant", "x1", "x2"])
        put(f"gee {label} independence bias_reduced", "statsmodels", done.params.rename({"const": "constant"}), se)


if __name__ == "__main__":
    for job in (fixed_effects, linearmodels, effective_f, anderson_rubin, firth, events, estimating_equations):
        job()
    pd.DataFrame(OUT, columns=["case", "program", "name", "quantity", "value"]).to_csv(
        HERE / "estimators_python.csv", index=False
    )
