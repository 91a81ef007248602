import { addressOf, go, readAddress } from "./address.js";
import { yearsView } from "./circle.js";
import { find, html } from "./dom.js";
import { FIRST_VIEW, pairView } from "./pair.js";
import { setUpSearch } from "./search.js";
import { tableView } from "./table.js";
import { many } from "./words.js";
import { world } from "./world.js";

const VIEWS = { pair: pairView, table: tableView, years: yearsView, about: aboutView };
let redraw = null;
let turn = 0;
let before = null;

async function show() {
  const mine = (turn += 1);
  const state = location.hash.length > 1 ? readAddress() : FIRST_VIEW;
  const main = find("main");
  main.setAttribute("aria-busy", "true");
  try {
    const w = await world();
    const held = html("div");
    // a view draws into what is on the page; one that is overtaken while it waits for data draws nothing
    const place = { replaceChildren: (...parts) => { if (mine === turn) main.replaceChildren(...parts); else held.replaceChildren(...parts); } };
    if (mine !== turn) return;
    redraw = await VIEWS[state.view](w, state, place);
  } catch (error) {
    if (mine === turn) main.replaceChildren(html("h1", { id: "head", tabindex: "-1" }, "This view cannot be shown"), html("p", { role: "alert" }, error.message), html("p", {}, html("a", { href: addressOf(FIRST_VIEW) }, "Go to the first view")));
    redraw = null;
  }
  if (mine !== turn) return;
  main.removeAttribute("aria-busy");
  document.title = `${find("head")?.textContent ?? "Explorer"} · trustpanel explorer`;
  for (const link of document.querySelectorAll("nav a")) {
    if (link.dataset.view === state.view) link.setAttribute("aria-current", "page");
    else link.removeAttribute("aria-current");
  }
  if (before && before !== state.view) find("head")?.focus();
  before = state.view;
  document.documentElement.dataset.shown = document.documentElement.dataset.shown ?? String(Math.round(performance.now()));
}

async function aboutView(w, state, main) {
  const dyads = w.dyads.length;
  const covered = w.dyads.filter((d) => d.covered_days > 0).length;
  main.replaceChildren(
    html("h1", { id: "head", tabindex: "-1" }, "How to read this"),
    html("p", { class: "lead" }, `Meetings are covered from both sides, for some years, for ${many(covered, "pair")} of states out of ${many(dyads, "pair")}. Everywhere else they are unknown, and shown so.`),
    html("ul", {},
      html("li", {}, "White or light grey behind the meetings: a list or a search covers both sides, so that an absent meeting counts as none. Lightly hatched: partly known. Cross-hatched: unknown."),
      html("li", {}, "A filled mark: both persons were the effective leaders of their states that day. A hollow one: a crown prince, a minister, a ceremonial head."),
      html("li", {}, "Stocks count meetings, each halved every 36 months. They are unknown in the first ten covered years of a dyad, since what came before is not known."),
      html("li", {}, "Trust between the states follows Hoffman: discretion granted, oversight that leaves leeway, rules that are frameworks. Where no agreement is known to a source, the last two are unknown."),
      html("li", {}, "Lists of disputes, wars and crises end before the present; years beyond their ends are hatched.")),
    html("h2", {}, "Keys"), html("p", {}, "Tab goes to the picture once; arrow keys go from mark to mark and from lane to lane; Enter shows the evidence. Every picture has its rows as a table below it."),
    html("h2", {}, "This copy"), html("p", {}, `trustpanel ${w.meta.package_version}, schema ${w.meta.schema_version}, facts ${w.meta.facts_sha256}. The page sends nothing and asks nothing of any other machine.`),
    html("h2", {}, "Sources"), html("ul", { class: "sources" }, Object.values(w.sources).map(([title, citation]) => html("li", {}, html("strong", {}, title), `. ${citation}`))),
  );
}

let wait = null;
window.addEventListener("resize", () => { clearTimeout(wait); wait = setTimeout(() => redraw?.(), 150); });
window.addEventListener("hashchange", show);
world().then((w) => setUpSearch(w, ({ pair, persons }) => go({ view: "pair", pair: pair.join("-"), persons: persons?.join(",") }))).catch(() => {});
show();
