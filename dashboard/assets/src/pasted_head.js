/* What stands above the rows of a pasted table: its headings, and whose table of which month it is. */
import { folded, without_bracket } from "./folding.js";
import { months_in, stated_measure } from "./measures.js";
import { measure_behind } from "./names.js";

const HEADS = ["element", "value", "ignored", "measure"];

/* {row, roles, measure, refused}: the row of headings or -1, column → role ("unknown" for words that are no heading we
 * know), the measure stated for the whole table, and why nothing of the table may be read.
 * `first`: the first row that is about an element. */
export function head_of(grid, form, first, is_measure) {
  const above = grid.slice(0, first);
  const row = above.findLastIndex((cells) => cells.some((text) => HEADS.includes(role_of(text, form))));
  const before = row < 0 ? above : above.slice(0, row);
  const headings = row < 0 ? [] : grid[row];
  const roles = headings.map((text) => column_role(text, form, is_measure));
  const stated = before.flat().map((text) => stated_measure(text, is_measure));
  const headed = headings.map((text, column) => (roles[column] === "value" ? measure_behind(text, is_measure) : ""));
  const refused = before.map((cells) => other_table(cells, form, is_measure)).find((found) => found) || null;
  return { row: row, roles: roles, measure: [...headed, ...stated].find((found) => found) || null, refused: refused };
}
function role_of(text, form) {
  return form.headings[folded(text)];
}
/* In a row of headings a bare 单位 is that of measure, and a measure in brackets is no part of a heading. */
function column_role(text, form, is_measure) {
  const role = role_of(text, form) || (measure_behind(text, is_measure) && form.headings[without_bracket(text)[0]]);
  return text === "" ? "" : role === "unit" && folded(text) === "单位" ? "measure" : role || "unknown";
}
/* Why a row above the headings says that the table is another unit's or another month's. */
function other_table(cells, form, is_measure) {
  const [label, ...rest] = cells.flatMap((text) => text.split(/[:：]/)).map((text) => text.trim()).filter((text) => text);
  const role = label === undefined ? undefined : role_of(label, form);
  if (role === "unit" && rest.length && !is_measure(rest[0]) && !rest.some((text) => form.unit_names.includes(folded(text)))) {
    return { why: "other_unit", text: rest[0] };
  }
  if (role === "period" && rest.length && !rest.some((text) => months_in(text).includes(form.period))) {
    return { why: "other_period", text: rest[0] };
  }
  const month = cells.flatMap(months_in).find((named) => named !== form.period);
  if (month) {
    return { why: "other_period", text: month };
  }
  const said = folded(cells.join(""));
  const other = form.other_units.find((name) => said.includes(folded(name)));
  return other && !form.unit_names.some((name) => said.includes(name)) ? { why: "other_unit", text: other } : null;
}
/* Whether a heading of the one column of figures lets it be this month's: none, a word for it, or the month's own name. */
export function is_heading_of_month(text, form) {
  const month = Number(form.period.slice(5));
  const plain = folded(text);
  const own = months_in(text).includes(form.period) || plain === month + "月" || plain === month + "月份";
  return text === "" || role_of(text, form) === "value" || own;
}
