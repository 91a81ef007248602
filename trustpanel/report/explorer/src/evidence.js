import { span, spoken } from "./days.js";
import { address, facts, html } from "./dom.js";
import { titled } from "./lanes.js";
import { HOSTILITY, kindWords, plain, PRECISION, sourceWords, GRADES } from "./words.js";
import { grade, personName, stateName } from "./world.js";

// What stands behind a mark of the timeline, as a block of the page.
export function evidence(w, mark) {
  const { kind, item } = mark;
  const make = { meeting, agreement, agreements, dispute, war, crisis, indicator }[kind];
  return html("div", { class: "evidence" }, make(w, item));
}

function meeting(w, m) {
  return [
    html("h3", {}, `${personName(w, m.person_a)} and ${personName(w, m.person_b)}, ${m.place ?? "place not known"}, ${span(m.start_date, m.end_date)}`),
    facts([
      ["Kind", `${kindWords(m.kind)}, ${m.format}, ${m.n_persons} persons`], ["On the soil of", m.host_ccode == null ? "not known" : stateName(w, m.host_ccode)],
      ["Dates", PRECISION[m.date_precision]], [personName(w, m.person_a), capacity(w, m, "a")], [personName(w, m.person_b), capacity(w, m, "b")],
      ["That the two talked", m.documented ? "documented by a source" : "not documented: they were at the same event"],
      ["Evidence", GRADES[grade(m)][1]], ["Meeting", m.meeting_id],
    ]),
    html("h4", {}, m.evidence.length === 1 ? "The record behind it" : `The ${m.evidence.length} records behind it`),
    ...m.evidence.map((e) => facts([
      ["Source", sourceWords(e.source, w.sources)], ["Record", e.record], ["Days of the record", span(e.record_start, e.record_end)],
      ["Grade", e.evidence_grade ?? "a list: no grade"], ["Page", e.source_address === "list" ? "the list itself" : address(e.source_address)],
      ["What it says", e.source_says], ["Second page", e.second_address && address(e.second_address)], ["What that says", e.second_says],
      ["Where sources disagree", e.evidence_conflict], ["Talked alone", e.one_to_one], ["Document", e.outcome_document && plain(e.outcome_document)],
    ])),
  ];
}

function capacity(w, m, side) {
  const leader = m[`leader_${side}`];
  const state = stateName(w, m[`ccode_${side}`] ?? w.leaders.get(leader)?.ccode ?? -1);
  return leader ? `effective leader that day (${leader})${state.startsWith("state ") ? "" : `, ${state}`}` : `${plain(m[`capacity_${side}`]) || "capacity not known"}: not the effective leader`;
}

const ENDS = {
  ended: "ended", in_force: "in force when the source ends", never_in_force: "never came into force",
  unknown: "the source does not know the end", not_recorded: "no source behind it records ends",
};

function agreement(w, a) {
  return [
    html("h3", {}, a.title ?? `${plain(a.agreement_type)}, no title in the source`),
    facts([
      ["Type", `${plain(a.agreement_type)} (${a.political ? "political" : "not political"})`],
      ["Signed", a.signed_date ? `${spoken(a.signed_date)}${a.signed_precision === "day" ? "" : `, known to the ${a.signed_precision === "uncertain" ? "source only with doubt" : a.signed_precision}`}` : "not known"],
      ["In force", a.in_force_date ? spoken(a.in_force_date) : "not known"], ["End", `${a.end_date ? `${spoken(a.end_date)}${a.end_estimated ? ", as the source estimates" : ""}; ` : ""}${ENDS[a.ended_status] ?? plain(a.ended_status)}`],
      ["Parties", a.bilateral == null ? "the source does not say whether there are more" : a.bilateral ? "these two states" : "more than these two"], ["Records", a.records], ["Agreement", a.agreement_id],
    ]),
  ];
}

function agreements(w, { year, list }) {
  return [
    html("h3", {}, `Other agreements signed in ${year}`),
    html("ul", {}, list.map((a) => html("li", {}, `${plain(a.agreement_type)}: ${a.title ?? "no title in the source"} (${a.signed_date ?? a.in_force_date}; ${a.records ?? ""})`))),
  ];
}

const listed = (w, part) => ["Source", w.sources_of[part].map((s) => w.sources[s][0]).join("; ")];
const dispute = (w, d) => [html("h3", {}, `Militarised dispute ${d.dispute_id}`), facts([["Days", span(d.start_date, d.end_date)], ["Highest hostility", HOSTILITY[d.hostility]?.[1]], listed(w, "disputes")])];
const war = (w, r) => [html("h3", {}, r.war_name), facts([["Days", span(r.start_date, r.end_date)], ["War", r.war_id], listed(w, "wars")])];
const crisis = (w, c) => [html("h3", {}, `Crisis: ${titled(c.crisis_name)}`), facts([["Days", span(c.start_date, c.end_date)], ["Crisis", c.crisis_id], listed(w, "crises")])];
const indicator = (w, r) => [html("h3", {}, r.words), facts([["Years", `${r.start_year} to ${r.end_year}`], ["How to read it", "The count is of those kinds that a source observes for the two; what no source observes is unknown, not low trust."]])];

