/* Presses that fill a form in: a phrase goes into its text area, every box is ticked or none. */

/* A phrase goes after what stands there already. */
export function with_phrase(text, phrase) {
  return [text.trim(), phrase].filter(Boolean).join(" ");
}
/* The boxes to press so that all are ticked; where all are, so that none is. */
export function to_press(boxes) {
  const all = boxes.every((box) => box.checked);
  return boxes.filter((box) => box.checked === all);
}
function phrase_pressed(phrase) {
  const entry = document.getElementById(phrase.dataset.into);
  entry.value = with_phrase(entry.value, phrase.textContent);
  entry.focus();
}
function all_pressed(button) {
  const boxes = Array.from(button.closest("form").querySelectorAll("input[type=checkbox][value]"));
  to_press(boxes).forEach((box) => box.click());
}
export function watch_filling() {
  document.addEventListener("click", (event) => {
    const phrase = event.target.closest('[data-does="phrase"]');
    const every = event.target.closest('[data-does="choose-all"]');
    if (phrase) {
      phrase_pressed(phrase);
    }
    if (every) {
      all_pressed(every);
    }
  });
}
