// Days as whole numbers since 1970; text is YYYY-MM-DD.
const DAY = 86400000;

export const day = (text) => (text ? Math.round(Date.parse(`${text}T00:00:00Z`) / DAY) : null);
export const dayOf = (year, month = 1, date = 1) => Math.round(Date.UTC(year, month - 1, date) / DAY);
export const text = (number) => new Date(number * DAY).toISOString().slice(0, 10);
export const year = (number) => new Date(number * DAY).getUTCFullYear();

const MONTHS = "January February March April May June July August September October November December".split(" ");

export function spoken(iso) {
  if (!iso) return "not known";
  const [y, m, d] = iso.split("-").map(Number);
  return `${d} ${MONTHS[m - 1]} ${y}`;
}

export function span(start, end) {
  if (!end || start === end) return spoken(start);
  const [a, b] = [start.split("-"), end.split("-")];
  if (a[0] === b[0] && a[1] === b[1]) return `${Number(a[2])} to ${spoken(end)}`;
  return `${spoken(start)} to ${spoken(end)}`;
}

// Some day from first to last, the first alone where the last is not known, lies in the range.
export const overlaps = (first, last, { from, to }) => first != null && first <= to && (last ?? first) >= from;

// The stretches of [from, to] that no span covers; spans are [first, last], end days included.
export function gaps(spans, from, to) {
  const found = [];
  let next = from;
  for (const [first, last] of [...spans].sort((a, b) => a[0] - b[0])) {
    if (first > next) found.push([next, Math.min(first - 1, to)]);
    next = Math.max(next, last + 1);
    if (next > to) break;
  }
  if (next <= to) found.push([next, to]);
  return found.filter(([a, b]) => a <= b && a <= to);
}
