// Land masses without Antarctica, each ring as differences in tenths of a degree: x, y, dx, dy, dx, dy …
import { readFileSync } from "node:fs";
import { feature } from "topojson-client";

const atlas = JSON.parse(readFileSync("node_modules/world-atlas/land-110m.json", "utf8"));
const { geometry } = feature(atlas, atlas.objects.land).features[0];

const rings = geometry.coordinates
  .map(([outline]) => outline)
  .filter((outline) => outline.some(([, latitude]) => latitude > -60))
  .map((outline) => {
    const points = outline.map((point) => point.map((degrees) => Math.round(degrees * 10)));
    return points.flatMap(([x, y], at) => (at ? [x - points[at - 1][0], y - points[at - 1][1]] : [x, y]));
  });

process.stdout.write(`var land = ${JSON.stringify(rings)};\n`);
