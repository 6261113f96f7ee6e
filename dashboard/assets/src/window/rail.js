/* The rail folds; a cookie says it to the server, which draws the page's outline so from the start. */

const YEAR = 365 * 24 * 3600; /* seconds */

export function watch_rail() {
  document.addEventListener("click", (event) => {
    if (!event.target.closest('[data-does="fold"]')) {
      return;
    }
    const folded = document.documentElement.classList.toggle("rail-folded");
    document.cookie = "biaochi_rail=" + (folded ? "folded" : "open") + ";path=/;max-age=" + YEAR + ";SameSite=Lax";
  });
}
