/* Which pasted figure belongs to which element. Nothing here knows the page; what cannot be known is said, not guessed.
 *
 * form: {unit_names (folded), other_units, period, headings (folded heading → role), measures (folded), rows: [{code, names, measures,
 * before, block}] in the form's order}. from: the code of the cell that the paste began in.
 * Answers {pairs: [{code, text}], lost: [{why, name, text, code, measure}], laid} where something can be placed, {refused: {why, text}}
 * where nothing may be, {choices: [{laid, pairs, lost}]} where only the clerk knows. A blank is in none of them.
 */
import { by_line } from "./line_placing.js";
import { measure_test } from "./measures.js";
import { by_name } from "./name_placing.js";
import { name_finder } from "./names.js";
import { is_figure } from "./numbers.js";
import { head_of } from "./pasted_head.js";

const MOST_ROWS = 2000;

export function placing(grid, form, from) {
  if (grid.length > MOST_ROWS) {
    return { refused: { why: "too_long", text: String(grid.length) } };
  }
  const is_measure = measure_test(form.measures);
  const find = name_finder(form.rows, is_measure);
  const named = grid.map((cells) => cells.map(find));
  const is_about_one = (cells) => cells.some((codes) => codes.length);
  const by_names = named.some(is_about_one);
  const first = by_names ? named.findIndex(is_about_one) : grid.findIndex((cells) => cells.some(is_figure));
  const head = head_of(grid, form, first < 0 ? grid.length : first, is_measure);
  if (head.refused) {
    return { refused: head.refused };
  }
  const pasted = { grid, head, named, is_measure };
  const found = by_names ? by_name(pasted, form) : by_line(pasted, form, from);
  const nothing = found.pairs && !found.pairs.length && !found.lost.length;
  return nothing ? { refused: { why: "no_figures", text: "" } } : found;
}
