// Land masses without Antarctica, cut at the antimeridian, each ring as differences in tenths of a degree:
// x, y, dx, dy, dx, dy …
import { readFileSync } from "node:fs";
import { geoEquirectangular } from "d3-geo";
import { geoProject } from "d3-geo-projection";
import { feature } from "topojson-client";

const atlas = JSON.parse(readFileSync("node_modules/world-atlas/land-110m.json", "utf8"));
const degrees = geoEquirectangular()
  .scale(180 / Math.PI)
  .translate([0, 0])
  .reflectY(true)
  .precision(0);
const { geometry } = geoProject(feature(atlas, atlas.objects.land), degrees).features[0];

const rings = geometry.coordinates
  .map(([outline]) => outline)
  .filter((outline) => outline.some(([, latitude]) => latitude > -60))
  .map((outline) => {
    const points = outline.map((point) => point.map((each) => Math.round(each * 10)));
    return points.flatMap(([x, y], at) => (at ? [x - points[at - 1][0], y - points[at - 1][1]] : [x, y]));
  });

process.stdout.write(`var land = ${JSON.stringify(rings)};\n`);
