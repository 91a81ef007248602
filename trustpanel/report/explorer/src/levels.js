import { day, dayOf, gaps, text } from "./days.js";
import { svg } from "./dom.js";
import { box, FAINT, GROUND, INK, round, words, wordsIn } from "./shapes.js";

export const INDICATORS = [
  ["discretion", "Discretion", "discretion_parts", "discretion_parts_known", "kinds of discretion granted"],
  ["oversight", "Oversight", "oversight_leeway_parts", "oversight_parts_known", "kinds of agreement leave leeway"],
  ["rules", "Rules", "rules_framework_parts", "rules_parts_known", "kinds of agreement are frameworks"],
];
const indicatorWords = (run, [name, label, count, of, what]) =>
  run[`${name}_side`] == null ? `${label}: unknown` : `${label}: ${run[count]} of ${run[of]} known ${what}, ${run[`${name}_side`] ? "on the trusting side" : "not on the trusting side"}`;

// Hoffman's three indicators, each in a row of its own: dark where it is on its trusting side, white where it is not.
export function indicatorsLane(view) {
  const { x, from, to, rows } = view;
  const inside = rows.indicators.filter((r) => dayOf(r.end_year, 12, 31) >= from && dayOf(r.start_year) <= to);
  const marks = [];
  const at = (place) => (view.wide ? 4 + 20 * place : 16 + 34 * place);
  INDICATORS.forEach((one, place) => {
    for (const run of merged(inside, one)) {
      const [first, last] = [Math.max(dayOf(run.start_year), from), Math.min(dayOf(run.end_year, 12, 31), to)];
      const years = run.start_year === run.end_year ? `${run.start_year}` : `${run.start_year} to ${run.end_year}`;
      marks.push({
        kind: "indicator", id: `${one[0]}-${run.start_year}`, item: { ...run, words: indicatorWords(run, one) }, at: first, label: `${years}, ${indicatorWords(run, one)}`,
        draw: (top) => [
          box(x(first), top + at(place), x(last + 1) - x(first), 14, run[`${one[0]}_side`] ? "#0b4f6c" : "#ffffff", { stroke: "#0b4f6c", "stroke-width": 0.8 }),
          wordsIn(x(first), x(last + 1), top + 11 + at(place), `${run[one[2]]} of ${run[one[3]]}`, run[`${one[0]}_side`] ? { size: 10, fill: "#ffffff", halo: null } : { size: 10, halo: null }),
        ],
      });
    }
  });
  return { label: "Trust between the states", tags: INDICATORS.map((i, n) => [i[1], view.wide ? 15 + 20 * n : 12 + 34 * n]), marks, draw: (top) => {
    const parts = [];
    INDICATORS.forEach(([name], place) => {
      const spans = inside.filter((r) => r[`${name}_side`] != null).map((r) => [dayOf(r.start_year), dayOf(r.end_year, 12, 31)]);
      for (const [a, b] of gaps(spans, from, to)) {
        parts.push(box(x(a), top + at(place), x(b + 1) - x(a), 14, GROUND.none), wordsIn(x(a), x(b + 1), top + 11 + at(place), "unknown", { size: 10, fill: FAINT }));
      }
    });
    return [parts, view.wide ? 64 : 104];
  } };
}

function merged(runs, [name, , count, of]) {
  const found = [];
  for (const r of [...runs].sort((a, b) => a.start_year - b.start_year)) {
    if (r[`${name}_side`] == null) continue;
    const last = found.at(-1);
    if (last && last.end_year + 1 === r.start_year && last[count] === r[count] && last[of] === r[of]) last.end_year = r.end_year;
    else found.push({ ...r });
  }
  return found;
}

const monthDay = (month, add) => { const [y, m] = month.split("-").map(Number); return dayOf(y, m + add); };

// The points of one stock: the value of a month stands at its first day, for what was known at the end of the day before.
export function points(series, name) {
  return (series[name] ?? []).map((v, i) => [monthDay(series.month, i), v]);
}

export function stocksLane(view, { label, names }) {
  const { x, from, to, rows } = view;
  const height = 74;
  const drawn = [];
  const spans = [];
  for (const s of rows.stocks) {
    for (const [name, look] of names) {
      const inside = points(s, name).filter(([d, v]) => v != null && d >= from - 31 && d <= to);
      inside.forEach(([d]) => name === names[0][0] && spans.push([d, Math.min(monthDay(text(d).slice(0, 7), 1) - 1, day(s.until))]));
      for (const run of unbroken(inside)) drawn.push({ inside: run, look, until: day(s.until) });
    }
  }
  const values = drawn.flatMap((l) => l.inside.map((p) => p[1]));
  const most = nice(Math.max(1, ...values));
  const least = values.some((v) => v < 0) ? -nice(-Math.min(...values)) : 0;
  return { label, marks: [], height, axis: [least, most], draw: (top) => {
    const y = (v) => round(top + 6 + ((most - v) / (most - least)) * (height - 12));
    const parts = gaps(spans, from, to).flatMap(([a, b]) => [
      box(x(a), top, x(b + 1) - x(a), height, GROUND.none), wordsIn(x(a), x(b + 1), top + height / 2 + 4, "unknown", { size: 10, fill: FAINT })]);
    for (const v of !drawn.length ? [] : least < 0 ? [least, 0, most] : [0, most / 2, most]) {
      parts.push(svg("path", { d: `M${view.left} ${y(v)} H${view.right}`, stroke: v === 0 ? "#8a8a8a" : "#dddddd", "stroke-width": 0.8 }));
      if (v === 0 || Math.abs(y(v) - y(0)) > 12) parts.push(words(view.left + 3, y(v) - 2, String(v), { size: 9, fill: FAINT, halo: "#ffffff" }));
    }
    for (const { inside, look, until } of drawn) {
      const ends = inside.map(([d, v]) => [x(Math.max(d, from)), y(v)]);
      const close = x(Math.min(Math.max(until, inside.at(-1)[0]), monthDay(text(inside.at(-1)[0]).slice(0, 7), 1), to));
      const path = `M${ends.map(([px, py]) => `${round(px)} ${py}`).join(" L")} H${round(close)}`;
      parts.push(svg("path", { d: path, fill: "none", stroke: look.color, "stroke-width": look.width ?? 1.8, "stroke-dasharray": look.dash, "stroke-linejoin": "round" }));
    }
    return [parts, height];
  } };
}

// A stretch of unknown months is no line.
function unbroken(months) {
  const runs = [];
  for (const [d, v] of months) {
    if (runs.length && d - runs.at(-1).at(-1)[0] <= 31) runs.at(-1).push([d, v]);
    else runs.push([[d, v]]);
  }
  return runs;
}

function nice(value) {
  const power = 10 ** Math.floor(Math.log10(value));
  return [1, 2, 3, 4, 6, 8, 10].map((m) => Number((m * power).toPrecision(2))).find((v) => v >= value);
}

export const LINES = {
  contact_stock: { color: "#0b4f6c", words: "contact of the pair in office" },
  bond_stock: { color: "#b34700", dash: "5 3", words: "bond: contact weighted by how it went" },
  state_stock: { color: "#1a1a1a", words: "contact of earlier leaders of the two" },
  other_stock: { color: "#767676", dash: "1.5 2.5", width: 2.2, words: "contact of persons who did not lead" },
};
export const PANELS = [
  { label: "Stock of the pair in office (weighted meetings)", names: [["contact_stock", LINES.contact_stock], ["bond_stock", LINES.bond_stock]] },
  { label: "Stock of others of the two states (weighted meetings)", names: [["state_stock", LINES.state_stock], ["other_stock", LINES.other_stock]] },
];
