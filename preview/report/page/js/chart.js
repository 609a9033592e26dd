import { el } from "./dom.js";
import { drawing, legend, tip, tooltip } from "./drawing.js";
import { areaSwatch, lineSwatch, mark } from "./marks.js";
import { amount, number, titled } from "./numbers.js";
import { colour } from "./theme.js";

const FEW_POINTS = 24;
const LETTER = 7.2;
const ROOM = 440;
const NARROW = 480;
const ROW = 26;
const LINE = 15;

/** A chart's parts: legend, axes' titles and plot; and its data as columns and rows. */
export function chart(exhibit) {
  const bars = exhibit.drawing.includes("bar");
  const filled = bars || exhibit.drawing.includes("area");
  const kind = {
    ...exhibit,
    bars,
    filled,
    stacked: exhibit.drawing.includes("stacked"),
    names: categories(exhibit, bars),
  };
  kind.across = bars && !fitUnderBars(kind.names);
  const { plot, show } = drawing(summary(exhibit, kind), "chart", (shown, width) => options(kind, shown, width));
  if (kind.across) plot.style.height = `${heightAcross(kind)}px`;
  const items = exhibit.series.map(({ name }, at) => ({ name, swatch: filled ? areaSwatch(at) : lineSwatch(at) }));
  const [above, below] = kind.across ? [exhibit.x, exhibit.y] : [exhibit.y, exhibit.x];
  return {
    parts: [
      legend(items, show),
      el("p", { class: `axis ${kind.across ? "axis-x" : "axis-y"}` }, titled(above)),
      plot,
      el("p", { class: `axis ${kind.across ? "axis-y" : "axis-x"} below` }, titled(below)),
    ],
    columns: [
      { ...exhibit.x, numeric: !exhibit.x.categories.length },
      ...exhibit.series.map(({ name }) => ({ title: name, unit: exhibit.y.unit, numeric: true })),
    ],
    rows: dataRows(exhibit),
  };
}

/** Whether the names of bars fit side by side; else the bars lie. */
function fitUnderBars(names) {
  const longest = Math.max(...names.map((name) => name.length));
  return names.length * (longest * LETTER + 12) < Math.min(ROOM, innerWidth - 110);
}

/** Height of lying bars: room for those of a name, and for the name's own lines. */
function heightAcross({ names, series: rows, stacked }) {
  const lines = Math.max(
    ...names.map((name) => Math.ceil((name.length * LETTER) / nameWidth(innerWidth - 80)) + (name.length > 16 ? 1 : 0)),
  );
  const band = Math.max(stacked ? ROW : rows.length * ROW, lines * LINE) + 12;
  return Math.max(140, names.length * band + 40);
}

function nameWidth(width) {
  return width < NARROW ? 110 : 220;
}

function categories(exhibit, bars) {
  if (exhibit.x.categories.length) return exhibit.x.categories;
  return bars ? abscissae(exhibit).map((x) => number(x)) : [];
}

function abscissae({ series }) {
  return [...new Set(series.flatMap(({ points }) => points.map(([x]) => x)))].sort((a, b) => a - b);
}

function dataRows(exhibit) {
  const bySeries = exhibit.series.map(({ points }) => new Map(points));
  return abscissae(exhibit).map((x) => [
    exhibit.x.categories[x] ?? x,
    ...bySeries.map((points) => points.get(x) ?? null),
  ]);
}

function summary({ title, drawing: drawn, x, y, series }, { names }) {
  const tops = series.map(({ name, points }) => {
    const [at, most] = points.reduce((best, point) => (point[1] > best[1] ? point : best), points[0] ?? [0, 0]);
    return `${name}: at most ${amount(most, y.unit)} at ${names[at] ?? amount(at, x.unit)}`;
  });
  return `${title}. ${drawn} chart of ${titled(y)} over ${titled(x)}. ${tops.join("; ")}. The data stand in the table below.`;
}

function options(kind, shown, width) {
  const value = {
    type: "value",
    splitNumber: kind.across && width < NARROW ? 2 : 5,
    axisLabel: axisLabel({ formatter: (each) => number(each, 6), hideOverlap: true }),
    axisTick: { show: false },
    ...lines(true),
  };
  const along = kind.names.length
    ? {
        type: "category",
        data: kind.names,
        axisLabel: axisLabel(
          kind.across
            ? { interval: 0, width: nameWidth(width), overflow: "break", lineHeight: LINE }
            : kind.bars
              ? { interval: 0 }
              : { hideOverlap: true },
        ),
        axisTick: { show: false },
        ...lines(false),
      }
    : {
        ...value,
        min: "dataMin",
        max: "dataMax",
        splitLine: { show: false },
        axisLine: line(),
        axisTick: { show: true, lineStyle: { color: colour("--line-strong") } },
      };
  return {
    grid: { left: 4, right: 22, top: 10, bottom: 4, outerBoundsMode: "same", outerBoundsContain: "axisLabel" },
    tooltip: tooltip({
      trigger: "axis",
      axisPointer: { type: kind.bars ? "shadow" : "line" },
      formatter: (items) => told(kind, items),
    }),
    xAxis: kind.across ? value : along,
    yAxis: kind.across ? { ...along, inverse: true } : value,
    series: kind.series.map((each, at) => series(kind, each, at)).filter(({ name }) => !shown || shown.has(name)),
  };
}

function axisLabel(more) {
  return { color: colour("--muted"), fontSize: 12, ...more };
}

function line() {
  return { show: true, lineStyle: { color: colour("--line-strong") } };
}

function lines(split) {
  return {
    axisLine: split ? { show: false } : line(),
    splitLine: { show: split, lineStyle: { color: colour("--line") } },
  };
}

function series(kind, { name, points }, at) {
  const drawn = mark(at);
  const data =
    kind.names.length && kind.bars && !kind.x.categories.length ? points.map(([x, y]) => [number(x), y]) : points;
  const common = { name, color: drawn.colour, stack: kind.stacked ? "all" : undefined, emphasis: { disabled: true } };
  if (kind.bars) {
    const ordered = kind.across ? data.map(([x, y]) => [y, x]) : data;
    return {
      ...common,
      type: "bar",
      data: ordered,
      barMaxWidth: 26,
      itemStyle: { decal: drawn.decal, borderColor: colour("--card"), borderWidth: kind.stacked ? 1 : 0 },
    };
  }
  const every = Math.ceil(points.length / FEW_POINTS) * 2;
  return {
    ...common,
    type: "line",
    data,
    symbol: drawn.symbol,
    symbolSize: (_, { dataIndex }) =>
      !kind.stacked && (points.length <= FEW_POINTS || dataIndex % every === at % every) ? 6 : 0,
    showAllSymbol: true,
    lineStyle: { width: kind.stacked ? 1 : 2, type: kind.stacked || !drawn.dash.length ? "solid" : drawn.dash },
    areaStyle: kind.stacked ? { opacity: 0.9 } : undefined,
    itemStyle: kind.stacked ? { decal: drawn.decal } : undefined,
  };
}

function told(kind, items) {
  const x = kind.across ? 1 : 0;
  const at = items[0].value[x];
  const heading = kind.x.categories[at] ?? (kind.names.length ? String(at) : amount(at, kind.x.unit));
  return tip(
    heading,
    items.map(({ seriesName, value }) => `${seriesName}: ${amount(value[1 - x], kind.y.unit)}`),
  );
}
