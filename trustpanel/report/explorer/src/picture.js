import { day, dayOf, overlaps, year } from "./days.js";
import { svg, textWidth } from "./dom.js";
import { agreementsLane, conflictLane, crisisLook, disputeLook, meetingsLane, otherAgreementsLane, termsLane, warLook } from "./lanes.js";
import { indicatorsLane, LINES, PANELS, stocksLane } from "./levels.js";
import { box, FAINT, GROUND, grounds, INK, round, symbol, words } from "./shapes.js";
import { GRADES, HOSTILITY, LEVELS, SHAPES } from "./words.js";

const AXIS = 22;
const WIDE = 760;

// One timeline of a pair: a lane for each kind of event, the stocks beneath, a key that makes it stand alone.
export function picture({ w, codes, names, rows, shared, from, to, width, persons, title }) {
  const wide = width >= WIDE;
  const left = wide ? 150 : 4;
  const right = width - 6;
  const x = (d) => left + ((d - from) / (to + 1 - from)) * (right - left);
  const view = { w, codes, names, rows, shared, from, to, left, right, x, persons, wide };
  const lanes = [
    termsLane(view, 0), termsLane(view, 1), meetingsLane(view), agreementsLane(view), otherAgreementsLane(view), indicatorsLane(view),
    conflictLane(view, "dispute", rows.disputes, disputeLook), conflictLane(view, "war", rows.wars, warLook),
    conflictLane(view, "crisis", rows.crises, crisisLook), ...PANELS.map((p) => stocksLane(view, p)),
  ];
  const image = svg("svg", { xmlns: "http://www.w3.org/2000/svg", width, role: "group", "aria-label": `Timeline, ${title}. Arrow keys go from mark to mark; the rows below hold the same.` }, grounds());
  let top = 4;
  for (const line of wrapped(title, width - 12, 14, 700)) image.append(words(6, (top += 17) - 3, line, { size: 14, weight: 700 }));
  top += 4;
  const start = top + AXIS;
  const ticks = svg("g", {});
  image.append(ticks);
  top = start;
  const marks = [];
  for (const lane of lanes) top = drawLane(image, lane, { view, wide, top, marks, width });
  const joint = jointOffice(w, persons, from, to);
  if (joint) ticks.append(box(x(joint[0]), start, x(joint[1] + 1) - x(joint[0]), top - start, "#fff1b8"));
  if (joint) image.append(svg("path", { d: [x(joint[0]), x(joint[1] + 1)].map((at) => `M${round(at)} ${start} V${top}`).join(" "), stroke: "#7a5a00", "stroke-width": 1, "stroke-dasharray": "4 3", "aria-hidden": "true" }));
  years(ticks, { view, start, end: top });
  years(image, { view, start, end: top, labels: true });
  top = key(image, { view, rows, top: top + AXIS + 8, width });
  image.setAttribute("height", top);
  image.setAttribute("viewBox", `0 0 ${width} ${top}`);
  return { image, marks };
}

function drawLane(image, lane, { view, wide, top, marks, width }) {
  let begin = top + 5;
  if (!wide) {
    for (const line of wrapped(lane.label, width - 8, 11, 600)) image.append(words(4, (begin += 13) - 3, line, { size: 11, weight: 600 }));
    begin += 2;
  }
  const [parts, height] = lane.draw(begin);
  image.append(svg("g", { "aria-hidden": "true" }, parts));
  if (wide) {
    const lines = wrapped(lane.label, lane.tags ? 66 : 138, 11, 400);
    lines.forEach((line, i) => image.append(words(6, begin + height / 2 + 4 + 13 * (i - (lines.length - 1) / 2), line)));
    for (const [tag, y] of lane.tags ?? []) image.append(words(view.left - 5, begin + y, tag, { size: 10, anchor: "end", fill: FAINT }));
  }
  const group = svg("g", { class: "lane" });
  for (const mark of [...lane.marks].sort((a, b) => a.at - b.at)) {
    mark.element = svg("g", { class: "mark", tabindex: "-1", role: "button", "aria-label": mark.label, opacity: mark.faded ? 0.3 : null }, mark.draw(begin));
    mark.lane = lane;
    group.append(mark.element);
    marks.push(mark);
  }
  image.append(group);
  if (!wide) for (const [tag, y] of lane.tags ?? []) group.append(words(view.left + 3, begin + y, tag, { size: 10 }));
  const end = begin + height + 5;
  image.append(svg("path", { d: `M${wide ? 4 : view.left} ${end} H${view.right}`, stroke: "#bbbbbb", "stroke-width": 0.7 }));
  return end;
}

function years(group, { view, start, end, labels }) {
  const { x, from, to } = view;
  const each = (view.right - view.left) / Math.max(1, (to - from) / 365.25);
  const step = [1, 2, 5, 10, 20, 25, 50].find((s) => s * each >= 38) ?? 100;
  for (let y = Math.ceil((year(from) + (from > dayOf(year(from)) ? 1 : 0)) / step) * step; y <= year(to); y += step) {
    const at = round(x(dayOf(y)));
    if (!labels) group.append(svg("path", { d: `M${at} ${start} V${end}`, stroke: "#e2e2e2", "stroke-width": 0.8 }));
    else if (at > view.left - 2 && at < view.right - 26) for (const place of [start - 6, end + 15]) group.append(words(at + 2, place, String(y), { size: 11, fill: FAINT }));
  }
  if (labels) group.append(svg("path", { d: `M${view.left} ${start} H${view.right} M${view.left} ${end} H${view.right}`, stroke: "#666666", "stroke-width": 0.8 }));
}

// Days on which both chosen persons are in office.
export function jointOffice(w, persons, from, to) {
  if (!persons) return null;
  const terms = persons.map((p) => w.persons.get(p)?.terms ?? []);
  let best = null;
  for (const a of terms[0]) for (const b of terms[1]) {
    const [first, last] = [Math.max(a.first, b.first, from), Math.min(a.last, b.last, to)];
    if (first <= last) best = best ? [Math.min(best[0], first), Math.max(best[1], last)] : [first, last];
  }
  return best;
}

function key(image, { view, rows, top, width }) {
  const items = [];
  const mark = (draw, content) => items.push([draw, content]);
  for (const [shape, content] of Object.entries(SHAPES)) mark((x, y) => [symbol(shape, x + 7, y, 4.4, "#444444", "#444444")], `meeting: ${content}`);
  for (const [color, content] of Object.values(GRADES)) mark((x, y) => [symbol("visit", x + 7, y, 4.4, color, color)], content);
  mark((x, y) => [symbol("visit", x + 7, y, 4.4, "#ffffff", "#444444")], "hollow: not both were effective leaders that day");
  const ground = (level, content) => mark((x, y) => [box(x, y - 6, 14, 12, level === "partial" ? "#ffffff" : GROUND[level], { stroke: "#777777", "stroke-width": 0.7 }), box(x, y - 6, 14, 12, GROUND[level])], content);
  for (const level of ["official_list", "searched", "partial", "none"]) ground(level, `meetings: ${LEVELS[level]}`);
  ground("absent", "not both in the state system");
  mark((x, y) => [box(x, y - 3.5, 7, 7, "#1f7a6f"), svg("path", { d: `M${x + 4} ${y} H${x + 16}`, stroke: "#1f7a6f", "stroke-width": 3 })], "agreement until its known or estimated end");
  mark((x, y) => [svg("path", { d: `M${x} ${y} h16`, stroke: "#1f7a6f", "stroke-width": 1.5, "stroke-dasharray": "2 2" })], "agreement: its end is not known");
  mark((x, y) => [box(x, y - 6, 14, 12, "#0b4f6c")], "indicator on its trusting side");
  mark((x, y) => [box(x, y - 6, 14, 12, "#ffffff", { stroke: "#0b4f6c", "stroke-width": 0.8 })], "indicator not on its trusting side");
  const seen = new Set(rows.disputes.filter((d) => overlaps(day(d.start_date), day(d.end_date), view)).map((d) => d.hostility));
  for (const [level, [color, content]] of Object.entries(HOSTILITY)) if (seen.has(Number(level))) mark((x, y) => [box(x, y - 4, 14, 8, color, { stroke: "#5c2a12", "stroke-width": 0.8 })], `dispute: ${content}`);
  for (const look of Object.values(LINES)) mark((x, y) => [svg("path", { d: `M${x} ${y} h16`, stroke: look.color, "stroke-width": look.width ?? 1.8, "stroke-dasharray": look.dash })], look.words);
  let [x, y] = [6, top + 6];
  for (const [draw, content] of items) {
    const need = 22 + textWidth(content, 11) + 16;
    if (x > 6 && x + need > width) [x, y] = [6, y + 18];
    image.append(svg("g", {}, draw(x, y)), words(x + 22, y + 4, content));
    x += need;
  }
  return y + 14;
}

function wrapped(content, width, size, weight) {
  const lines = [];
  for (const word of content.split(" ")) {
    const longer = lines.length ? `${lines.at(-1)} ${word}` : word;
    if (lines.length && textWidth(longer, size, weight) <= width) lines[lines.length - 1] = longer;
    else lines.push(word);
  }
  return lines;
}
