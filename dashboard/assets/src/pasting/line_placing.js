/* Lines without a name: figures below each other, from the cell that the paste began in. A blank line holds its place.
 *
 * They may be copied from a list of figures alone, or from the template, whose blocks have a heading line of their own
 * that is blank in the column of figures. Where both would do and differ, the clerk is asked.
 */
import { folded } from "./folding.js";
import { is_own_measure, stated_measures } from "./measures.js";
import { months_named } from "./months.js";
import { judged } from "./name_placing.js";
import { is_figure } from "./numbers.js";
import { figure_column } from "./pasted_columns.js";
import { besides } from "./pasted_notes.js";
import { turns } from "./pasted_words.js";

const LONGEST = 6; /* characters of words that stand for a figure */

export function by_line(pasted, form, from) {
  const { grid, head } = pasted;
  const lines = grid.map((_cells, row) => row).filter((row) => row > head.row);
  const measure = measure_column(pasted, lines);
  const table = { grid: grid, head: head, lines: lines, aside: new Set(measure < 0 ? [] : [measure]), ends_in_measure: measure >= 0 };
  const heading = lines.flatMap((line) => grid[line]).find((text) => folded(text) in form.headings && !pasted.is_measure(text));
  if (heading !== undefined) {
    return { refused: { why: "other_heading", text: heading } }; /* a table that begins in the midst of these lines */
  }
  let refused = null;
  const fitting = layouts(form, from, head.row >= 0).flatMap((layout) => {
    const row_at = (line) => layout.rows[lines.indexOf(line)];
    const found = figure_column(table, form, row_at);
    const why = found.refused || strange_words(table, found) || words_among(pasted, found.column, form) || unfit(table, found.column, measure, row_at);
    refused = refused || why;
    return why ? [] : [laid_out(table, found, layout, besides(table, found, pasted, form))];
  });
  const different = fitting.filter((one, at) => fitting.findIndex((other) => places(other) === places(one)) === at);
  if (!different.length) {
    return { refused: refused };
  }
  const chosen = likely(different, lines.length);
  return chosen ? chosen : { choices: different };
}
function measure_column({ grid, head, is_measure }, lines) {
  const headed = head.roles.indexOf("measure");
  const first = lines.map((line) => grid[line][0]).filter((text) => text !== "");
  return headed >= 0 ? headed : first.length && first.every(is_measure) ? 0 : -1;
}
/* The ways to lay lines on the form: {laid, rows: the form's row of each line, null for a block's heading, room}. */
function layouts(form, from, has_headings) {
  const at = form.rows.findIndex((row) => row.code === from);
  const template = form.rows.flatMap((row, place) => (row.block === form.rows[place - 1]?.block ? [row] : [null, row]));
  const there = template.indexOf(form.rows[at]);
  const starts = [there, ...(template[there - 1] === null ? [there - 1] : []), ...(has_headings ? [0] : [])];
  return [form.rows.slice(at), ...starts.map((start) => template.slice(start))].map((rows, place) => ({
    laid: place ? "template" : "dense",
    rows: rows,
  }));
}
/* Words beside the figures that are neither measures nor known to be left out: names of no element, perhaps. */
function strange_words({ grid, head, lines, aside }, { column, template }) {
  const known = (other) => other === column || aside.has(other) || ["ignored", "remark"].includes(head.roles[other]) || (template && other > column);
  const word = lines.flatMap((line) => grid[line].filter((text, other) => !known(other) && /\p{L}/u.test(text)))[0];
  return word === undefined ? null : { why: "no_names", text: word };
}
/* Words among the figures that are more than the lack of one (无): they change what the lines are, or where they belong. */
function words_among({ grid, head, is_measure }, column, form) {
  const texts = grid.slice(head.row + 1).map((cells) => cells[column]).filter((text) => text !== "" && !is_figure(text));
  const telling = (text) => text.length > LONGEST || turns(text, form) || months_named(text).length || stated_measures(text, is_measure, form).length;
  const told = texts.find(telling);
  return told === undefined ? null : { why: "words_among", text: told };
}
function unfit({ grid, lines }, column, measure, row_at) {
  const fits = lines.every((line) => {
    const row = row_at(line);
    const stated = measure < 0 ? "" : grid[line][measure];
    return (grid[line][column] === "" || row) && (stated === "" || (row && is_own_measure(row, stated)));
  });
  return fits ? null : { why: "does_not_fit", text: String(lines.length) };
}
function laid_out({ grid, head, lines }, { column, counted }, layout, around) {
  const placed = lines.map((line, at) => ({ text: grid[line][column], row: layout.rows[at], beside: around.get(line) }));
  const filled = placed.filter((each) => each.text !== "");
  const read = filled.map(({ text, row, beside }) =>
    judged({ code: row.code, name: row.names[0], text: text }, row, [head.measure, ...beside.map((each) => each.measure)]));
  const doubts = [...head.doubts, ...filled.flatMap(({ beside }) => beside.map((each) => each.doubt ?? each.beside))];
  const texts = lines.map((line) => grid[line][column]);
  return {
    laid: layout.laid, room: layout.rows.length, exact: layout.laid === "template" && is_exact(texts, layout.rows),
    pairs: read.filter((each) => !each.why), lost: read.filter((each) => each.why),
    counted: counted !== undefined, doubts: [...new Set(doubts.filter(Boolean))],
  };
}
/* Whether between the first and the last figure the blank lines are the template's headings, and there is one at least. */
function is_exact(texts, rows) {
  const first = texts.findIndex((text) => text !== "");
  const last = texts.findLastIndex((text) => text !== "");
  const within = texts.slice(first, last + 1);
  return within.includes("") && within.every((text, at) => (text === "") === (rows[first + at] === null));
}
function places(laid) {
  return JSON.stringify(laid.pairs.concat(laid.lost).map((each) => [each.code, each.text]));
}
/* The one layout that the lines bear out: the only one that fits, that has room for all of them, or whose headings are
 * the blank lines. */
function likely(different, count) {
  const roomy = different.filter((each) => each.room >= count);
  const exact = roomy.filter((each) => each.exact);
  return different.length === 1 ? different[0] : roomy.length === 1 ? roomy[0] : exact.length === 1 ? exact[0] : null;
}
