"""Each row of `nca_agreements` is one pledge of nuclear assistance by a supplier to a recipient, by year of signature.

Nuclear Cooperation Agreements 2.0 (Fuhrmann), 1951-2003. Traps handled: the pair is directed; a treaty that binds both
sides as suppliers stands twice, one of several parties (Euratom) once for each pair; pledges of one pair, year and type
may be several treaties (348 rows repeat another), so that the record is the row of the file; there is no day and no
date of termination. Type: 1 safety, 2 intangibles, 3 materials, 4 research, 5 power with enrichment and reprocessing
prohibited, 6 power without that prohibition, 7 military. State codes stand as printed: one row names one state twice,
and Czechoslovakia (315) still receives in 1993 and 1994.
"""

from __future__ import annotations

import pandas as pd

from trustpanel.sources.cells import refuse, whole_numbers
from trustpanel.sources.fact import Fact, RawFolder, Reader
from trustpanel.sources.stata import read_stata

FACTS = (
    Fact(
        name="nca_agreements",
        key=("record",),
        columns={
            "record": "int16",
            "supplier_ccode": "int16",
            "recipient_ccode": "int16",
            "year": "int16",
            "nca_type": "int8",
        },
    ),
)
FILE = "nca_dataset.dta"
YEARS = (1945, 2003)
TYPES = range(1, 8)


def read(raw: RawFolder) -> dict[str, pd.DataFrame]:
    """The pledges of nuclear assistance; raises `RawFileError`."""
    frame = read_stata(raw.path(FILE), ["ccode1", "ccode2", "year", "nca", "nca_type"], repeats=348)
    refuse(frame, "nca", frame["nca"] == 1, "1 in every row", FILE)
    refuse(frame, "nca_type", frame["nca_type"].isin(TYPES), "a type from 1 to 7", FILE)
    year = whole_numbers(frame, "year", FILE)
    refuse(frame, "year", year.between(*YEARS), f"a year in {YEARS[0]}-{YEARS[1]}", FILE)
    agreements = pd.DataFrame(
        {
            "record": frame.index + 1,
            "supplier_ccode": whole_numbers(frame, "ccode1", FILE),
            "recipient_ccode": whole_numbers(frame, "ccode2", FILE),
            "year": year,
            "nca_type": frame["nca_type"],
        }
    )
    return {"nca_agreements": agreements}


READER = Reader(source="nca", facts=FACTS, read=read)
