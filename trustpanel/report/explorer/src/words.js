export const REGIONS = [
  [2, 199, "Americas"], [200, 399, "Europe"], [400, 599, "Africa"], [600, 699, "Middle East"], [700, 899, "Asia"],
  [900, 999, "Oceania"],
];
export const region = (code) => REGIONS.findIndex(([low, high]) => code >= low && code <= high);

export const KINDS = {
  working_visit: ["visit", "working visit"], official_visit: ["visit", "official visit"],
  state_visit: ["visit", "state visit"], private_visit: ["visit", "private visit"],
  official_working_visit: ["visit", "official working visit"], informal_visit: ["visit", "informal visit"],
  multilateral_bilateral: ["side", "talk at the side of an event"], sideline: ["side", "informal talk at an event"],
  funeral_talk: ["side", "talk at a funeral"], summit: ["summit", "summit"], mediated: ["mediated", "mediated meeting"],
};
export const SHAPES = {
  visit: "visit", summit: "summit", side: "at the side of an event", mediated: "mediated", other: "other kind",
};
export const kindGroup = (kind) => KINDS[kind]?.[0] ?? "other";
export const kindWords = (kind) => KINDS[kind]?.[1] ?? plain(kind);

export const GRADES = {
  A: ["#000000", "coded here, grade A: two independent pages say so"],
  B: ["#b34700", "coded here, grade B: one page says so"],
  list: ["#3b8fcc", "from a published list"],
};
export const HOSTILITY = {
  1: ["#fee3b5", "no militarised action"], 2: ["#fdc87a", "threat of force"], 3: ["#fc8d59", "display of force"],
  4: ["#d7301f", "use of force"], 5: ["#7f0000", "war"],
};
export const LEVELS = {
  official_list: "a full list exists for both sides", searched: "searched for both sides, no full list",
  partial: "partly known", none: "unknown: nothing covers these days",
};
export const PRECISION = {
  day: "the days are known", record: "known only to lie within the days of the visit or trip",
  month: "known only to the month", year: "known only to the year",
};
const SOURCES = { rival_meetings: "Search for meetings of rivals, coded by this project" };
export const sourceWords = (id, sources) => SOURCES[id] ?? sources[id]?.[0] ?? id;
export const folded = (text) => text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();
export const plain = (text) => (text == null ? "" : String(text).replaceAll("_", " "));
export const number = (n) => Number(n).toLocaleString("en-GB");
export const many = (n, one, more = `${one}s`) => `${number(n)} ${n === 1 ? one : more}`;
export const percent = (share) => {
  if (share == null) return "–";
  if (share > 0 && share < 0.01) return "<1 %";
  return share < 1 && share > 0.99 ? ">99 %" : `${Math.round(100 * share)} %`;
};
