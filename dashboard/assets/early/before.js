/* Runs before anything is drawn: the theme and the rail as this browser left them, and whether there is a rail at all. Until somebody chooses a theme it is
   the system's, looked up anew with every page; the server is told by a cookie that says so and ends with the session. */
(function () {
  const found = /(?:^|; )biaochi_theme=(light|dark)/.exec(document.cookie);
  const theme = found ? found[1] : window.matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light";
  if (!found) {
    document.cookie = "biaochi_theme=auto-" + theme + ";path=/;SameSite=Lax";
  }
  document.documentElement.setAttribute("data-mantine-color-scheme", theme);
  if (/[?&]view=projector(?:&|$)/.test(window.location.search)) {
    document.documentElement.classList.add("projecting");
  }
  try {
    if (window.localStorage.getItem("biaochi_rail") === "folded") {
      document.documentElement.classList.add("rail-folded");
    }
  } catch {
    /* storage switched off: the rail stays open */
  }
})();
