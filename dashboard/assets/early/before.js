/* Runs before anything is drawn: the theme and the rail as this browser left them. */
(function () {
  var found = /(?:^|; )biaochi_theme=(light|dark)/.exec(document.cookie);
  var theme = found ? found[1] : window.matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light";
  if (!found) {
    document.cookie = "biaochi_theme=" + theme + ";path=/;max-age=31536000;SameSite=Lax";
  }
  document.documentElement.setAttribute("data-mantine-color-scheme", theme);
  try {
    if (window.localStorage.getItem("biaochi_rail") === "folded") {
      document.documentElement.classList.add("rail-folded");
    }
  } catch (refused) {
    /* storage switched off: the rail stays open */
  }
})();
