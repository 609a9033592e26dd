import { el, whenNear } from "./dom.js";
import { colour, onThemeChange } from "./theme.js";

/**
 * A place where a chart is drawn once it comes near; `options(shown)` gives what to draw of the series that the legend
 * shows. Returns the place and `show`, which draws other series.
 */
export function drawing(label, style, options) {
  const plot = el("div", { class: `plot ${style}`, role: "img", "aria-label": label });
  let drawn = null;
  let shown = null;
  const draw = () => drawn?.setOption({ ...common(), ...options(shown, plot.clientWidth) }, true);
  whenNear(plot, () => {
    drawn = charts.init(plot, null, { renderer: "svg" });
    draw();
    onThemeChange(draw);
    new ResizeObserver(() => {
      drawn.resize();
      draw();
    }).observe(plot);
  });
  return { plot, show: (names) => ((shown = names), draw()) };
}

/** Buttons that name the series and take each in or out. */
export function legend(items, show) {
  if (items.length < 2) return null;
  const out = new Set();
  return el(
    "ul",
    { class: "legend" },
    items.map(({ name, swatch, extra }) => {
      const button = el(
        "button",
        { type: "button", "aria-pressed": "true" },
        swatch,
        el("span", {}, name),
        extra ? el("small", {}, extra) : null,
      );
      button.addEventListener("click", () => {
        if (!out.delete(name)) out.add(name);
        button.setAttribute("aria-pressed", String(!out.has(name)));
        show(new Set(items.map((item) => item.name).filter((each) => !out.has(each))));
      });
      return el("li", {}, button);
    }),
  );
}

/** What a pointer shows: a heading and a line for each value. */
export function tip(heading, lines) {
  return el(
    "div",
    { class: "tip" },
    el("b", {}, heading),
    lines.map((line) => el("span", {}, line)),
  );
}

function common() {
  return {
    animation: false,
    aria: { enabled: false, decal: { show: true } },
    textStyle: { fontFamily: getComputedStyle(document.body).fontFamily, color: colour("--muted") },
  };
}

/** How pointers' boxes look; `confine` also keeps them from styles that the page's policy forbids. */
export function tooltip(more) {
  return {
    confine: true,
    backgroundColor: colour("--card"),
    borderColor: colour("--line"),
    textStyle: { color: colour("--ink"), fontSize: 13 },
    ...more,
  };
}
