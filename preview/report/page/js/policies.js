import { disclosure, el } from "./dom.js";
import { table } from "./tables.js";

const GRAVITY = { critical: 0, high: 1, medium: 2, low: 3 };
const COUNTED = ["rules", "broken", "complaints", "undecided", "exemptions", "decided"];

/** What the policy pack said: by severity, then what is wrong, open and exempted, then every rule. */
export function showPolicies({ policies }) {
  if (!policies) return;
  document.getElementById("policies").append(
    bySeverity(policies.severities),
    ...listed(
      "Rules that are broken",
      policies.complaints,
      ["severity", "rule", "resource", "message", "source"],
      true,
    ),
    ...listed(
      "Left undecided",
      policies.undecided.map((one) => ({ ...one, leave: one.allowed ?? "not allowed" })),
      ["rule", "resource", "path", "leave"],
      false,
    ),
    ...listed("Exempted", policies.exemptions, ["rule", "resource", "reason", "owner", "expires"], false),
    disclosure(`All ${policies.rules.length} rules`, () => everyRule(policies.rules), { class: "aside" }),
  );
}

function bySeverity(severities) {
  const columns = [{ title: "Severity" }, ...COUNTED.map((title) => ({ title: capitalised(title), numeric: true }))];
  const rows = severities.map((one) => [severity(one.severity), ...COUNTED.map((key) => one[key])]);
  return table("Rules by severity", columns, rows);
}

function listed(title, entries, keys, open) {
  if (!entries.length) return [];
  const columns = keys.map((key) => ({ title: capitalised(key) }));
  const rows = entries.map((entry) =>
    keys.map((key) => (key === "severity" ? severity(entry[key]) : (entry[key] ?? "–"))),
  );
  const made = disclosure(`${title}: ${entries.length}`, () => table(title, columns, rows, { captioned: false }), {
    class: "aside",
  });
  made.open = open;
  return [made];
}

function everyRule(rules) {
  const columns = [
    { title: "Rule" },
    { title: "Why" },
    { title: "Severity" },
    { title: "Stands" },
    { title: "Decided", numeric: true },
    { title: "Not applicable", numeric: true },
  ];
  const rows = rules.map((rule) => [
    el("code", {}, rule.id),
    rule.why,
    severity(rule.severity),
    standing(rule),
    rule.decided,
    rule.not_applicable,
  ]);
  return table("Every rule", columns, rows, { captioned: false });
}

function standing({ complaints, undecided, exemptions, level }) {
  const parts = [
    complaints ? `${complaints} broken` : null,
    undecided ? `${undecided} undecided` : null,
    exemptions ? `${exemptions} exempted` : null,
    level === "mandatory" ? null : level,
  ].filter(Boolean);
  return parts.join(", ") || "holds";
}

function severity(name) {
  return { show: el("span", { class: `severity ${name}` }, name), sort: GRAVITY[name] };
}

function capitalised(word) {
  return word[0].toUpperCase() + word.slice(1).replaceAll("_", " ");
}
