// What the tests ask of the page. Each answers with a list of what is wrong, or with plain values.

globalThis.probes = (() => {
  const MANY = 120; // disclosures to open at a time
  const pause = (milliseconds) => new Promise((done) => setTimeout(done, milliseconds));
  const name = (element) =>
    `${element.tagName.toLowerCase()}.${element.getAttribute("class") ?? ""} ${element.textContent.trim().slice(0, 40)}`;
  const shown = (element) =>
    element.checkVisibility({ opacityProperty: true, visibilityProperty: true }) &&
    !element.closest(".unseen, .skip, noscript");

  async function ready() {
    while (document.documentElement.dataset.ready === undefined) await pause(20);
  }

  async function openAll() {
    document.documentElement.style.scrollBehavior = "auto";
    for (const button of document.querySelectorAll("button.opens")) button.click();
    for (let round = 0; round < 3; round += 1) {
      for (const closed of [...document.querySelectorAll("details:not([open])")].slice(0, MANY)) closed.open = true;
      await pause(50);
    }
    for (let y = 0; y < document.documentElement.scrollHeight; y += 800) {
      scrollTo(0, y);
      await pause(20);
    }
    scrollTo(0, 0);
    await pause(300);
  }

  // --- text ---

  /** Every piece of text that can be seen, with where it stands, cut by what scrolls around it. */
  function texts() {
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    const found = [];
    while (walker.nextNode()) {
      const node = walker.currentNode;
      const element = node.parentElement;
      if (!node.data.trim() || element.closest("script, style, select, symbol") || !shown(element)) continue;
      const range = document.createRange();
      range.selectNodeContents(node);
      for (const rect of range.getClientRects()) {
        const seen = clipped(rect, element);
        if (seen) found.push({ node, element, ...seen });
      }
    }
    return found;
  }

  function clipped(rect, element) {
    let { left, right, top, bottom } = rect;
    for (let above = element; above; above = above.parentElement) {
      const style = getComputedStyle(above);
      if (style.overflowX === "visible" && style.overflowY === "visible") continue;
      if (above instanceof SVGElement) continue;
      const around = above.getBoundingClientRect();
      [left, right] = [Math.max(left, around.left), Math.min(right, around.right)];
      [top, bottom] = [Math.max(top, around.top), Math.min(bottom, around.bottom)];
    }
    const spare = (bottom - top) * 0.16; // a font's box is higher than its letters
    return right - left > 2 && bottom - top > 4
      ? { left: left + 1, right: right - 1, top: top + spare, bottom: bottom - spare }
      : null;
  }

  function overlaps() {
    return pairs(texts(), (a, b) => a.node !== b.node).map(([a, b]) => `${name(a.element)} | ${name(b.element)}`);
  }

  function boxOverlaps() {
    const boxes = [...document.querySelectorAll(".box")].filter(shown).map((element) => {
      const { left, right, top, bottom } = element.getBoundingClientRect();
      return { element, left, right, top, bottom };
    });
    return pairs(boxes, () => true).map(([a, b]) => `${name(a.element)} | ${name(b.element)}`);
  }

  function pairs(rects, differ) {
    const sorted = rects.sort((a, b) => a.top - b.top);
    const found = [];
    sorted.forEach((a, at) => {
      for (let next = at + 1; next < sorted.length && sorted[next].top < a.bottom; next += 1) {
        const b = sorted[next];
        if (a.left < b.right && b.left < a.right && differ(a, b)) found.push([a, b]);
      }
    });
    return found;
  }

  // --- colours ---

  function faint(least) {
    const seen = new Map();
    for (const { element } of texts()) {
      const style = getComputedStyle(element);
      const colour = parsed(element instanceof SVGElement ? style.fill : style.color);
      const ratio = contrast(over(colour, ground(element)), ground(element));
      if (ratio < least)
        seen.set(`${element.tagName} ${element.getAttribute("class") ?? ""}`, `${ratio.toFixed(2)} ${name(element)}`);
    }
    return [...seen.values()];
  }

  function ground(element) {
    const layers = [];
    for (let above = element; above; above = above.parentElement) {
      const layer = parsed(getComputedStyle(above).backgroundColor);
      if (layer[3] > 0) layers.push(layer);
      if (layer[3] === 1) break;
    }
    return layers.reduceRight((below, layer) => over(layer, below), [255, 255, 255, 1]);
  }

  const canvas = Object.assign(document.createElement("canvas"), { width: 1, height: 1 }).getContext("2d", {
    willReadFrequently: true,
  });

  function parsed(colour) {
    canvas.clearRect(0, 0, 1, 1);
    canvas.fillStyle = "#000";
    canvas.fillStyle = colour;
    canvas.fillRect(0, 0, 1, 1);
    const [red, green, blue, alpha] = canvas.getImageData(0, 0, 1, 1).data;
    return [red, green, blue, alpha / 255];
  }

  function over([r, g, b, alpha], below) {
    return [r, g, b].map((each, at) => each * alpha + below[at] * (1 - alpha)).concat(1);
  }

  function contrast(a, b) {
    const light = (colour) => {
      const [r, g, b_] = colour
        .slice(0, 3)
        .map((each) => (each / 255 <= 0.04045 ? each / 255 / 12.92 : ((each / 255 + 0.055) / 1.055) ** 2.4));
      return 0.2126 * r + 0.7152 * g + 0.0722 * b_;
    };
    const [high, low] = [light(a), light(b)].sort((x, y) => y - x);
    return (high + 0.05) / (low + 0.05);
  }

  // --- structure ---

  function sideways() {
    return document.documentElement.scrollWidth - document.documentElement.clientWidth;
  }

  function unlabelled() {
    const wrong = [];
    for (const chart of document.querySelectorAll("figure.chart")) {
      for (const axis of [".axis-x", ".axis-y"])
        if (!chart.querySelector(axis)?.textContent.trim()) wrong.push(`${axis} of ${name(chart)}`);
      if (chart.querySelectorAll(".plot text").length < 4) wrong.push(`no ticks: ${name(chart)}`);
    }
    for (const plot of document.querySelectorAll(".plot")) {
      if (!plot.getAttribute("aria-label")) wrong.push(`no text alternative: ${name(plot)}`);
      if (!plot.querySelector("svg")) wrong.push(`not drawn: ${name(plot)}`);
    }
    for (const table of document.querySelectorAll("table"))
      if (!table.caption?.textContent.trim()) wrong.push(`no caption: ${name(table)}`);
    const ids = [...document.querySelectorAll("[id]")].map(({ id }) => id).filter((id) => !id.startsWith("zr"));
    wrong.push(...ids.filter((id, at) => ids.indexOf(id) !== at).map((id) => `twice: ${id}`));
    return wrong;
  }

  function headings() {
    return [...document.querySelectorAll("h1, h2, h3, h4")].filter(shown).map(({ tagName }) => Number(tagName[1]));
  }

  function landmarks() {
    return ["header", "nav", "main", "footer"].filter((each) => document.querySelectorAll(each).length !== 1);
  }

  /** Sorts every column of every table both ways; what is not in order afterwards, or not said so. */
  function unsorted() {
    const wrong = [];
    for (const table of document.querySelectorAll("table")) {
      const heads = [...table.tHead.rows[0].cells];
      heads.forEach((head, at) => {
        for (const direction of ["ascending", "descending"]) {
          head.querySelector("button").click();
          if (head.getAttribute("aria-sort") !== direction) wrong.push(`aria-sort of ${head.textContent}`);
          if (!inOrder(keys(table, at), direction === "ascending" ? 1 : -1))
            wrong.push(`${direction}: ${head.textContent} in ${table.caption.textContent}`);
        }
      });
    }
    return wrong;
  }

  function keys(table, at) {
    const bodies = [...table.tBodies];
    const rows = bodies.length === 1 ? [...bodies[0].rows] : bodies.map((body) => body.rows[0]);
    return rows
      .map((row) => row.cells[at].dataset.sort ?? row.cells[at].textContent.trim())
      .filter((key) => key !== "" && key !== "–");
  }

  function inOrder(values, direction) {
    const numbers = values.map(Number);
    if (numbers.some(Number.isNaN))
      return values.every(
        (value, at) => !at || direction * values[at - 1].localeCompare(value, "en", { numeric: true }) <= 0,
      );
    return numbers.every((value, at) => !at || direction * (value - numbers[at - 1]) >= 0);
  }

  // --- keyboard ---

  function focus(selector, at = 0) {
    document.querySelectorAll(selector)[at].focus();
  }

  function focused() {
    const element = document.activeElement;
    const ringed = element.matches("input[type=radio]") ? element.nextElementSibling : element;
    const { outlineStyle, outlineWidth } = getComputedStyle(ringed);
    return {
      name: name(element),
      ring: outlineStyle === "none" ? 0 : parseFloat(outlineWidth),
      expanded: element.getAttribute("aria-expanded"),
    };
  }

  const count = (selector) => [...document.querySelectorAll(selector)].filter(shown).length;

  /** How many can be seen, after waiting a while for at least so many. */
  async function appear(selector, least = 1) {
    for (let round = 0; round < 60 && count(selector) < least; round += 1) await pause(50);
    return count(selector);
  }

  function text(selector) {
    return document.querySelector(selector)?.textContent ?? null;
  }

  function choose(selector, value) {
    const element = document.querySelector(selector);
    element.value = value;
    element.dispatchEvent(new Event("change"));
    return getComputedStyle(document.body).backgroundColor;
  }

  return {
    ready,
    openAll,
    overlaps,
    boxOverlaps,
    faint,
    sideways,
    unlabelled,
    headings,
    landmarks,
    unsorted,
    focus,
    focused,
    count,
    appear,
    text,
    choose,
  };
})();
