/* A script that does not come, as the one that draws charts: that is said, and it is asked for again until it comes.
 * Whoever waits for it hears of nothing but that it came: who hears that it failed (Dash, for one) never asks again.
 * Scripts that the page begins with are early/after.js's: they need each other in their order. */

/* lost(): says that a script did not come, and resolves when it is to be asked for again. came(): it is there. */
export function watch_scripts({ lost, came }) {
  window.addEventListener(
    "error",
    async (event) => {
      const script = event.target;
      if (script?.tagName !== "SCRIPT" || !script.src) {
        return;
      }
      event.stopImmediatePropagation();
      await lost();
      ask_again(script, came);
    },
    true,
  );
}
function ask_again(script, came) {
  const next = document.createElement("script");
  next.src = script.src;
  next.addEventListener("load", () => {
    came();
    script.dispatchEvent(new Event("load"));
  });
  document.head.append(next);
}
