/* Runs before anything is drawn: the theme, where nobody has chosen one, is the system's, looked up anew with every page, and a cookie that ends with the
   session says it to the server. What this browser's cookie told the server stands on the page: to read cookies or storage here is to wait for the browser's
   own network process, busy with all that the page asks for at that moment, and for as long the page is blank. */
(function () {
  const root = document.documentElement;
  const told = root.getAttribute("data-theme-told");
  if (told === "light" || told === "dark") {
    return;
  }
  const theme = window.matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light";
  root.setAttribute("data-mantine-color-scheme", theme);
  if (told !== "auto-" + theme) {
    document.cookie = "biaochi_theme=auto-" + theme + ";path=/;SameSite=Lax";
  }
})();
