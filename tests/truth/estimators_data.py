"""Writes the three small invented data sets on which estimators are compared with other programs."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd

HERE = Path(__file__).parent


def dyad_years(rng: np.random.Generator) -> pd.DataFrame:
    """60 dyads of 36 states over 12 years, unbalanced; leaders change within dyads; z1 and z2 move d, d and x move y."""
    pairs = [(s, (s + step) % 36) for step in (1, 5) for s in range(36)][:60]
    rows = []
    for dyad, (a, b) in enumerate(pairs):
        own, cut = rng.normal(), 1 + rng.integers(2, 9)
        years = np.sort(rng.choice(np.arange(1990, 2002), size=rng.integers(8, 13), replace=False))
        for year in years:
            rows.append((dyad, min(a, b), max(a, b), year, 2 * dyad + int(year >= 1990 + cut), own))
    frame = pd.DataFrame(rows, columns=["dyad", "a", "b", "year", "leader", "own"])
    n = len(frame)
    wave = 0.3 * np.sin(frame["year"].to_numpy())
    u = rng.normal(size=n)
    frame["x1"] = rng.normal(size=n) + 0.5 * frame["own"]
    frame["x2"] = rng.uniform(-1, 2, size=n)
    frame["z1"], frame["z2"] = rng.normal(size=n), rng.normal(size=n)
    frame["weak"] = rng.normal(size=n)
    frame["d"] = 0.6 * frame["z1"] + 0.3 * frame["z2"] + 0.08 * frame["weak"] + 0.5 * u + rng.normal(size=n)
    frame["y"] = frame["own"] + wave + 0.5 * frame["x1"] - 0.4 * frame["x2"] + 0.7 * frame["d"] + u
    eta = 0.4 * frame["own"] + wave + 0.6 * frame["x1"] - 0.5 * frame["x2"]
    frame["yb"] = (rng.uniform(size=n) < 1 / (1 + np.exp(0.4 - eta))).astype(int)
    frame["rare"] = (rng.uniform(size=n) < 1 / (1 + np.exp(3.2 - eta))).astype(int)
    frame["yc"] = rng.poisson(np.exp(0.2 + 0.5 * eta))
    frame["yo"] = np.digitize(eta + rng.logistic(size=n), [-1.0, 0.4, 1.8])
    frame["w"] = rng.uniform(0.5, 2.0, size=n)
    return frame.drop(columns="own").round(4)


def spells(rng: np.random.Generator) -> pd.DataFrame:
    """220 spells with late entry, ties, three strata and 40 clusters."""
    n = 220
    x1, x2 = rng.normal(size=n), rng.integers(0, 2, size=n)
    cluster = rng.integers(0, 40, size=n)
    frail = rng.normal(size=40)[cluster] * 0.4
    entry = rng.choice([0, 0, 0, 1, 2, 4], size=n)
    length = np.ceil(rng.exponential(6 * np.exp(-0.5 * x1 + 0.6 * x2 + frail)))
    limit = rng.integers(3, 15, size=n)
    frame = pd.DataFrame({"entry": entry, "exit": entry + np.minimum(length, limit), "event": length <= limit})
    frame = frame.assign(x1=x1, x2=x2, cluster=cluster, stratum=rng.integers(0, 3, size=n)).astype({"event": int})
    return frame.astype({"exit": int}).round(4)


def staggered(rng: np.random.Generator) -> pd.DataFrame:
    """60 units over 12 periods, treated from 4, 6, 8 on or never, 15 regions; effects grow and differ by cohort."""
    rows = []
    for unit in range(60):
        start = [4, 6, 8, np.nan][rng.integers(0, 4)]
        level, x = rng.normal(), rng.normal()
        for time in range(1, 13):
            since = time - start if np.isfinite(start) else -1
            effect = (0.4 + 0.1 * since) * (start / 5) if since >= 0 else 0.0
            x = 0.5 * x + rng.normal()
            rows.append((unit, unit % 15, time, start, x, level + 0.1 * time + effect + 0.3 * x + rng.normal()))
    return pd.DataFrame(rows, columns=["unit", "region", "time", "start", "x", "y"]).round(4)


if __name__ == "__main__":
    for name, make, seed in (("dyad_years", dyad_years, 11), ("spells", spells, 12), ("staggered", staggered, 13)):
        make(np.random.default_rng(seed)).to_csv(HERE / f"estimators_{name}.csv", index=False)
