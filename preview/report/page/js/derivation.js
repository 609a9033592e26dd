import { disclosure, el } from "./dom.js";

const MANY = 30;
const LONG = 300;
const TOKENS = /([A-Za-z_]\w*)|(\*\*|[-*/])|([^A-Za-z_*/-]+)/g;
const EXTREME = /^(max|min)\(/;
const OPERATORS = { "**": " ^ ", "*": "×", "/": "÷", "-": "−" };

/** How a figure is made: its formula, the same with values put in, and what each name stands for. */
export function derivation(report, id) {
  const figure = report.figures[id];
  return el(
    "div",
    { class: "derivation" },
    ...formula(report, figure),
    confidence(figure),
    doubt(figure),
    uses(report, figure),
  );
}

/** A figure's name and value, which opens its derivation. */
export function opening(report, id, name) {
  const figure = report.figures[id];
  const head = el(
    "span",
    { class: "use-head" },
    name ? el("var", {}, words(name)) : el("span", {}, figure.name),
    " ",
    el("b", {}, figure.text),
    " ",
    el("span", { class: "kind" }, figure.kind),
    " ",
    name && figure.name !== words(name) ? el("span", { class: "muted" }, figure.name) : null,
  );
  return disclosure(head, () => derivation(report, id), { class: "use" });
}

function formula(report, figure) {
  const result = el("b", { class: "result" }, figure.text);
  if (!figure.arithmetic)
    return [
      el(
        "p",
        { class: "formula" },
        el("var", {}, figure.name),
        " = ",
        result,
        el("span", { class: "kind" }, figure.kind),
      ),
      el("p", {}, `Simulated: ${figure.formula}.`),
    ];
  const lines = [
    el(
      "p",
      { class: "formula" },
      el("var", {}, figure.name),
      " = ",
      written(figure, (name) => el("var", {}, words(name))),
    ),
    el(
      "p",
      { class: "formula worked" },
      "= ",
      written(figure, (name) => el("span", { class: "value" }, quantity(report, figure.uses[name]).text)),
      " = ",
      result,
      el("span", { class: "kind" }, figure.kind),
    ),
  ];
  return figure.formula.length > LONG
    ? [
        el("p", { class: "formula" }, el("var", {}, figure.name), " = ", result),
        disclosure("The whole formula", () => lines, { class: "aside" }),
      ]
    : lines;
}

function written(figure, named) {
  return [...figure.formula.matchAll(TOKENS)].map(([text, name, operator]) => {
    if (name) return name in figure.uses ? named(name) : text;
    return operator ? (OPERATORS[operator] ?? operator) : text;
  });
}

function confidence({ interval }) {
  return interval ? el("p", { class: "muted" }, `95 % confidence: ${interval.text}.`) : null;
}

function doubt({ decides }) {
  return decides
    ? null
    : el("p", { class: "muted" }, "Rests on a figure from memory or at second hand, so it decides no verdict.");
}

function quantity(report, used) {
  return report.figures[used.figure] ?? report.readings[used.reading] ?? report.facts[used.fact];
}

function uses(report, figure) {
  const items = Object.entries(figure.uses).map(([name, used]) =>
    el("li", { class: decides(report, figure, used) ? "deciding" : null }, use(report, name, used)),
  );
  if (!items.length) return null;
  const list = el("ul", { class: "uses" }, items.slice(0, MANY));
  if (items.length <= MANY) return list;
  const more = el("button", { type: "button", class: "more" }, `Show the other ${items.length - MANY}`);
  more.addEventListener("click", () => (list.append(...items.slice(MANY)), more.remove()));
  return [list, more];
}

/** Whether a part is the one that a greatest or least value takes. */
function decides(report, figure, used) {
  return EXTREME.test(figure.formula) && figure.arithmetic && quantity(report, used).value === figure.value;
}

function use(report, name, used) {
  if (used.figure) return opening(report, used.figure, name);
  const about = used.reading ? setting(report, report.readings[used.reading]) : fact(report.facts[used.fact]);
  return el(
    "div",
    { class: "use" },
    el(
      "div",
      { class: "use-head" },
      el("var", {}, words(name)),
      " ",
      el("b", {}, quantity(report, used).text),
      " ",
      el("span", { class: "kind" }, used.reading ? "setting" : "fact"),
    ),
    ...about,
  );
}

function setting(report, reading) {
  const { name, type, region, urn } = reading.resource;
  const counted = reading.path.startsWith("number of");
  const stack = counted ? "the stack" : "the stack's configuration";
  const where = type === "pulumi:pulumi:Stack" ? stack : `${name}${region ? ` in ${region}` : ""}`;
  const parts = [el("p", {}, el(counted ? "span" : "code", {}, reading.shown_path), counted ? " in " : " of ", where)];
  if (reading.default)
    parts.push(
      el("p", { class: "muted" }, "Not set; AWS's default stands in:"),
      ...fact(report.facts[reading.default]),
    );
  if (reading.members.length)
    parts.push(
      disclosure(
        `The ${reading.members.length} that were counted`,
        () =>
          el(
            "ul",
            { class: "names" },
            reading.members.map((member) => el("li", {}, member.split("::").at(-1))),
          ),
        { class: "aside" },
      ),
    );
  return [...parts, el("p", { class: "muted urn" }, urn)];
}

function fact({ statement, source, as_of, quality, decides }) {
  return [
    el("p", {}, statement),
    el(
      "p",
      { class: "muted source" },
      `${source}, ${as_of} · `,
      el("span", { class: decides ? null : "weak" }, quality),
    ),
  ];
}

function words(name) {
  return name.replaceAll("_", " ");
}
