// Elements are built, never parsed: what a name holds stays text.

const SVG = "http://www.w3.org/2000/svg";

/** An HTML element; attributes that are null, undefined or false are left out, `on…` listens. */
export function el(tag, attributes, ...children) {
  return furnished(document.createElement(tag), attributes, children);
}

/** The same for SVG. */
export function svg(tag, attributes, ...children) {
  return furnished(document.createElementNS(SVG, tag), attributes, children);
}

function furnished(made, attributes, children) {
  for (const [name, value] of Object.entries(attributes ?? {})) {
    if (value === null || value === undefined || value === false) continue;
    if (name.startsWith("on")) made.addEventListener(name.slice(2), value);
    else made.setAttribute(name, value === true ? "" : value);
  }
  made.append(...children.flat().filter((child) => child !== null && child !== undefined && child !== false));
  return made;
}

/** One of the page's icons. */
export function icon(name, style) {
  return svg("svg", { class: style, "aria-hidden": "true" }, svg("use", { href: `#icon-${name}` }));
}

/** A `details` whose content is made when it is first opened. */
export function disclosure(summary, content, attributes) {
  const made = el("details", attributes, el("summary", {}, summary));
  made.addEventListener(
    "toggle",
    () => made.open && made.childElementCount === 1 && made.append(...[content()].flat()),
  );
  return made;
}

/** Part of the page that scrolls sideways or down by itself, reachable by keyboard. */
export function scroller(label, ...children) {
  return el("div", { class: "scroller", tabindex: "0", role: "region", "aria-label": label }, ...children);
}

/** Calls back once, when an element comes near the part of the page that is seen. */
export function whenNear(element, callback) {
  const watcher = new IntersectionObserver(
    (entries) => {
      if (entries.some((entry) => entry.isIntersecting)) {
        watcher.disconnect();
        callback();
      }
    },
    { rootMargin: "600px" },
  );
  watcher.observe(element);
}
