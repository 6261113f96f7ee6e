/* Lines and cells of words in a pasted table that say something of its figures. */
import { is_own_measure, stated_measures } from "./measures.js";
import { beside, is_doubtful_note, is_of_all, turns } from "./pasted_words.js";

const BEHIND_TEMPLATE = 3; /* columns of the template behind the figures: last month's, what changed, what is wrong */

/* What the rows of words say: after(row): why a line below one of them is not placed; measures_of(row): measures stated
 * for what follows; spoiled(elements): the text that states for all a measure that is no element's own; doubts. */
export function notes_said(pasted, form) {
  const notes = pasted.notes.map((note) => ({
    ...note,
    whole: note.row > pasted.last || is_of_all(note.text),
    measures: stated_measures(note.text, pasted.is_measure, form),
  }));
  const turning = notes.filter((note) => !note.whole && turns(note.text, form));
  const stating = notes.filter((note) => note.measures.length);
  return {
    after: (row) => turning.filter((note) => note.row < row).map((note) => ({ why: "after", divider: note.text }))[0],
    measures_of: (row) => stating.filter((note) => !note.whole && note.row < row).slice(-1).map((note) => note.measures.join("、")),
    spoiled: (elements) => stating.find((note) => note.whole && !note.measures.every((each) => elements.some((row) => is_own_measure(row, each))))?.text,
    doubts: notes.filter((note) => note.whole && is_doubtful_note(note.text, form)).map((note) => note.text),
  };
}
/* What stands beside the figures, in columns that nobody reads: line → [{why}, {measure} or {doubt}]. */
export function besides({ grid, head, lines, aside }, found, { is_measure }, form) {
  const is_read = (column) =>
    column === found.column || aside.has(column) || column === found.counted || head.roles[column] === "ignored" ||
    (found.template && column > found.column && column <= found.column + BEHIND_TEMPLATE);
  const said = (text, column) => (text === "" || is_read(column) ? null : beside(text, head.roles[column] ?? "", form, is_measure));
  return new Map(lines.map((line) => [line, grid[line].map(said).filter((each) => each)]));
}
