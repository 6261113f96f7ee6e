/* Lines that name their element: by name, by code, or by both, in any columns. */
import { is_own_measure } from "./measures.js";
import { measure_behind } from "./names.js";
import { is_figure } from "./numbers.js";
import { figure_column } from "./pasted_columns.js";

export function by_name(pasted, form) {
  const { grid, head, named, is_measure } = pasted;
  const by_code = new Map(form.rows.map((row) => [row.code, row]));
  const names = columns_where(grid, (row, column) => row > head.row && named[row][column].length > 0);
  const lines = grid.map((_cells, row) => row).filter((row) => row > head.row && named[row].some((codes) => codes.length));
  const says_measure = (row, column) => lines.includes(row) && is_measure(grid[row][column]);
  const measures = columns_where(grid, (row, column) => head.roles[column] === "measure" || says_measure(row, column));
  const table = { grid: grid, head: head, lines: lines, aside: new Set([...names, ...measures]) };
  table.ends_in_measure = measures.has(Math.max(...table.aside));
  const element_of = (line) => by_code.get(identity(grid[line], named[line], names).code);
  const found = figure_column(table, form, element_of);
  if (found.refused) {
    return found;
  }
  const entries = grid.map((cells, row) => [cells, row]).filter(([cells, row]) => row > head.row && cells[found.column] !== "");
  const measures_of = (cells) => [
    ...[...measures].map((column) => cells[column]),
    ...[...names].map((column) => measure_behind(cells[column], is_measure)),
    head.measure,
  ];
  const read = entries.map(([cells, row]) => {
    const said = { name: "", text: cells[found.column], ...identity(cells, named[row], names) };
    return said.why ? said : judged(said, by_code.get(said.code), measures_of(cells));
  });
  return without_doubles(read);
}
function columns_where(grid, test) {
  const found = new Set();
  grid.forEach((cells, row) => cells.forEach((_text, column) => test(row, column) && found.add(column)));
  return found;
}
/* The one element that all names of a line agree on: {code, name: the first of them}, or {why, name: all of them}. */
function identity(cells, codes, names) {
  const written = [...names].filter((column) => cells[column] !== "");
  const name = written.map((column) => cells[column]).join(" / ");
  if (!written.length) {
    return { why: "no_name", name: cells.find((text) => text !== "" && !is_figure(text)) ?? "" };
  }
  const agreed = written.map((column) => codes[column]).reduce((one, other) => one.filter((code) => other.includes(code)));
  if (agreed.length === 1) {
    return { code: agreed[0], name: cells[written[0]] };
  }
  const known = written.filter((column) => codes[column].length);
  return { why: agreed.length ? "several" : known.length ? "names_differ" : "unknown_name", name: name };
}
/* A line's entry, or why it cannot be placed. measures: all that are said of it; blank ones say nothing. */
export function judged(said, row, measures) {
  if (!is_figure(said.text)) {
    return { ...said, why: "words" };
  }
  const other = measures.find((measure) => measure && !is_own_measure(row, measure));
  return other ? { ...said, why: "measure", measure: other } : said;
}
function without_doubles(read) {
  const count = new Map();
  read.filter((each) => each.code).forEach((each) => count.set(each.code, (count.get(each.code) ?? 0) + 1));
  const all = read.map((each) => (!each.why && count.get(each.code) > 1 ? { ...each, why: "twice" } : each));
  return { pairs: all.filter((each) => !each.why), lost: all.filter((each) => each.why), laid: "names" };
}
