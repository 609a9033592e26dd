import { drawArchitecture } from "./architecture.js";
import { fillGalleries } from "./exhibits.js";
import { showPolicies } from "./policies.js";
import { wirePromises } from "./promises.js";
import { showSources } from "./sources.js";
import { wireTheme } from "./theme.js";

wireTheme(document.getElementById("theme"));
unpacked(document.getElementById("report").textContent).then((report) => {
  wirePromises(report);
  drawArchitecture(report);
  fillGalleries(report);
  showPolicies(report);
  showSources(report);
  document.documentElement.dataset.ready = "";
});

/** The report, which the page holds as compressed JSON. */
async function unpacked(text) {
  const bytes = Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("deflate"));
  return JSON.parse(await new Response(stream).text());
}
