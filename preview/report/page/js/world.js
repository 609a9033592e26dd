import { el, scroller, svg } from "./dom.js";
import { drawing, legend, tip, tooltip } from "./drawing.js";
import { symbol } from "./marks.js";
import { amount, number, roundBounds } from "./numbers.js";
import { colour } from "./theme.js";

const CLASSES = ["circle", "circle", "circle", "diamond", "triangle"];
const STANDING = [
  { symbol: "path://M-1,-5h2v4h4v2h-4v4h-2v-4h-4v-2h4z", size: 5, style: "place-small", labelled: false },
  { symbol: "rect", size: 12, style: "place-large", labelled: true },
];
const MANY = 40;

/** A map's parts, and its places as columns and rows. */
export function worldMap(exhibit) {
  registerLand();
  const parts = partsOf(exhibit);
  const measured = [...new Set(parts.filter(({ shade }) => shade).map(({ layer }) => layer))];
  let chosen = measured[0];
  const ofChosen = () => parts.filter(({ layer, shade }) => !shade || layer === chosen);
  const { plot, show } = drawing(summary(exhibit), "map", (shown, width) =>
    options(ofChosen(), exhibit.unit, shown, width),
  );
  const key = el("div", {});
  const choose = (layer) => {
    chosen = layer;
    key.replaceChildren(legend(ofChosen(), show) ?? "");
    show(null);
  };
  choose(chosen);
  return {
    parts: [measured.length > 1 ? choice(exhibit.title, measured, choose) : null, key, scroller(exhibit.title, plot)],
    columns: [
      { title: "Place" },
      { title: "What it is" },
      { title: "Value", unit: exhibit.unit, numeric: true },
      { title: "Weight", numeric: true },
    ],
    rows: exhibit.layers.flatMap(({ name, places }) =>
      places.map((place) => [place.name, name, place.value, place.weight]),
    ),
  };
}

/** Buttons of which one is pressed: two layers of values would lie on each other. */
function choice(title, layers, choose) {
  const name = `layer of ${title}`;
  return el(
    "fieldset",
    { class: "regions" },
    el("legend", { class: "unseen" }, title),
    layers.map((layer, at) =>
      el(
        "label",
        {},
        el("input", { type: "radio", name, checked: at === 0, onchange: () => choose(layer) }),
        el("span", {}, layer),
      ),
    ),
  );
}

/** What is told apart on the map: each class of values of a layer, and each layer that only stands there. */
function partsOf({ layers, unit }) {
  const bounds = roundBounds(layers.flatMap(({ places }) => places.flatMap(({ value }) => value ?? [])));
  return layers.flatMap(({ name, places }) => {
    const measured = places.filter(({ value }) => value !== null);
    return measured.length ? classes(name, measured, bounds, unit) : [standing(name, places)];
  });
}

function classes(layer, places, bounds, unit) {
  const total = places.reduce((sum, { weight }) => sum + weight, 0);
  const largest = Math.max(...places.map(({ weight }) => weight));
  return CLASSES.map((shape, at) => {
    const own = places.filter(({ value }) => bounds.filter((bound) => value >= bound).length === at);
    const share = own.reduce((sum, { weight }) => sum + weight, 0) / total;
    return {
      layer,
      shade: true,
      name: range(bounds, at, unit),
      swatch: svg(
        "svg",
        { class: "swatch", viewBox: "0 0 14 14", "aria-hidden": "true" },
        symbol(shape, 7, 7, 5, `class-${at + 1}`),
      ),
      extra: `${number(100 * share, 2)} %`,
      places: own,
      shape,
      tone: `--class-${at + 1}`,
      size: (weight) => 4 + 18 * Math.sqrt(weight / largest),
    };
  }).filter(({ places: own }) => own.length);
}

function range(bounds, at, unit) {
  if (at === 0) return `under ${amount(bounds[0], unit)}`;
  return at === bounds.length
    ? `${amount(bounds[at - 1], unit)} and more`
    : `${number(bounds[at - 1])} to ${amount(bounds[at], unit)}`;
}

function standing(name, places) {
  const drawn = STANDING[places.length > MANY ? 0 : 1];
  const swatch =
    places.length > MANY
      ? svg(
          "svg",
          { class: "swatch", viewBox: "-6 -6 12 12", "aria-hidden": "true" },
          svg("path", { d: drawn.symbol.slice(7), class: drawn.style }),
        )
      : svg(
          "svg",
          { class: "swatch", viewBox: "0 0 14 14", "aria-hidden": "true" },
          symbol("rect", 7, 7, 5, drawn.style),
        );
  return {
    layer: name,
    name,
    swatch,
    places,
    shape: drawn.symbol,
    tone: `--${drawn.style}`,
    size: () => drawn.size,
    labelled: drawn.labelled,
  };
}

function summary({ title, layers, unit }) {
  const counts = layers.map(({ name, places }) => `${places.length} ${name.toLowerCase()}`).join(", ");
  return `World map. ${title}, in ${unit}: ${counts}. The places stand in the table below.`;
}

function options(parts, unit, shown, width) {
  const scale = width < 700 ? 0.75 : 1;
  return {
    geo: {
      map: "land",
      projection: { project, unproject },
      silent: true,
      left: 0,
      right: 0,
      top: 4,
      bottom: 4,
      itemStyle: { areaColor: colour("--land"), borderColor: colour("--line-strong"), borderWidth: 0.5 },
    },
    tooltip: tooltip({
      trigger: "item",
      formatter: ({ data, seriesName }) =>
        tip(data.name, data.value[2] === null ? [seriesName] : [amount(data.value[2], unit)]),
    }),
    series: parts
      .filter(({ name }) => !shown || shown.has(name))
      .map((part, at) => ({
        type: "scatter",
        coordinateSystem: "geo",
        name: part.name,
        symbol: part.shape,
        z: part.labelled ? 9 : 2 + at,
        color: colour(part.tone),
        itemStyle: { opacity: 0.9, borderColor: colour("--card"), borderWidth: 0.75 },
        data: part.places.map(({ name, at: [x, y], value, weight }) => ({
          name,
          value: [x, y, value],
          symbolSize: scale * part.size(weight),
        })),
        label: {
          show: Boolean(part.labelled),
          formatter: "{b}",
          position: "top",
          distance: 4,
          color: colour("--ink"),
          fontSize: 12,
          fontWeight: 600,
          textBorderColor: colour("--card"),
          textBorderWidth: 3,
          minMargin: 4,
        },
        labelLayout: { hideOverlap: true, moveOverlap: "shiftY" },
        emphasis: { disabled: true },
      })),
  };
}

let registered = false;

function registerLand() {
  if (registered) return;
  registered = true;
  const rings = land.map(([x, y, ...steps]) => {
    const ring = [[x / 10, y / 10]];
    for (let at = 0; at < steps.length; at += 2)
      ring.push([((x += steps[at]), x / 10), ((y += steps[at + 1]), y / 10)]);
    return [ring];
  });
  const geometry = { type: "MultiPolygon", coordinates: rings };
  charts.registerMap("land", {
    geoJSON: { type: "FeatureCollection", features: [{ type: "Feature", properties: { name: "land" }, geometry }] },
  });
}

// Natural Earth projection of T. Patterson, as polynomials of B. Šavrič and others (2011).

function project([longitude, latitude]) {
  const [l, p] = [(longitude * Math.PI) / 180, (latitude * Math.PI) / 180];
  const p2 = p * p;
  const p4 = p2 * p2;
  return [
    l * (0.8707 - 0.131979 * p2 + p4 * (-0.013791 + p4 * (0.003971 * p2 - 0.001529 * p4))),
    -p * (1.007226 + p2 * (0.015085 + p4 * (-0.044475 + 0.028874 * p2 - 0.005916 * p4))),
  ];
}

function unproject([x, y]) {
  let p = -y;
  for (let round = 0; round < 12; round += 1) {
    const [, at] = project([0, (p * 180) / Math.PI]);
    p -= (-y - -at) * -1 * 0.9;
  }
  const [perDegree] = project([1, (p * 180) / Math.PI]);
  return [x / perDegree, (p * 180) / Math.PI];
}
