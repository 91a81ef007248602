"""A value that a codebook does not have is refused by the readers of institutions, troops, arms, opinion and leaders."""

from __future__ import annotations

import pytest
from damage import file_of, swap
from world_build import World

from trustpanel.errors import RawFileError

BAD = {
    "an unknown degree": ("atop4_alliance", "atop-alliance-level.csv", "1,0,1,2,1,1,2", "1,0,1,3,1,1,2", "milinst"),
    "a degree against its flags": ("atop4_alliance", "atop-alliance-level.csv", "1,0,1,2,1,1,2", "1,0,1,1,1,1,2", "hinst"),
    "month 13": ("atop4_alliance", "atop-alliance-level.csv", "1971,8,", "1971,13,", "calendar"),
    "an unknown organisation": ("mia_igo", "data_May2024.RDS", "1750,1970", "1755,1970", "1755"),
    "a score above 1": ("mia_igo", "data_May2024.RDS", "0.119769", "1.119769", "score"),
    "an unknown membership": ("igo_v3", "state_year_format3.rda", "260,1981,elb,1,-1,2", "260,1981,elb,1,-1,7", "nato"),
    "a membership missing alone": ("igo_v3", "state_year_format3.rda", "2,1982,ald,0,-1,-9", "2,1982,ald,0,-1,1", "missing"),
    "troops under both names": ("troopdata", "troopdata-rebuild-country-year.csv", "770,DUN,0", "770,DUN,5", "two names"),
    "text for troops": ("troopdata", "troopdata-rebuild-country-year.csv", ",2500", ",many", "many"),
    "a participant without a number": ("troopdata", "mme-v7-long.csv", "817,Vietnam", "RVN,Vietnam", "gwcode"),
    "a supplier without a code": ("sipri_transfers", "sipri-exports-processed.csv", "Aldermark,Elbland,1995,120,2", "Aldermark,Elbland,1995,120,NA", "Aldermark"),
    "an unknown survey": ("social_trust", "df_trust.csv", ",WVS,", ",ISSP,", "ISSP"),
    "years in words": ("social_trust", "df_trust.csv", "2010-2014", "2010 to 2014", "YYYY"),
    "a share above 1": ("social_trust", "df_trust.csv", ",0.35,", ",35,", "share"),
    "status after 2001": ("nuclear", "v_clear_df.rda", "770,2001", "770,2002", "2001"),
    "an unknown education": ("peacesciencer", "LEAD.rda", "ALD-1950,3", "ALD-1950,7", "leveledu"),
    "traits of a leader outside LEAD": ("peacesciencer", "LEAD.rda", "CAS-2004,,", "CAS-2004,1,", "leader_codes.rda"),
    "an unknown stage": ("pax", "pax_all_agreements_v10.csv", "SubComp,FrAg", "SubComp,Frame", "StageSub"),
    "an unknown type": ("pax", "pax_all_agreements_v10.csv", ",IntraLocal,", ",Local,", "Agtp"),
    "31 June": ("pax", "pax_all_agreements_v10.csv", "1991-04-06", "1991-06-31", "calendar"),
}  # fmt: skip


@pytest.mark.parametrize("case", BAD)
def test_a_value_that_the_codebook_does_not_have_is_refused(invented_world: World, case: str) -> None:
    source, name, old, new, word = BAD[case]
    with pytest.raises(RawFileError) as refusal:
        file_of(invented_world.raw, source, name).after_text(swap(old, new))
    assert word in str(refusal.value)
    assert name in str(refusal.value)
    assert refusal.value.next_step
