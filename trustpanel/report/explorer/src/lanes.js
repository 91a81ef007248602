import { day, dayOf, gaps, overlaps, span, spoken, year } from "./days.js";
import { svg, textWidth } from "./dom.js";
import { box, FAINT, GROUND, INK, packed, round, symbol, words, wordsIn } from "./shapes.js";
import { GRADES, HOSTILITY, kindGroup, kindWords, many, plain } from "./words.js";
import { bothLead, codesOf, grade, ofPersons, personName } from "./world.js";

// A lane draws itself at a height and says how high it is; its marks are what a reader can go to and open.
export function termsLane(view, side) {
  const { w, x, from, to } = view;
  const codes = new Set(codesOf(w, view.codes[side]));
  const held = w.terms.filter((t) => codes.has(t.ccode) && t.first <= to && t.last >= from);
  const tints = side ? ["#c9e4c4", "#e3f1e0"] : ["#bfd9ec", "#dceaf5"];
  return { label: `In office, ${view.names[side]}`, marks: [], draw: (top) => {
    const parts = [];
    const spells = [...codes].flatMap((c) => w.states.get(c).spells);
    for (const [a, b] of gaps(held.map((t) => [t.first, t.last]), from, to)) parts.push(box(x(a), top, x(b + 1) - x(a), 22, GROUND.none));
    for (const [a, b] of gaps([...spells, ...held.map((t) => [t.first, t.last])], from, to)) parts.push(box(x(a), top, x(b + 1) - x(a), 22, GROUND.absent));
    held.forEach((t, i) => {
      const [left, right] = [x(Math.max(t.first, from)), x(Math.min(t.last + 1, to + 1))];
      const chosen = view.persons?.includes(t.person_id);
      const bar = svg("g", {}, svg("title", {}, `${t.leader_name}: ${spoken(t.start_date)} to ${t.end_date ? spoken(t.end_date) : "now"}`),
        box(left, top, right - left, 22, tints[i % 2], { stroke: chosen ? INK : "#5f7080", "stroke-width": chosen ? 2 : 0.7 }));
      const size = [11, 10, 9].find((s) => textWidth(t.leader_name, s, chosen ? 700 : 400) + 6 <= right - left);
      if (size) bar.append(words((left + right) / 2, top + 15, t.leader_name, { size, anchor: "middle", weight: chosen ? 700 : 400 }));
      parts.push(bar);
    });
    return [parts, 22];
  } };
}

export function meetingsLane(view) {
  const { w, x, from, to, rows } = view;
  const held = rows.meetings.filter((m) => overlaps(day(m.start_date), day(m.end_date), view));
  const places = held.map((m) => (x(Math.max(day(m.start_date), from)) + x(Math.min(day(m.end_date), to))) / 2);
  const order = held.map((_, i) => i).sort((i, j) => places[i] - places[j]);
  const row = [];
  packed(order.map((i) => [places[i] - 5, places[i] + 5]), 1).forEach((r, n) => { row[order[n]] = r; });
  const marks = held.map((m, i) => ({
    kind: "meeting", id: m.meeting_id + (m.person_a + m.person_b), item: m, at: day(m.start_date),
    label: `${span(m.start_date, m.end_date)}, ${m.place ?? "place not known"}: ${personName(w, m.person_a)} and ${personName(w, m.person_b)}, ${kindWords(m.kind)}`,
    faded: !ofPersons(m, view.persons),
    draw: (top) => {
      const y = top + 16 + 12 * row[i];
      const color = GRADES[grade(m)][0];
      const [left, right] = [x(Math.max(day(m.start_date), from)), x(Math.min(day(m.end_date), to))];
      return [
        right - left > 11 ? svg("path", { d: `M${round(left)} ${y} H${round(right)}`, stroke: color, "stroke-width": 1.5 }) : null,
        symbol(kindGroup(m.kind), round(places[i]), y, 4.4, bothLead(m) ? color : "#ffffff", color),
      ];
    },
  }));
  return { label: "Meetings, over what is known of them", marks, draw: (top) => {
    const height = 32 + 12 * Math.max(0, ...row);
    const ground = coverageGround(view, top, height);
    const nothing = held.length ? null : wordsIn(view.left, view.right, top + height / 2 + 4, rows.known.length ? "no meeting in the store" : "meetings unknown", { fill: INK });
    return [[...ground, nothing], height];
  } };
}

// Unknown is the ground; what is known better lies over it.
function coverageGround(view, top, height) {
  const { x, from, to, rows } = view;
  const stretch = ([a, b], fill) => (b < from || a > to ? null : box(x(Math.max(a, from)), top, x(Math.min(b, to) + 1) - x(Math.max(a, from)), height, fill));
  const of = (level) => rows.known.filter((k) => k.level === level).map((k) => [day(k.start_date), day(k.end_date)]);
  const known = rows.known.map((k) => [day(k.start_date), day(k.end_date)]);
  const open = gaps(known, from, to);
  return [
    ...open.map((s) => stretch(s, GROUND.none)),
    ...gaps([...view.shared, ...known], from, to).map((s) => stretch(s, GROUND.absent)),
    ...["partial", "searched", "official_list"].flatMap((level) => of(level).map((s) => stretch(s, level === "partial" ? "#ffffff" : GROUND[level])).concat(level === "partial" ? of(level).map((s) => stretch(s, GROUND.partial)) : [])),
    ...(known.length ? gaps([...known, ...gaps(view.shared, from, to)], from, to) : []).map(([a, b]) => wordsIn(x(a), x(b + 1), top + 11, "meetings unknown", { size: 10, fill: FAINT })),
  ];
}

export function agreementsLane(view) {
  const { x, from, to, rows } = view;
  const begun = (a) => day(a.signed_date ?? a.in_force_date);
  const held = rows.agreements.filter((a) => a.political && overlaps(begun(a), day(a.end_date), view));
  const spans = held.map((a) => [x(Math.max(begun(a), from)), a.end_date ? x(Math.min(day(a.end_date), to)) : x(Math.max(begun(a), from)) + 14]);
  const order = held.map((_, i) => i).sort((i, j) => spans[i][0] - spans[j][0]);
  const row = [];
  packed(order.map((i) => [spans[i][0] - 4, Math.max(spans[i][1], spans[i][0] + 6)]), 2).forEach((r, n) => { row[order[n]] = r; });
  const marks = held.map((a, i) => ({
    kind: "agreement", id: a.agreement_id, item: a, at: begun(a),
    label: `${spoken(a.signed_date ?? a.in_force_date)}: ${plain(a.agreement_type)}${a.title ? `, ${a.title}` : ""}`,
    draw: (top) => {
      const [left, right] = spans[i];
      const y = top + 10 + 10 * row[i];
      return [
        svg("path", { d: `M${round(left)} ${y} H${round(Math.max(right, left + 1))}`, stroke: "#1f7a6f", "stroke-width": a.end_date ? 3 : 1.5, "stroke-dasharray": a.end_date ? null : "2 2" }),
        begun(a) >= from ? box(left - 3.5, y - 3.5, 7, 7, "#1f7a6f") : null,
      ];
    },
  }));
  return { label: "Political agreements", marks, draw: (top) => {
    const height = 20 + 10 * Math.max(0, ...row);
    return [[...windowGround(view, "agreements", top, height), empty(view, held, "agreements", top, height, "no political agreement in the store")], height];
  } };
}

export function otherAgreementsLane(view) {
  const { x, from, to, rows } = view;
  const years = new Map();
  for (const a of rows.agreements) {
    const begun = day(a.signed_date ?? a.in_force_date);
    if (!a.political && begun != null && begun >= from && begun <= to) years.set(year(begun), [...(years.get(year(begun)) ?? []), a]);
  }
  const most = Math.max(1, ...[...years.values()].map((v) => v.length));
  const marks = [...years].sort((a, b) => a[0] - b[0]).map(([y, list]) => ({
    kind: "agreements", id: `agreements-${y}`, item: { year: y, list }, at: dayOf(y),
    label: `${y}: ${many(list.length, "other agreement")} signed`,
    draw: (top) => {
      const left = x(Math.max(dayOf(y), from));
      const high = Math.max(2, (26 * list.length) / most);
      return [box(left + 0.5, top + 30 - high, Math.max(x(Math.min(dayOf(y + 1), to + 1)) - left - 1, 1.5), high, "#7d8f8c")];
    },
  }));
  return { label: `Other agreements signed in the year (most: ${years.size ? most : 0})`, marks, draw: (top) => [
    [...windowGround(view, "agreements", top, 32), empty(view, marks, "agreements", top, 32, "no other agreement in the store")], 32] };
}

const LANES = { dispute: ["Disputes", "militarised disputes"], war: ["Wars", "wars"], crisis: ["Crises", "crises"] };

export function conflictLane(view, what, list, look) {
  const [label, window] = LANES[what];
  const { x, from, to } = view;
  const end = (r) => (r.end_date ? day(r.end_date) : day(r.start_date));
  const held = list.filter((r) => overlaps(day(r.start_date), day(r.end_date), view));
  const spans = held.map((r) => { const left = x(Math.max(day(r.start_date), from)); return [left, Math.max(x(Math.min(end(r) + 1, to + 1)), left + 4)]; });
  const rowOf = packed(spans, 2);
  const marks = held.map((r, i) => ({
    kind: what, id: `${what}-${look(r).id}`, item: r, at: day(r.start_date), label: `${span(r.start_date, r.end_date)}: ${look(r).words}`,
    draw: (top) => [box(spans[i][0], top + 4 + 11 * rowOf[i], spans[i][1] - spans[i][0], 8, look(r).fill, { stroke: look(r).stroke, "stroke-width": 0.8 })],
  }));
  return { label, marks, draw: (top) => {
    const height = 17 + 11 * Math.max(0, ...rowOf);
    return [[...windowGround(view, window, top, height), empty(view, held, window, top, height, "none in the list")], height];
  } };
}

export const disputeLook = (d) => ({ id: d.dispute_id, words: `militarised dispute, ${HOSTILITY[d.hostility]?.[1] ?? "hostility not known"}`, fill: HOSTILITY[d.hostility]?.[0] ?? "#ffffff", stroke: "#5c2a12" });
export const warLook = (r) => ({ id: r.war_id, words: `war, ${r.war_name}`, fill: "#111111" });
export const crisisLook = (c) => ({ id: c.crisis_id, words: `crisis, ${titled(c.crisis_name)}`, fill: "#8e44ad", stroke: "#4a235a" });
export const titled = (name) => (name && name === name.toUpperCase() ? name.toLowerCase().replace(/(^|[\s(-])\S/g, (c) => c.toUpperCase()) : name);

// Hatched where the list cannot know.
function windowGround(view, what, top, height) {
  const { x, from, to, w } = view;
  const spans = w.windows[what] ? [w.windows[what]] : [];
  return gaps(spans, from, to).flatMap(([a, b]) => [
    box(x(a), top, x(b + 1) - x(a), height, GROUND.none),
    wordsIn(x(a), x(b + 1), top + Math.min(height / 2 + 4, 13), "unknown", { size: 10, fill: FAINT }),
  ]);
}

function empty(view, held, what, top, height, content) {
  if (held.length) return null;
  const first = Math.max(view.from, view.w.windows[what]?.[0] ?? view.from);
  return wordsIn(view.x(first), view.right, top + height / 2 + 4, content, { size: 10, fill: FAINT });
}
