import { addressOf, go } from "./address.js";
import { day, dayOf, text } from "./days.js";
import { html } from "./dom.js";
import { piece } from "./pieces.js";
import { csv, save } from "./save.js";
import { folded, many, number, percent } from "./words.js";
import { pairName, personName, stateName } from "./world.js";

const PAGE = 50;
const FIRST = dayOf(1800);
const COLUMNS = [
  ["pair", "Pair"], ["meetings", "Meetings"], ["agreements", "Agreements"], ["political", "Political agreements"], ["disputes", "Disputes"], ["covered", "Days covered"], ["first", "From"], ["last", "To"],
];

// The pairs as columns of numbers, so that 400,000 of them sort at once; missing is NaN and stands last.
async function source(w, of) {
  const numbers = (list) => Float64Array.from(list, (v) => (v == null ? NaN : v));
  if (of === "leaders") {
    const p = await piece("leader-pairs");
    const words = w.terms.map((t) => folded(`${personName(w, t.person_id)} ${t.leader_name} ${stateName(w, t.ccode)}`));
    const order = nameOrder(w.terms.map((t) => personName(w, t.person_id)));
    const start = numbers(p.start);
    return {
      count: p.start.length, words: (i) => `${words[p.leader_a[i]]} ${words[p.leader_b[i]]}`,
      pair: Float64Array.from(p.leader_a, (a, i) => order[a] * 10000 + order[p.leader_b[i]]),
      first: start, last: Float64Array.from(p.length, (l, i) => start[i] + l), meetings: numbers(p.meetings), political: numbers(p.political), disputes: numbers(p.disputes),
      covered: Float64Array.from(p.covered_days, (d, i) => Math.min(1, d / (p.length[i] + 1))),
      name: (i) => `${personName(w, w.terms[p.leader_a[i]].person_id)} – ${personName(w, w.terms[p.leader_b[i]].person_id)}`,
      note: (i) => pairName(w, p.ccode_a[i], p.ccode_b[i]), date: (v) => text(v + FIRST),
      link: (i) => ({ view: "pair", pair: `${p.ccode_a[i]}-${p.ccode_b[i]}`, persons: `${w.terms[p.leader_a[i]].person_id},${w.terms[p.leader_b[i]].person_id}` }),
    };
  }
  const d = w.dyads;
  const order = new Map([...w.states.values()].sort((a, b) => a.name.localeCompare(b.name)).map((s, i) => [s.code, i]));
  const words = d.map((r) => folded(`${pairName(w, r.ccode_a, r.ccode_b)} ${w.states.get(r.ccode_a).abb} ${w.states.get(r.ccode_b).abb}`));
  return {
    count: d.length, words: (i) => words[i], pair: numbers(d.map((r) => order.get(r.ccode_a) * 1000 + order.get(r.ccode_b))), first: numbers(d.map((r) => day(r.first_day) - FIRST)), last: numbers(d.map((r) => day(r.last_day) - FIRST)),
    ...Object.fromEntries(["meetings", "agreements", "political", "disputes"].map((n) => [n, numbers(d.map((r) => r[n]))])),
    covered: numbers(d.map((r) => (r.days ? Math.min(1, r.covered_days / r.days) : null))),
    name: (i) => pairName(w, d[i].ccode_a, d[i].ccode_b), note: () => null, date: (v) => text(v + FIRST), link: (i) => ({ view: "pair", pair: `${d[i].ccode_a}-${d[i].ccode_b}` }),
  };
}

function nameOrder(names) {
  const places = names.map((_, i) => i).sort((a, b) => names[a].localeCompare(names[b]));
  const order = new Int32Array(names.length);
  places.forEach((place, i) => { order[place] = i; });
  return order;
}

const FILTERS = [
  ["find", "Names contain", "text"], ["from", "in office or existing from", "number"], ["to", "to", "number"], ["meetings", "meetings at least", "number"], ["political", "political agreements at least", "number"],
  ["disputes", "disputes at least", "number"], ["covered", "% of days covered at least", "number"],
];

export async function tableView(w, state, main) {
  const of = state.of === "leaders" ? "leaders" : "dyads";
  const held = await source(w, of);
  const end = (what) => w.windows[what][1] - FIRST;
  held.ends = { agreements: end("agreements"), political: end("agreements"), disputes: end("militarised disputes") };
  const columns = COLUMNS.filter(([n]) => held[n]);
  const set = (change, options) => go({ ...state, view: "table", of, page: "", ...change }, options);
  const input = ([name, label, type]) => html("span", { class: "field" }, html("label", { for: `filter-${name}` }, label),
    html("input", { id: `filter-${name}`, type, value: state[name] ?? "", min: type === "number" ? "0" : null, autocomplete: "off", onchange: (e) => set({ [name]: e.target.value }) }));
  const kept = filtered(held, state);
  const sort = columns.some(([n]) => n === state.sort) ? state.sort : "meetings";
  const down = state.down ? state.down === "1" : sort !== "pair";
  const order = sorted(kept, held[sort], down);
  const pages = Math.max(1, Math.ceil(order.length / PAGE));
  const page = Math.min(pages, Math.max(1, Number.parseInt(state.page, 10) || 1));
  const title = of === "leaders" ? "Pairs of leaders" : "Pairs of states";
  const rows = () => Array.from(order, (i) => ({ pair: held.name(i), ...(of === "leaders" ? { states: held.note(i) } : {}), from: held.date(held.first[i]), to: held.date(held.last[i]),
    ...Object.fromEntries(["meetings", "agreements", "political", "disputes"].filter((n) => held[n]).map((n) => [n, Number.isNaN(held[n][i]) ? null : held[n][i]])), days_covered: Number.isNaN(held.covered[i]) ? null : Number(held.covered[i].toFixed(4)),
    agreements_listed_to: held.date(held.ends.agreements), disputes_listed_to: held.date(held.ends.disputes) }));
  main.replaceChildren(
    html("h1", { id: "head", tabindex: "-1" }, title),
    html("p", { class: "lead" }, "Two states in the system together, or two leaders in office together. Days covered: the share of their days from 1870 on for which a list or a search tells of meetings on the soil of both. “unknown” stands where nothing could be known; “0 to 2014” where a list names none and ends in that year; “0 in 12 %” where no meeting is known in the days covered. None of these is 0."),
    html("div", { class: "controls", role: "group", "aria-label": "Which pairs" },
      ...["dyads", "leaders"].map((k) => html("button", { type: "button", "aria-pressed": String(k === of), onclick: () => go({ view: "table", of: k, find: state.find }) }, k === "dyads" ? "Pairs of states" : "Pairs of leaders"))),
    html("form", { class: "controls", role: "search", "aria-label": "Filter the pairs", onsubmit: (e) => e.preventDefault() }, FILTERS.map(input), html("button", { type: "button", onclick: () => go({ view: "table", of }) }, "Clear")),
    html("p", { role: "status", id: "counted" }, `${many(order.length, "pair")} of ${number(held.count)}.`),
    shown(held, columns, order.slice((page - 1) * PAGE, page * PAGE), { title, sort, down, set }),
    html("div", { class: "controls", role: "group", "aria-label": "Pages" },
      html("button", { type: "button", disabled: page === 1, onclick: () => set({ page: page - 1 }) }, "Back"), html("span", {}, `page ${number(page)} of ${number(pages)}`),
      html("button", { type: "button", disabled: page === pages, onclick: () => set({ page: page + 1 }) }, "Next"),
      html("button", { type: "button", id: "save-csv", onclick: () => save(`trustpanel-${of}.csv`, "text/csv", csv(rows())) }, `Save ${many(order.length, "row")} (CSV)`)),
  );
}

function filtered(held, state) {
  const words = folded(state.find ?? "").split(/\s+/).filter(Boolean);
  const at = (name) => (state[name] === undefined || Number.isNaN(Number(state[name])) ? null : Number(state[name]));
  const from = at("from") == null ? null : dayOf(at("from")) - FIRST;
  const to = at("to") == null ? null : dayOf(at("to"), 12, 31) - FIRST;
  const least = [["meetings", at("meetings")], ["political", at("political")], ["disputes", at("disputes")], ["covered", at("covered") == null ? null : at("covered") / 100]].filter(([, v]) => v != null);
  const kept = [];
  for (let i = 0; i < held.count; i += 1) {
    if (from != null && held.last[i] < from) continue;
    if (to != null && held.first[i] > to) continue;
    if (least.some(([n, v]) => !(held[n][i] >= v - 1e-9))) continue;
    if (words.length) { const own = held.words(i); if (!words.every((word) => own.includes(word))) continue; }
    kept.push(i);
  }
  return Int32Array.from(kept);
}

function sorted(places, values, down) {
  const sign = down ? -1 : 1;
  return places.sort((i, j) => {
    const [a, b] = [values[i], values[j]];
    if (a === b) return i - j;
    if (Number.isNaN(a)) return Number.isNaN(b) ? i - j : 1;
    if (Number.isNaN(b)) return -1;
    return sign * (a - b);
  });
}

function shown(held, columns, places, { title, sort, down, set }) {
  const count = (v) => (Number.isNaN(v) ? html("span", { class: "unknown" }, "unknown") : number(v));
  const cell = (name, i) => {
    if (name === "pair") return html("th", { scope: "row" }, html("a", { href: addressOf(held.link(i)) }, held.name(i)), held.note(i) ? html("small", {}, held.note(i)) : null);
    if (name === "first" || name === "last") return html("td", { class: "date" }, held.date(held[name][i]));
    if (name === "covered") return html("td", { class: "number" }, held.covered[i] > 0 ? percent(held.covered[i]) : html("span", { class: "unknown" }, "none"));
    // a list that ends before the pair does says "none" only until then
    if (held[name][i] === 0 && held.ends[name] < held.last[i]) return html("td", { class: "number" }, html("span", { class: "unknown" }, `0 to ${held.date(held.ends[name]).slice(0, 4)}`));
    if (name === "meetings" && held.meetings[i] === 0 && held.covered[i] < 0.995) return html("td", { class: "number" }, html("span", { class: "unknown" }, `0 in ${percent(held.covered[i])}`));
    return html("td", { class: "number" }, count(held[name][i]));
  };
  const head = ([name, label]) => html("th", { scope: "col", "aria-sort": name === sort ? (down ? "descending" : "ascending") : "none", class: ["pair", "first", "last"].includes(name) ? null : "number" },
    html("button", { type: "button", class: "sort", onclick: () => set({ sort: name, down: name === sort ? (down ? "0" : "1") : name === "pair" ? "0" : "1" }) }, `${label}${name === sort ? (down ? " ▼" : " ▲") : ""}`));
  return html("div", { class: "scroll", tabindex: "0", role: "region", "aria-label": title },
    html("table", { class: "pairs" }, html("caption", { class: "hidden" }, `${title}, sorted by ${columns.find(([n]) => n === sort)[1].toLowerCase()}`), html("thead", {}, html("tr", {}, columns.map(head))),
      html("tbody", {}, Array.from(places, (i) => html("tr", {}, columns.map(([name]) => cell(name, i)))))));
}
