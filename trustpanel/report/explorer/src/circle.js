import { addressOf, go } from "./address.js";
import { day, dayOf } from "./days.js";
import { find, html, svg, table, textWidth } from "./dom.js";
import { piece, records } from "./pieces.js";
import { citation, citeBlock, csv, pngBlob, save, svgText } from "./save.js";
import { FAINT, INK, round, words } from "./shapes.js";
import { many, number, REGIONS } from "./words.js";
import { key, pairName, stateName } from "./world.js";

const SHADES = ["#0b4f6c", "#b34700", "#1f7a6f", "#6a3d9a", "#8c2d19", "#444444"];

// Who met whom in a year: states on a circle by region, a chord for each pair that met, and the same as a table.
export async function yearsView(w, state, main) {
  const held = await piece("years");
  const all = records(held.met);
  const years = [...new Set(all.map((m) => m.year))].sort((a, b) => a - b);
  const asked = Number.parseInt(state.year, 10);
  const year = Number.isInteger(asked) ? Math.min(years.at(-1), Math.max(years[0], asked)) : 1985;
  const chosen = w.states.has(Number(state.state)) ? Number(state.state) : null;
  const met = all.filter((m) => m.year === year);
  const known = coverage(w, records(held.known), year);
  const set = (change, options) => go({ ...state, view: "years", year, ...change }, options);
  const mine = (chosen ? met.filter((m) => m.ccode_a === chosen || m.ccode_b === chosen) : met).sort((a, b) => b.meetings - a.meetings);
  const title = `Who met whom in ${year}${chosen ? `: ${stateName(w, chosen)}` : ""}`;
  const name = `trustpanel-who-met-whom-${year}${chosen ? `-${chosen}` : ""}`;

  main.replaceChildren(
    html("h1", { id: "head", tabindex: "-1" }, title),
    html("p", { class: "lead" }, `${many(met.reduce((n, m) => n + m.meetings, 0), "meeting")} of ${many(met.length, "pair")} of states in the store. Meetings of ${number(known.size)} of the ${number(known.alive)} pairs of states of that year are covered from both sides; between all others, no line says nothing.`),
    controls({ w, year, years, met, chosen, set }),
    html("figure", {}, html("div", { id: "picture" }), html("figcaption", {}, "Each dot on the circle is a state with a meeting in the store that year; the wider the line, the more meetings. Arrow keys go round the circle, Enter chooses a state.")),
    html("div", { class: "controls" },
      html("button", { type: "button", id: "save-svg", onclick: () => save(`${name}.svg`, "image/svg+xml", svgText(find("picture").firstChild)) }, "Save picture (SVG)"),
      html("button", { type: "button", id: "save-png", onclick: async () => save(`${name}.png`, "image/png", await pngBlob(find("picture").firstChild)) }, "Save picture (PNG)"),
      html("button", { type: "button", id: "save-csv", onclick: () => save(`${name}.csv`, "text/csv", csv(mine.map((m) => ({ ...m, state_a: stateName(w, m.ccode_a), state_b: stateName(w, m.ccode_b) })))) }, "Save rows (CSV)")),
    citeBlock(citation(w, { ...state, view: "years", year }, title, ["states", "leaders", "meetings"].flatMap((part) => w.sources_of[part]))),
    table(`${title}: ${many(mine.length, "pair")} that met`, [["Pair", false], ["Meetings", true], ["Of two effective leaders", true], ["Covered from both sides", false]],
      mine.map((m) => [html("a", { href: addressOf({ view: "pair", pair: `${m.ccode_a}-${m.ccode_b}`, from: year - 5, to: year + 5 }) }, pairName(w, m.ccode_a, m.ccode_b)), number(m.meetings), number(m.leader_meetings), known.has(key(m.ccode_a, m.ccode_b)) ? "yes" : "no"])),
    ...(chosen ? [notMet(w, chosen, known, met, year)] : []),
  );
  const draw = () => {
    const place = find("picture");
    const width = Math.min(760, Math.max(300, Math.floor(place.clientWidth)));
    place.replaceChildren(circle({ w, met, chosen, width, title, choose: (code) => set({ state: code === chosen ? "" : code }) }));
  };
  draw();
  return draw;
}

function coverage(w, known, year) {
  const [from, to] = [dayOf(year), dayOf(year, 12, 31)];
  const found = new Set(known.filter((k) => day(k.start_date) <= to && day(k.end_date) >= from).map((k) => key(k.ccode_a, k.ccode_b)));
  const alive = w.dyads.filter((d) => day(d.first_day) <= to && day(d.last_day) >= from);
  const living = new Set(alive.map((d) => key(d.ccode_a, d.ccode_b)));
  return { size: [...found].filter((k) => living.has(k)).length, alive: alive.length, has: (k) => found.has(k), of: (code) => alive.filter((d) => d.ccode_a === code || d.ccode_b === code) };
}

function notMet(w, chosen, known, met, year) {
  const seen = new Set(met.map((m) => key(m.ccode_a, m.ccode_b)));
  const others = known.of(chosen).filter((d) => !seen.has(key(d.ccode_a, d.ccode_b)));
  const covered = others.filter((d) => known.has(key(d.ccode_a, d.ccode_b)));
  const names = covered.map((d) => stateName(w, d.ccode_a === chosen ? d.ccode_b : d.ccode_a)).sort();
  return html("section", {}, html("h2", {}, "No meeting in the store"),
    html("p", {}, `Covered from both sides in ${year}, and no meeting: ${names.length ? names.join(", ") : "none"}.`),
    html("p", {}, `Unknown: ${many(others.length - covered.length, "other state")}.`));
}

function controls({ w, year, years, met, chosen, set }) {
  const slide = html("input", { type: "range", id: "year", min: String(years[0]), max: String(years.at(-1)), value: String(year), "aria-label": "Year", oninput: (e) => { find("year-number").value = e.target.value; }, onchange: (e) => set({ year: e.target.value }) });
  const states = [...new Set(met.flatMap((m) => [m.ccode_a, m.ccode_b]))].sort((a, b) => stateName(w, a).localeCompare(stateName(w, b)));
  if (chosen && !states.includes(chosen)) states.unshift(chosen);
  return html("div", { class: "controls", role: "group", "aria-label": "Year and state" },
    html("label", { for: "year-number" }, "Year"), html("input", { type: "number", id: "year-number", min: String(years[0]), max: String(years.at(-1)), value: String(year), onchange: (e) => set({ year: e.target.value }) }), slide,
    html("button", { type: "button", disabled: year <= years[0], onclick: () => set({ year: year - 1 }) }, "Year before"), html("button", { type: "button", disabled: year >= years.at(-1), onclick: () => set({ year: year + 1 }) }, "Year after"),
    html("label", { for: "state" }, "State"), html("select", { id: "state", onchange: (e) => set({ state: e.target.value }) }, html("option", { value: "" }, "all"), states.map((c) => html("option", { value: c, selected: c === chosen }, stateName(w, c)))));
}

function circle({ w, met, chosen, width, title, choose }) {
  const counts = new Map();
  for (const m of met) for (const c of [m.ccode_a, m.ccode_b]) counts.set(c, (counts.get(c) ?? 0) + m.meetings);
  const codes = [...counts.keys()].sort((a, b) => a - b);
  const [center, r] = [width / 2, width / 2 - (width < 500 ? 62 : 84)];
  const image = svg("svg", { xmlns: "http://www.w3.org/2000/svg", width, height: width + 56, viewBox: `0 0 ${width} ${width + 56}`, role: "group", "aria-label": `${title}; the table below holds the same.` });
  image.append(words(6, 18, title, { size: 14, weight: 700 }));
  const step = (2 * Math.PI) / Math.max(1, codes.length + new Set(codes.map((c) => w.states.get(c).region)).size);
  const places = new Map();
  let at = -Math.PI / 2 + step / 2;
  codes.forEach((c, i) => {
    if (i && w.states.get(c).region !== w.states.get(codes[i - 1]).region) at += step;
    places.set(c, { angle: at, x: round(center + r * Math.cos(at)), y: round(center + 20 + r * Math.sin(at)) });
    at += step;
  });
  const middle = [center, center + 20];
  const most = Math.max(1, ...met.map((m) => m.meetings));
  const lines = [...met].sort((a, b) => Number(a.ccode_a === chosen || a.ccode_b === chosen) - Number(b.ccode_a === chosen || b.ccode_b === chosen));
  image.append(svg("g", { "aria-hidden": "true", fill: "none" }, lines.map((m) => {
    const [p, q] = [places.get(m.ccode_a), places.get(m.ccode_b)];
    const near = Math.min(1, Math.hypot(p.x - q.x, p.y - q.y) / (2 * r));
    const pull = (v, side) => round(v + (middle[side] - v) * (0.35 + 0.4 * near));
    const on = !chosen || m.ccode_a === chosen || m.ccode_b === chosen;
    return svg("path", { d: `M${p.x} ${p.y} C${pull(p.x, 0)} ${pull(p.y, 1)} ${pull(q.x, 0)} ${pull(q.y, 1)} ${q.x} ${q.y}`, stroke: on ? (chosen ? "#b34700" : "#0b4f6c") : "#b9b9b9", "stroke-width": round(0.8 + 3.2 * Math.sqrt((m.meetings - 1) / Math.max(1, most - 1))), opacity: on ? 0.6 : 0.35 },
      svg("title", {}, `${pairName(w, m.ccode_a, m.ccode_b)}: ${many(m.meetings, "meeting")}`));
  })));
  regions(image, { w, codes, places, center, r, step, top: width + 30, width });
  dots(image, { w, codes, counts, places, chosen, width, r, choose });
  return image;
}

function regions(image, { w, codes, places, center, r, step, top, width }) {
  let [x, y] = [6, top];
  const order = "Clockwise from the top:";
  image.append(words(x, y, order));
  x += textWidth(order, 11) + 12;
  REGIONS.forEach(([, , label], n) => {
    const own = codes.filter((c) => w.states.get(c).region === n);
    if (!own.length) return;
    const [from, to] = [places.get(own[0]).angle - step / 2.2, places.get(own.at(-1)).angle + step / 2.2];
    const ring = r + 7;
    const point = (angle, radius) => `${round(center + radius * Math.cos(angle))} ${round(center + 20 + radius * Math.sin(angle))}`;
    image.append(svg("path", { d: `M${point(from, ring)} A${ring} ${ring} 0 ${to - from > Math.PI ? 1 : 0} 1 ${point(to, ring)}`, stroke: SHADES[n], "stroke-width": 3, fill: "none" }));
    const need = textWidth(label, 11) + 34;
    if (x + need > width) [x, y] = [6, y + 17];
    image.append(svg("circle", { cx: x + 6, cy: y - 4, r: 5, fill: SHADES[n] }), words(x + 16, y, label));
    x += need;
  });
}

function dots(image, { w, codes, counts, places, chosen, width, r, choose }) {
  const taken = [];
  const size = width < 500 ? 9 : 11;
  for (const c of [...codes].sort((a, b) => Number(b === chosen) - Number(a === chosen) || counts.get(b) - counts.get(a))) {
    const p = places.get(c);
    const apart = (q) => Math.abs(Math.atan2(Math.sin(p.angle - q), Math.cos(p.angle - q))) * (r + 12);
    if (taken.some((q) => apart(q) < size + 1)) continue;
    taken.push(p.angle);
    const left = Math.cos(p.angle) < 0;
    const full = width >= 700 && w.states.get(c).name.length <= 11 ? w.states.get(c).name : w.states.get(c).abb;
    const label = words(0, size / 3, full, { size, anchor: left ? "end" : "start", weight: c === chosen ? 700 : 400, fill: c === chosen ? INK : FAINT });
    const degrees = round((p.angle * 180) / Math.PI + (left ? 180 : 0));
    const [dx, dy] = [Math.cos(p.angle) * 12, Math.sin(p.angle) * 12];
    label.setAttribute("transform", `translate(${round(p.x + dx)} ${round(p.y + dy)}) rotate(${degrees})`);
    image.append(label);
  }
  const made = codes.map((c) => {
    const p = places.get(c);
    const label = `${stateName(w, c)}: ${many(counts.get(c), "meeting")}`;
    return svg("g", { class: "mark", tabindex: "-1", role: "button", "aria-pressed": String(c === chosen), "aria-label": label }, svg("title", {}, label),
      svg("circle", { cx: p.x, cy: p.y, r: round(Math.min(8, 2.2 + Math.sqrt(counts.get(c)) * 0.8)), fill: c === chosen ? "#b34700" : SHADES[w.states.get(c).region] ?? INK, stroke: "#ffffff", "stroke-width": 1 }));
  });
  made.forEach((dot, i) => {
    const to = (n) => { made.forEach((d, k) => d.setAttribute("tabindex", k === n ? "0" : "-1")); made[n].focus(); };
    dot.addEventListener("click", () => choose(codes[i]));
    dot.addEventListener("keydown", (e) => {
      if (e.key === "Enter" || e.key === " ") { choose(codes[i]); e.preventDefault(); }
      else if (e.key === "ArrowRight" || e.key === "ArrowDown") { to((i + 1) % made.length); e.preventDefault(); }
      else if (e.key === "ArrowLeft" || e.key === "ArrowUp") { to((i - 1 + made.length) % made.length); e.preventDefault(); }
    });
    image.append(dot);
  });
  made[Math.max(0, codes.indexOf(chosen))]?.setAttribute("tabindex", "0");
}
