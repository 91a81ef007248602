"""One call: the frozen spec on doubt and its frames in, every part of the result out."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import pandas as pd

from trustpanel.models.coding_rates import counts_of
from trustpanel.models.contest_spec import ContestSpec
from trustpanel.models.doubt_coding import CodingEntry, coding_doubt
from trustpanel.models.doubt_coverage import Missing, missing_doubt
from trustpanel.models.doubt_reading import read_doubt, turns_below_half
from trustpanel.models.doubt_selection import Selection, selection_doubt
from trustpanel.models.doubt_spec import DoubtSpec
from trustpanel.models.doubt_trust import TrustEntry, trust_doubt
from trustpanel.models.estimate import LAYOUT, head_of, plain, to_text
from trustpanel.models.frames import Frames
from trustpanel.models.hypothesis import Hypothesis

PARTS = ("coding", "trust", "selection", "missing")
BESIDE = ("checks", "levels", "pair_years", "background", "latent")


@dataclass(frozen=True)
class Doubt:
    """Every part of the doubt about measurement and sample."""

    spec: DoubtSpec
    checks: dict[str, dict[str, tuple[int, int]]]
    coding: tuple[CodingEntry, ...]
    trust: tuple[TrustEntry, ...]
    selection: Selection
    missing: Missing

    def dumps(self) -> str:
        """The file's text; the same result gives the same bytes."""
        spec = self.spec
        smallest = {g.grain: g.smallest_effect for g in spec.core.grains}
        weighted = (*self.selection.estimates, *self.missing.estimates)
        body = {
            "layout": LAYOUT,
            "id": "doubt",
            **head_of(spec),
            "spec_sha256": spec.sha256,
            "core_sha256": spec.core.sha256,
            "smallest_effect": smallest,
            "draws": {"coding": spec.coding.draws, "trust": spec.trust.draws, "tipping": spec.tipping.draws},
            "trim": {"selection": spec.selection.trim, "missing": spec.missing.trim},
            "checks": plain(self.checks),
            **{part: plain(getattr(self, part)) for part in PARTS},
            "readings": plain(read_doubt(self.coding, weighted, smallest)),
            "turns_below_half": plain(turns_below_half(self.missing.bounds)),
        }
        return to_text(body)


def run_doubt(
    spec: DoubtSpec,
    contests: ContestSpec,
    hypotheses: Mapping[str, tuple[Hypothesis, pd.DataFrame]],
    frames: Frames,
    beside: Mapping[str, pd.DataFrame],
    *,
    progress: Callable[[int, int], None] = lambda done, of: None,
) -> Doubt:
    """All four parts. `hypotheses` holds each declared one with its raw frame, `beside` the frames named in BESIDE."""
    checks, levels, pair_years, background, latent = (beside[name] for name in BESIDE)
    coding = coding_doubt(spec.core, spec.coding, frames, checks=checks, levels=levels)
    progress(1, len(PARTS))
    trust = trust_doubt(spec.trust, contests, hypotheses, frames, background=background, latent=latent)
    progress(2, len(PARTS))
    selection = selection_doubt(spec.core, spec.selection, frames, pair_years)
    progress(3, len(PARTS))
    missing = missing_doubt(spec.core, spec.missing, spec.tipping, frames, pair_years=pair_years, background=background)
    progress(4, len(PARTS))
    counted: dict[str, dict[str, tuple[int, int]]] = {}
    for (check, stratum), found in counts_of(checks).items():
        counted.setdefault(check, {})[stratum] = found
    return Doubt(spec, counted, coding, trust, selection, missing)
