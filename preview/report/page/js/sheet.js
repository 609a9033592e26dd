import { disclosure, el } from "./dom.js";
import { table } from "./tables.js";

/** Opens the list of resources behind a box; closing it gives the focus back. */
export function openSheet(selection, box) {
  const dialog = el("dialog", { class: "sheet", "aria-labelledby": "sheet-title" }, contents(selection, box));
  dialog.addEventListener("close", () => dialog.remove());
  dialog.addEventListener("click", ({ target }) => target === dialog && dialog.close());
  dialog.querySelector("button.close").addEventListener("click", () => dialog.close());
  document.body.append(dialog);
  dialog.showModal();
}

function contents(selection, box) {
  const own = selection.resources(box);
  const where = selection.region && box.per_region ? ` in ${selection.region}` : "";
  const head = [el("h2", { id: "sheet-title" }, box.title), el("button", { type: "button", class: "close" }, "Close")];
  return [
    el("div", { class: "sheet-head" }, head),
    el("p", { class: "muted" }, `${box.type}${where} · ${own.length === 1 ? "1 resource" : `${own.length} resources`}`),
    ...neighbours(selection, box),
    ...groups(selection, box, own),
  ];
}

function neighbours({ lines, byId }, box) {
  const told = (own, end) => own.map((line) => `${byId.get(line[end]).title} (${line.references.length})`).join(", ");
  const to = lines.filter((line) => line.from === box.id);
  const from = lines.filter((line) => line.to === box.id);
  return [
    to.length ? el("p", {}, `Refers to ${told(to, "to")}.`) : "",
    from.length ? el("p", {}, `Referred to by ${told(from, "from")}.`) : "",
  ];
}

/** A disclosure for each type of resource: what the box is known by first, then the most. */
function groups(selection, { known_by: known }, own) {
  const place = (type) => (known.includes(type) ? known.indexOf(type) : known.length);
  const byType = [...Map.groupBy(own, ({ type }) => type)];
  byType.sort(([a, some], [b, others]) => place(a) - place(b) || others.length - some.length);
  return byType.map(([type, resources], at) => {
    const summary = [el("b", {}, selection.counted(type, resources.length)), " ", el("code", {}, type)];
    const group = disclosure(el("span", { class: "use-head" }, summary), () => listed(type, resources), {
      class: "use",
    });
    group.open = at === 0;
    return group;
  });
}

function listed(type, resources) {
  const columns = [{ title: "Name" }, { title: "Region" }, { title: "Settings" }, { title: "Created at" }];
  const rows = resources.map(({ name, region, settings, source }) => [
    name,
    region ?? "–",
    told(settings),
    source ?? "–",
  ]);
  return table(type, columns, rows, { captioned: false });
}

function told(settings) {
  const pairs = Object.entries(settings).map(([key, value]) => el("span", {}, el("code", {}, key), ` ${value}`));
  return el("span", { class: "settings" }, pairs);
}
