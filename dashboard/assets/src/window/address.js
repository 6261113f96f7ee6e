/* What a choice makes of an address's parameters. Each takes them as they are, "?month=2019-09", and answers the new ones;
 * undefined where nothing was chosen. */

function written(query) {
  const text = query.toString();
  return text ? "?" + text : "";
}
/* months: the options of the list; the one that is judged by default is shown without a month in the address. */
export function month_chosen(search, month, months) {
  const query = new URLSearchParams(search);
  const shown = query.get("month") || (months?.find((one) => one.judged)?.value ?? month);
  if (!month || month === shown) {
    return undefined; /* drawn, not chosen */
  }
  query.set("month", month);
  return written(query);
}
/* A moment that was entered takes the place of a release; nothing entered means now. */
export function as_of_entered(search, entered) {
  const query = new URLSearchParams(search);
  query.delete("release");
  query.delete("as_of");
  if (entered.trim()) {
    query.set("as_of", entered.trim());
  }
  return written(query);
}
const MOST = 5; /* units chosen at once, as many as there are colours (dashboard/charts/course.py) */
/* A unit that is pressed joins those chosen, in the place of the last where there are as many as can be; pressed again, it
 * is none of them any more. */
export function unit_pressed(search, unit) {
  const query = new URLSearchParams(search);
  const chosen = [...new Set(query.getAll("unit"))];
  const others = chosen.filter((one) => one !== unit);
  query.delete("unit");
  const now = others.length < chosen.length ? others : [...others.slice(0, MOST - 1), unit];
  now.forEach((one) => query.append("unit", one));
  return written(query);
}
/* names: parameter → value; the others stay as they are. */
export function named(search, names) {
  const query = new URLSearchParams(search);
  Object.entries(names).forEach(([name, value]) => query.set(name, value));
  return written(query);
}
/* Which rows and columns a grid shows; nothing where it is as it is given. */
export function with_rows(search, choice) {
  const query = new URLSearchParams(search);
  query.delete("rows");
  if (Object.keys(choice).length) {
    query.set("rows", JSON.stringify(choice));
  }
  return written(query);
}
export function is_about_why(hash) {
  return hash.startsWith("#why=");
}
/* Where one signs in again, and comes back afterwards. */
export function sign_in_from(pathname, search) {
  return "/sign-in?next=" + encodeURIComponent(pathname + search);
}
