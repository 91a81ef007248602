"""The explorer in a real browser: search, click, keys, links, exports; no complaint, no request that leaves the machine."""

from __future__ import annotations

import functools
import http.server
import threading
import time

import pytest
from at_hand import absent
from browser import SHOWN, Page, browser_file

from trustpanel.report.explorer.pieces import read_script, script

pytestmark = pytest.mark.browser
VIEWS = (
    "",
    "#view=pair&pair=2-365&persons=p-reagan-1911,p-gorbachev-1931",
    "#view=pair&pair=41-90",
    "#view=table",
    "#view=years",
    "#view=about",
)
NAMELESS = """
[...document.querySelectorAll('button, input, select, textarea, a, [role=button]')].filter((e) =>
  !(e.getAttribute('aria-label') || e.textContent.trim() || (e.labels && e.labels.length))).map((e) => e.outerHTML.slice(0, 90))
"""

REFUSED = """
new Promise((told) => {
  document.addEventListener('securitypolicyviolation', (e) => told(e.effectiveDirective));
  fetch('https://example.org/').then(() => told('fetched'), () => {});
})
"""


@pytest.fixture(scope="module")
def saved(tmp_path_factory):
    return tmp_path_factory.mktemp("saved")


@pytest.fixture(scope="module")
def page(saved):
    file = browser_file()
    if file is None:
        absent("no browser at hand: install Chromium or set TRUSTPANEL_BROWSER")
    shown = Page(file, saved)
    yield shown
    shown.close()


@pytest.fixture
def at(page, explorer_site):
    def open_at(fragment="", **size):
        page.open((explorer_site / "index.html").as_uri() + fragment, **size)
        return page

    return open_at


def text(page, selector):
    return page.run(f"document.querySelector({selector!r}).textContent")


def arrived(folder, name, seconds=20.0):
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if (folder / name).is_file() and (folder / name).stat().st_size:
            return (folder / name).read_bytes()
        time.sleep(0.05)
    raise AssertionError(f"{name} was not saved: {[f.name for f in folder.iterdir()]}")


def test_the_first_view_shows_two_states_from_the_disk(at):
    page = at()
    first = int(page.run("document.documentElement.dataset.shown"))
    print(f"first view after {first} ms")
    assert first < 8000
    assert text(page, "h1") == "United States of America – Russia, 1970–1995"
    assert page.run("document.querySelectorAll('#picture .mark').length") > 100


def test_a_search_for_two_leaders_leads_to_their_pair_by_keys_alone(at):
    page = at()
    page.run("document.getElementById('search').focus()")
    page.type("gorbachev reagan")
    page.wait("document.querySelectorAll('#found li').length")
    assert "pair" in text(page, "#found-said")
    page.press("ArrowDown", "Enter")
    page.wait(f"location.hash.includes('persons=p-reagan-1911,p-gorbachev-1931') && {SHOWN}")
    page.wait("document.querySelector('h1').textContent.startsWith('Ronald Reagan – Mikhail Gorbachev')")
    page.run("document.getElementById('search').focus()")
    page.type("india pakistan")
    page.wait("document.querySelector('#found li')?.textContent.startsWith('India – Pakistan')")
    page.press("Enter")
    page.wait("location.hash.includes('pair=750-770')")
    page.run("document.getElementById('search').focus()")
    page.type("zzzz")
    page.wait("document.getElementById('found-said').textContent.startsWith('No pair found')")


def test_a_click_and_a_link_show_what_stands_behind_a_meeting(at):
    page = at("#view=pair&pair=2-365&from=1980&to=1990")
    page.run(
        "[...document.querySelectorAll('.mark')].find((m) => m.getAttribute('aria-label').includes('Geneva')).dispatchEvent(new MouseEvent('click'))"
    )
    for told in ("Geneva", "2942", "effective leader that day (USA-1981)", "the list itself", "documented by a source"):
        assert told in text(page, "#details"), told
    link = page.run("location.hash")
    assert "item=m-1985-11-19" in link
    page = at(link)
    assert "2942" in text(page, "#details")
    assert '--view "view=pair' in page.run("document.querySelector('.cite textarea').value")
    assert "Goemans" in page.run("document.querySelector('.cite textarea').value")
    # what the lanes rest on is cited though no mark of it stands in these years
    for work in ("Vaynman", "Electronic World Treaty Index", "Measuring International Authority"):
        assert work in page.run("document.querySelector('.cite textarea').value"), work


def test_arrow_keys_walk_the_picture_and_enter_opens(at):
    page = at("#view=pair&pair=2-365&from=1980&to=1990")
    assert page.run("document.querySelectorAll('#picture .mark[tabindex=\"0\"]').length") == 1
    page.run("document.querySelector('#picture .mark[tabindex=\"0\"]').focus()")
    was = page.run("document.activeElement.getAttribute('aria-label')")
    page.press("ArrowRight")
    meeting = page.run("document.activeElement.getAttribute('aria-label')")
    assert meeting != was
    page.press("ArrowDown")
    assert "," in page.run("document.activeElement.getAttribute('aria-label')")
    page.press("ArrowUp", "Enter")
    assert "The record" in text(page, "#details")


def test_unknown_is_hatched_and_said_never_none(at):
    page = at("#view=pair&pair=41-90")
    assert "that none is here says nothing" in text(page, ".lead")
    assert page.run("document.querySelectorAll('#picture rect[fill=\"url(#unknown)\"]').length") >= 4
    assert "meetings unknown" in text(page, "#picture")
    page = at("#view=pair&pair=2-365&from=1980&to=1990")
    assert "an absent meeting counts as none" in text(page, ".lead")


def test_the_table_of_pairs_filters_sorts_and_says_unknown(at):
    page = at("#view=table&find=guatemala haiti")
    assert text(page, "#counted").startswith("1 pair of 20,")
    assert "unknown" in text(page, "tbody tr")
    page.go("#view=table&sort=meetings&down=0&covered=1")
    assert text(page, "tbody tr td").startswith("0 in ")
    page.go("#view=table&of=leaders&meetings=20&sort=first&down=0")
    rows = page.run(
        "[...document.querySelectorAll('tbody tr')].map((r) => [r.children[5].textContent, Number(r.children[1].textContent)])"
    )
    assert len(rows) > 5
    assert [r[0] for r in rows] == sorted(r[0] for r in rows)
    assert all(r[1] >= 20 for r in rows)
    page.run("[...document.querySelectorAll('.sort')].find((b) => b.textContent.startsWith('Meetings')).click()")
    page.wait("document.querySelector('th[aria-sort=descending]')?.textContent.startsWith('Meetings')")
    page.run("document.querySelector('tbody a').click()")
    page.wait(f"location.hash.includes('view=pair') && document.getElementById('picture') && {SHOWN}")


def test_who_met_whom_goes_by_year_and_state(at):
    page = at("#view=years&year=1985")
    assert "67 meetings" in text(page, ".lead")
    page.run("const y = document.getElementById('year'); y.value = 1986; y.dispatchEvent(new Event('change'))")
    page.wait(f"document.querySelector('h1').textContent === 'Who met whom in 1986' && {SHOWN}")
    page.run("document.querySelector('#picture .mark[tabindex=\"0\"]').focus()")
    page.press("ArrowRight", "Enter")
    page.wait(f"location.hash.includes('state=') && document.body.textContent.includes('Unknown: ') && {SHOWN}")


def test_picture_and_rows_are_saved(at, saved):
    page = at("#view=pair&pair=2-365&from=1980&to=1990")
    for button in ("save-csv", "save-svg", "save-png"):
        page.run(f"document.getElementById('{button}').click()")
    lines = arrived(saved, "trustpanel-2-365-1980-1990-meetings.csv").decode("utf-8").splitlines()
    shown = page.run("document.querySelectorAll('#rows tbody tr').length")
    assert len(lines) == shown + 1
    assert any("m-1985-11-19-p-gorbachev-1931-p-reagan-1911,1985-11-19,1985-11-21,day,Geneva" in line for line in lines)
    drawn = arrived(saved, "trustpanel-2-365-1980-1990.svg").decode("utf-8")
    assert "Geneva" in drawn
    assert 'role="button"' not in drawn
    assert arrived(saved, "trustpanel-2-365-1980-1990.png").startswith(b"\x89PNG")


def test_text_of_the_data_is_never_markup_nor_formula(at, explorer_site, saved):
    file = explorer_site / "data" / "dyads-041.js"
    kept = file.read_text(encoding="utf-8")
    name, held = read_script(kept)
    place = next(i for i, b in enumerate(held["agreements"]["ccode_b"]) if b == 90)
    held["agreements"]["title"][place] = "=cmd()<img src=x onerror=\"document.title='owned'\">"
    file.write_text(script(name, held), encoding="utf-8")
    try:
        page = at("#view=pair&pair=41-90&rows=agreements")
        assert page.run("document.querySelectorAll('main img').length") == 0
        assert "<img src=x" in text(page, "#rows")
        page.run("document.getElementById('save-csv').click()")
        assert "\"'=cmd()<img" in arrived(saved, "trustpanel-41-90-1870-2025-agreements.csv").decode("utf-8")
    finally:
        file.write_text(kept, encoding="utf-8")


def test_a_link_that_names_nothing_says_so_and_leads_back(at):
    page = at("#view=pair&pair=2-9999")
    assert "names no pair of states" in text(page, "main")
    assert page.run("document.querySelector('main a').getAttribute('href')").startswith("#view=pair&pair=2-365")


@pytest.mark.parametrize("fragment", VIEWS)
def test_every_view_fits_a_narrow_window_and_names_its_controls(at, fragment):
    page = at(fragment, width=360, height=740)
    assert page.run("document.documentElement.scrollWidth") <= 360
    assert page.run(NAMELESS) == []
    assert page.run("[...document.querySelectorAll('main, header, nav, footer')].length") == 4


def test_the_page_works_as_well_from_a_server_of_this_machine(page, explorer_site):
    asked = functools.partial(http.server.SimpleHTTPRequestHandler, directory=str(explorer_site))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), asked) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        page.open(f"http://127.0.0.1:{server.server_address[1]}/index.html#view=pair&pair=651-666")
        assert text(page, "h1").startswith("Egypt – Israel")
        assert page.run(REFUSED) == "connect-src"
        server.shutdown()
    # the browser complains of what the policy refused
    page.complaints[:] = [c for c in page.complaints if "example.org" not in c]


def test_nothing_was_complained_of_and_nothing_asked_of_another_machine(at):
    """Of all views, and of whatever the tests before this one did in the same browser."""
    for fragment in VIEWS:
        page = at(fragment)
    assert page.complaints == []
    assert [
        r for r in page.requests if not r.startswith(("file:", "about:", "blob:", "data:", "http://127.0.0.1"))
    ] == []
    assert len(page.requests) > 20
