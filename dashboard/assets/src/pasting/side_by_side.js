/* Tables that do not run down one column of names: names across with the figures below, and columns of names side by
 * side (填报项 | 本期数 | 填报项 | 本期数). Both are taken apart into plain tables, each placed by its names. */
import { folded } from "./folding.js";
import { by_name, without_doubles } from "./name_placing.js";
import { is_figure } from "./numbers.js";
import { is_heading_of_month } from "./pasted_head.js";
import { read_rows } from "./pasted_rows.js";
import { is_doubtful_note } from "./pasted_words.js";

const TURNED = { two_columns: "two_rows", two_headed: "two_rows" }; /* what a column's trouble is called in a row */

/* Names across, figures below: as placing() answers, or null where it is no such table. */
export function across(pasted, form) {
  const { grid, named, head } = pasted;
  const notes = pasted.notes.map((note) => ({ ...note, row: Infinity })); /* of every column, wherever they stand */
  const naming = grid.map((_cells, row) => row).filter((row) => row > head.row && named[row].some((codes) => codes.length));
  const names_only = naming.every((row) => !grid[row].some(is_figure));
  if (!names_only || !naming.some((row) => are_different(named[row]))) {
    return null;
  }
  const bands = naming.map((row, at) => grid.slice(row, naming[at + 1] ?? grid.length));
  const tables = bands.map((band) => turned(band.slice(0, band.findLastIndex((cells) => cells.some(is_figure)) + 1), form));
  const found = tables.filter((table) => table.length).map((table) => table_placed(table, pasted, notes, form));
  const refused = found.find((each) => each.refused)?.refused;
  return refused ? { refused: { ...refused, why: TURNED[refused.why] ?? refused.why } } : found.length ? with_remarks(merged(found), form) : null;
}
/* A remark beside figures that lie across is a line of its own here: what it says of them is asked about. */
function with_remarks(found, form) {
  const remarks = found.lost.filter((each) => !each.code && !is_figure(each.text) && is_doubtful_note(each.text, form));
  return { ...found, doubts: [...new Set([...found.doubts, ...remarks.map((each) => each.text)])] };
}
/* Columns of names side by side: as placing() answers, or null where there is one. */
export function side_by_side(pasted, form) {
  const { grid, named, notes } = pasted;
  const starts = starts_of(grid, named);
  if (starts.length < 2) {
    return null;
  }
  const parts = starts.map((start, at) => grid.map((cells) => cells.slice(start, starts[at + 1] ?? cells.length)));
  const found = parts.map((part) => table_placed(part, pasted, notes, form)).filter((each) => each.refused?.why !== "no_figures");
  const refused = found.find((each) => each.refused);
  return refused ?? (found.length ? merged(found) : { refused: { why: "no_figures", text: "" } });
}
/* One plain table, with what the whole says around it. */
function table_placed(table, whole, notes, form) {
  const pasted = read_rows(table, form, whole.is_measure, whole.find);
  const head = { ...pasted.head, measure: pasted.head.measure ?? whole.head.measure, doubts: [...whole.head.doubts, ...pasted.head.doubts] };
  return head.refused ? { refused: head.refused } : by_name({ ...pasted, head: head, notes: notes, last: whole.last }, form);
}
/* Columns as rows; what is labelled as a unit or a month stands above, and needs no look where it is this form's own. */
function turned(band, form) {
  const rows = band.length < 2 ? [] : band[0].map((_text, column) => band.map((cells) => cells[column]));
  const labels = rows.filter(([label]) => ["unit", "period"].includes(form.headings[folded(label)]));
  const is_own = (text) => text === "" || is_heading_of_month(text, form) || form.unit_names.includes(folded(text));
  const others = labels.filter(([, ...said]) => !said.every(is_own));
  const left_out = ([label]) => form.headings[folded(label)] === "ignored";
  return [...others, ...rows.filter((row) => !labels.includes(row) && !left_out(row))];
}
function are_different(cells) {
  const naming = cells.filter((codes) => codes.length);
  return naming.length > 1 && naming.some((codes) => !codes.some((code) => naming[0].includes(code)));
}
/* Where each table begins: at the first column, and as far before every later column of names as the first one is. */
function starts_of(grid, named) {
  const columns = grid[0].map((_text, column) => column).filter((column) => named.some((cells) => cells[column].length));
  const differ = (one, other) => {
    const both = named.filter((cells) => cells[one].length && cells[other].length);
    return both.length > 0 && both.every((cells) => !cells[one].some((code) => cells[other].includes(code)));
  };
  const lead = columns[0];
  const has_figures = (from, to) => grid.some((cells) => cells.slice(from, to).some(is_figure));
  const later = columns.filter((column, at) => at > 0 && differ(columns[at - 1], column) && has_figures(columns[at - 1] + 1, column - lead));
  return [0, ...later.map((column) => column - lead)];
}
function merged(found) {
  const all = without_doubles(found.flatMap((each) => [...each.pairs, ...each.lost]));
  return { ...all, doubts: [...new Set(found.flatMap((each) => each.doubts))], counted: found.some((each) => each.counted) };
}
