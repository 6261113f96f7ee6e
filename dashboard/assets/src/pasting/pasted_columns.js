/* Which column of a pasted table holds this month's figures. Where two could, none is taken; one that counts never is. */
import { counting_column } from "./counting.js";
import { as_number, is_figure } from "./numbers.js";
import { is_heading_of_month } from "./pasted_head.js";

const LEFT_OUT = ["ignored", "remark"]; /* columns that are known and not read */
const MOST_SAID = 3;

/* {column, counted: the column that counts the rows, template: it was told by the template's order} or
 * {refused: {why, text}}.
 * table: {grid, head, lines: rows that are about elements, aside: columns of names and measures}, element_of(row): the
 * form's row that a line is about, if that is known. */
export function figure_column(table, form, element_of) {
  const { grid, head, lines } = table;
  const free = grid[0].map((_text, column) => column).filter((column) => !table.aside.has(column));
  const filled = free.filter((column) => lines.some((line) => is_figure(grid[line][column])));
  const counts = counting_column(table, filled, form.rows.length);
  const others = filled.filter((column) => column !== counts.column);
  const unsure = counts.perhaps !== undefined && is_last_month(table, filled[1], element_of);
  if (unsure || (counts.column !== undefined && !others.length)) {
    return refusal("counting", lines.map((line) => grid[line][counts.column ?? counts.perhaps]).filter(Boolean).slice(0, MOST_SAID).join("、"));
  }
  const open = free.filter((column) => column !== counts.column);
  const found = head.row < 0 ? without_headings(table, open, others, element_of, form, counts.column) : by_headings(table, open, others, form);
  return { ...found, counted: head.roles[counts.column] === "ignored" ? undefined : counts.column };
}
function by_headings({ grid, head, lines }, free, filled, form) {
  const headed = (column) => grid[head.row][column];
  const valued = free.filter((column) => head.roles[column] === "value");
  const months = filled.filter((column) => headed(column) !== "" && is_heading_of_month(headed(column), form));
  const named = valued.length ? valued : months;
  const open = filled.filter((column) => !LEFT_OUT.includes(head.roles[column]));
  const corrected = open.some((column) => head.roles[column] === "correction");
  if (named.length > 1 || (!named.length && open.length > 1) || (named.length && corrected)) {
    return refusal("two_headed", [...new Set([...named, ...open])].map((column) => headed(column) || "…").join("、"));
  }
  const column = named.length ? named[0] : open[0];
  if (column === undefined) {
    return filled.length ? refusal("other_heading", headed(filled[0])) : refusal("no_figures");
  }
  if (open.some((other) => other !== column && head.roles[other] === "")) {
    return refusal("no_heading");
  }
  const heading = named.length ? [] : [headed(column)];
  const words = [...heading, ...words_above(grid, column, head.row + 1, lines[0])];
  const strange = words.find((text) => !is_heading_of_month(text, form));
  return strange !== undefined ? refusal("other_heading", strange) : heading[0] === "" ? refusal("no_heading") : { column: column };
}
function without_headings(table, free, filled, element_of, form, counted = -1) {
  const { grid, lines } = table;
  const last = Math.max(counted, ...table.aside);
  const as_template = table.ends_in_measure || !table.aside.size;
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
