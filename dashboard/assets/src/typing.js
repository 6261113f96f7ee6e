/* What is typed goes to the server, which alone checks it and keeps it as a draft. */
import { cell_of, cells, code_of, convert, rows } from "./cells.js";
import { form } from "./open_form.js";
import { all, focus_first, one, say } from "./page.js";
import { send } from "./sending.js";
import { show } from "./shown.js";

const PAUSE = 350; /* ms without typing before the entries go to the server */
export const PATIENCE = 20000; /* ms to wait for an answer before sending may be tried again */

function reasons() {
  const found = Object.assign({}, form.acknowledged);
  all("#collect [data-acknowledges]").forEach((field) => {
    found[field.getAttribute("data-acknowledges")] = field.value;
  });
  form.acknowledged = found;
  return found;
}
export function entries(editing) {
  const values = {};
  rows().forEach((row) => {
    const text = cell_of(row).value.trim();
    if (text) {
      values[code_of(row)] = text;
    }
  });
  form.values = values;
  return JSON.stringify({
    unit: form.facts.unit,
    period: form.facts.period,
    values: values,
    reason: one("collect-reason").value,
    note: one("collect-note").value,
    acknowledged: reasons(),
    editor: editing ? form.editor : "",
    seen: form.seen,
    etag: form.etag,
    key: form.attempt,
  });
}
export function typed() {
  form.touched = true;
  window.clearTimeout(form.timer);
  form.timer = window.setTimeout(push, PAUSE);
}
export function push() {
  window.clearTimeout(form.timer);
  form.timer = null;
  if (form.busy) {
    form.again = true;
    return;
  }
  if (!form.composing) {
    cells().forEach(convert);
    window.clearTimeout(form.timer);
    form.timer = null;
  }
  const text = entries(form.touched);
  if (text === form.pushed) {
    go_on();
    return;
  }
  form.pushed = text;
  form.busy = window.setTimeout(() => {
    form.busy = null;
    form.pushed = null;
    push();
  }, PATIENCE);
  window.dash_clientside.set_props("collect-typed", { data: text });
}
/* What waited for the answer to the newest entries. */
function go_on() {
  if (form.sending_next) {
    form.sending_next = false;
    send();
  }
}

export function after_typed(said) {
  if (!form || !said) {
    return;
  }
  window.clearTimeout(form.busy);
  form.busy = null;
  say("collect-refused", said.refused || said.conflict || "");
  if (said.refused) {
    form.pushed = null;
    form.sending_next = false;
    if (said.away) {
      form.timer = window.setTimeout(push, 5000);
    }
    return;
  }
  show(said);
  if (said.draft_version) {
    form.seen = said.draft_version;
    say("collect-draft", said.draft);
    one("collect-discard").classList.remove("hidden-part");
  }
  form.their_version = said.conflict_version;
  if (form.again) {
    form.again = false;
    push();
  } else if (form.show_first_error && !form.timer) {
    form.show_first_error = false;
    focus_first('#collect [aria-invalid="true"], #collect .missing input');
  } else {
    window.requestAnimationFrame(go_on);
  }
}
