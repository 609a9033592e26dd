// What tells series apart beside their colour: dashes and symbols of lines, patterns of areas and bars.

import { svg } from "./dom.js";
import { colour } from "./theme.js";

const COLOURS = 8;
const DASHES = [[], [7, 4], [2, 3], [9, 3, 2, 3], [4, 2], [12, 4], [2, 6], [6, 2, 2, 2, 2, 2]];
export const SYMBOLS = [
  "circle",
  "rect",
  "triangle",
  "diamond",
  "emptyCircle",
  "emptyRect",
  "emptyTriangle",
  "emptyDiamond",
];

const ANGLE = Math.PI / 4;
const PATTERNS = [
  null,
  {
    decal: { dashArrayX: [1, 0], dashArrayY: [2, 5], rotation: -ANGLE },
    lines: [
      [0, 0, 14, 14],
      [-7, 0, 7, 14],
      [7, 0, 21, 14],
    ],
  },
  {
    decal: {
      symbol: "circle",
      dashArrayX: [
        [7, 7],
        [0, 7, 7, 0],
      ],
      dashArrayY: [5, 0],
      symbolSize: 0.6,
    },
    dots: [
      [3, 3],
      [10, 3],
      [6.5, 7],
      [3, 11],
      [10, 11],
    ],
  },
  {
    decal: { dashArrayX: [1, 0], dashArrayY: [2, 5], rotation: ANGLE },
    lines: [
      [14, 0, 0, 14],
      [7, 0, -7, 14],
      [21, 0, 7, 14],
    ],
  },
  {
    decal: { dashArrayX: [1, 0], dashArrayY: [2, 4] },
    lines: [
      [0, 3, 14, 3],
      [0, 7, 14, 7],
      [0, 11, 14, 11],
    ],
  },
  {
    decal: { dashArrayX: [1, 0], dashArrayY: [2, 4], rotation: Math.PI / 2 },
    lines: [
      [3, 0, 3, 14],
      [7, 0, 7, 14],
      [11, 0, 11, 14],
    ],
  },
  {
    decal: {
      symbol: "rect",
      dashArrayX: [
        [5, 5],
        [0, 5, 5, 0],
      ],
      dashArrayY: [5, 0],
      symbolSize: 1,
    },
    dots: [
      [2, 2],
      [7, 7],
      [12, 2],
      [2, 12],
      [12, 12],
    ],
  },
  {
    decal: {
      symbol: "triangle",
      dashArrayX: [
        [9, 9],
        [0, 9, 9, 0],
      ],
      dashArrayY: [7, 0],
      symbolSize: 0.7,
    },
    dots: [
      [4, 4],
      [10, 10],
    ],
  },
];

/** Which colour a series has, and which of the rest: with each round of the colours another, so that none is twice. */
function places(at) {
  const round = Math.floor(at / COLOURS);
  return { tone: (at % COLOURS) + 1, shape: (at + 3 * round) % COLOURS };
}

/** Colour, dash, symbol and pattern of the series at a place. */
export function mark(at) {
  const { tone, shape } = places(at);
  const pattern = PATTERNS[shape];
  return {
    colour: colour(`--series-${tone}`),
    dash: DASHES[shape],
    symbol: SYMBOLS[shape],
    decal: pattern ? { ...pattern.decal, color: colour("--pattern") } : { symbol: "none" },
  };
}

/** What a legend shows of a line. */
export function lineSwatch(at) {
  const { tone, shape } = places(at);
  const line = svg("line", {
    x1: 1,
    y1: 7,
    x2: 31,
    y2: 7,
    class: `stroke-${tone}`,
    "stroke-dasharray": DASHES[shape].join(" ") || null,
  });
  const point = symbol(SYMBOLS[shape], 16, 7, 3.6, `fill-${tone} stroke-${tone}`);
  return svg("svg", { class: "swatch wide", viewBox: "0 0 32 14", "aria-hidden": "true" }, line, point);
}

/** What a legend shows of an area or a row of bars. */
export function areaSwatch(at) {
  const { tone, shape } = places(at);
  const { lines = [], dots = [] } = PATTERNS[shape] ?? {};
  return svg(
    "svg",
    { class: "swatch", viewBox: "0 0 14 14", "aria-hidden": "true" },
    svg("rect", { width: 14, height: 14, class: `fill-${tone}` }),
    lines.map(([x1, y1, x2, y2]) => svg("line", { x1, y1, x2, y2, class: "pattern" })),
    dots.map(([cx, cy]) => svg("circle", { cx, cy, r: 1.4, class: "pattern-dot" })),
  );
}

/** A symbol as the charts draw it. */
export function symbol(name, x, y, radius, style) {
  const hollow = name.startsWith("empty");
  const shape = hollow ? name.slice(5).toLowerCase() : name;
  const attributes = { class: hollow ? `${style} hollow` : style };
  if (shape === "circle") return svg("circle", { cx: x, cy: y, r: radius, ...attributes });
  const corners = {
    rect: [
      [-1, -1],
      [1, -1],
      [1, 1],
      [-1, 1],
    ],
    diamond: [
      [0, -1.25],
      [1.25, 0],
      [0, 1.25],
      [-1.25, 0],
    ],
    triangle: [
      [0, -1.1],
      [1.1, 0.9],
      [-1.1, 0.9],
    ],
  }[shape];
  const points = corners.map(([dx, dy]) => `${x + dx * radius},${y + dy * radius}`).join(" ");
  return svg("polygon", { points, ...attributes });
}
