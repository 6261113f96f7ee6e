/* A form was drawn: the address names it, and what was typed before it was drawn anew is put back. */
import { cell_of, code_of, rows } from "./cells.js";
import { put_in_waiting } from "./file.js";
import { form, set_form } from "./open_form.js";
import { search_for, set_text } from "./page.js";
import { push } from "./typing.js";
import { random } from "./words.js";

export function opened(facts) {
  if (!facts) {
    return;
  }
  const here = search_for(facts.unit, facts.period);
  if (here !== window.location.search) { /* the address says what is open, also where it was the default */
    window.history.replaceState(window.history.state, "", here + window.location.hash);
    window.dispatchEvent(new PopStateEvent("popstate")); /* Dash keeps the address as well, and would put its own back */
  }
  const key = [facts.unit, facts.period, facts.etag].join(" ");
  if (!form || form.key !== key) {
    set_form({
      key: key, editor: random(), attempt: random(), tries: 0, touched: false, values: null,
      seen: facts.draft_version, etag: facts.etag, revision: facts.revision, acknowledged: facts.acknowledged,
    });
  }
  form.facts = facts;
  form.pushed = null; /* an answer that was under way went to the form drawn before */
  window.clearTimeout(form.busy);
  form.busy = null;
  when_drawn(fill, 100);
}
function fill() {
  if (form.values) { /* drawn anew, in another language or theme: what was typed is put back */
    rows().forEach((row) => set_text(cell_of(row), form.values[code_of(row)] || ""));
  }
  put_in_waiting();
  push();
}
function when_drawn(act, tries) {
  if (rows().length) {
    act();
  } else if (tries) {
    window.requestAnimationFrame(() => when_drawn(act, tries - 1));
  }
}
/* The address of another form that was chosen; undefined while the choice is only drawn. */
export function chosen_search(unit, period, facts) {
  const chosen = facts && period && (unit !== facts.unit || period !== facts.period);
  return chosen ? search_for(unit, period) : undefined;
}
