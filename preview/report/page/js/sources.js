import { disclosure, el } from "./dom.js";
import { table } from "./tables.js";

/** Every fact that a figure of the report rests on. */
export function showSources({ facts }) {
  const entries = Object.entries(facts);
  const columns = [
    { title: "Fact" },
    { title: "Statement" },
    { title: "Value" },
    { title: "Quality" },
    { title: "As of" },
    { title: "Source" },
  ];
  const rows = () =>
    entries.map(([id, { statement, value, text, quality, as_of, source, decides }]) => [
      el("code", {}, id),
      statement,
      { show: text, sort: value },
      el("span", { class: decides ? null : "weak" }, quality),
      as_of,
      source,
    ]);
  const made = disclosure(
    `${entries.length} facts with their sources`,
    () => table("Facts", columns, rows(), { captioned: false }),
    { class: "aside" },
  );
  document.getElementById("sources").append(made);
}
