import { FONT, svg, textWidth } from "./dom.js";

export const INK = "#1a1a1a";
export const FAINT = "#595959";

// The grounds that say how much is known: white where an absent row means none, hatched where it means nothing.
export function grounds() {
  const hatch = (id, size, stroke, ground, ...lines) =>
    svg("pattern", { id, width: size, height: size, patternUnits: "userSpaceOnUse" },
      svg("rect", { width: size, height: size, fill: ground }),
      lines.map((d) => svg("path", { d, stroke, "stroke-width": 1, fill: "none" })));
  return svg("defs", {},
    hatch("unknown", 7, "#9a9a9a", "#e4e4e4", "M0 7 L7 0", "M0 0 L7 7"),
    hatch("partial", 7, "#c4c4c4", "#f7f7f7", "M-1 1 L1 -1", "M0 7 L7 0", "M6 8 L8 6"));
}
export const GROUND = {
  official_list: "#ffffff", searched: "#f4f4f4", partial: "url(#partial)", none: "url(#unknown)", absent: "#cfcfcf",
};

export function box(x, y, width, height, fill, more = {}) {
  return svg("rect", { x: round(x), y: round(y), width: round(Math.max(width, 0.5)), height: round(height), fill, ...more });
}

export function words(x, y, content, more = {}) {
  const { size = 11, anchor = "start", fill = INK, weight, halo } = more;
  const made = svg("text", {
    x: round(x), y: round(y), "font-size": size, "font-family": FONT, "text-anchor": anchor, fill, "font-weight": weight,
    stroke: halo, "stroke-width": halo ? 3 : null, "paint-order": halo ? "stroke" : null, "stroke-linejoin": halo ? "round" : null,
  });
  made.textContent = content;
  return made;
}

// Words in the middle of a stretch if they fit it.
export function wordsIn(left, right, y, content, more = {}) {
  return textWidth(content, more.size ?? 11) + 10 <= right - left ? words((left + right) / 2, y, content, { anchor: "middle", halo: "#ffffff", ...more }) : null;
}

export function symbol(shape, x, y, r, fill, stroke) {
  const paths = {
    visit: `M${x - r} ${y} a${r} ${r} 0 1 0 ${2 * r} 0 a${r} ${r} 0 1 0 ${-2 * r} 0 Z`,
    summit: `M${x - r} ${y - r} h${2 * r} v${2 * r} h${-2 * r} Z`,
    side: `M${x} ${y - r * 1.15} L${x + r * 1.15} ${y + r} L${x - r * 1.15} ${y + r} Z`,
    mediated: `M${x} ${y - r * 1.3} L${x + r * 1.3} ${y} L${x} ${y + r * 1.3} L${x - r * 1.3} ${y} Z`,
    other: `M${x - r} ${y - r / 3} h${(2 * r) / 3} v${(-2 * r) / 3} h${(2 * r) / 3} v${(2 * r) / 3} h${(2 * r) / 3} v${(2 * r) / 3} h${(-2 * r) / 3} v${(2 * r) / 3} h${(-2 * r) / 3} v${(-2 * r) / 3} h${(-2 * r) / 3} Z`,
  };
  return svg("path", { d: paths[shape].replace(/\d+\.\d{3,}/g, (n) => Number(n).toFixed(2)), fill, stroke, "stroke-width": 1.5 });
}

// A row for each interval so that none meets another of its row.
export function packed(intervals, gap) {
  const ends = [];
  return intervals.map(([left, right]) => {
    let row = ends.findIndex((end) => end + gap <= left);
    if (row < 0) row = ends.push(0) - 1;
    ends[row] = right;
    return row;
  });
}

export const round = (n) => Math.round(n * 100) / 100;
