/* The rail folds; the choice is kept in this browser, and early/before.js reads it. */

export function watch_rail() {
  document.addEventListener("click", (event) => {
    if (!event.target.closest('[data-does="fold"]')) {
      return;
    }
    const folded = document.documentElement.classList.toggle("rail-folded");
    try {
      window.localStorage.setItem("biaochi_rail", folded ? "folded" : "open");
    } catch {
      /* kept until the page is left */
    }
  });
}
