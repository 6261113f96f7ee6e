/* What is pasted into a cell, and taking it back. */
import { cell_of, cells, code_of, label_of, note_conversion, rows } from "./cells.js";
import { as_number } from "./numbers.js";
import { form } from "./open_form.js";
import { all, one, say, set_text } from "./page.js";
import { filled_in } from "./words.js";

function pasted_rows(text) {
  return text
    .replace(/\r\n?/g, "\n")
    .replace(/\n+$/, "")
    .split("\n")
    .map((line) => line.split("\t").map((part) => part.trim()));
}
function plain_name(text) {
  return text.replace(/[\s"“”()（）、,，:：;；]/g, "").toLowerCase();
}
function row_named(text) {
  const wanted = plain_name(text);
  return rows().find((row) => {
    const names = row.getAttribute("data-names").split("|").concat(code_of(row));
    return names.some((name) => plain_name(name) === wanted);
  });
}
/* Which cell gets which text: downwards from the focused cell, or by the name or code in the first column. */
function placed(pasted, from) {
  const found = { pairs: [], lost: [] };
  if (pasted.every((line) => line.length === 1)) {
    const inputs = cells();
    const first = inputs.indexOf(from);
    pasted.forEach((line, place) => {
      const input = inputs[first + place];
      if (input && line[0]) {
        found.pairs.push([input, line[0]]);
      } else if (line[0]) {
        found.lost.push(line[0]);
      }
    });
    return found;
  }
  if (!pasted.every((line) => line.length === 2)) {
    return null;
  }
  pasted.forEach((line) => {
    const row = row_named(line[0]);
    if (row && line[1]) {
      found.pairs.push([cell_of(row), line[1]]);
    } else if (line[0] || line[1]) {
      found.lost.push(line[0] || line[1]);
    }
  });
  return found.pairs.length ? found : null;
}
export function paste(event) {
  const text = (event.clipboardData || window.clipboardData).getData("text");
  if (!/[\t\n\r]/.test(text.replace(/\s+$/, ""))) {
    return; /* a single value is pasted as usual */
  }
  event.preventDefault();
  const found = placed(pasted_rows(text), event.target);
  if (!found) {
    say("collect-pasted", form.facts.words.not_columns);
    return;
  }
  form.undo = found.pairs.map((pair) => [pair[0], pair[0].value]);
  const converted = [];
  all("#collect .was-pasted").forEach((row) => row.classList.remove("was-pasted"));
  found.pairs.forEach((pair) => {
    const plain = as_number(pair[1]);
    set_text(pair[0], plain);
    note_conversion(pair[0], plain === pair[1] ? "" : pair[1] + " → " + plain);
    pair[0].closest("tr").classList.add("was-pasted");
    if (plain !== pair[1]) {
      converted.push(pair[1] + " → " + plain);
    }
  });
  say_pasted(found, converted);
}
function say_pasted(found, converted) {
  const words = form.facts.words;
  const said = [
    filled_in(words.pasted, {
      count: found.pairs.length,
      first: label_of(found.pairs[0][0]),
      last: label_of(found.pairs[found.pairs.length - 1][0]),
    }),
  ];
  if (converted.length) {
    const examples = converted.slice(0, 3).join(", ");
    said.push(filled_in(words.pasted_converted, { count: converted.length, examples: examples }));
  }
  if (found.lost.length) {
    said.push(filled_in(words.not_placed, { texts: found.lost.slice(0, 5).join(", ") }));
  }
  say_with_undo(said.join(" "));
}
export function say_with_undo(words) {
  say("collect-pasted", words + " ");
  const undo = document.createElement("button");
  undo.type = "button";
  undo.className = "button";
  undo.setAttribute("data-does", "undo-paste");
  undo.textContent = form.facts.words.undo;
  one("collect-pasted").appendChild(undo);
}
export function undo_paste() {
  form.undo.forEach((pair) => {
    set_text(pair[0], pair[1]);
    note_conversion(pair[0], "");
    pair[0].closest("tr").classList.remove("was-pasted");
  });
  form.undo[0][0].focus();
  say("collect-pasted", "");
}
