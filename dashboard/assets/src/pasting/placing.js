/* Which pasted figure belongs to which element. Nothing here knows the page; what cannot be known is said, not guessed.
 *
 * form: {unit_names (folded), other_units, period, headings (folded heading → role), measures (folded), rows: [{code, names, measures,
 * before, block}] in the form's order}. from: the code of the cell that the paste began in.
 * Answers {pairs: [{code, text}], lost: [{why, name, text, code, measure}], laid} where something can be placed, {refused: {why, text}}
 * where nothing may be, {choices: [{laid, pairs, lost}], doubts: words that raise the question} where only the clerk
 * knows. A blank is in none of them. `counted`: a column that counts the rows was left out.
 */
import { by_line } from "./line_placing.js";
import { measure_test } from "./measures.js";
import { by_name } from "./name_placing.js";
import { name_finder } from "./names.js";
import { read_rows } from "./pasted_rows.js";
import { across, side_by_side } from "./side_by_side.js";

const MOST_ROWS = 2000;

export function placing(grid, form, from) {
  if (grid.length > MOST_ROWS) {
    return { refused: { why: "too_long", text: String(grid.length) } };
  }
  const is_measure = measure_test(form.measures);
  const pasted = read_rows(grid, form, is_measure, name_finder(form.rows, is_measure));
  if (pasted.head.refused) {
    return { refused: pasted.head.refused };
  }
  const found = !pasted.by_names ? by_line(pasted, form, from) : across(pasted, form) ?? side_by_side(pasted, form) ?? by_name(pasted, form);
  const nothing = found.pairs && !found.pairs.length && !found.lost.length;
  return nothing ? { refused: { why: "no_figures", text: "" } } : asked(found);
}
/* Where words leave doubt whose figures these are, the clerk is asked before anything is put in. */
function asked(found) {
  const ways = (found.choices ?? [found]).filter((way) => way.pairs?.length);
  const doubts = [...new Set(ways.flatMap((way) => way.doubts))];
  return doubts.length ? { choices: ways, doubts: doubts } : found;
}
