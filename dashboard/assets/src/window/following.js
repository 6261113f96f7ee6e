/* A page that follows the ledger (`data-follows`: the number of the newest entry it shows) asks for what is new when
 * something was recorded. A page without a database tries again by itself. */

const LOOK = 3000; /* ms between two looks at the ledger */
const RETRY = 5000; /* ms between two tries */

/* The newest entry's number as the server says it; "" for anything else. */
export function number_in(text) {
  return /^\d+$/.test(text) ? text : "";
}
async function newest() {
  try {
    const response = await fetch("/newest", { cache: "no-store" });
    return response.ok ? number_in(await response.text()) : "";
  } catch {
    return ""; /* the next look tells */
  }
}
async function look() {
  const follower = document.querySelector("[data-follows]");
  if (!follower || document.hidden) {
    return;
  }
  const seq = await newest();
  if (seq && seq !== follower.getAttribute("data-follows")) {
    window.dash_clientside.set_props("recorded", { data: seq });
  }
}
export function watch_ledger() {
  window.setInterval(look, LOOK);
}
async function retry() {
  if (!document.querySelector("[data-retry]")) {
    return;
  }
  try {
    if ((await fetch("/readyz", { cache: "no-store" })).ok) {
      window.location.reload();
    }
  } catch {
    /* still away */
  }
}
export function watch_retry() {
  window.setInterval(retry, RETRY);
}
