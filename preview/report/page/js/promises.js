import { derivation, opening } from "./derivation.js";
import { el } from "./dom.js";
import { exhibit } from "./exhibits.js";
import { makeSortable } from "./tables.js";

/** Lets each promise open what stands behind it, and the table be sorted. */
export function wirePromises(report) {
  makeSortable(document.querySelector("table.promises"));
  for (const body of document.querySelectorAll("table.promises tbody")) {
    const button = body.querySelector("button.opens");
    button.addEventListener("click", () => toggle(report, body, button));
  }
  openNamed();
  addEventListener("hashchange", openNamed);
}

function openNamed() {
  const button =
    location.hash.startsWith("#promise-") &&
    document.getElementById(location.hash.slice(1))?.querySelector("button.opens");
  if (button && button.getAttribute("aria-expanded") === "false") button.click();
}

function toggle(report, body, button) {
  const opens = button.getAttribute("aria-expanded") === "false";
  const row = body.querySelector("tr.detail");
  if (!row.cells[0].hasChildNodes())
    row.cells[0].append(detail(report, report.judgements[Number(body.dataset.promise)]));
  button.setAttribute("aria-expanded", String(opens));
  row.hidden = !opens;
}

function detail(report, judgement) {
  return el(
    "div",
    { class: "behind" },
    judgement.condition ? el("p", { class: "why" }, el("b", {}, "On a condition. "), judgement.condition) : null,
    judgement.why ? el("p", { class: "why" }, judgement.why) : null,
    el(
      "div",
      { class: "columns" },
      computed(report, judgement),
      el("div", {}, movers(judgement), besides(report, judgement)),
    ),
    judgement.exhibits.map((id) => exhibit(report.exhibits[id], 3)),
  );
}

function computed(report, { reached, achievable }) {
  if (!reached) return null;
  return el(
    "section",
    {},
    el("h3", {}, "How it is computed"),
    derivation(report, reached),
    achievable ? el("section", {}, el("h3", {}, "The best that AWS supports"), opening(report, achievable)) : null,
  );
}

function movers({ moved_by: effects }) {
  if (!effects.length) return null;
  const items = effects.map(({ setting, of, was, becomes, after, improves }) =>
    el(
      "li",
      { class: "use" },
      el(
        "p",
        {},
        el(of ? "code" : "span", {}, setting),
        of ? ` of all ${of}` : null,
        `: ${becomes.text} in place of ${was.text}`,
      ),
      el("p", { class: improves ? "better" : "worse" }, `${after.text}, ${improves ? "better" : "worse"}`),
    ),
  );
  return el("section", {}, el("h3", {}, "What moves it most"), el("ol", { class: "uses" }, items));
}

function besides(report, { also }) {
  if (!also.length) return null;
  return el(
    "section",
    {},
    el("h3", {}, "Beside it"),
    el(
      "ul",
      { class: "uses" },
      also.map((id) => el("li", {}, opening(report, id))),
    ),
  );
}
