"""The analysis frames with trust between the states beside them, and meetings with who tells of them."""

from __future__ import annotations

import duckdb
import pandas as pd

from trustpanel.store.frames import analysis_frames

# key of a pair's background: the two leaders
PAIR = ["leader_a", "leader_b"]
TRUST = "select * exclude (background_year) from pair_trust_pre order by leader_a, leader_b"
TOLD = """
    with told as (
        select
            meeting_id,
            bool_or(source <> 'rival_meetings') as listed,
            bool_or(source not in ('rival_meetings', 'china_vitae')) as listed_without_china,
            min(evidence_grade) filter (where source = 'rival_meetings') as grade
        from meeting_evidence
        group by meeting_id
    )
    select
        a.state_line as ccode_a, b.state_line as ccode_b, d.person_a, d.person_b, d.leader_a, d.leader_b,
        d.start_date, d.end_date, d.weight, true as covered,
        d.kind, t.listed, t.listed_without_china, t.grade, d.meeting_id
    from meeting_dyads as d
    inner join state_code_lines as a on d.ccode_a = a.ccode
    inner join state_code_lines as b on d.ccode_b = b.ccode
    inner join told as t on d.meeting_id = t.meeting_id
    where d.documented
    order by all
"""


def contest_frames(con: duckdb.DuckDBPyConnection) -> dict[str, pd.DataFrame]:
    """The four frames of `analysis_frames`; the panels have the columns of `pair_trust_pre`, missing where a row has no
    pair; `dyad_meetings` has kind, meeting_id, `listed` (a list tells of it), `listed_without_china` (a list other than
    that of China's leaders does) and the grade of the coded evidence.
    """
    frames = analysis_frames(con)
    trust = con.sql(TRUST).to_arrow_table().to_pandas()
    for name in ("panel", "panel_months"):
        own = [c for c in trust.columns if c in PAIR or c not in frames[name].columns]
        frames[name] = frames[name].merge(trust[own], on=PAIR, how="left", validate="many_to_one")
    return {**frames, "dyad_meetings": con.sql(TOLD).to_arrow_table().to_pandas()}
