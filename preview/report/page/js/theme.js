// Light or dark as the system is, or as the reader chose.

const KEY = "storefront-report-theme";
const dark = matchMedia("(prefers-color-scheme: dark)");

/** Wires the page's switch; what is drawn rather than styled follows by `onThemeChange`. */
export function wireTheme(select) {
  select.value = remembered();
  apply(select.value);
  select.addEventListener("change", () => {
    remember(select.value);
    apply(select.value);
  });
  dark.addEventListener("change", () => document.dispatchEvent(new Event("themechange")));
}

/** Calls back when colours have changed. */
export function onThemeChange(callback) {
  document.addEventListener("themechange", callback);
}

/** A colour of the style sheet, `--ink`, as it is now. */
export function colour(name) {
  const probe = colour.probe ?? (colour.probe = document.body.appendChild(document.createElement("span")));
  probe.hidden = true;
  probe.style.color = `var(${name})`;
  return getComputedStyle(probe).color;
}

function apply(theme) {
  if (theme) document.documentElement.dataset.theme = theme;
  else delete document.documentElement.dataset.theme;
  document.dispatchEvent(new Event("themechange"));
}

function remembered() {
  try {
    return localStorage.getItem(KEY) ?? "";
  } catch {
    return "";
  }
}

function remember(theme) {
  try {
    localStorage.setItem(KEY, theme);
  } catch {
    // a page opened from a file may have no storage
  }
}
