"""`colt_world_trips` and `colt_world_nonhost`: the world-wide COLT file that a user supplies.

Country and Organization Leader Travel, 1990-2025, one sheet of 76 columns as .xlsx or .csv, whatever its file name;
the same traps as in `colt_south_america`, whose reader does the work. Nothing that it yields is shipped.
"""

from __future__ import annotations

from dataclasses import replace

import pandas as pd

from trustpanel.sources import colt_south_america
from trustpanel.sources.fact import RawFolder, Reader

_NAMES = {"colt_trips": "colt_world_trips", "colt_nonhost": "colt_world_nonhost"}
FACTS = tuple(replace(fact, name=_NAMES[fact.name]) for fact in colt_south_america.FACTS)


def read(raw: RawFolder) -> dict[str, pd.DataFrame]:
    """The two facts from the one table in the folder; raises `RawFileError`."""
    return {_NAMES[name]: frame for name, frame in colt_south_america.read(raw).items()}


READER = Reader(source="colt", facts=FACTS, read=read)
