/* The form's connection: what is said of it, what is kept meanwhile, and asking again. */
import { watch_connection } from "./connection.js";
import { forget, is_same, keep, kept, kept_key } from "./kept_typing.js";
import { form } from "./open_form.js";
import { one, say } from "./page.js";

const OURS = "collect-"; /* begins the ids of what the form asks by */
const WAITED_FOR = ["collect-typed", "collect-sent"]; /* of those, what the connection is told of */
const LISTENERS = []; /* functions of a state, of "again" when what waits is to be asked again, of "told" when
  what was asked was not answered but refused or put off, which the page says itself: then of its id as well */

export const link = watch_connection({ says: say_state, probe: probe, resend: () => tell("again") });

export function when_connection(act) {
  LISTENERS.push(act);
}
function tell(state, asked) {
  LISTENERS.forEach((act) => form && act(state, asked));
}
function say_state(state) {
  if (!form || !one("collect-connection")) {
    link.stop();
    return;
  }
  say_line(state);
  tell(state);
}
function say_line(state) {
  say("collect-connection", form.facts.words["connection_" + (state !== "back" && form.unkept ? "unkept" : state)]);
  one("collect-connection").classList.toggle("connection-lost", state !== "back");
}
/* The page itself, without its body. Being sent to the sign-in page is an answer too: what is asked again goes there. */
async function probe() {
  try {
    const asked = { method: "HEAD", cache: "no-store", redirect: "manual", signal: AbortSignal.timeout(5000) };
    const answer = await fetch(window.location.pathname, asked);
    return answer.ok || answer.type === "opaqueredirect";
  } catch {
    return false;
  }
}
export function watch_line() {
  window.addEventListener("offline", () => form && link.lost(true));
  window.addEventListener("biaochi-unanswered", () => form && link.lost(true)); /* ../window/callbacks.js */
  window.addEventListener("biaochi-told", ({ detail }) => form && told(detail));
  window.addEventListener("online", () => form && link.try_again());
}

/* What else is refused on the page, an explanation perhaps, changes nothing of the form. */
function told({ asked, seconds }) {
  if (asked.startsWith(OURS)) {
    tell("told", asked);
  }
  if (WAITED_FOR.includes(asked)) {
    link.put_off(seconds);
  }
}

function key_of_form() {
  return kept_key(form.facts.user, form.facts.unit, form.facts.period);
}
function storage() {
  try {
    return window.localStorage;
  } catch {
    return null;
  }
}
/* entries: what would be sent now. Its key names the attempt to send, so that a later one is the same attempt. */
export function keep_typing(entries) {
  form.unkept = !keep(storage(), key_of_form(), { ...JSON.parse(entries), editor: form.editor, at: Date.now() });
  if (link.is_lost()) {
    say_line("lost");
  }
}
export function forget_typing() {
  forget(storage(), key_of_form());
}
/* What was kept for this form and is not in it, or null. */
export function kept_typing(entries) {
  const found = kept(storage(), key_of_form(), Date.now());
  if (found && is_same(found, JSON.parse(entries))) {
    forget_typing();
    return null;
  }
  return found;
}
