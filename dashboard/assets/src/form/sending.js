/* Sending the submission, once however often it is pressed; letting go of its draft. */
import { forget_typing, keep_typing, link, when_connection } from "./connected.js";
import { form, set_form } from "./open_form.js";
import { all, one, refuse, say } from "./page.js";
import { entries, push } from "./typing.js";
import { random } from "./words.js";

export function send() {
  if (form.sending) {
    return;
  }
  if (link.is_lost()) {
    say_unsent();
    link.try_again();
    return;
  }
  if (form.timer || form.busy || !form.pushed) {
    form.next = send;
    if (!form.busy) {
      push();
    }
    return;
  }
  if (asks_for_reasons()) {
    return;
  }
  form.unsent = "";
  say("collect-refused", "");
  const button = one("collect-send");
  button.disabled = true;
  button.textContent = form.facts.words.sending;
  form.sending = true;
  form.tries += 1;
  link.asked("sent");
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
/* No answer came: perhaps it was recorded, perhaps not. The next press is the same attempt, so nothing is doubled. */
function say_unsent() {
  form.next = null;
  link.settled("sent"); /* what is asked again is what was typed; a submission is sent by a press only */
  keep_typing(entries(true));
  may_send_again();
  refuse_to_send(form.facts.words.unsent, true);
}
/* Said until it is sent again, whatever is checked and saved meanwhile; where it was not sent for certain, until more is
 * typed. */
function refuse_to_send(text, unsure) {
  form.unsent = text;
  form.unsure = unsure;
  refuse(text, one("collect-send"));
}
when_connection((state, asked) => {
  if (state === "lost" && (form.sending || form.next)) {
    say_unsent();
  } else if (state === "told" && asked === "collect-sent" && form.sending) {
    keep_typing(entries(true)); /* with the key of the attempt: pressed again, it is the same one */
    may_send_again();
  }
});
export function send_over() {
  form.etag = form.their_etag;
  form.pushed = null;
  send();
}
function may_send_again() {
  form.sending = false;
  const button = one("collect-send");
  button.disabled = false;
  button.textContent = form.facts.words.send;
}
export function after_sent(said) {
  if (!form || !said) {
    return;
  }
  may_send_again();
  link.settled("sent");
  if (said.away) {
    link.lost(true);
  } else {
    link.answered("sent");
  }
  if (said.receipt) {
    forget_typing();
    link.stop();
    const address = new URL(said.receipt, window.location.href);
    set_form(null);
    window.dash_clientside.set_props("url", { pathname: address.pathname, search: address.search, hash: "" });
    return;
  }
  if (!said.away) {
    form.attempt = random();
  }
  refuse_to_send(said.refused, Boolean(said.away));
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
  if (link.is_lost()) {
    refuse(form.facts.words.connection_lost);
  } else if (window.confirm(form.facts.words.discard)) {
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
  forget_typing();
  link.stop();
  set_form(null);
  window.location.reload();
}
