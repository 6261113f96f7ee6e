/* What the server said of the entries, put in its places. */
import { cell_of, code_of, rows } from "./cells.js";
import { form } from "./open_form.js";
import { all, one, say } from "./page.js";

export function show(said) {
  rows().forEach((row) => show_row(row, said));
  all("#collect .sum-row").forEach((row) => {
    const sum = said.sums[row.getAttribute("data-check")];
    row.className = "sum-row sum-" + sum.state;
    row.querySelector(".sum").textContent = sum.value;
    row.querySelector(".sum-mark").textContent = { holds: "✔", fails: "✘", open: "" }[sum.state];
  });
  all("#collect .block").forEach((block) => {
    block.querySelector(".block-state").textContent = said.blocks[block.getAttribute("data-block")] || "";
  });
  say("collect-progress", said.progress);
}
function show_row(row, said) {
  const code = code_of(row);
  const lines = said.cells[code] || [];
  const wrong = lines.some((line) => line.severity === "error");
  const input = cell_of(row);
  const missing = said.missing.includes(code);
  row.classList.toggle("row-error", wrong);
  row.classList.toggle("row-warning", lines.length > 0 && !wrong);
  row.classList.toggle("missing", missing);
  row.classList.toggle("changed", form.facts.revision && input.value.trim() !== row.getAttribute("data-known"));
  if (wrong) {
    input.setAttribute("aria-invalid", "true");
  } else {
    input.removeAttribute("aria-invalid");
  }
  input.setAttribute("aria-describedby", "said-" + code);
  row.querySelector(".form-change").textContent = said.differences[code];
  show_lines(one("said-" + code), missing ? [{ severity: "blank", text: form.facts.words.blank, given: "" }] : lines);
}
function show_lines(place, lines) {
  place.textContent = "";
  lines.forEach((line) => {
    const paragraph = document.createElement("p");
    paragraph.className = "said-" + line.severity;
    paragraph.textContent = line.text + (line.given && line.severity !== "blank" ? " (" + line.given + ")" : "");
    place.appendChild(paragraph);
  });
}
