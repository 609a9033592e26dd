import { chart } from "./chart.js";
import { disclosure, el } from "./dom.js";
import { isNumeric, table } from "./tables.js";
import { worldMap } from "./world.js";

/** A table, chart or map with its title, its note, and the data of a drawing as a table. */
export function exhibit(shown, level) {
  const title = el(`h${level}`, {}, shown.title);
  const note = shown.note ? el("p", { class: "note" }, shown.note) : null;
  if (shown.is === "table") {
    const columns = shown.columns.map((column, at) => ({ ...column, numeric: isNumeric(shown.rows, at) }));
    return el("div", { class: "exhibit" }, title, table(shown.title, columns, shown.rows, { captioned: false }), note);
  }
  const { parts, columns, rows } = (shown.is === "chart" ? chart : worldMap)(shown);
  const data = disclosure("The data as a table", () => table(shown.title, columns, rows, { captioned: false }), {
    class: "aside",
  });
  return el("figure", { class: `exhibit ${shown.is}` }, el("figcaption", {}, title), ...parts, note, data);
}

/** Fills the galleries that the page has places for. */
export function fillGalleries(report) {
  for (const gallery of document.querySelectorAll(".gallery")) {
    gallery.append(
      ...gallery.dataset.exhibits
        .split(" ")
        .map((id) => exhibit(report.exhibits[id], Number(gallery.dataset.level ?? 3))),
    );
  }
}
