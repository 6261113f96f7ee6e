/* Marks, by an attribute of the name given, the texts in what is selected (`within`; "": all) whose contrast is to be
 * looked at: of those that are alike the first two that the window shows, whatever page it is on, and each that cannot be
 * told from its place in the document alone. Alike are texts whose colours, grounds, sizes and states are the same, and
 * those of everything around them; what lies on or under a part that is out of the flow (a bar behind a figure) is like
 * nothing else. Gives how many texts there are and how many are marked. */
window.mark_texts = (() => {
  const MOST = 2;
  const SAID = ["color", "backgroundColor", "backgroundImage", "opacity", "fontSize", "fontWeight", "textShadow",
    "mixBlendMode", "filter", "clipPath", "webkitTextStrokeWidth", "webkitTextFillColor"];
  const STATES = ":disabled, [aria-disabled=true], [inert]";
  const FIELDS = "input, select, textarea";
  const numbers = new Map(), seen = new Map();
  const number_of = (said) => {
    if (!numbers.has(said)) {
      numbers.set(said, numbers.size);
    }
    return numbers.get(said);
  };
  const words_of = (part) => part.matches(FIELDS)
    ? part.value || part.placeholder || "…"
    : [...part.childNodes].map((one) => (one.nodeType === Node.TEXT_NODE ? one.data.trim() : "")).join("");
  const paints = (style) => style.backgroundImage !== "none" || !/, 0\)$|^transparent$/.test(style.backgroundColor);
  const meets = (one, other) =>
    one.left < other.right && other.left < one.right && one.top < other.bottom && other.top < one.bottom;
  /* Notes of `part` and all in it the texts, each with its kind, and what is out of the flow and has a ground. */
  const walk = (part, around, texts, covers) => {
    const style = getComputedStyle(part);
    if (style.display === "none") {
      return;
    }
    const moved = !["static", "relative"].includes(style.position) || style.transform !== "none";
    if (moved && paints(style)) {
      covers.push(part);
    }
    const number = number_of([around, part.matches(STATES), ...SAID.map((name) => style[name])].join(";"));
    const words = words_of(part);
    if (words && part.checkVisibility({ visibilityProperty: true })) {
      texts.push({ part, kind: `${number} ${part.localName} ${Math.min(words.length, 2)}` });
    }
    for (const child of part.children) {
      walk(child, number, texts, covers);
    }
  };
  return (mark, within) => {
    document.querySelectorAll(`[${mark}]`).forEach((part) => part.removeAttribute(mark));
    const texts = [], covers = [];
    walk(document.documentElement, "", texts, covers);
    const grounds = covers.map((part) => [part, part.getBoundingClientRect()]);
    const chosen = texts.filter(({ part, kind }) => {
      if (within && !part.closest(within)) {
        return false;
      }
      const box = part.getBoundingClientRect();
      seen.set(kind, (seen.get(kind) ?? 0) + 1);
      return seen.get(kind) <= MOST || grounds.some(([ground, its]) => !ground.contains(part) && meets(box, its));
    });
    chosen.forEach(({ part }) => part.setAttribute(mark, ""));
    return [texts.length, chosen.length];
  };
})();
