import { day, dayOf, overlaps, text } from "./days.js";
import { html, table } from "./dom.js";
import { titled } from "./lanes.js";
import { INDICATORS, points } from "./levels.js";
import { csv, save } from "./save.js";
import { HOSTILITY, kindWords, plain } from "./words.js";
import { grade, ofPersons, personName } from "./world.js";

// The rows beneath the picture, by kind: what is shown, what is saved, the same years as the picture.
export const KINDS = {
  meetings: ["Meetings", (w, rows, range, persons) => rows.meetings
    .filter((m) => overlaps(day(m.start_date), day(m.end_date), range) && ofPersons(m, persons))
    .map((m) => ({
      meeting_id: m.meeting_id, start_date: m.start_date, end_date: m.end_date, date_precision: m.date_precision, place: m.place, host_ccode: m.host_ccode, kind: m.kind, format: m.format,
      ccode_a: m.ccode_a, person_a: m.person_a, name_a: personName(w, m.person_a), leader_a: m.leader_a, capacity_a: m.capacity_a,
      ccode_b: m.ccode_b, person_b: m.person_b, name_b: personName(w, m.person_b), leader_b: m.leader_b, capacity_b: m.capacity_b,
      documented: m.documented, grade: grade(m), sources: m.evidence.map((e) => `${e.source} ${e.record}`).join("; "), addresses: m.evidence.map((e) => e.source_address).filter((a) => a !== "list").join(" "),
    }))],
  agreements: ["Agreements", (w, rows, range) => rows.agreements
    .filter((a) => overlaps(day(a.signed_date ?? a.in_force_date), a.political && a.end_date ? day(a.end_date) : null, range))
    .map(({ ccode_b: _, ...a }) => a)],
  conflict: ["Disputes, wars and crises", (w, rows, range) => [
    ...rows.disputes.map((d) => ({ what: "militarised dispute", id: d.dispute_id, name: null, start_date: d.start_date, end_date: d.end_date, hostility: HOSTILITY[d.hostility]?.[1] })),
    ...rows.wars.map((r) => ({ what: "war", id: r.war_id, name: r.war_name, start_date: r.start_date, end_date: r.end_date, hostility: null })),
    ...rows.crises.map((c) => ({ what: "crisis", id: c.crisis_id, name: titled(c.crisis_name), start_date: c.start_date, end_date: c.end_date, hostility: null })),
  ].filter((r) => overlaps(day(r.start_date), day(r.end_date), range)).sort((a, b) => (a.start_date < b.start_date ? -1 : 1))],
  indicators: ["Trust between the states", (w, rows, range) => rows.indicators
    .filter((r) => overlaps(dayOf(r.start_year), dayOf(r.end_year, 12, 31), range))
    .map((r) => ({ start_year: r.start_year, end_year: r.end_year, ...Object.fromEntries(INDICATORS.flatMap(([n, , count, of]) => [[`${n}_side`, r[`${n}_side`]], [count, r[count]], [of, r[of]]])) }))],
  stocks: ["Stocks, month by month", (w, rows, range, persons) => rows.stocks
    .filter((s) => !persons || [s.leader_a, s.leader_b].every((l) => persons.includes(w.leaders.get(l)?.person_id)))
    .flatMap((s) => {
      const held = ["contact_stock", "bond_stock", "state_stock", "other_stock"].map((n) => [n, points(s, n)]);
      const count = Math.max(0, ...held.map(([, p]) => p.length));
      return Array.from({ length: count }, (_, i) => ({ month: text(held.find(([, p]) => p.length)[1][i][0]).slice(0, 7), leader_a: s.leader_a, leader_b: s.leader_b, ...Object.fromEntries(held.map(([n, p]) => [n, p[i]?.[1] ?? null])), at: held.find(([, p]) => p.length)[1][i][0] }));
    })
    .filter((r) => overlaps(r.at, r.at, range)).map(({ at: _, ...r }) => r)],
  known: ["What is known of meetings", (w, rows, range) => rows.known
    .filter((k) => overlaps(day(k.start_date), day(k.end_date), range)).map((k) => ({ start_date: k.start_date, end_date: k.end_date, level: k.level }))],
};

const SHOWN = {
  meetings: [["Days", (r) => (r.start_date === r.end_date ? r.start_date : `${r.start_date} to ${r.end_date}`)], ["Place", (r) => r.place ?? "not known"], ["Who", (r) => `${r.name_a} – ${r.name_b}`],
    ["Kind", (r) => kindWords(r.kind)], ["Grade", (r) => r.grade], ["Sources", (r) => r.sources]],
  agreements: [["Signed", (r) => r.signed_date ?? r.in_force_date], ["End", (r) => r.end_date ?? "not known"], ["Type", (r) => plain(r.agreement_type)], ["Political", (r) => (r.political ? "yes" : "no")], ["Title", (r) => r.title ?? "none"], ["Records", (r) => r.records]],
};

export function rowsBlock({ w, rows, range, persons, name, kind, onKind, open }) {
  const chosen = KINDS[kind] ? kind : "meetings";
  const found = KINDS[chosen][1](w, rows, range, persons);
  const select = html("select", { id: "rows-kind", onchange: (e) => onKind(e.target.value) }, Object.entries(KINDS).map(([k, [label]]) => html("option", { value: k, selected: k === chosen }, label)));
  const heads = SHOWN[chosen] ?? Object.keys(found[0] ?? {}).map((n) => [plain(n), (r) => (r[n] == null ? null : typeof r[n] === "boolean" ? (r[n] ? "yes" : "no") : plain(r[n]))]);
  const place = html("div");
  const show = (most) => {
    const shown = found.slice(0, most).map((r) => [
      ...heads.map(([, value]) => value(r)),
      ...(chosen === "meetings" ? [html("button", { type: "button", class: "small", onclick: () => open(r.meeting_id + r.person_a + r.person_b), "aria-label": `Evidence for ${r.start_date}, ${r.name_a} and ${r.name_b}` }, "evidence")] : []),
    ]);
    const columns = [...heads.map(([h]) => [h, false]), ...(chosen === "meetings" ? [["", false]] : [])];
    place.replaceChildren(found.length
      ? table(`${KINDS[chosen][0]}, ${found.length > most ? `first ${most} of ${found.length}` : found.length} rows`, columns, shown)
      : html("p", {}, `No ${KINDS[chosen][0].toLowerCase()} in the store for these years. Where the picture is hatched, that says nothing.`),
    found.length > most ? html("button", { type: "button", onclick: () => show(found.length) }, `Show all ${found.length}`) : "");
  };
  show(50);
  return html("section", { "aria-labelledby": "rows-head" }, html("h2", { id: "rows-head" }, "Rows of these years"),
    html("div", { class: "controls" }, html("label", { for: "rows-kind" }, "Show "), select,
      html("button", { type: "button", id: "save-csv", onclick: () => save(`${name}-${chosen}.csv`, "text/csv", csv(found)) }, "Save rows (CSV)")), place);
}
