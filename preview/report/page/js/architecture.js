import { disclosure, el, svg } from "./dom.js";
import { BOX_WIDTH, placed } from "./placing.js";
import { table } from "./tables.js";

const EVERY = "";
const NARROW = 860;

/** Draws the components into their section. */
export function drawArchitecture(report) {
  const { architecture } = report;
  const drawing = new Drawing(report);
  document.getElementById("architecture").append(...regionChoice(architecture.regions, (region) => drawing.show(region)), drawing.place, ...leftOut(architecture));
  drawing.show(EVERY);
}

function regionChoice(regions, choose) {
  if (regions.length < 2) return [];
  const choices = [{ name: EVERY }, ...regions];
  return [
    el(
      "fieldset",
      { class: "regions" },
      el("legend", { class: "unseen" }, "Region"),
      choices.map((region, at) => el("label", {}, el("input", { type: "radio", name: "region", value: region.name, checked: at === 0, onchange: () => choose(region.name) }), el("span", {}, ...regionLabel(region, regions.length)))),
    ),
  ];
}

/** Which lines the drawing does without, in words. */
function leftOut({ boxes, under_all: under, over_all: over }) {
  const named = (ids) => boxes.filter(({ id }) => ids.includes(id)).map(({ title }) => title).join(", ");
  const parts = [under.length ? `to ${named(under)}, which most others refer to` : null, over.length ? `from ${named(over)}, which looks at most of its layer` : null].filter(Boolean);
  return parts.length ? [el("p", { class: "note" }, `Lines ${parts.join(", and ")}, are left out; point at a box to see all that it is connected with.`)] : [];
}

function regionLabel({ name, city, writes, serves, resources }, count) {
  if (name === EVERY) return [el("b", {}, `All ${count} regions`), el("small", {}, "as one picture")];
  const role = [city, writes ? "writes" : null, serves ? null : "not serving"].filter(Boolean).join(" · ");
  return [el("b", {}, name), el("small", {}, `${role ? `${role} · ` : ""}${resources} resources`)];
}

/** The boxes, as buttons in the reading order of the layers; the lines are drawn where there is room to place both. */
class Drawing {
  constructor(report) {
    this.report = report;
    this.region = EVERY;
    this.lines = svg("svg", { class: "lines", "aria-hidden": "true", focusable: "false" });
    this.place = el("div", { class: "drawing" });
    this.boxes = new Map();
    new ResizeObserver(() => this.arrange()).observe(this.place);
  }

  show(region) {
    this.region = region;
    const { architecture } = this.report;
    this.boxes.clear();
    this.lanes = architecture.layers.map((layer) => {
      const boxes = architecture.boxes.filter((box) => box.layer === layer.id && this.resources(box).length);
      const buttons = boxes.map((box) => this.button(box));
      return { layer, boxes, element: el("div", { class: "lane", "data-layer": layer.id }, el("h3", {}, layer.title), el("ul", {}, buttons.map((button) => el("li", {}, button)))) };
    }).filter(({ boxes }) => boxes.length);
    this.place.replaceChildren(this.lines, ...this.lanes.map(({ element }) => element));
    this.arrange();
  }

  /** Positions of a box's resources; of the chosen region alone where the box stands in every region. */
  resources(box) {
    if (this.region === EVERY || !box.per_region) return box.resources;
    return box.resources.filter((at) => this.report.resources[at].region === this.region);
  }

  /** The lines of what is shown, without those to what stands under all and from what looks at all. */
  get shownLines() {
    const { under_all: under, over_all: over } = this.report.architecture;
    return this.liveLines.filter((line) => !under.includes(line.to) && !over.includes(line.from));
  }

  get liveLines() {
    return this.report.architecture.lines.filter((line) => this.references(line).length && this.boxes.has(line.from) && this.boxes.has(line.to));
  }

  references(line) {
    const byId = new Map(this.report.architecture.boxes.map((box) => [box.id, box]));
    const within = (id, at) => this.region === EVERY || !byId.get(id).per_region || this.report.resources[at].region === this.region;
    return line.references.filter(([start, end]) => within(line.from, start) && within(line.to, end));
  }

  button(box) {
    const count = this.resources(box).length;
    const number = this.region === EVERY || !box.per_region ? box.components : 1;
    const made = el(
      "button",
      { type: "button", class: number > 1 ? "box several" : "box", "aria-haspopup": "dialog", onclick: () => this.open(box) },
      el("span", { class: "box-head" }, el("b", {}, box.title), number > 1 ? el("small", {}, `× ${number}`) : null),
      el("span", {}, this.face(box)),
      el("small", {}, count === 1 ? "1 resource" : `${count} resources`),
    );
    for (const [event, on] of [["mouseenter", true], ["focus", true], ["mouseleave", false], ["blur", false]]) made.addEventListener(event, () => this.highlight(box.id, on));
    this.boxes.set(box.id, made);
    return made;
  }

  /** The few kinds that a box is known by, with their numbers. */
  face(box) {
    const types = this.resources(box).map((at) => this.report.resources[at].type);
    return box.known_by.map((type) => this.counted(type, types.filter((each) => each === type).length)).filter(Boolean).join(", ");
  }

  counted(type, count) {
    const [one, many] = this.report.words[type];
    return count ? `${count} ${count === 1 ? one : many}` : null;
  }

  highlight(id, on) {
    for (const path of this.lines.querySelectorAll("path[data-from]")) {
      path.classList.toggle("near", on && (path.dataset.from === id || path.dataset.to === id));
    }
    this.lines.classList.toggle("chosen", on);
    for (const line of this.liveLines) {
      if (line.from === id) this.boxes.get(line.to).classList.toggle("near", on);
      if (line.to === id) this.boxes.get(line.from).classList.toggle("near", on);
    }
  }

  open(box) {
    const dialog = el("dialog", { class: "sheet", "aria-labelledby": "sheet-title" }, this.sheet(box));
    dialog.addEventListener("close", () => dialog.remove());
    dialog.addEventListener("click", (event) => event.target === dialog && dialog.close());
    dialog.querySelector("button.close").addEventListener("click", () => dialog.close());
    document.body.append(dialog);
    dialog.showModal();
  }

  sheet(box) {
    const own = this.resources(box).map((at) => this.report.resources[at]);
    const byType = Map.groupBy(own, ({ type }) => type);
    return [
      el("div", { class: "sheet-head" }, el("h2", { id: "sheet-title" }, box.title), el("button", { type: "button", class: "close" }, "Close")),
      el("p", { class: "muted" }, `${box.type}${this.region && box.per_region ? ` in ${this.region}` : ""} · ${own.length} resources`),
      ...this.neighbours(box),
      ...[...byType].sort(([a, some], [b, others]) => place(box, a) - place(box, b) || others.length - some.length).map(([type, resources], at) => {
        const group = disclosure(el("span", { class: "use-head" }, el("b", {}, this.counted(type, resources.length)), " ", el("code", {}, type)), () => resourceTable(type, resources), { class: "use" });
        group.open = at === 0;
        return group;
      }),
    ];
  }

  neighbours(box) {
    const title = (id) => this.report.architecture.boxes.find((each) => each.id === id).title;
    const told = (lines, end) => lines.map((line) => `${title(line[end])} (${this.references(line).length})`).join(", ");
    const lines = this.liveLines;
    const to = lines.filter((line) => line.from === box.id);
    const from = lines.filter((line) => line.to === box.id);
    return [to.length ? el("p", {}, `Refers to ${told(to, "to")}.`) : null, from.length ? el("p", {}, `Referred to by ${told(from, "from")}.`) : null].filter(Boolean);
  }

  /** Places boxes by their references where there is room; else they flow. */
  arrange() {
    const wide = this.place.clientWidth >= NARROW;
    this.place.classList.toggle("placed", wide);
    this.lines.replaceChildren();
    for (const each of [this.place, ...this.place.querySelectorAll(".lane, li")]) each.removeAttribute("style");
    if (wide) placeBoxes(this);
  }
}

/** Boxes in rows by what refers to what, lane under lane; lines between them. */
function placeBoxes({ lanes, boxes, shownLines, lines, place }) {
  const heights = new Map([...boxes].map(([id, button]) => [id, button.offsetHeight]));
  const width = place.clientWidth;
  const { boxes: spots, bands, height, paths } = placed(lanes.map((lane) => lane.boxes.map(({ id }) => id)), heights, shownLines, width);
  place.style.height = `${height}px`;
  lines.setAttribute("width", width);
  lines.setAttribute("height", height);
  lanes.forEach(({ element, boxes: own }, at) => {
    element.style.top = `${bands[at].top}px`;
    element.style.height = `${bands[at].height}px`;
    for (const { id } of own) {
      const item = boxes.get(id).parentElement;
      item.style.left = `${spots.get(id).x - BOX_WIDTH / 2}px`;
      item.style.top = `${spots.get(id).top - bands[at].top}px`;
    }
  });
  lines.append(arrowHead(), ...paths.map(({ line, d }) => svg("path", { d, "marker-end": "url(#arrow)", "data-from": line.from, "data-to": line.to })));
}

function arrowHead() {
  return svg("defs", {}, svg("marker", { id: "arrow", viewBox: "0 0 8 8", refX: 7, refY: 4, markerWidth: 7, markerHeight: 7, orient: "auto" }, svg("path", { d: "M0 0.8 7 4 0 7.2z" })));
}

/** What a box is known by comes first. */
function place({ known_by: known }, type) {
  return known.includes(type) ? known.indexOf(type) : known.length;
}

function resourceTable(type, resources) {
  const columns = [{ title: "Name" }, { title: "Region" }, { title: "Settings" }, { title: "Created at" }];
  const rows = resources.map(({ name, region, settings, source }) => [
    name,
    region ?? "–",
    el("span", { class: "settings" }, Object.entries(settings).map(([key, value]) => el("span", {}, el("code", {}, key), ` ${value}`))),
    source ?? "–",
  ]);
  return table(type, columns, rows, { captioned: false });
}
