/* Files of a record, in its form ([data-attaching]): chosen, uploaded one by one, ticked. Nothing is drawn anew, so that
 * what is typed stays; what was refused is said with the file's name, and the others go on. */
import { filled_in } from "../form/words.js";
import { words_of } from "./body.js";

/* Which of the chosen files are sent, and why the others are not. files: [{name, size}]; ticked: how many are so far. */
export function looked_over(files, { ticked, most, largest, words }) {
  const taken = [];
  const refused = [];
  files.forEach((file) => {
    if (file.size > largest) {
      refused.push({ name: file.name, why: words.too_large });
    } else if (ticked + taken.length >= most) {
      refused.push({ name: file.name, why: filled_in(words.too_many, { most: most }) });
    } else {
      taken.push(file);
    }
  });
  return { taken: taken, refused: refused };
}
function chosen_files(kinds) {
  return new Promise((chosen) => {
    const field = Object.assign(document.createElement("input"), { type: "file", accept: kinds, multiple: true });
    field.addEventListener("change", () => chosen(Array.from(field.files)));
    field.addEventListener("cancel", () => chosen([]));
    field.click();
  });
}
function boxes_of(field) {
  return Array.from(field.querySelectorAll("input[type=checkbox][value]"));
}
/* lines: [[text, is_done]]; what was said before is gone. */
function say(field, lines) {
  const said = lines.map(([text, is_done]) =>
    Object.assign(document.createElement("p"), { className: is_done ? "said" : "said refused", textContent: text }),
  );
  field.querySelector("[data-said]").replaceChildren(...said);
}
/* The file stands in the list, ticked; one that is offered already is ticked there. */
function tick(field, kept) {
  const there = boxes_of(field).find((box) => box.value === String(kept.seq));
  if (there) {
    if (!there.checked) {
      there.click();
    }
    return;
  }
  const box = Object.assign(document.createElement("input"), { type: "checkbox", value: String(kept.seq), checked: true });
  const label = document.createElement("label");
  label.append(box, " " + kept.name);
  const line = document.createElement("li");
  line.append(label);
  field.querySelector("[data-attached]").append(line);
}
/* Undefined if it is kept, else why it is not. */
async function sent(file, { unit, words }, field) {
  const body = new FormData();
  body.append("unit", unit);
  body.append("file", file);
  try {
    const response = await fetch("/api/v1/attachments", { method: "POST", body: body });
    const answer = await response.json();
    if (!response.ok) {
      return words_of(answer, document.documentElement.lang);
    }
    tick(field, answer);
    return undefined;
  } catch {
    return words.failed;
  }
}
async function attach(button) {
  const field = button.closest("[data-attaching]");
  const facts = JSON.parse(field.dataset.attaching);
  const files = await chosen_files(facts.kinds);
  if (!files.length) {
    return;
  }
  const ticked = boxes_of(field).filter((box) => box.checked).length;
  const { taken, refused } = looked_over(files, { ...facts, ticked: ticked });
  const held = [button, ...button.closest("form").querySelectorAll("button[type=submit]")];
  held.forEach((each) => (each.disabled = true)); /* the record is not sent before its files are there */
  const kept = [];
  for (const file of taken) {
    say(field, [[filled_in(facts.words.sending, { name: file.name }), true]]);
    const why = await sent(file, facts, field);
    (why === undefined ? kept : refused).push({ name: file.name, why: why });
  }
  say(field, [
    ...kept.map((each) => [filled_in(facts.words.kept, each), true]),
    ...refused.map((each) => [filled_in(facts.words.refused, each), false]),
  ]);
  held.forEach((each) => (each.disabled = false));
  button.focus();
}
export function watch_attaching() {
  document.addEventListener("click", (event) => {
    const button = event.target.closest('[data-does="attach"]');
    if (button) {
      attach(button);
    }
  });
}
