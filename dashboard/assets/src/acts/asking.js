/* Forms that ask the server to have something done: what they say becomes one text in the store `asked`. */
import { random } from "../form/words.js";
import { remember } from "./overtaken.js";

const LONGEST = 15_000; /* ms without an answer after which it may be tried again */
const KEYS = new WeakMap(); /* form → its key, for acts that the same form does once (`data-once`) */
let asks = 0;

/* What a form asks for. fields: those of the form and of `data-fields`; chosen: the values that are ticked in it. */
export function asked_by({ act, fields, entries, chosen, nth }) {
  const texts = Array.from(entries).filter(([, value]) => typeof value === "string");
  return JSON.stringify({ do: act, fields: { ...fields, ...Object.fromEntries(texts) }, chosen: chosen, nth: nth });
}
function ticked(form) {
  const boxes = Array.from(form.querySelectorAll("input[type=checkbox][value]:checked"));
  return boxes.map((box) => box.value).filter((value) => value !== "on");
}
function key_of(form) {
  if (!KEYS.has(form)) {
    KEYS.set(form, random());
  }
  return KEYS.get(form);
}
function ask(event) {
  const form = event.target.closest("form[data-asks]");
  if (!form) {
    return;
  }
  event.preventDefault();
  if (form.getAttribute("aria-busy") === "true") {
    return; /* pressed twice */
  }
  remember(form);
  const held = [form, ...offered(form)];
  held.forEach(hold);
  window.setTimeout(() => held.forEach(let_go), LONGEST);
  asks += 1;
  const asked = asked_by({
    act: form.dataset.asks,
    fields: { ...JSON.parse(form.dataset.fields || "{}"), ...(form.dataset.once ? { key: key_of(form) } : {}) },
    entries: new FormData(form, event.submitter),
    chosen: ticked(form),
    nth: asks,
  });
  window.dash_clientside.set_props("asked", { data: asked });
}
/* What an earlier answer offers to do: another ask is about something else. */
function offered(form) {
  return Array.from(document.querySelectorAll(".outcomes form[data-asks]")).filter((other) => other !== form);
}
/* What was tried is no longer what stands in the form: it cannot be recorded until it was tried again. */
function outdate(event) {
  const form = event.target.closest("form[data-asks]");
  if (form && !form.closest(".outcomes")) {
    offered(form).filter((other) => other.dataset.asks === form.dataset.asks).forEach((other) => {
      hold(other);
      other.dataset.outdated = "true";
    });
  }
}
/* What is typed after the press would be gone with the answer: until that comes nothing can be. */
function hold(form) {
  form.setAttribute("aria-busy", "true");
  Array.from(form.elements).filter((field) => !field.readOnly).forEach((field) => {
    field.readOnly = true;
    field.dataset.held = "true";
  });
}
export function let_go(form) {
  form.removeAttribute("aria-busy");
  delete form.dataset.outdated;
  form.querySelectorAll("[data-held]").forEach((field) => {
    field.readOnly = false;
    delete field.dataset.held;
  });
}
export function watch_asking() {
  document.addEventListener("submit", ask);
  document.addEventListener("input", outdate);
}
