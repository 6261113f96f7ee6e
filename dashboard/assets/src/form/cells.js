/* The rows of the form and the cells in them. */
import { as_number } from "../pasting/numbers.js";
import { all, set_text } from "./page.js";

export function rows() {
  return all("#collect .cell-row");
}
export function cell_of(row) {
  return row.querySelector("input");
}
export function cells() {
  return rows().map(cell_of);
}
export function code_of(row) {
  return row.getAttribute("data-code");
}
export function row_of(code) {
  return document.querySelector('#collect .cell-row[data-code="' + code + '"]');
}
export function name_of(code) {
  return row_of(code).querySelector("label").textContent;
}
export function measure_of(code) {
  return row_of(code).querySelector(".form-measure").textContent;
}
/* A number in another way of writing is written plainly, and the cell says so. */
export function convert(input) {
  const before = input.value;
  const plain = as_number(before);
  if (plain !== before) {
    set_text(input, plain);
    note_conversion(input, before.trim() === plain ? "" : before + " → " + plain);
  }
}
export function note_conversion(input, text) {
  const note = input.closest("td").querySelector(".converted");
  if (note) {
    note.textContent = text;
  }
}
