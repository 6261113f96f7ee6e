/* Which column of a pasted table holds this month's figures. Where two could, none is taken. */
import { as_number, is_figure } from "./numbers.js";
import { is_heading_of_month } from "./pasted_head.js";

/* {column, template: it was told by the template's order} or {refused: {why, text}}.
 * table: {grid, head, lines: rows that are about elements, aside: columns of names and measures}, element_of(row): the
 * form's row that a line is about, if that is known. */
export function figure_column(table, form, element_of) {
  const { grid, head, lines } = table;
  const free = grid[0].map((_text, column) => column).filter((column) => !table.aside.has(column));
  const filled = free.filter((column) => lines.some((line) => is_figure(grid[line][column])));
  return head.row < 0 ? without_headings(table, free, filled, element_of, form) : by_headings(table, free, filled, form);
}
function by_headings({ grid, head, lines }, free, filled, form) {
  const named = free.filter((column) => head.roles[column] === "value");
  const open = filled.filter((column) => head.roles[column] !== "ignored");
  const corrected = open.some((column) => head.roles[column] === "correction");
  if (named.length > 1 || (!named.length && open.length > 1) || (named.length && corrected)) {
    return refusal("two_columns");
  }
  const column = named.length ? named[0] : open[0];
  if (column === undefined) {
    return filled.length ? refusal("other_heading", grid[head.row][filled[0]]) : refusal("no_figures");
  }
  if (open.some((other) => other !== column && head.roles[other] === "")) {
    return refusal("no_heading");
  }
  const heading = named.length ? [] : [grid[head.row][column]];
  const words = [...heading, ...words_above(grid, column, head.row + 1, lines[0])];
  const strange = words.find((text) => !is_heading_of_month(text, form));
  return strange !== undefined ? refusal("other_heading", strange) : heading[0] === "" ? refusal("no_heading") : { column: column };
}
function without_headings(table, free, filled, element_of, form) {
  const { grid, lines } = table;
  const last = Math.max(-1, ...table.aside);
  const as_template = table.ends_in_measure || last < 0;
  /* the template's order: figures, last month's, what changed, what is wrong */
  const template = as_template && free.includes(last + 1) && is_last_month(table, last + 2, element_of);
  const column = template ? last + 1 : filled[0];
  if (!template && filled.length > 1) {
    return refusal("two_columns");
  }
  if (column === undefined) {
    return refusal("no_figures");
  }
  const blank_before = free.some((other) => other > last && other < column && lines.every((line) => grid[line][other] === ""));
  if (blank_before) {
    return refusal("no_heading");
  }
  const strange = words_above(grid, column, 0, lines[0]).find((text) => !is_heading_of_month(text, form));
  return strange === undefined ? { column: column, template: template } : refusal("other_heading", strange);
}
function words_above(grid, column, from, first) {
  return grid.slice(from, first).map((cells) => cells[column]).filter((text) => text !== "" && !is_figure(text));
}
/* Whether a column repeats, line by line, what the form shows as last month's. */
function is_last_month({ grid, lines }, column, element_of) {
  const pairs = lines.map((line) => [as_number(grid[line][column] ?? ""), element_of(line)?.before]);
  const known = pairs.filter(([text, before]) => before !== undefined && (text !== "" || before !== ""));
  return known.length > 0 && known.every(([text, before]) => text !== "" && Number(text) === Number(before || NaN));
}
function refusal(why, text = "") {
  return { refused: { why: why, text: text } };
}
