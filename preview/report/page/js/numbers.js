// Numbers of charts and tables; those of figures come with their text.

const MINUS = "−";

/** A number as people read it, to `digits` digits. */
export function number(value, digits = 4) {
  if (value === null || value === undefined) return "–";
  const whole = Math.abs(value) >= 10 ** (digits - 1);
  const options = whole ? { maximumFractionDigits: 0 } : { maximumSignificantDigits: digits };
  return new Intl.NumberFormat("en", options).format(value).replace("-", MINUS);
}

/** How to write the numbers of a column: with as many decimals as the largest of them can use, and no more than any needs. */
export function sameDecimals(values) {
  const numbers = values.filter((value) => typeof value === "number");
  const largest = Math.max(...numbers.map(Math.abs), 0);
  const useful = largest ? Math.min(8, Math.max(0, 4 - Math.floor(Math.log10(largest)))) : 0;
  const decimals = Math.min(useful, Math.max(0, ...numbers.map(decimalsOf)));
  return (value) => {
    if (value === null) return "–";
    if (value !== 0 && Math.abs(value) < 0.5 * 10 ** -decimals) return number(value, 2);
    return new Intl.NumberFormat("en", { minimumFractionDigits: decimals, maximumFractionDigits: decimals })
      .format(value)
      .replace("-", MINUS);
  };
}

function decimalsOf(value) {
  return (String(Number(value.toPrecision(5))).split(".")[1] ?? "").length;
}

/** A number with its unit. */
export function amount(value, unit, digits) {
  return unit && value !== null ? `${number(value, digits)}\u00a0${unit}` : number(value, digits);
}

/** A title with the unit of what stands under it. */
export function titled({ title, unit }) {
  return unit ? `${title} (${unit})` : title;
}

/** Four bounds that cut values into five classes, at round numbers. */
export function roundBounds(values) {
  const sorted = [...values].sort((a, b) => a - b);
  const high = sorted[Math.floor(0.97 * (sorted.length - 1))] || 1;
  const rough = high / 5;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 2.5, 5, 10].map((factor) => factor * power).find((each) => each >= rough * 0.8);
  return [1, 2, 3, 4].map((times) => Number((times * step).toPrecision(6)));
}
