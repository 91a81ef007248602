"""The core model and the convergence of the indicators: each load, one call."""

from __future__ import annotations

from typing import Any

from trustpanel.paths import Paths


def estimate(paths: Paths, *, full: bool) -> dict[str, Any]:
    """The results of H1, H2 and H3 by id; `full`: with the full number of randomisation draws."""
    from trustpanel.codebook.load import codebook
    from trustpanel.models.frames import Frames
    from trustpanel.models.run import run_family
    from trustpanel.models.spec import load_specs
    from trustpanel.store.connect import open_store
    from trustpanel.store.frames import analysis_frames

    specs = load_specs(paths.analyses, concepts=codebook().concepts())
    with open_store(paths) as con:
        frames = Frames(**analysis_frames(con))
    draws = max(s.core.errors.permutation_draws_full for s in specs.values()) if full else None
    return run_family(tuple(specs.values()), frames, draws=draws)


def converge(paths: Paths) -> Any:
    """Whether the indicators of trust between states go together."""
    from trustpanel.models.convergence import run_convergence
    from trustpanel.models.convergence_spec import load_convergence_spec
    from trustpanel.store.connect import open_store
    from trustpanel.store.convergence_frames import convergence_frame

    spec = load_convergence_spec(paths.analyses)
    with open_store(paths) as con:
        frame = convergence_frame(con, spec.columns(), first_year=spec.first_year, last_year=spec.last_year)
    return run_convergence(spec, frame)
