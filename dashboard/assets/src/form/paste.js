/* What is pasted into a cell: put where it belongs, listed, and taken back in one step. */
import { cell_of, code_of, note_conversion, row_of, rows } from "./cells.js";
import { clipboard_rows } from "../pasting/clipboard.js";
import { as_number } from "../pasting/numbers.js";
import { form } from "./open_form.js";
import { all, set_text } from "./page.js";
import { ask_which, say_pasted, say_refused, say_taken_back } from "./pasted_said.js";
import { placing } from "../pasting/placing.js";

/* The form as the placing of a paste needs it: see placing.js. */
function form_to_place() {
  const described = rows().map((row) => ({
    code: code_of(row),
    names: row.getAttribute("data-names").split("|"),
    measures: row.getAttribute("data-measure").split("|"),
    before: row.getAttribute("data-before"),
    block: row.closest(".block").getAttribute("data-block"),
  }));
  return { ...form.facts.pasting, rows: described };
}
export function paste(event) {
  const grid = clipboard_rows((event.clipboardData || window.clipboardData).getData("text"));
  if (grid.length === 1 && grid[0].length === 1) {
    return; /* a single value is pasted as usual */
  }
  event.preventDefault();
  const found = placing(grid, form_to_place(), code_of(event.target.closest("tr")));
  form.choices = found.choices || null;
  if (found.refused) {
    say_refused(found.refused, code_of(event.target.closest("tr")));
  } else if (found.choices) {
    ask_which(found.choices, found.doubts);
  } else {
    put_pasted(found);
  }
}
export function lay_chosen(button) {
  const chosen = form.choices[Number(button.getAttribute("data-choice"))];
  form.choices = null;
  put_pasted(chosen);
  cell_of(row_of(chosen.pairs[0].code)).focus();
}
function put_pasted(found) {
  const placed = put_texts(found.pairs.map((pair) => ({ code: pair.code, text: as_number(pair.text), written: pair.text })));
  say_pasted(found, placed);
}
/* Put texts in their cells and mark these; what stood there is kept for taking back. Answers it: [{code, before, …}]. */
export function put_texts(texts) {
  all("#collect .was-pasted").forEach((row) => row.classList.remove("was-pasted"));
  const placed = texts.map((each) => ({ ...each, before: cell_of(row_of(each.code)).value }));
  form.undo = placed;
  placed.forEach(({ code, text, written }) => {
    const input = cell_of(row_of(code));
    set_text(input, text);
    note_conversion(input, written && written !== text ? written + " → " + text : "");
    row_of(code).classList.add("was-pasted");
  });
  return placed;
}
/* What was typed over since stays as it was typed. */
export function undo_paste() {
  const kept = form.undo.filter(({ code, text }) => as_number(cell_of(row_of(code)).value) !== as_number(text));
  form.undo.filter((each) => !kept.includes(each)).forEach(({ code, before }) => {
    const input = cell_of(row_of(code));
    set_text(input, before);
    note_conversion(input, "");
  });
  form.undo.forEach(({ code }) => row_of(code).classList.remove("was-pasted"));
  cell_of(row_of(form.undo[0].code)).focus();
  say_taken_back(kept);
}
