import { el, scroller } from "./dom.js";
import { number, sameDecimals } from "./numbers.js";

const LONG = 14;
const SHORT = 26;

/**
 * A table that each of its headings sorts. A cell is text, a number, a node, or `{ show, sort }`; a column is
 * `{ title, unit, numeric }`.
 */
export function table(caption, columns, rows, { captioned = true } = {}) {
  const shown = columns.map((column, at) => (column.numeric ? sameDecimals(rows.map((row) => row[at])) : number));
  const made = el(
    "table",
    { class: "data" },
    el("caption", { class: captioned ? null : "unseen" }, caption),
    el("thead", {}, el("tr", {}, columns.map(heading))),
    el(
      "tbody",
      {},
      rows.map((row) =>
        el(
          "tr",
          {},
          row.map((cell, at) => dataCell(cell, columns[at], shown[at])),
        ),
      ),
    ),
  );
  makeSortable(made);
  const holder = scroller(caption, made);
  if (rows.length <= LONG) return holder;
  holder.classList.add("long");
  return el("div", {}, holder, el("p", { class: "note rows" }, `${rows.length} rows`));
}

/** Whether a column holds numbers, by its cells. */
export function isNumeric(rows, at) {
  return rows.every((row) => row[at] === null || typeof row[at] === "number");
}

function heading(column) {
  const button = el(
    "button",
    { type: "button" },
    el(
      "span",
      {},
      el("span", { class: column.title.length <= SHORT ? "whole" : null }, column.title),
      column.unit ? el("small", {}, ` ${column.unit}`) : null,
    ),
  );
  return el("th", { scope: "col", "aria-sort": "none", class: column.numeric ? "number" : null }, button);
}

function dataCell(cell, column, written) {
  const { show, sort } =
    cell !== null && typeof cell === "object" && "show" in cell ? cell : { show: cell, sort: cell };
  const text = typeof show === "number" || show === null ? written(show) : show;
  const key = typeof sort === "object" ? null : sort;
  const width = typeof text !== "string" ? null : text.length > SHORT ? "prose" : "whole";
  return el("td", { class: column.numeric ? "number" : width, "data-sort": key }, text);
}

/** Has the buttons in a table's headings sort it; bodies move where there are several, rows where there is one. */
export function makeSortable(sorted) {
  const headings = [...sorted.tHead.rows[0].cells];
  headings.forEach((cell, at) => {
    cell.querySelector("button")?.addEventListener("click", () => {
      const descending = cell.getAttribute("aria-sort") === "ascending";
      for (const each of headings) each.setAttribute("aria-sort", "none");
      cell.setAttribute("aria-sort", descending ? "descending" : "ascending");
      reorder(sorted, at, descending ? -1 : 1);
    });
  });
}

function reorder(sorted, at, direction) {
  const bodies = [...sorted.tBodies];
  const [parent, items] = bodies.length === 1 ? [bodies[0], [...bodies[0].rows]] : [sorted, bodies];
  const keyed = items.map((item) => [sortKey(item, at), item]);
  keyed.sort(([a], [b]) => compared(a, b, direction));
  parent.append(...keyed.map(([, item]) => item));
}

function sortKey(item, at) {
  const cell = (item.rows ? item.rows[0] : item).cells[at];
  const key = cell.dataset.sort ?? cell.textContent.trim();
  return key === "" || key === "–" ? null : Number.isNaN(Number(key)) ? key : Number(key);
}

/** Numbers before words; what is missing comes last either way. */
function compared(a, b, direction) {
  if (a === null || b === null) return (a === null) - (b === null);
  if (typeof a === "number" && typeof b === "number") return direction * (a - b);
  return direction * String(a).localeCompare(String(b), "en", { numeric: true });
}
