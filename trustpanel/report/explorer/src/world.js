import { day } from "./days.js";
import { piece, records } from "./pieces.js";
import { region } from "./words.js";

let known = null;

// What every view needs, indexed: states, leaders, persons, dyads.
export async function world() {
  if (known) return known;
  const start = await piece("start");
  const states = new Map();
  for (const s of records(start.states)) {
    const one = states.get(s.ccode) ?? { code: s.ccode, spells: [], region: region(s.ccode) };
    one.name = s.state_name;
    one.abb = s.state_abb;
    one.spells.push([day(s.start_date), day(s.end_date)]);
    states.set(s.ccode, one);
  }
  for (const l of records(start.lines)) states.get(l.ccode).after = l.ccode_after;
  const persons = new Map(records(start.persons).map((p) => [p.person_id, { ...p, terms: [], label: p.full_name ?? p.name }]));
  const terms = records(start.terms);
  for (const t of terms) {
    t.first = day(t.start_date);
    t.last = t.end_date ? day(t.end_date) : Infinity;
    persons.get(t.person_id)?.terms.push(t);
  }
  const dyads = records(start.dyads);
  const last = Math.max(...[...states.values()].flatMap((s) => s.spells.map((p) => p[1])));
  known = {
    ...start, states, persons, terms, dyads, last,
    met: records(start.met), windows: Object.fromEntries(records(start.windows).map((w) => [w.what, [day(w.start_date), day(w.end_date)]])),
    leaders: new Map(terms.map((t) => [t.leader_id, t])), dyad: new Map(dyads.map((d) => [key(d.ccode_a, d.ccode_b), d])),
  };
  return known;
}

export const key = (a, b) => (a < b ? `${a}-${b}` : `${b}-${a}`);
export const stateName = (w, code) => w.states.get(code)?.name ?? `state ${code}`;
export const pairName = (w, a, b) => `${stateName(w, a)} – ${stateName(w, b)}`;
export const personName = (w, id) => w.persons.get(id)?.label ?? id;

// A state and the codes that it carried on (Germany: also the German Federal Republic).
export const codesOf = (w, code) => [code, ...[...w.states.values()].filter((s) => s.after === code).map((s) => s.code)];

const TABLES = ["meetings", "agreements", "disputes", "wars", "crises", "known", "indicators"];

// All rows of two states; where a state carried on another code, those of both codes.
export async function pairRows(w, a, b) {
  const found = Object.fromEntries([...TABLES, "stocks"].map((t) => [t, []]));
  const evidence = new Map();
  const dyads = [];
  for (const one of codesOf(w, a)) {
    for (const other of codesOf(w, b)) {
      const [low, high] = one < other ? [one, other] : [other, one];
      const dyad = w.dyad.get(key(low, high));
      if (!dyad) continue;
      dyads.push(dyad);
      const held = await piece(`dyads-${String(low).padStart(3, "0")}`);
      for (const name of TABLES) found[name].push(...ofOther(held[name], low, high));
      found.stocks.push(...held.stocks.filter((s) => s.ccode_b === high));
      collect(evidence, held, found.meetings);
    }
  }
  for (const name of ["meetings", "disputes", "wars", "crises"]) found[name].sort((x, y) => (x.start_date < y.start_date ? -1 : 1));
  for (const m of found.meetings) m.evidence = evidence.get(m.meeting_id) ?? [];
  return { ...found, dyads };
}

function ofOther(columns, low, code) {
  const places = [];
  columns.ccode_b.forEach((c, i) => c === code && places.push(i));
  const names = Object.keys(columns);
  return places.map((i) => ({ ccode_a: low, ...Object.fromEntries(names.map((n) => [n, columns[n][i]])) }));
}

function collect(evidence, held, meetings) {
  const wanted = new Set(meetings.map((m) => m.meeting_id).filter((id) => !evidence.has(id)));
  const ids = held.evidence.meeting_id;
  const names = Object.keys(held.evidence);
  for (let i = 0; i < ids.length; i += 1) {
    if (!wanted.has(ids[i])) continue;
    const row = Object.fromEntries(names.map((n) => [n, held.evidence[n][i]]));
    evidence.set(ids[i], [...(evidence.get(ids[i]) ?? []), row]);
  }
}

export const grade = (meeting) => {
  const grades = meeting.evidence.map((e) => e.evidence_grade).filter(Boolean).sort();
  return grades[0] ?? "list";
};
// A meeting of the two chosen persons; with none chosen, any.
export const ofPersons = (meeting, persons) => !persons || (persons.includes(meeting.person_a) && persons.includes(meeting.person_b));
export const bothLead = (meeting) => Boolean(meeting.leader_a && meeting.leader_b);

// Days on which both states are members of the system.
export function sharedSpells(w, a, b) {
  const of = (code) => codesOf(w, code).flatMap((c) => w.states.get(c).spells);
  const found = [];
  for (const x of of(a)) for (const y of of(b)) if (Math.max(x[0], y[0]) <= Math.min(x[1], y[1])) found.push([Math.max(x[0], y[0]), Math.min(x[1], y[1])]);
  return found.sort((p, q) => p[0] - q[0]);
}
