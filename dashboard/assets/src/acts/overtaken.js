/* What was typed into a form whose ask was refused. Where the thing changed meanwhile the form is drawn anew, for what
 * it is now: what was typed stands in the new one again; where there is none any more, beside the refusal. */
const TRIES = [300, 1000, 3000]; /* ms; how long the drawing takes is not ours to know */
const TEXTS = "textarea[name], select[name], input[name]:not([type=checkbox], [type=radio], [type=file], [type=hidden])";
let typed = null;
let awaited = []; /* the tries to come for the last refusal: what is asked next ends them */

/* The one of `candidates` ({act, names, given}) that is `asked` drawn anew: the same act with the same fields to write
 * in, and as many of the fields it came with as any other; null where none or several are. */
export function same_again(asked, candidates) {
  const alike = candidates.filter(({ act, names }) => act === asked.act && names.join() === asked.names.join());
  const agreed = (given) => Object.keys(asked.given).filter((name) => given[name] === asked.given[name]).length;
  const most = Math.max(...alike.map(({ given }) => agreed(given)));
  const nearest = alike.filter(({ given }) => agreed(given) === most);
  return nearest.length === 1 ? nearest[0] : null;
}
function facts_of(form) {
  const names = Array.from(form.querySelectorAll(TEXTS), (field) => field.name);
  return { form: form, act: form.dataset.asks, names: names, given: JSON.parse(form.dataset.fields || "{}") };
}
export function remember(form) {
  awaited.forEach((timer) => window.clearTimeout(timer));
  awaited = [];
  const texts = Array.from(form.querySelectorAll(TEXTS), (field) => field.value);
  typed = texts.some((text) => text.trim()) ? { ...facts_of(form), texts: texts } : null;
}
/* After an answer. Where it was no refusal, nothing is brought back. */
export function bring_back(is_refused) {
  const asked = typed;
  typed = null;
  if (asked && is_refused) {
    awaited = TRIES.map((ms, place) => window.setTimeout(() => again(asked, place === TRIES.length - 1), ms));
  }
}
function again(asked, is_last) {
  if (asked.is_back || asked.form.isConnected) {
    return;
  }
  const forms = Array.from(document.querySelectorAll("form[data-asks]")).filter((form) => !form.closest(".outcomes"));
  const found = same_again(asked, forms.map(facts_of));
  if (found) {
    fill(found.form, asked.texts);
    asked.is_back = true;
  } else if (is_last) {
    tell(asked.texts.filter((text) => text.trim()));
  }
}
/* As if typed: fields that a component holds are told, too. What somebody wrote in the meantime stays. */
function fill(form, texts) {
  form.closest("details")?.setAttribute("open", "");
  Array.from(form.querySelectorAll(TEXTS)).forEach((field, place) => {
    if (field.value === texts[place] || (field === document.activeElement && field.value)) {
      return;
    }
    Object.getOwnPropertyDescriptor(Object.getPrototypeOf(field), "value").set.call(field, texts[place]);
    field.dispatchEvent(new Event("input", { bubbles: true }));
    field.dispatchEvent(new Event("change", { bubbles: true }));
  });
}
function tell(texts) {
  const refusal = document.querySelector(".outcome-refused");
  const words = JSON.parse(document.getElementById("told-later").dataset.words);
  const said = words[document.documentElement.lang.startsWith("en") ? "en" : "zh"].typed;
  const told = Object.assign(document.createElement("p"), { className: "note", textContent: said + texts.join(" · ") });
  refusal?.append(told);
}
