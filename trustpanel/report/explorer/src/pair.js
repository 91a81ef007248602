import { addressOf, go } from "./address.js";
import { day, dayOf, gaps, overlaps, year } from "./days.js";
import { find, html, svg } from "./dom.js";
import { evidence } from "./evidence.js";
import { jointOffice, picture } from "./picture.js";
import { rowsBlock } from "./rows.js";
import { citation, citeBlock, pngBlob, save, svgText } from "./save.js";
import { many, percent } from "./words.js";
import { bothLead, codesOf, ofPersons, pairName, pairRows, personName, sharedSpells, stateName } from "./world.js";

export const FIRST_VIEW = { view: "pair", pair: "2-365", from: "1970", to: "1995" };

// One pair of states, or of persons, through the years asked for.
export async function pairView(w, state, main) {
  const [a, b] = (state.pair ?? FIRST_VIEW.pair).split("-").map(Number).sort((x, y) => x - y);
  if (!w.states.has(a) || !w.states.has(b) || a === b) throw new Error(`the view names no pair of states: ${state.pair}`);
  const rows = await pairRows(w, a, b);
  const shared = sharedSpells(w, a, b);
  const persons = wanted(w, state.persons);
  const life = shared.length ? [Math.max(dayOf(1870), shared[0][0]), shared.at(-1)[1]] : [dayOf(1870), w.last];
  const joint = jointOffice(w, persons, -Infinity, Infinity) ?? metDays(rows, persons);
  const [from, to] = range(state, joint ? [dayOf(year(joint[0]) - 2), dayOf(Math.min(year(joint[1]), year(w.last)) + 3) - 1] : life);
  const names = [stateName(w, a), stateName(w, b)];
  const title = `${persons ? `${persons.map((p) => personName(w, p)).join(" – ")} (${names.join(" – ")})` : names.join(" – ")}, ${year(from)}–${year(to)}`;
  const shape = { w, codes: [a, b], names, rows, shared, from, to, persons, title };
  const set = (change, options) => go({ ...state, view: "pair", pair: `${a}-${b}`, ...change }, options);

  main.replaceChildren(
    html("h1", { tabindex: "-1", id: "head" }, title),
    html("p", { class: "lead" }, summary(shape)),
    ...continued(w, a, b),
    controls({ w, shape, life, set, state }),
    html("figure", {}, html("div", { id: "picture" }),
      html("figcaption", {}, "Hatched: unknown, which is not the same as none. Choose a mark to see what stands behind it; with the keyboard, Tab to the picture, then arrow keys.")),
    html("section", { id: "details", "aria-label": "What stands behind the chosen mark" }),
    html("div", { class: "controls" },
      html("button", { type: "button", id: "save-svg", onclick: () => save(`${fileName(shape)}.svg`, "image/svg+xml", svgText(find("picture").firstChild)) }, "Save picture (SVG)"),
      html("button", { type: "button", id: "save-png", onclick: async () => save(`${fileName(shape)}.png`, "image/png", await pngBlob(find("picture").firstChild)) }, "Save picture (PNG)")),
    citeBlock(citation(w, { ...state, view: "pair", pair: `${a}-${b}`, from: year(from), to: year(to) }, title, sourcesOf(w, rows, shape))),
    html("div", { id: "rows" }),
  );
  let opened = () => {};
  const showRows = (kind) => find("rows").replaceChildren(rowsBlock({ w, rows, range: { from, to }, persons, name: fileName(shape), kind, open: (id) => opened(id, true),
    onKind: (k) => { set({ rows: k }, { replace: true }); showRows(k); find("rows-kind").focus(); } }));
  const draw = () => { opened = drawn(shape, state, (item) => set({ item }, { replace: true })); };
  draw();
  showRows(state.rows);
  return draw;
}

// Persons who never led at the same time: the days of their meetings.
function metDays(rows, persons) {
  const days = rows.meetings.filter((m) => persons && ofPersons(m, persons)).flatMap((m) => [day(m.start_date), day(m.end_date)]);
  return days.length ? [Math.min(...days), Math.max(...days)] : null;
}

function wanted(w, text) {
  const ids = (text ?? "").split(",").filter((p) => w.persons.has(p));
  return ids.length === 2 ? ids : null;
}

function range(state, [first, last]) {
  const [f, t] = [Number.parseInt(state.from, 10), Number.parseInt(state.to, 10)];
  const from = Number.isInteger(f) && f >= 1816 && f <= 2100 ? dayOf(f) : first;
  const to = Number.isInteger(t) && t >= 1816 && t <= 2100 ? dayOf(t + 1) - 1 : last;
  return from < to ? [from, to] : [first, last];
}

function drawn(shape, state, remember) {
  const place = find("picture");
  const { image, marks } = picture({ ...shape, width: Math.max(320, Math.floor(place.clientWidth)) });
  place.replaceChildren(image);
  const show = (mark) => {
    for (const m of marks) m.element.classList.toggle("chosen", m === mark);
    find("details").replaceChildren(evidence(shape.w, mark));
    find("said").textContent = `What stands behind it is shown below the picture: ${mark.label}`;
    remember(mark.id);
  };
  walk(marks, show);
  const asked = marks.find((m) => m.id === state.item);
  if (asked) show(asked);
  return (id, move) => {
    const mark = marks.find((m) => m.id === id);
    if (!mark) return;
    show(mark);
    if (move) find("details").scrollIntoView({ block: "center", behavior: matchMedia("(prefers-reduced-motion: reduce)").matches ? "auto" : "smooth" });
  };
}

// One stop for Tab; left and right go along a lane, up and down to the nearest mark of the next lane.
function walk(marks, show) {
  const lanes = [...new Set(marks.map((m) => m.lane))].map((lane) => marks.filter((m) => m.lane === lane));
  const to = (mark) => { for (const m of marks) m.element.setAttribute("tabindex", m === mark ? "0" : "-1"); mark.element.focus(); };
  if (marks.length) marks[0].element.setAttribute("tabindex", "0");
  lanes.forEach((lane, l) => lane.forEach((mark, i) => {
    mark.element.append(svg("title", {}, mark.label));
    mark.element.addEventListener("click", () => { to(mark); show(mark); });
    mark.element.addEventListener("keydown", (e) => {
      const near = (other) => other && other.reduce((best, m) => (Math.abs(m.at - mark.at) < Math.abs(best.at - mark.at) ? m : best));
      const next = { ArrowRight: lane[i + 1], ArrowLeft: lane[i - 1], ArrowDown: near(lanes[l + 1]), ArrowUp: near(lanes[l - 1]), Home: lane[0], End: lane.at(-1) };
      if (e.key === "Enter" || e.key === " ") { show(mark); e.preventDefault(); }
      else if (e.key in next) { if (next[e.key]) to(next[e.key]); e.preventDefault(); }
    });
  }));
}

function summary({ w, codes, rows, shared, from, to, persons }) {
  const held = rows.meetings.filter((m) => overlaps(day(m.start_date), day(m.end_date), { from, to }) && ofPersons(m, persons));
  const days = (spans) => spans.reduce((sum, [x, y]) => sum + Math.max(0, Math.min(y, to) - Math.max(x, from) + 1), 0);
  const searched = rows.known.filter((k) => k.level === "searched").map((k) => [day(k.start_date), day(k.end_date)]);
  const both = days(shared);
  const open = shared.flatMap(([x, y]) => (Math.max(x, from) <= Math.min(y, to) ? gaps(searched, Math.max(x, from), Math.min(y, to)) : []));
  const share = both ? 1 - days(open) / both : null;
  const meetings = new Set(held.map((m) => m.meeting_id)).size;
  const leaders = new Set(held.filter(bothLead).map((m) => m.meeting_id)).size;
  const told = meetings ? `${many(meetings, "meeting")} in the store, ${leaders} of two effective leaders.` : "No meeting in the store.";
  if (share == null) return `${told} The two are not in the state system together in these years.`;
  if (share === 0) return `${told} No list and no search covers both sides in these years: ${meetings ? "there may have been more" : "that none is here says nothing"}.`;
  const absent = share > 0.999 ? "an absent meeting counts as none" : "on the others, no meeting here says nothing";
  return `${told} Meetings are covered from both sides on ${percent(share)} of the days; ${absent}.`;
}

function continued(w, a, b) {
  const found = [];
  for (const code of [a, b]) {
    const { after } = w.states.get(code);
    if (after) {
      const pair = [after, code === a ? b : a].sort((x, y) => x - y);
      found.push(html("p", { class: "note" }, `${stateName(w, code)} goes on as ${stateName(w, after)}: `, html("a", { href: addressOf({ view: "pair", pair: pair.join("-") }) }, pairName(w, ...pair)), "."));
    }
    for (const before of codesOf(w, code).slice(1)) found.push(html("p", { class: "note" }, `${stateName(w, code)} is shown together with ${stateName(w, before)}, which it carried on (code ${before}).`));
  }
  return found;
}

function controls({ w, shape, life, set, state }) {
  const { from, to, persons } = shape;
  const years = (name, label, value) => [html("label", { for: name }, label), html("input", { id: name, type: "number", min: "1816", max: "2100", value: String(value), onchange: (e) => set({ [name === "year-from" ? "from" : "to"]: e.target.value }) })];
  const length = year(to) - year(from) + 1;
  const limit = [Math.min(year(life[0]), year(from)), Math.max(year(life[1]), year(to))];
  const move = (f, t) => set({ from: Math.max(f, limit[0]), to: Math.min(t, limit[1]) });
  const step = Math.max(1, Math.round(length / 2));
  const button = (label, action) => html("button", { type: "button", onclick: action }, label);
  return html("div", { class: "controls", role: "group", "aria-label": "Leaders and years" },
    html("label", { for: "persons" }, "Leaders "), personSelect(w, shape, persons, set), ...years("year-from", "from", year(from)), ...years("year-to", "to", year(to)),
    button("Earlier", () => move(year(from) - step, year(to) - step)), button("Later", () => move(year(from) + step, year(to) + step)),
    button("Closer", () => move(year(from) + Math.floor(length / 4), Math.max(year(from) + Math.floor(length / 4), year(to) - Math.floor(length / 4)))),
    button("Wider", () => move(year(from) - step, year(to) + step)), button("All years", () => set({ from: year(life[0]), to: year(life[1]), persons: state.persons })));
}

function personSelect(w, { codes, rows }, persons, set) {
  const met = new Map();
  for (const m of rows.meetings) met.set(`${m.person_a},${m.person_b}`, (met.get(`${m.person_a},${m.person_b}`) ?? new Set()).add(m.meeting_id));
  const terms = codes.map((code) => w.terms.filter((t) => codesOf(w, code).includes(t.ccode)));
  const found = new Map();
  for (const a of terms[0]) for (const b of terms[1]) {
    const first = Math.max(a.first, b.first);
    const id = `${a.person_id},${b.person_id}`;
    if (first <= Math.min(a.last, b.last) && !found.has(id)) found.set(id, first);
  }
  for (const m of rows.meetings) if (!found.has(`${m.person_a},${m.person_b}`)) found.set(`${m.person_a},${m.person_b}`, day(m.start_date));
  const chosen = persons?.join(",");
  if (chosen && !found.has(chosen)) found.set(chosen, -Infinity);
  return html("select", { id: "persons", onchange: (e) => set({ persons: e.target.value, from: "", to: "", item: "" }) }, html("option", { value: "" }, "all"),
    [...found].sort((x, y) => y[1] - x[1]).map(([id]) => {
      const count = met.get(id)?.size ?? 0;
      return html("option", { value: id, selected: id === chosen }, `${id.split(",").map((p) => personName(w, p)).join(" – ")}${count ? ` (${many(count, "meeting")})` : ""}`);
    }));
}

// Lists count with all their sources, since an empty lane says what they say; meetings and agreements by their records.
function sourcesOf(w, rows, range) {
  const lists = ["states", "leaders", "disputes", "wars", "crises", "indicators"].flatMap((part) => w.sources_of[part]);
  const met = rows.meetings.filter((m) => overlaps(day(m.start_date), day(m.end_date), range)).flatMap((m) => m.evidence.map((e) => e.source));
  const signed = rows.agreements.filter((a) => overlaps(day(a.signed_date ?? a.in_force_date), day(a.end_date), range));
  return [...lists, ...met, ...signed.flatMap((a) => (a.records ?? "").split("; ").map((record) => record.split(" ")[0]))];
}

const fileName = ({ codes, persons, from, to }) => `trustpanel-${persons ? persons.join("-") : codes.join("-")}-${year(from)}-${year(to)}`;
