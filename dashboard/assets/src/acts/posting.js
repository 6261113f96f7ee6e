/* Short forms of pages (form[data-post]): sent to the API as JSON, its answer said in the page's language.
 *
 * A field is described by its name and by the `data-kind` around it: body.js. form[data-file=".csv,.xlsx"] asks for a
 * file of these kinds and sends that with the form's fields, as multipart with a key of its own.
 */
import { random } from "../form/words.js";
import { body_of, words_of } from "./body.js";

function fields_of(form) {
  return Array.from(form.querySelectorAll("[name]"), (field) => ({
    name: field.name,
    kind: field.closest("[data-kind]")?.dataset.kind,
    value: field.value,
  }));
}
function chosen_file(kinds) {
  return new Promise((chosen) => {
    const field = Object.assign(document.createElement("input"), { type: "file", accept: kinds });
    field.addEventListener("change", () => field.files.length && chosen(field.files[0]));
    field.click();
  });
}
async function asked_of(form) {
  if (!form.dataset.file) {
    return { headers: { "Content-Type": "application/json" }, body: body_of(fields_of(form)) };
  }
  const body = new FormData();
  fields_of(form).forEach(({ name, value }) => body.append(name, value));
  body.append("file", await chosen_file(form.dataset.file));
  return { headers: { "Idempotency-Key": random() }, body: body };
}
/* A form that was posted is drawn anew with what it changed: what became of it is said in the new one too. */
const SAID_AGAIN = [500, 1500, 3000, 6000]; /* ms; how long the drawing takes is not ours to know */
let told = null;
function say_again() {
  const form = told && document.querySelector(`form[data-post="${told.post}"]`);
  if (form) {
    form.closest("details")?.setAttribute("open", "");
    say(form, told.text, true);
  }
}
function say(form, text, is_done) {
  const said = form.querySelector("[data-said]");
  said.textContent = text;
  said.className = is_done ? "said" : "said refused";
}
async function post(form) {
  const asked = await asked_of(form);
  const button = form.querySelector("button[type=submit]");
  button.disabled = true;
  try {
    const response = await fetch(form.dataset.post, { method: "POST", ...asked });
    const answer = await response.json();
    say(form, response.ok ? form.dataset.done : words_of(answer, document.documentElement.lang), response.ok);
    if (response.ok) {
      told = { post: form.dataset.post, text: form.dataset.done };
      SAID_AGAIN.forEach((ms) => window.setTimeout(say_again, ms));
      window.setTimeout(() => (told = null), Math.max(...SAID_AGAIN) + 1);
      if (form.contains(document.activeElement)) {
        document.activeElement.blur();
      }
      window.dash_clientside.set_props("recorded", { data: String(Date.now()) });
    }
  } catch {
    say(form, form.dataset.failed, false);
  }
  button.disabled = false;
}
export function watch_posting() {
  document.addEventListener("submit", (event) => {
    const form = event.target.closest("form[data-post]");
    if (form) {
      event.preventDefault();
      post(form);
    }
  });
}
