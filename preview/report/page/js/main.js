import { drawArchitecture } from "./architecture.js";
import { fillGalleries } from "./exhibits.js";
import { showPolicies } from "./policies.js";
import { wirePromises } from "./promises.js";
import { showSources } from "./sources.js";
import { wireTheme } from "./theme.js";

const report = JSON.parse(document.getElementById("report").textContent);
report.resources = unpacked(report.resources);

wireTheme(document.getElementById("theme"));
wirePromises(report);
drawArchitecture(report);
fillGalleries(report);
showPolicies(report);
showSources(report);

function unpacked({ types, columns, rows }) {
  return rows.map(([type, ...values]) => ({ type: types[type], ...Object.fromEntries(columns.map((column, at) => [column, values[at]])) }));
}
