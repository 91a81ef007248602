"""An invented world for the tests on convergence: dyads with one lasting trust, items cut from it, and their file."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd

from trustpanel.models.convergence_spec import ConvergenceSpec, load_convergence_spec

# name: indicator, source, loading on the one trust
ITEMS = {
    "alliance": ("discretion", "s1", 0.9),
    "troops": ("discretion", "s2", 0.8),
    "arms": ("oversight", "s3", 0.8),
    "water": ("oversight", "s4", 0.7),
    "defence": ("rules", "s5", 0.8),
    "treaty": ("rules", "s6", 0.7),
}
HEAD = """
title = "Convergence in an invented world"
version = 1
frozen = 2026-11-22
seen_before_freeze = "Nothing."
statement = "Items of different indicators go together."
falsifier = "They do not."

[rows]
first_year = 1990
last_year = 1999

[least]
rows = 50
dyads = 10
dyads_in_category = 3

[bootstrap]
unit = "dyad"
draws = 40
seed = 7

[reading]
share_converge = 0.75
share_fail = 0.25
omega = 0.7
pairs = 5

[[dyads]]
name = "Friends"
codes = [[1, 2]]
periods = [1994, 1999]

[[dyads]]
name = "Strangers"
codes = [[900, 901]]
periods = [1999]

[[orders]]
higher = ["Friends", 1]
lower = ["Friends", 2]

[[orders]]
higher = ["Friends", 2]
lower = ["Strangers", 1]
"""


def declared(folder: Path) -> Path:
    """The file of the invented world in `folder`."""
    items = "".join(
        f'[[items]]\nname = "{name}"\ncolumn = "{name}"\ntable = "parts"\nindicator = "{indicator}"\nsources = ["{source}"]\n'
        f'reach = "above"\ncuts = [0]\nlabel = "{name} is there"\n'
        for name, (indicator, source, _) in ITEMS.items()
    )
    names = ", ".join(f'"{name}"' for name in ITEMS)
    models = "".join(
        f'[[models]]\nname = "{name}"\nlabel = "{label}"\nimposed_hierarchy = "{hierarchy}"\nitems = [{held}]\n'
        for name, label, hierarchy, held in (
            ("main", "Main", "left_out", names),
            ("all", "All rows", "kept", names),
            ("three", "Three", "left_out", '"alliance", "arms", "defence"'),
        )
    )
    file = folder / "convergence.toml"
    file.write_text(f"{HEAD}\n{items}\n{models}", encoding="utf-8")
    return file


def spec_of(folder: Path) -> ConvergenceSpec:
    declared(folder)
    return load_convergence_spec(folder)


def frame_of(*, dyads: int = 400, years: int = 10, seed: int = 3, common: float = 1.0) -> pd.DataFrame:
    """Every dyad keeps its trust and items for all years; `common` scales the loadings (0: no trust behind them).

    Dyad 1-2 has all items until 1994 and alliance alone after that; in the last ten dyads hierarchy is imposed.
    """
    rng = np.random.default_rng(seed)
    trust = rng.normal(size=dyads)
    trust[0] = 3.0
    columns = {}
    for name, (_, _, loading) in ITEMS.items():
        x = common * loading
        columns[name] = ((x * trust + np.sqrt(1 - x**2) * rng.normal(size=dyads)) > 0).astype(float)
        columns[name][0] = 1.0
    one = pd.DataFrame({"ccode_a": 1, "ccode_b": np.arange(dyads) + 2, "imposed_hierarchy": 0.0, **columns})
    one["dyad"] = one.ccode_a.astype(str) + "-" + one.ccode_b.astype(str)
    one.loc[dyads - 10 :, "imposed_hierarchy"] = 1.0
    frame = pd.concat([one.assign(year=1990 + n) for n in range(years)], ignore_index=True)
    late = (frame.ccode_b == 2) & (frame.year > 1994)
    frame.loc[late, [name for name in ITEMS if name != "alliance"]] = np.nan
    return frame.sort_values(["ccode_a", "ccode_b", "year"], ignore_index=True)
