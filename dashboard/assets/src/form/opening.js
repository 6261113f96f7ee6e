/* A form was drawn: it is the one that is open, and what was typed in it and never saved is in it again. */
import { cell_of, code_of, rows } from "./cells.js";
import { kept_typing, link } from "./connected.js";
import { name_file_field, put_in_waiting } from "./file.js";
import { form, set_form } from "./open_form.js";
import { one, say, search_for, set_text } from "./page.js";
import { entries, push } from "./typing.js";
import { clock, filled_in, random } from "./words.js";

const MOST_FRAMES = 600; /* until what was not drawn will not be: the page was left */

export function opened(facts) {
  if (!facts) {
    return;
  }
  const key = [facts.unit, facts.period, facts.etag].join(" ");
  if (!form || form.key !== key) {
    set_form({
      key: key, editor: random(), editor_before: null, attempt: random(), tries: 0, touched: false, unsent: "", unsure: false,
      seen: facts.draft_version, etag: facts.etag, revision: facts.revision, acknowledged: facts.acknowledged,
    });
    form.editor_before = remember_editor(form.editor);
  }
  form.facts = facts;
  form.pushed = null; /* an answer that was under way went to the form drawn before */
  form.busy = false;
  form.sending = false; /* the same attempt if it is sent again */
  form.next = null;
  form.unsent = ""; /* what the form now drawn holds is what is recorded */
  link.stop();
  when_drawn("#collect .cell-row", fill);
  when_drawn("#collect-file input", name_file_field); /* Dash loads its part for files later on */
}
function fill() {
  if (one("collect-send")) {
    put_back_kept(kept_typing(entries(false)));
  }
  put_in_waiting();
  push();
}
/* What was typed here and never saved: this tab's own goes on where it was, another tab's is held against the draft. */
function put_back_kept(typing) {
  if (!typing) {
    return;
  }
  form.seen = typing.seen;
  form.editor = typing.editor === form.editor_before ? typing.editor : form.editor;
  form.attempt = typing.etag === form.etag ? typing.key : form.attempt;
  form.acknowledged = typing.acknowledged;
  rows().forEach((row) => set_text(cell_of(row), typing.values[code_of(row)] || ""));
  set_text(one("collect-reason"), typing.reason);
  set_text(one("collect-note"), typing.note);
  say("collect-connection", filled_in(form.facts.words.put_back, { time: clock(typing.at, Date.now(), form.facts.timezone) }));
}
/* Names this tab's editor; answers the one before, which a reload leaves behind. */
function remember_editor(editor) {
  try {
    const before = window.sessionStorage.getItem("biaochi_editor");
    window.sessionStorage.setItem("biaochi_editor", editor);
    return before;
  } catch {
    return null;
  }
}
function when_drawn(selector, act, tries = MOST_FRAMES) {
  if (document.querySelector(selector)) {
    act();
  } else if (tries) {
    window.requestAnimationFrame(() => when_drawn(selector, act, tries - 1));
  }
}
/* The address of another form that was chosen; undefined while the choice is only drawn. */
export function chosen_search(unit, period, facts) {
  const chosen = facts && period && (unit !== facts.unit || period !== facts.period);
  return chosen ? search_for(unit, period) : undefined;
}
