/* What is typed goes to the server, which alone checks it and keeps it as a draft. */
import { cell_of, cells, code_of, convert, rows } from "./cells.js";
import { forget_typing, keep_typing, link, when_connection } from "./connected.js";
import { is_same } from "./kept_typing.js";
import { form } from "./open_form.js";
import { all, focus_first, one, say } from "./page.js";
import { show } from "./findings.js";

const PAUSE = 350; /* ms without typing before the entries go to the server */

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
  form.unsent = form.unsure ? form.unsent : "";
  keep_typing(entries(true));
  say("collect-draft", form.facts.drafts ? form.facts.words.unsaved : "");
  if (!link.is_lost()) {
    say("collect-connection", "");
  }
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
  form.busy = true;
  link.asked("typed");
  window.dash_clientside.set_props("collect-typed", { data: text });
}
/* What waited for the answer to the newest entries. */
function go_on() {
  const { next } = form;
  form.next = null;
  next?.();
}

/* Saved is said only of what the server said it has saved; what was typed since stays kept in the browser. */
function note_saved(said, is_whole) {
  if (said.draft_version) {
    form.seen = said.draft_version;
    one("collect-discard").classList.remove("hidden-part");
  }
  if (is_whole && said.draft_version) {
    say("collect-draft", said.draft);
    forget_typing();
  }
}
when_connection((state, asked) => {
  if (state === "again") {
    form.busy = false;
    form.pushed = null;
    push();
  } else if (state === "told" && asked === "collect-typed") {
    form.busy = false;
    form.pushed = null;
    form.next = null;
  }
});

export function after_typed(said) {
  if (!form || !said) {
    return;
  }
  const is_whole = form.touched && form.pushed && is_same(JSON.parse(form.pushed), JSON.parse(entries(true)));
  form.busy = false;
  link.settled("typed");
  say("collect-refused", said.refused || said.conflict || form.unsent);
  if (said.refused) {
    form.pushed = null;
    if (said.away) {
      link.lost(true);
    }
    form.next = null;
    return;
  }
  link.answered("typed");
  show(said);
  note_saved(said, is_whole);
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
