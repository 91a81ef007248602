// Everything that comes from data enters the page as text, never as markup.
const SVG = "http://www.w3.org/2000/svg";

export function html(name, properties = {}, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(properties)) {
    if (value == null || value === false) continue;
    if (key.startsWith("on")) made.addEventListener(key.slice(2), value);
    else made.setAttribute(key, value === true ? "" : value);
  }
  made.append(...children.flat().filter((c) => c != null && c !== false));
  return made;
}

export function svg(name, attributes = {}, ...children) {
  const made = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) if (value != null) made.setAttribute(key, value);
  made.append(...children.flat().filter((c) => c != null));
  return made;
}

export const find = (id) => document.getElementById(id);

// A link only where the text is an address of the web; anything else is shown as it stands.
export function address(text) {
  if (!/^https?:\/\/[^\s]+$/i.test(text)) return text;
  return html("a", { href: text, rel: "noopener noreferrer external", target: "_blank" }, text);
}

export function facts(pairs) {
  return html("dl", {}, pairs.filter(([, v]) => v != null && v !== "").map(([k, v]) => html("div", {}, html("dt", {}, k), html("dd", {}, v))));
}

export function table(caption, heads, rows) {
  const cell = (value, place) => html("td", { class: heads[place][1] ? "number" : /^\d{4}-\d\d/.test(value) ? "date" : null }, value ?? "–");
  return html("div", { class: "scroll", tabindex: "0", role: "region", "aria-label": caption },
    html("table", {},
      html("caption", {}, caption),
      html("thead", {}, html("tr", {}, heads.map(([h, n]) => html("th", { scope: "col", class: n ? "number" : null }, h)))),
      html("tbody", {}, rows.map((row) => html("tr", {}, row.map(cell))))));
}

const canvas = document.createElement("canvas").getContext("2d");
export const FONT = "system-ui, 'Segoe UI', Arial, sans-serif";
export function textWidth(text, size, weight = 400) {
  canvas.font = `${weight} ${size}px ${FONT}`;
  return canvas.measureText(text).width;
}
