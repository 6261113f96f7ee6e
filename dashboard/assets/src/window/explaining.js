/* The drawer that explains one verdict. It is open while the address says so (#why=unit/target): at once, before the server
 * has answered. Whoever closes it changes the address. Until the answer is the one to what the address asks, it says that it
 * is loading instead of showing an earlier explanation. */
import { is_about_why } from "./address.js";
import { stands_in_a_frame } from "./callbacks.js";
import { own_words } from "./notice.js";

let told = false; /* what the address said last: open or not */
let shown = ""; /* the fragment whose explanation is there */

function mark() {
  const root = document.documentElement;
  root.classList.toggle("why-awaited", told && shown !== window.location.hash);
  root.style.setProperty("--why-awaited", JSON.stringify(own_words("explaining")));
}
/* hash: the address's. Answers whether the drawer is open. */
export function open_why(hash) {
  told = is_about_why(hash || "") && !stands_in_a_frame(window.location.search, window.self !== window.top);
  mark();
  return told;
}
/* The drawer was opened or closed: if not by the address, then by its reader. */
export function close_why(opened) {
  if (!opened && told) {
    told = false;
    window.dash_clientside.set_props("url", { hash: "" });
  }
}
/* explained: of what came, its digest, a space, and the fragment it is for (dashboard/explaining.py). */
export function why_answered(explained) {
  shown = (explained ?? "").replace(/^\S* /, "");
  mark();
}
