"""Headnotes that tell politics from the rest, agreements of one day kept apart, one treaty under two topics."""

import pytest
from asked import fact


@pytest.mark.parametrize(
    ("headnote", "topic", "expected"),
    [
        ("DIPLOMATIC POUCH", "9CONSU", {"legal"}),
        ("CONSULAR CONVENTION", "9CONSU", {"legal"}),
        ("EXCHANGE OF AMBASSADORS", "9CONSU", {"recognition"}),
        ("ESTABLISHMENT OF DIPLOMATIC AND CONSULAR RELATIONS", "9CONSU", {"recognition"}),
        ("EMBASSY BUILDINGS", "9CONSU", {"legal"}),
        ("COMMERCE AND NAVIGATION", "1AMITY", {"trade"}),
        ("ESTABLISHMENT", "1AMITY", {"migration"}),
        ("TERMINATION OF FRIENDSHIP TREATY OF 1923", "1AMITY", set()),
        ("AMENDING 1951 AMITY TREATY", "1AMITY", {"friendship"}),
        ("WAR GRAVES", "9MILIT", {"legal"}),
        ("MILITARY SERVICE", "9MILIT", {"legal"}),
        ("EXCHANGE OF PRISONERS", "9MILIT", {"legal"}),
        ("FACILITATE COOPERATION BETWEEN MILITARY SERVICES OF THE TWO COUNTRIES", "9MILIT", {"defence_cooperation"}),
    ],
)
def test_the_headnote_tells_politics_from_the_rest(store, headnote, topic, expected):
    listed = fact("wti_treaties").query("headnote == @headnote and topic == @topic")["treaty_id"].tolist()
    assert listed
    found = store.execute(
        "select distinct agreement_type from agreement_records where source = 'world_treaty_index' and record in ?",
        [listed],
    ).fetchall()
    assert {t for (t,) in found} == expected


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("atop-3795", "wti-118342", True),  # Panama 1977: the neutrality of the canal
        ("atop-3795", "wti-121089", False),
        ("atop-3585", "wti-109270", False),
        ("atop-3937", "wti-807010", False),
        ("atop-4638", "wti-134947", False),
        ("wti-542017", "ggo-IDN-PHL_1969A", False),
        ("wti-485072", "ggo-CAN-GBR_1908A", False),  # boundary and fisheries of one day
    ],
)
def test_agreements_of_one_day_under_other_headings(store, one, other, same):
    ids = store.execute("select distinct agreement_id from agreement_groups where agreement_key in ?", [[one, other]])
    assert len(ids.fetchall()) == (1 if same else 2)


def test_one_headnote_of_two_publishers_under_two_topics_is_one_treaty(store):
    """Words as they stand but for stop words; what is only shortened must be of one topic."""
    topics = fact("wti_treaties").set_index("treaty_id")["topic"].to_dict()
    rows = store.execute(
        "select agreement_key, double_of from agreement_doubles where basis = 'shortened headnote'"
    ).fetchall()
    assert sum(topics[a[4:]] != topics[b[4:]] for a, b in rows) >= 10
