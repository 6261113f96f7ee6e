/* Light or dark, as somebody chose it; early/before.js sets it before anything is drawn. */

const YEAR = 365 * 24 * 3600; /* seconds */

/* The other theme, for the store and for Mantine; a cookie says it to the server. */
export function toggled(theme) {
  const next = theme === "dark" ? "light" : "dark";
  document.cookie = "biaochi_theme=" + next + ";path=/;max-age=" + YEAR + ";SameSite=Lax";
  document.documentElement.setAttribute("data-mantine-color-scheme", next);
  return [next, next];
}
