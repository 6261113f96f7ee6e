/* The rows of a pasted table: what stands above them, which name an element, which are words alone. */
import { is_figure } from "./numbers.js";
import { head_of } from "./pasted_head.js";
import { is_block } from "./pasted_words.js";

/* {grid, named: the codes that each cell names, by_names, last: the last row that is about an element, head,
 * notes: [{row, text}] below the headings, is_measure, find}. */
export function read_rows(grid, form, is_measure, find) {
  const named = grid.map((cells) => cells.map(find));
  const is_about_one = (cells) => cells.some((codes) => codes.length);
  const by_names = named.some(is_about_one);
  const found = by_names ? named.findIndex(is_about_one) : grid.findIndex((cells) => cells.some(is_figure));
  const first = found < 0 ? grid.length : found;
  const head = head_of(grid, form, first, is_measure, !by_names);
  const begins = head.row < 0 ? first : head.row + 1;
  const notes = grid
    .map((cells, row) => ({ row: row, text: cells.filter((text) => text !== "" && !is_block(text, form)).join(" "), cells: cells }))
    .filter(({ row, text, cells }) => row >= begins && text !== "" && !is_about_one(named[row]) && !cells.some(is_figure));
  return { grid, named, by_names, last: named.findLastIndex(is_about_one), head, notes, is_measure, find };
}
