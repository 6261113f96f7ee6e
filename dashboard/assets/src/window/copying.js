/* A text is put on the clipboard; where that is not allowed it is marked, for the keyboard. */

const SAID = 2000; /* ms that a button says it was copied */

export function watch_copying() {
  document.addEventListener("click", (event) => {
    const button = event.target.closest('[data-does="copy"]');
    if (button) {
      copy(button, document.getElementById(button.getAttribute("data-copies")));
    }
  });
}
async function copy(button, source) {
  try {
    await navigator.clipboard.writeText(source.textContent);
  } catch { /* refused, or there is no clipboard: the page does not come over https */
    window.getSelection().selectAllChildren(source);
    return;
  }
  const said = button.textContent;
  button.textContent = button.getAttribute("data-copied");
  window.setTimeout(() => {
    button.textContent = said;
  }, SAID);
}
