/* Lines that name their element: by name, by code, or by both, in any columns. */
import { is_own_measure } from "./measures.js";
import { measure_behind } from "./names.js";
import { is_figure } from "./numbers.js";
import { figure_column } from "./pasted_columns.js";
import { besides, notes_said } from "./pasted_notes.js";

const TOTAL = /[合小总共]计/; /* a row of its own, which needs no name */

/* pasted.notes: [{row, text}], the rows that are about no element; last: the last row about one. */
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
  const notes = notes_said(pasted, form);
  const around = besides(table, found, pasted, form);
  const measures_of = (cells, row) => [
    ...[...measures].map((column) => cells[column]),
    ...[...names].map((column) => measure_behind(cells[column], is_measure)),
    ...(around.get(row) ?? []).map((each) => each.measure),
    ...notes.measures_of(row),
    head.measure,
  ];
  const entries = grid.map((cells, row) => [cells, row]).filter(([cells, row]) => row > head.row && cells[found.column] !== "");
  const read = entries.map(([cells, row]) => {
    const said = { name: "", text: cells[found.column], row: row, ...identity(cells, named[row], names) };
    const other = notes.after(row) ?? (around.get(row) ?? []).find((each) => each.why);
    return said.why ? said : other ? { ...said, ...other } : judged(said, by_code.get(said.code), measures_of(cells, row));
  });
  const placed = without_joined(read, without_doubles(read));
  const spoiled = notes.spoiled(placed.pairs.map((pair) => by_code.get(pair.code)));
  const counted = found.counted !== undefined;
  return spoiled ? { refused: { why: "note_measure", text: spoiled } } : { ...placed, counted, doubts: doubts_of(placed, head, notes, around) };
}
/* What titles, notes and the cells beside the placed figures leave open. */
function doubts_of({ pairs }, head, notes, around) {
  const beside = pairs.flatMap((pair) => around.get(pair.row) ?? []).map((each) => each.doubt);
  return [...new Set([...head.doubts, ...notes.doubts, ...beside].filter(Boolean))];
}
/* A figure without a name right below one that has one: the name may be joined over both, so neither is the whole. */
function without_joined(read, { pairs, lost }) {
  const nameless = new Set(read.filter((each) => each.why === "no_name" && !TOTAL.test(each.name)).map((each) => each.row));
  const joined = pairs.filter((each) => nameless.has(each.row + 1)).map((each) => ({ ...each, why: "joined" }));
  const all = [...pairs.filter((each) => !nameless.has(each.row + 1)), ...joined, ...lost];
  return sorted_out(all.sort((one, other) => one.row - other.row));
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
/* Lines of one element stand against each other, so none of them is placed. */
export function without_doubles(read) {
  const count = new Map();
  read.filter((each) => each.code).forEach((each) => count.set(each.code, (count.get(each.code) ?? 0) + 1));
  return sorted_out(read.map((each) => (!each.why && count.get(each.code) > 1 ? { ...each, why: "twice" } : each)));
}
function sorted_out(read) {
  return { pairs: read.filter((each) => !each.why), lost: read.filter((each) => each.why), laid: "names" };
}
