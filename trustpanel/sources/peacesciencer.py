"""Membership, capabilities, dyads, rivalries, disputes and wars as the R package peacesciencer carries them.

Source: the package's data folder (.rda files), each frame named like its file. Windows differ by file; a value outside
its file's window is absent, never zero. The four parts stand in `peacesciencer_states`,
`peacesciencer_dyads`, `peacesciencer_conflict` and `peacesciencer_leaders`.
"""

from __future__ import annotations

import pandas as pd

from trustpanel.sources import (
    peacesciencer_conflict,
    peacesciencer_dyads,
    peacesciencer_leaders,
    peacesciencer_states,
)
from trustpanel.sources.fact import RawFolder, Reader

PARTS = (peacesciencer_states, peacesciencer_dyads, peacesciencer_conflict, peacesciencer_leaders)
FACTS = tuple(fact for part in PARTS for fact in part.FACTS)


def read(raw: RawFolder) -> dict[str, pd.DataFrame]:
    """Every fact of the four parts by name; raises `RawFileError`."""
    return {name: frame for part in PARTS for name, frame in part.read(raw).items()}


READER = Reader(source="peacesciencer", facts=FACTS, read=read)
