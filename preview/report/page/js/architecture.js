import { el, svg } from "./dom.js";
import { BOX_WIDTH, placed } from "./placing.js";
import { Selection } from "./selection.js";
import { openSheet } from "./sheet.js";

const NARROW = 860;
const POINTING = { mouseenter: true, focus: true, mouseleave: false, blur: false };

/** Draws the components into their section. */
export function drawArchitecture(report) {
  const { architecture } = report;
  const drawing = new Drawing();
  const show = (region) => drawing.show(new Selection(report, region));
  const section = document.getElementById("architecture");
  section.append(regionChoice(architecture.regions, show), drawing.place, leftOut(architecture));
  show("");
}

function regionChoice(regions, choose) {
  if (regions.length < 2) return "";
  const all = [el("b", {}, `All ${regions.length} regions`), el("small", {}, "as one picture")];
  const choices = [["", all], ...regions.map((region) => [region.name, regionLabel(region)])];
  const labels = choices.map(([value, label]) => {
    const input = { type: "radio", name: "region", value, checked: value === "", onchange: () => choose(value) };
    return el("label", {}, el("input", input), el("span", {}, label));
  });
  return el("fieldset", { class: "regions" }, el("legend", { class: "unseen" }, "Region"), labels);
}

function regionLabel({ name, city, writes, serves, resources }) {
  const role = [city, writes && "writes", !serves && "not serving", `${resources} resources`].filter(Boolean);
  return [el("b", {}, name), el("small", {}, role.join(" · "))];
}

/** Which lines the drawing does without, in words. */
function leftOut({ boxes, under_all: under, over_all: over }) {
  const titles = (ids) => ids.map((id) => boxes.find((box) => box.id === id).title).join(", ");
  const parts = [
    under.length && `to ${titles(under)}, which most others refer to`,
    over.length && `from ${titles(over)}, which looks at most of its layer`,
  ].filter(Boolean);
  if (!parts.length) return "";
  const rest = "are left out; point at a box to see all that it is connected with.";
  return el("p", { class: "note" }, `Lines ${parts.join(", and ")}, ${rest}`);
}

/** The boxes, as buttons in the reading order of the layers; lines are drawn where there is room to place both. */
class Drawing {
  constructor() {
    this.lines = svg("svg", { class: "lines", "aria-hidden": "true", focusable: "false" });
    this.place = el("div", { class: "drawing" });
    new ResizeObserver(() => this.arrange()).observe(this.place);
  }

  show(selection) {
    this.selection = selection;
    this.buttons = new Map(selection.boxes.map((box) => [box.id, this.button(box)]));
    this.lanes = selection.report.architecture.layers.map((layer) => this.lane(layer)).filter(({ ids }) => ids.length);
    this.place.replaceChildren(this.lines, ...this.lanes.map(({ element }) => element));
    this.arrange();
  }

  lane({ id: layer, title }) {
    const ids = this.selection.boxes.filter((box) => box.layer === layer).map(({ id }) => id);
    const items = ids.map((id) => el("li", {}, this.buttons.get(id)));
    return {
      ids,
      element: el("div", { class: "lane", "data-layer": layer }, el("h3", {}, title), el("ul", {}, items)),
    };
  }

  button(box) {
    const resources = this.selection.resources(box);
    const components = this.selection.components(box);
    const several = components > 1;
    const made = el(
      "button",
      { type: "button", class: several ? "box several" : "box", "aria-haspopup": "dialog" },
      el("span", { class: "box-head" }, el("b", {}, box.title), several && el("small", {}, `× ${components}`)),
      el("span", {}, this.face(box, resources)),
      el("small", {}, resources.length === 1 ? "1 resource" : `${resources.length} resources`),
    );
    made.addEventListener("click", () => openSheet(this.selection, box));
    for (const [event, on] of Object.entries(POINTING)) made.addEventListener(event, () => this.highlight(box.id, on));
    return made;
  }

  /** The few kinds that a box is known by, with their numbers. */
  face({ known_by: known }, resources) {
    const counts = known.map((token) => [token, resources.filter(({ type }) => type === token).length]);
    const present = counts.filter(([, count]) => count);
    return present.map(([token, count]) => this.selection.counted(token, count)).join(", ");
  }

  highlight(id, on) {
    this.lines.classList.toggle("chosen", on);
    for (const path of this.lines.querySelectorAll("path[data-from]")) {
      path.classList.toggle("near", on && [path.dataset.from, path.dataset.to].includes(id));
    }
    for (const { from, to } of this.selection.lines) {
      if (from === id) this.buttons.get(to).classList.toggle("near", on);
      if (to === id) this.buttons.get(from).classList.toggle("near", on);
    }
  }

  /** Places boxes by their references where there is room; else they flow. */
  arrange() {
    const wide = this.place.clientWidth >= NARROW;
    this.place.classList.toggle("placed", wide);
    this.lines.replaceChildren();
    for (const each of [this.place, ...this.place.querySelectorAll(".lane, li")]) each.removeAttribute("style");
    if (wide) this.placeAll();
  }

  placeAll() {
    const heights = new Map([...this.buttons].map(([id, button]) => [id, button.offsetHeight]));
    const lanes = this.lanes.map(({ ids }) => ids);
    const { boxes, bands, height, paths } = placed(lanes, heights, this.selection.drawn, this.place.clientWidth);
    this.place.style.height = `${height}px`;
    this.lines.setAttribute("width", this.place.clientWidth);
    this.lines.setAttribute("height", height);
    this.lanes.forEach((lane, at) => this.placeLane(lane, bands[at], boxes));
    const drawn = ({ line: { from, to }, d }) =>
      svg("path", { d, "marker-end": "url(#arrow)", "data-from": from, "data-to": to });
    this.lines.append(arrowHead(), ...paths.map(drawn));
  }

  placeLane({ ids, element }, { top, height }, boxes) {
    element.style.top = `${top}px`;
    element.style.height = `${height}px`;
    for (const id of ids) {
      const { style } = this.buttons.get(id).parentElement;
      style.left = `${boxes.get(id).x - BOX_WIDTH / 2}px`;
      style.top = `${boxes.get(id).top - top}px`;
    }
  }
}

function arrowHead() {
  const size = { viewBox: "0 0 8 8", refX: 7, refY: 4, markerWidth: 7, markerHeight: 7, orient: "auto" };
  return svg("defs", {}, svg("marker", { id: "arrow", ...size }, svg("path", { d: "M0 0.8 7 4 0 7.2z" })));
}
