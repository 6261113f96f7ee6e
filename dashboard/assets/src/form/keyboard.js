/* Keys and fields of the form: moving between cells, taking back, noticing what is typed and pasted. */
import { cells, convert, note_conversion } from "./cells.js";
import { form } from "./open_form.js";
import { one, set_text } from "./page.js";
import { paste } from "./paste.js";
import { typed } from "./typing.js";

function is_cell(target) {
  return form && target && target.matches && target.matches("#collect .cell-row input");
}
function step(from, by) {
  const inputs = cells();
  const next = inputs[inputs.indexOf(from) + by];
  if (next) {
    next.focus();
  } else if (by > 0) {
    one("collect-send").focus();
  }
}
function key_pressed(event) {
  if (!is_cell(event.target) || event.isComposing || event.keyCode === 229) {
    return; /* the input method has the key */
  }
  if (event.key === "Enter" || event.key === "ArrowDown" || event.key === "ArrowUp") {
    event.preventDefault();
    step(event.target, event.key === "ArrowUp" || event.shiftKey ? -1 : 1);
  } else if (event.key === "Escape") {
    set_text(event.target, form.before);
    event.target.select();
  }
}
function text_changed(event) {
  if (!form || !event.target.matches("#collect .cell-row input, #collect textarea")) {
    return;
  }
  if (is_cell(event.target)) {
    note_conversion(event.target, "");
  }
  typed();
}
export function watch_fields() {
  document.addEventListener("focusin", (event) => {
    if (is_cell(event.target)) {
      form.before = event.target.value;
      event.target.select();
    }
  });
  document.addEventListener("focusout", (event) => {
    if (is_cell(event.target)) {
      convert(event.target);
    }
  });
  document.addEventListener("keydown", key_pressed);
  ["compositionstart", "compositionend"].forEach((name) => {
    document.addEventListener(name, (event) => {
      if (is_cell(event.target)) {
        form.composing = name === "compositionstart";
      }
    });
  });
  document.addEventListener("input", text_changed);
  document.addEventListener("paste", (event) => {
    if (is_cell(event.target)) {
      paste(event);
    }
  });
}
