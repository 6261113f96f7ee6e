/* What Dash asks the server. Whoever is no longer signed in is taken to the sign-in page, and back afterwards; where a
 * form asked, what is typed stands nowhere else: there it is said, and one signs in in another window. That a callback
 * was not answered at all, or by a proxy or a network's sign-in page in the service's place, or not whole, is told to
 * whoever listens (`biaochi-unanswered`): Dash itself tells nobody; what draws is asked again until it is answered, and meanwhile the address is that of the page shown (unreached.js). Who is
 * told to come back later (429, 503), or that the service failed, reads so: what draws is asked again by itself, what does
 * something is not. Whatever else is no answer of a callback (a refusal) is said as well. Both are told to whoever listens
 * (`biaochi-told`), with what was asked (the id of its first input) and the seconds to wait or null: the server was
 * reached, so nobody has lost a connection. What is pressed after a drawing that was refused is loaded as a whole: Dash
 * believes that page to be there already, and would not ask. */
import { let_go } from "../acts/asking.js";
import { PRESSED, come_back, hide, language, notice, own_words, say, signs_in } from "./notice.js";
import { PATIENCE, SLOW, keep_asking, watch_address } from "./unreached.js";

const CALLBACKS = "_dash-update-component";
const LATER = [429, 503];
const READING = ["url", "flat-grid"]; /* first inputs of what only reads, as in window/access.py */
const SHORTEST = 5, LONGEST = 60; /* s */
const NEWEST = new Map(); /* output of a drawing → how often it was asked for */
const ADDRESS = watch_address({
  here: () => window.location.href,
  put: (address) => window.history.replaceState(window.history.state, "", address),
});

/* Which callback Dash asks by this body: the id of its first input, or "". */
export function asked_by(body) {
  try {
    return JSON.parse(body).inputs[0].id;
  } catch {
    return "";
  }
}
/* Whether it may be asked again without anybody's doing. */
export function only_reads(body) {
  return READING.includes(asked_by(body));
}
/* What an answer is: of the callback; "again" or "later", to be asked once more by us or by a person; "gone" or, of what a
 * form asked, "ended": nobody is signed in any more; "refused", whatever else says no or that something failed. */
export function kind_of(status, body) {
  if (LATER.includes(status)) {
    return only_reads(body) ? "again" : "later";
  }
  if (status >= 500 && only_reads(body)) {
    return "again";
  }
  if (status === 401) {
    return asked_by(body) === "asked" ? "ended" : "gone";
  }
  return status >= 400 ? "refused" : "answered";
}
/* Whether what says of itself that all is well can be an answer of a callback: JSON, or nothing at all. */
export function is_the_services(status, type) {
  return status >= 300 || status === 204 || /\bjson\b/i.test(type ?? "");
}
/* What it says of itself in the language, or `otherwise`. */
export function words_in(said, spoken, otherwise) {
  const words = said?.message?.[spoken];
  return typeof words === "string" && words ? words : otherwise;
}
/* Which of the page's own words stand for an answer that says nothing of itself, as a proxy's: the name in data-words. */
export function own_name(status, body) {
  if (LATER.includes(status)) {
    return "away";
  }
  if (status >= 500) {
    return only_reads(body) ? "broken" : "failed";
  }
  return "refused";
}
/* Whole seconds to wait, from the answer's Retry-After; without one longer after each of so many `tries`. */
export function seconds_to_wait(header, tries = 0) {
  const seconds = /^\d{1,6}$/.test(header || "") ? Number(header) : SHORTEST * 2 ** tries;
  return Math.min(Math.max(seconds, 1), LONGEST);
}
/* Whether the document stands in somebody else's page: in a frame, or asked for as for one. The server then shows only,
 * and does nothing (dashboard/window/embedded.py), wherever the reader is led in that document. */
export function stands_in_a_frame(search, inside) {
  return inside || new URLSearchParams(search).getAll("embed").includes("1");
}
export function watch_callbacks() {
  const framed = stands_in_a_frame(window.location.search, window.self !== window.top);
  const asked_here = window.fetch;
  const fetched = (what, how) => asked_here(what, framed ? saying_framed(how) : how);
  window.fetch = async (...asked) => {
    const address = typeof asked[0] === "string" ? asked[0] : asked[0].url;
    if (!address.includes(CALLBACKS)) {
      return fetched(...asked);
    }
    const body = asked[1]?.body;
    return answered(reaching((signal) => fetched(asked[0], { ...asked[1], signal }), body), body);
  };
}
/* As `ask`, but of a drawing that does not come it is asked again until it does or another takes its place, with the
 * address of the page that is still shown; of anything else it is said. */
function reaching(ask, body) {
  const told = (signal) =>
    ask(signal).then(whole).catch((failed) => {
      window.dispatchEvent(new Event("biaochi-unanswered"));
      throw failed;
    });
  if (!only_reads(body)) {
    return () => told(undefined).catch((failed) => unsent(body, failed));
  }
  const output = JSON.parse(body).output;
  const mine = (NEWEST.get(output) ?? 0) + 1;
  NEWEST.set(output, mine);
  ADDRESS.asked();
  const lost = () => {
    ADDRESS.failed();
    return come_back(own_words("lost"), SHORTEST);
  };
  const slow = (anew) => {
    ADDRESS.failed();
    say(own_words("slow"), own_words("again").replace("{n}", Math.round((PATIENCE - SLOW) / 1000)));
    notice().querySelector("button").addEventListener("click", anew, { once: true });
  };
  const is_wanted = () => NEWEST.get(output) === mine;
  const unwanted = () => Promise.reject(new Error("another page was asked for"));
  return () => (is_wanted() ? keep_asking({ ask: told, slow, lost, is_wanted }) : unwanted());
}
/* The answer once all of it is here; rejects where something else answered, or where it is cut off. */
async function whole(response) {
  if (!is_the_services(response.status, response.headers.get("Content-Type"))) {
    throw new TypeError("answered in the service's place");
  }
  if (!response.ok || response.status === 204) {
    return response;
  }
  const text = await response.text();
  if (!text.trimEnd().endsWith("}")) {
    throw new TypeError("cut off");
  }
  return new Response(text, { status: response.status, headers: response.headers });
}
/* An act of which nobody knows whether it was done: the form's own is said by the form (../form/connected.js). */
function unsent(body, failed) {
  if (asked_by(body) === "asked") {
    say(own_words("unsent"), "");
    document.querySelectorAll("form[aria-busy]").forEach(let_go);
  }
  throw failed;
}
function saying_framed(how) {
  return { ...how, headers: { ...Object.fromEntries(new Headers(how?.headers)), "X-Biaochi-Framed": "1" } };
}
async function answered(ask, body) {
  let response = await ask();
  for (let tries = 0; kind_of(response.status, body) === "again"; tries += 1) {
    ADDRESS.failed();
    await come_back(await words_of(response, body), seconds_of(response, tries));
    response = await ask();
  }
  const kind = kind_of(response.status, body);
  if (kind === "gone") {
    window.location.assign(signs_in());
  }
  if (["later", "refused", "ended"].includes(kind)) {
    const ended = kind === "ended";
    say(ended ? own_words("ended") : await words_of(response, body), "", ended ? "sign_in" : "close");
    document.querySelectorAll("form[aria-busy]").forEach(let_go);
    const told = { asked: asked_by(body), seconds: kind === "later" ? seconds_of(response) : null };
    window.dispatchEvent(new CustomEvent("biaochi-told", { detail: told }));
  } else {
    hide();
  }
  if (only_reads(body)) {
    (kind === "answered" ? ADDRESS.answered : ADDRESS.failed)();
    window[kind === "answered" ? "removeEventListener" : "addEventListener"](PRESSED, load_whole);
  }
  return kind === "ended" ? new Response("", { status: 403 }) : response; /* Dash reads the text of a 401 twice */
}
function load_whole() {
  window.location.reload();
}
function seconds_of(response, tries) {
  return seconds_to_wait(response.headers.get("Retry-After"), tries);
}
async function words_of(response, body) {
  const said = await response.clone().json().catch(() => null); /* no JSON: of a proxy, perhaps */
  return words_in(said, language(), own_words(own_name(response.status, body)));
}
export const script_lost = () => come_back(own_words("part"), SHORTEST);
