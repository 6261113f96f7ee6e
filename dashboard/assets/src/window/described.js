/* What the document says of itself, once a page was drawn: its title, its language, what stands on paper, and what its
 * address left open. */
import { let_go } from "../acts/asking.js";
import { bring_back } from "../acts/overtaken.js";
import { named } from "./address.js";
import { go_on } from "./place.js";

const DRAWN_BY = 300; /* ms */
const PRINTED = ["head", "foot", "before-page", "before-pages", "after-pages"];

/* Answers what is announced to those who listen: the outcome of what was asked, or the title of another page. */
export function describe(described) {
  if (!described) {
    return "";
  }
  document.getElementById("skeleton")?.remove();
  const root = document.documentElement;
  const is_another = document.title !== described.title;
  document.title = described.title;
  root.lang = described.language;
  PRINTED.forEach((part) => root.style.setProperty("--print-" + part, JSON.stringify(described.printed?.[part] || "")));
  document.querySelectorAll("form[aria-busy]").forEach(let_go);
  bring_back(described.refused);
  name_place(described.named);
  if (described.outcome) {
    window.scrollTo(0, 0);
    window.setTimeout(find_focus, DRAWN_BY);
    return described.outcome;
  }
  go_on();
  return is_another ? described.title : undefined;
}
/* The button that was pressed may be gone with its form: whoever uses the keyboard goes on where the outcome stands. */
function find_focus() {
  if (document.activeElement === document.body) {
    document.getElementById("content")?.focus({ preventScroll: true });
  }
}
/* The address names what is shown, also where it was the default. That is no step of the reader's: nothing to go back to. */
function name_place(names) {
  const search = names ? named(window.location.search, names) : window.location.search;
  if (search !== window.location.search) {
    window.history.replaceState(window.history.state, "", search + window.location.hash);
    window.dash_clientside.set_props("url", { search: search }); /* what is drawn stays: it is the same place */
  }
}
