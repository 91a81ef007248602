import { find, html } from "./dom.js";
import { folded, many } from "./words.js";
import { key, pairName, personName } from "./world.js";

const MOST = 12;
const STOP = new Set(["and", "the", "of", "-", "–", "/", "&", "with", "vs"]);

// One box for both: words of two states, or of two leaders, in any order.
export function setUpSearch(w, choose) {
  const box = find("search");
  const list = find("found");
  const said = find("found-said");
  const index = indexed(w);
  let shown = [];
  let at = -1;

  const close = () => {
    list.hidden = true;
    box.setAttribute("aria-expanded", "false");
    box.removeAttribute("aria-activedescendant");
    at = -1;
  };
  const mark = (next) => {
    at = next;
    [...list.children].forEach((c, i) => c.setAttribute("aria-selected", String(i === at)));
    if (at >= 0) {
      box.setAttribute("aria-activedescendant", list.children[at].id);
      list.children[at].scrollIntoView({ block: "nearest" });
    }
  };
  const take = (i) => { const chosen = shown[i]; close(); box.value = ""; said.textContent = `${chosen.label} is shown.`; choose(chosen); };
  const look = () => {
    const words = folded(box.value).split(/[\s,;/–-]+/).filter((t) => t && !STOP.has(t));
    if (!words.length) { close(); said.textContent = ""; return; }
    const all = matches(index, words);
    shown = all.slice(0, MOST);
    list.replaceChildren(...shown.map((s, i) => html("li", { role: "option", id: `found-${i}`, "aria-selected": "false", onmousedown: (e) => { e.preventDefault(); take(i); } },
      html("span", {}, s.label), html("small", {}, s.note))));
    list.hidden = !shown.length;
    box.setAttribute("aria-expanded", String(shown.length > 0));
    at = -1;
    said.textContent = all.length ? `${many(all.length, "pair")} found${all.length > MOST ? `, the first ${MOST} shown` : ""}. Arrow down to choose.` : "No pair found. Type words of two states or of two leaders.";
  };
  box.addEventListener("input", look);
  box.addEventListener("focus", look);
  box.addEventListener("blur", close);
  box.addEventListener("keydown", (e) => {
    if (e.key === "ArrowDown" && shown.length) { if (list.hidden) look(); mark((at + 1) % shown.length); e.preventDefault(); }
    else if (e.key === "ArrowUp" && shown.length) { mark((at - 1 + shown.length) % shown.length); e.preventDefault(); }
    else if (e.key === "Enter" && !list.hidden) { take(Math.max(at, 0)); e.preventDefault(); }
    else if (e.key === "Escape") close();
  });
}

function indexed(w) {
  const states = [...w.states.values()].map((s) => ({ code: s.code, words: split(`${s.name} ${s.abb}`) }));
  const met = new Map(w.met.map((m) => [`${m.person_a} ${m.person_b}`, m]));
  const persons = [...w.persons.values()].map((p) => ({
    id: p.person_id, codes: [...new Set(p.terms.map((t) => t.ccode))], words: split(`${p.label} ${p.name}`), terms: p.terms,
  }));
  return { w, states, persons, met };
}
const split = (text) => folded(text).split(/[^\p{L}\p{N}]+/u).filter(Boolean);
const bits = (own, words) => words.reduce((mask, word, i) => (own.some((o) => o.startsWith(word)) ? mask | (1 << i) : mask), 0);

function matches(index, words) {
  const { w } = index;
  const full = 2 ** words.length - 1;
  const state = new Map(index.states.map((s) => [s.code, bits(s.words, words)]));
  const found = [];
  for (const d of w.dyads) {
    const [a, b] = [state.get(d.ccode_a), state.get(d.ccode_b)];
    if ((a | b) === full && (words.length === 1 || (a && b && a !== full && b !== full) || exact(index, d, words))) {
      found.push({ pair: [d.ccode_a, d.ccode_b], label: pairName(w, d.ccode_a, d.ccode_b), weight: (d.meetings ?? 0) + (d.political ?? 0) / 100,
        note: d.meetings == null ? "meetings unknown" : many(d.meetings, "meeting") });
    }
  }
  return [...found, ...personPairs(index, words, full, state)].sort((x, y) => y.weight - x.weight);
}

// A word may stand for both states, as "united" does.
const exact = (index, d, words) => [d.ccode_a, d.ccode_b].every((code) => words.some((word) => index.states.find((s) => s.code === code).words.some((o) => o.startsWith(word))));

function personPairs(index, words, full, state) {
  const { w, met } = index;
  const own = index.persons.map((p) => ({ ...p, mask: bits(p.words, words), country: p.codes.reduce((m, c) => m | (state.get(c) ?? 0), 0) })).filter((p) => p.mask);
  const found = new Map();
  const put = (m, label, weight, note) => found.set(`${m.person_a} ${m.person_b}`, { pair: [m.ccode_a, m.ccode_b], persons: [m.person_a, m.person_b], label, weight, note });
  const masks = new Map(own.map((p) => [p.id, p.mask | p.country]));
  for (const m of w.met) {
    const [a, b] = [masks.get(m.person_a) ?? 0, masks.get(m.person_b) ?? 0];
    if ((a || b) && ((a | b) & full) === full) put(m, `${personName(w, m.person_a)} – ${personName(w, m.person_b)}`, m.meetings + 1000 * (words.length > 1 && a && b ? 1 : 0), `${many(m.meetings, "meeting")}; ${pairName(w, m.ccode_a, m.ccode_b)}`);
  }
  for (const p of own) for (const q of own) {
    if (p.id >= q.id || ((p.mask | q.mask | p.country | q.country) & full) !== full || words.length < 2 || own.length > 300) continue;
    for (const s of p.terms) for (const t of q.terms) {
      if (s.ccode === t.ccode || Math.max(s.first, t.first) > Math.min(s.last, t.last)) continue;
      const [a, b] = s.ccode < t.ccode ? [p, q] : [q, p];
      const [c, d] = s.ccode < t.ccode ? [s.ccode, t.ccode] : [t.ccode, s.ccode];
      if (!met.has(`${a.id} ${b.id}`) && !found.has(`${a.id} ${b.id}`) && w.dyad.has(key(c, d))) put({ person_a: a.id, person_b: b.id, ccode_a: c, ccode_b: d }, `${personName(w, a.id)} – ${personName(w, b.id)}`, 500, `${w.dyad.get(key(c, d)).covered_days ? "no meeting in the store" : "meetings unknown"}; ${pairName(w, c, d)}`);
    }
  }
  return found.values();
}
