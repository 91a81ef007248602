import { find, html, svg } from "./dom.js";
import { addressOf } from "./address.js";

// A spreadsheet reads a cell that begins with one of these as a formula: an apostrophe keeps it text.
function csvCell(value) {
  if (value == null) return "";
  if (typeof value === "number" || typeof value === "boolean") return String(value);
  const text = /^[=+\-@\t\r]/.test(value) ? `'${value}` : String(value);
  return /[",\n\r]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

export function csv(rows) {
  if (!rows.length) return "no rows\r\n";
  const names = Object.keys(rows[0]);
  return [names, ...rows.map((r) => names.map((n) => r[n]))].map((line) => line.map(csvCell).join(",")).join("\r\n") + "\r\n";
}

export function save(name, kind, content) {
  const link = html("a", { download: name, href: URL.createObjectURL(content instanceof Blob ? content : new Blob([content], { type: kind })) });
  document.body.append(link);
  link.click();
  link.remove();
  setTimeout(() => URL.revokeObjectURL(link.href), 10000);
  find("said").textContent = `${name} is saved.`;
}

// The picture alone, on white, without what only the page needs.
export function svgText(image) {
  const copy = image.cloneNode(true);
  for (const part of copy.querySelectorAll("[tabindex]")) part.removeAttribute("tabindex");
  for (const part of copy.querySelectorAll("[role=button]")) part.removeAttribute("role");
  copy.setAttribute("role", "img");
  copy.prepend(svg("rect", { width: "100%", height: "100%", fill: "#ffffff" }));
  return `<?xml version="1.0" encoding="UTF-8"?>\n${new XMLSerializer().serializeToString(copy)}\n`;
}

export async function pngBlob(image, scale = 2) {
  const [width, height] = [Number(image.getAttribute("width")), Number(image.getAttribute("height"))];
  const picture = new Image();
  picture.src = URL.createObjectURL(new Blob([svgText(image)], { type: "image/svg+xml" }));
  await picture.decode();
  const canvas = html("canvas", { width: Math.round(width * scale), height: Math.round(height * scale) });
  canvas.getContext("2d").drawImage(picture, 0, 0, canvas.width, canvas.height);
  URL.revokeObjectURL(picture.src);
  return new Promise((resolve) => canvas.toBlob(resolve, "image/png"));
}

// How to cite the view: what was built, what is shown, the command that shows it again, and the works behind it.
export function citation(w, state, title, sources) {
  const { package_version: version, facts_sha256: facts, schema_version: schema } = w.meta;
  const works = [...new Set(sources)].filter((s) => w.sources[s]).sort();
  return [
    `trustpanel ${version} (schema ${schema}, facts ${facts.slice(0, 12)}), explorer: ${title}.`,
    `View: trustpanel explore --view "${addressOf(state).slice(1)}"`,
    ...(works.length ? ["Data shown here:", ...works.map((s) => `- ${w.sources[s][1]}`)] : []),
  ].join("\n");
}

export function citeBlock(text) {
  const area = html("textarea", { readonly: true, rows: String(Math.min(9, text.split("\n").length + 2)), "aria-label": "How to cite this view" });
  area.value = text;
  const copy = async () => {
    area.select();
    try { await navigator.clipboard.writeText(text); find("said").textContent = "The citation is copied."; }
    catch { find("said").textContent = "The citation is selected: copy it with the keyboard."; }
  };
  return html("details", { class: "cite" }, html("summary", {}, "Cite this view"), area, html("button", { type: "button", onclick: copy }, "Copy"));
}
