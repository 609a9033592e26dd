// Where boxes stand and lines run: ranks by what refers to what, order by the layout library, packed to the width.

export const BOX_WIDTH = 158;
const GAP = 26;
const ROW_GAP = 36;
const LANE_PADDING = 16;
const LANE_GAP = 12;
const GUTTER = 104;
const MARGIN = 12;
const CLEAR = 8;
const APART = 5;

/**
 * `lanes` are lists of box names, `heights` their heights, `lines` have `from` and `to`. Gives middle, top and bottom of
 * each box, top and height of each lane, the whole height, and a path for each line.
 */
export function placed(lanes, heights, lines, width) {
  const left = GUTTER + BOX_WIDTH / 2;
  const right = width - MARGIN - BOX_WIDTH / 2;
  const rank = ranks(lanes, lines, Math.max(1, Math.floor((right - left) / (BOX_WIDTH + GAP)) + 1));
  const graph = ordered(rank, lines);
  const scale = scaled(graph, left, right);
  const rows = rowsOf(rank, graph, scale, left, right);
  const { bands, height } = stacked(lanes, rank, rows, heights);
  const boxes = positions(rows, heights);
  return { boxes, bands, height, paths: routed(graph, rank, rows, boxes, scale, lines, left, right) };
}

// --- ranks and order ---

/** A rank for each box: under what refers to it in its lane, and lane under lane; what no line meets fills up. */
function ranks(lanes, lines, most) {
  const rank = new Map();
  let base = 0;
  for (const lane of lanes) {
    const within = lines.filter(({ from, to }) => lane.includes(from) && lane.includes(to));
    const depth = (name, seen) =>
      Math.max(
        0,
        ...within
          .filter(({ from, to }) => to === name && !seen.includes(from))
          .map(({ from }) => 1 + depth(from, [...seen, name])),
      );
    const rows = [[]];
    const met = (name) => lines.some(({ from, to }) => from === name || to === name);
    for (const name of lane.filter(met)) (rows[depth(name, [])] ??= []).push(name);
    for (const name of lane.filter((each) => !met(each))) shortest(rows, most).push(name);
    rows.filter(Boolean).forEach((row, at) => row.forEach((name) => rank.set(name, base + at)));
    base += rows.filter(Boolean).length;
  }
  return rank;
}

function shortest(rows, most) {
  const found = rows.reduce((best, row) => (row.length < best.length ? row : best));
  if (found.length < most) return found;
  rows.push([]);
  return rows.at(-1);
}

/** The laid-out graph. Each edge is as long as the ranks of its ends ask, so that the layout keeps the ranks. */
function ordered(rank, lines) {
  const graph = new layout.Graph();
  graph.setGraph({ rankdir: "TB", nodesep: GAP, edgesep: 8, ranksep: 30 });
  for (const name of rank.keys()) graph.setNode(name, { width: BOX_WIDTH, height: 80 });
  for (const line of lines) {
    const [upper, lower] = ends(line, rank);
    if (rank.get(upper) < rank.get(lower)) graph.setEdge(upper, lower, { minlen: rank.get(lower) - rank.get(upper) });
  }
  tieTogether(graph, rank);
  layout.layout(graph);
  return graph;
}

function ends({ from, to }, rank) {
  return rank.get(from) <= rank.get(to) ? [from, to] : [to, from];
}

/** Ties what no line connects to a box in a rank nearby, for the layout knows ranks by edges alone. */
function tieTogether(graph, rank) {
  const [first = [], ...parts] = layout.components(graph).sort((a, b) => b.length - a.length);
  const tied = [...first];
  for (const part of parts) {
    const pairs = part.flatMap((name) =>
      tied.map((other) => ({ ends: [other, name], apart: rank.get(name) - rank.get(other) })),
    );
    const [nearest] = pairs.filter(({ apart }) => apart).sort((a, b) => Math.abs(a.apart) - Math.abs(b.apart));
    if (nearest)
      graph.setEdge(...(nearest.apart > 0 ? nearest.ends : nearest.ends.reverse()), {
        minlen: Math.abs(nearest.apart),
      });
    tied.push(...part);
  }
}

// --- places ---

/** From the layout's abscissae to the page's. */
function scaled(graph, left, right) {
  const all = graph.nodes().map((name) => graph.node(name).x);
  const [low, high] = [Math.min(...all), Math.max(...all)];
  const factor = high > low ? Math.min(1, (right - left) / (high - low)) : 1;
  const start = left + (right - left - factor * (high - low)) / 2;
  return (x) => start + factor * (x - low);
}

function rowsOf(rank, graph, scale, left, right) {
  const rows = [];
  for (const [name, at] of rank)
    (rows[at] ??= { boxes: [], taken: [] }).boxes.push({ name, x: scale(graph.node(name).x) });
  for (const row of rows) {
    row.raw = graph.node(row.boxes[0].name).y;
    row.boxes.sort((a, b) => a.x - b.x);
    const apart = spread(
      row.boxes.map(({ x }) => x),
      BOX_WIDTH + GAP,
      left,
      right,
    );
    row.boxes.forEach((box, at) => (box.x = apart[at]));
  }
  return rows;
}

/** The same places, moved apart until nothing is nearer than `gap`, within bounds. */
function spread(places, gap, left, right) {
  const rightwards = [];
  places.forEach((x, at) => rightwards.push(Math.max(x, at ? rightwards[at - 1] + gap : left)));
  const leftwards = [];
  [...places].reverse().forEach((x, at) => leftwards.push(Math.min(x, at ? leftwards[at - 1] - gap : right)));
  leftwards.reverse();
  const last = places.length - 1;
  return places
    .map((_, at) => (rightwards[at] + leftwards[at]) / 2)
    .map((x, at) => Math.min(x, right - (last - at) * gap))
    .map((x, at) => Math.max(x, left + at * gap));
}

function stacked(lanes, rank, rows, heights) {
  let y = 0;
  const bands = lanes.map((lane) => {
    const own = [...new Set(lane.map((name) => rank.get(name)))].sort((a, b) => a - b);
    const top = y;
    y += LANE_PADDING;
    for (const at of own) {
      const height = Math.max(...rows[at].boxes.map(({ name }) => heights.get(name)));
      Object.assign(rows[at], { top: y, bottom: y + height });
      y += height + (at === own.at(-1) ? LANE_PADDING : ROW_GAP);
    }
    y += LANE_GAP;
    return { top, height: y - LANE_GAP - top };
  });
  return { bands, height: y - LANE_GAP };
}

function positions(rows, heights) {
  const placedBox = (name, x, top) => [name, { x, top, bottom: top + heights.get(name) }];
  return new Map(
    rows.flatMap(({ boxes, top, bottom }) =>
      boxes.map(({ name, x }) => placedBox(name, x, (top + bottom - heights.get(name)) / 2)),
    ),
  );
}

// --- lines ---

/** A path for each line, from box to box through the gaps between those on the way. */
function routed(graph, rank, rows, boxes, scale, lines, left, right) {
  const routes = lines.map((line) => {
    const [upper, lower] = ends(line, rank);
    const points = graph.edge(upper, lower)?.points ?? [];
    const between = rows.slice(rank.get(upper) + 1, rank.get(lower));
    const way = between.map((row) => ({ x: gapIn(row, scale(abscissa(points, row.raw)), left, right), row }));
    return { line, upper, lower, way, down: upper === line.from };
  });
  setPorts(routes, "upper", "lower", "start", boxes);
  setPorts(routes, "lower", "upper", "end", boxes);
  return routes.map(({ line, upper, lower, way, start, end, down }) => {
    const first = { x: start, y: boxes.get(upper).bottom };
    const last = { x: end, y: boxes.get(lower).top };
    const points = [
      first,
      ...way.flatMap(({ x, row }) => [
        { x, y: row.top },
        { x, y: row.bottom },
      ]),
      last,
    ];
    return { line, d: path(down ? points : points.reverse()) };
  });
}

/** Where a line is at a height of the layout. */
function abscissa(points, y) {
  const at = points.findIndex((point) => point.y >= y);
  if (at <= 0) return (points[0] ?? { x: 0 }).x;
  const [a, b] = [points[at - 1], points[at]];
  return a.x + ((b.x - a.x) * (y - a.y)) / (b.y - a.y || 1);
}

/** The nearest place in a row where no box stands and no other line runs. */
function gapIn(row, wanted, left, right) {
  const half = BOX_WIDTH / 2 + CLEAR;
  const edges = row.boxes.flatMap(({ x }) => [x - half, x + half]);
  const free = [wanted, ...edges, ...edges.flatMap((x) => [x - APART, x + APART])].filter(
    (x) => x > left - half && x < right + half && row.boxes.every((box) => Math.abs(box.x - x) >= half - 0.5),
  );
  const [nearest] = free.sort((a, b) => crowd(row, a) - crowd(row, b) || Math.abs(a - wanted) - Math.abs(b - wanted));
  const chosen = nearest ?? wanted;
  row.taken.push(chosen);
  return chosen;
}

function crowd(row, x) {
  return row.taken.filter((each) => Math.abs(each - x) < APART - 1).length > 1 ? 1 : 0;
}

/** Spreads the lines of a box over its edge, in the order of where they go. */
function setPorts(routes, own, other, key, boxes) {
  for (const [name, box] of boxes) {
    const mine = routes.filter((route) => route[own] === name);
    const towards = (route) => (own === "upper" ? route.way[0] : route.way.at(-1))?.x ?? boxes.get(route[other]).x;
    mine.sort((a, b) => towards(a) - towards(b));
    const step = Math.min(16, (BOX_WIDTH - 40) / Math.max(1, mine.length - 1));
    mine.forEach((route, at) => (route[key] = box.x + (at - (mine.length - 1) / 2) * step));
  }
}

function path([first, ...rest]) {
  let from = first;
  const parts = rest.map((to) => {
    const middle = (from.y + to.y) / 2;
    const part = from.x === to.x ? `L${to.x} ${to.y}` : `C${from.x} ${middle} ${to.x} ${middle} ${to.x} ${to.y}`;
    from = to;
    return part;
  });
  return `M${first.x} ${first.y} ${parts.join(" ")}`;
}
