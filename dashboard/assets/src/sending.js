/* Sending the return, once however often it is pressed; letting go of its draft. */
import { form, set_form } from "./open_form.js";
import { all, one, refuse, say } from "./page.js";
import { entries, PATIENCE, push } from "./typing.js";
import { random } from "./words.js";

export function send() {
  if (form.sending) {
    return;
  }
  if (form.timer || form.busy || !form.pushed) {
    form.sending_next = true;
    if (!form.busy) {
      push();
    }
    return;
  }
  if (asks_for_reasons()) {
    return;
  }
  say("collect-refused", "");
  const button = one("collect-send");
  button.disabled = true;
  button.textContent = form.facts.words.sending;
  form.sending = window.setTimeout(() => {
    may_send_again();
    refuse(form.facts.words.no_answer, button);
  }, PATIENCE);
  form.tries += 1;
  window.dash_clientside.set_props("collect-sent", { data: entries(true) + " ".repeat(form.tries) });
}
/* Whether something has to be written first; warnings are asked about once. */
function asks_for_reasons() {
  const reason = one("collect-reason");
  if (form.revision && !reason.value.trim()) {
    refuse(form.facts.words.reason_missing, reason);
    return true;
  }
  const unsaid = all("#collect [data-acknowledges]").filter((field) => !field.value.trim());
  const asked = unsaid.map((field) => field.getAttribute("data-acknowledges")).join();
  if (unsaid.length && form.asked_for !== asked) {
    form.asked_for = asked;
    refuse(form.facts.words.explain, unsaid[0]);
    return true;
  }
  return false;
}
export function send_over() {
  form.etag = form.their_etag;
  form.pushed = null;
  send();
}
function may_send_again() {
  window.clearTimeout(form.sending);
  form.sending = null;
  const button = one("collect-send");
  button.disabled = false;
  button.textContent = form.facts.words.send;
}
export function after_sent(said) {
  if (!form || !said) {
    return;
  }
  may_send_again();
  if (said.receipt) {
    const address = new URL(said.receipt, window.location.href);
    set_form(null);
    window.dash_clientside.set_props("url", { pathname: address.pathname, search: address.search, hash: "" });
    return;
  }
  if (!said.away) {
    form.attempt = random();
  }
  refuse(said.refused, one("collect-send"));
  if (said.etag) {
    form.their_etag = said.etag;
    form.revision = true;
    one("collect-reason-part").classList.remove("hidden-part");
  }
  if (said.check) {
    form.pushed = null;
    form.show_first_error = true;
    push();
  }
}

export function discard() {
  if (window.confirm(form.facts.words.discard)) {
    window.dash_clientside.set_props("collect-discarded", { data: entries(true) });
  }
}
export function after_discarded(said) {
  if (form && said && said.discarded) {
    leave_for_new();
  } else if (form && said && said.refused) {
    refuse(said.refused);
  }
}
/* The page is loaded anew; nothing of this window is kept. */
export function leave_for_new() {
  set_form(null);
  window.location.reload();
}
