/* Where a reader was on a page: how far it was scrolled, what was open, what had the focus. Another month, moment or choice
 * is the same page, drawn anew; the reader goes on where they were. What was open is told by its words and its place among
 * those alike, since nothing of the page drawn before is left. */

const SIDEWAYS = ".scroll, .attention-space, .attention-list";
const FOCUSED = "a, button, summary, input, [tabindex]";
const DRAWN_BY = 10000; /* ms: a page comes in parts, and charts take their height after the page has its own */
const MOVED_BY = ["wheel", "touchmove", "pointerdown", "keydown"]; /* somebody who is on their way themselves */
let left = null; /* the place that was left, or null */
let stop = () => {}; /* no longer goes on from the last one */

const all = (selector) => [...document.querySelectorAll("#content " + selector)];
const opened = () => all("details:not(.menu)");

/* The words of a summary without figures: "3 more" of one month is "5 more" of another. */
export function words_of(text) {
  return text.replace(/[0-9.,%]+/g, "").trim();
}
/* Of texts in their order, each with which of its like it is: "Table view 0", "Table view 1". */
export function named_apart(texts) {
  const seen = new Map();
  return texts.map((text) => {
    const nth = seen.get(text) ?? 0;
    seen.set(text, nth + 1);
    return `${text} ${nth}`;
  });
}
function by_name(details) {
  const names = named_apart(details.map((one) => words_of(one.querySelector("summary")?.textContent ?? "")));
  return new Map(names.map((name, nth) => [name, details[nth]]));
}
function focused() {
  const inside = document.activeElement?.closest("#content, .top-bar");
  return inside ? { of: inside.className, nth: [...inside.querySelectorAll(FOCUSED)].indexOf(document.activeElement) } : null;
}
/* Remembers the place, to be gone on from once the same page is drawn anew. */
export function leave() {
  stop();
  left = {
    path: window.location.pathname,
    down: window.scrollY,
    open: [...by_name(opened())].filter(([, details]) => details.open).map(([name]) => name),
    across: all(SIDEWAYS).map((part) => [part.scrollLeft, part.scrollTop]),
    focus: focused(),
  };
}
/* What moves with the reader afterwards: how far lists are scrolled, and the focus. */
function restore_once(place) {
  all(SIDEWAYS).forEach((part, nth) => part.scrollTo(...(place.across[nth] ?? [0, 0])));
  if (place.focus && document.activeElement === document.body) {
    const inside = document.getElementsByClassName(place.focus.of)[0];
    inside?.querySelectorAll(FOCUSED)[place.focus.nth]?.focus({ preventScroll: true });
  }
}
/* Opens what is there by now, each once, and scrolls further while the page is too short for where it was. */
function restorer(place) {
  const done = new WeakSet();
  let reached = null;
  return () => {
    const found = by_name(opened());
    for (const details of place.open.map((name) => found.get(name)).filter((one) => one && !done.has(one))) {
      done.add(details);
      details.setAttribute("open", "");
    }
    if (reached === null || (reached < place.down && window.scrollY === reached)) {
      window.scrollTo(0, place.down);
      reached = window.scrollY;
    }
  };
}
/* The page is drawn: if it is the one that was left, on from there, as more and more of it comes, until somebody moves. */
export function go_on() {
  const place = left;
  left = null;
  if (!place || place.path !== window.location.pathname) {
    return;
  }
  const restore = restorer(place);
  const watch = new MutationObserver(restore);
  stop = () => watch.disconnect();
  watch.observe(document.body, { childList: true, subtree: true });
  window.requestAnimationFrame(() => {
    restore();
    restore_once(place);
  });
  window.setTimeout(stop, DRAWN_BY);
}
/* True if a link leads from one address to the same page, seen at another time or with another choice. */
export function is_same_page(from, to) {
  const [here, there] = [new URL(from), new URL(to, from)];
  const same = ["origin", "pathname"].every((part) => here[part] === there[part]) && here.search !== there.search;
  return same && here.searchParams.get("page") === there.searchParams.get("page");
}
export function watch_place() {
  MOVED_BY.forEach((kind) => window.addEventListener(kind, () => stop(), { capture: true, passive: true }));
  const pressed = (event) => {
    const link = event.target.closest("a[href]:not([download])");
    if (link && is_same_page(window.location.href, link.href)) {
      leave();
      const { down } = left;
      window.requestAnimationFrame(() => window.scrollTo(0, down)); /* a link scrolls to the head of its page */
    }
  };
  document.addEventListener("click", pressed, { capture: true });
}
