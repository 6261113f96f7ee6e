/* What stands above the rows of a pasted table: its headings, and whose table of which month it is. */
import { folded, without_bracket } from "./folding.js";
import { months_in, stated_measures } from "./measures.js";
import { measure_behind } from "./names.js";
import { is_figure } from "./numbers.js";
import { another_unit, is_doubtful_title, is_other_figures, is_this_month, names_other_figures } from "./pasted_words.js";

const HEADS = ["element", "value", "ignored", "remark", "measure"];

/* {row, roles, measure, doubts, refused}: the row of headings or -1, column → role ("unknown" for words that are no
 * heading we know), the measure stated for the whole table, titles that leave doubt whose figures these are, and why
 * nothing of the table may be read.
 * `first`: the first row that is about an element; `alone`: no row names one, figures stand alone. */
export function head_of(grid, form, first, is_measure, alone) {
  const above = grid.slice(0, first);
  const heads = (text) => HEADS.includes(role_of(text, form)) || (alone && text !== "" && is_heading_of_month(text, form));
  const row = above.findLastIndex((cells) => cells.some(heads) && !is_title(cells, form));
  const before = row < 0 ? above : above.slice(0, row);
  const headings = row < 0 ? [] : grid[row];
  const roles = headings.map((text) => column_role(text, form, is_measure));
  const stated = before.flat().filter((text) => !is_measure(text)).map((text) => stated_measures(text, is_measure, form).join("、"));
  const headed = headings.map((text, column) => (roles[column] === "value" ? measure_behind(text, is_measure) : ""));
  const refused = before.map((cells) => other_table(cells, form, is_measure)).find((found) => found) || null;
  const doubts = before.flat().filter((text) => text !== "" && !is_figure(text) && is_doubtful_title(text, form));
  return { row: row, roles: roles, measure: [...headed, ...stated].find((found) => found) || null, doubts: doubts, refused: refused };
}
/* One text alone over several columns, which says of other figures: a title that is no heading. */
function is_title(cells, form) {
  const filled = cells.filter((text) => text !== "");
  return cells.length > 1 && filled.length === 1 && is_other_figures(filled[0], form);
}
function role_of(text, form) {
  return form.headings[folded(text)];
}
/* In a row of headings a bare 单位 is that of measure, and a measure in brackets is no part of a heading. */
function column_role(text, form, is_measure) {
  const role = role_of(text, form) || (measure_behind(text, is_measure) && form.headings[without_bracket(text)[0]]);
  if (text === "" || role) {
    return text === "" ? "" : role === "unit" && folded(text) === "单位" ? "measure" : role;
  }
  return is_this_month(text, form) ? "value" : names_other_figures(text, form) ? "ignored" : "unknown";
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
  if (is_title(cells, form)) {
    return { why: "other_heading", text: cells.find((text) => text !== "") };
  }
  const other = another_unit(cells.join(" "), form);
  return other ? { why: "other_unit", text: other } : null;
}
/* Whether a heading of the one column of figures lets it be this month's: none, a word for it, or the month's own name. */
export function is_heading_of_month(text, form) {
  const month = Number(form.period.slice(5));
  const plain = folded(text);
  const named = months_in(text).includes(form.period) || plain === month + "月" || plain === month + "月份";
  const value = role_of(text, form) === "value" || is_this_month(text, form);
  return text === "" || value || (named && !names_other_figures(text, form));
}
