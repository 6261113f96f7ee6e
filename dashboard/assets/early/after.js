/* Runs once the page's outline stands. All else that the page needs waits in a template until the outline is painted: sixty files asked for before that keep
   the browser, its network process and the service busy while it should paint. A window behind others paints nothing, so it waits for no paint.
   Dash begins once everything has come, for its scripts need each other in their order. What does not come is said, and asked for until it does. */
(function () {
  const UNPAINTED = 250; /* milliseconds after which nobody waits for a paint */
  const SLOW = 15000; /* milliseconds until a page of which something is still missing says so */
  const AGAIN = 5; /* seconds */
  const needed = document.getElementById("needed").content;
  const told = document.querySelector("#skeleton p");
  const words = JSON.parse(document.getElementById("told-later").dataset.words)[document.documentElement.lang.startsWith("en") ? "en" : "zh"];
  let begun = false;

  function tell(text) {
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = words.now;
    button.addEventListener("click", () => window.location.reload());
    told.replaceChildren(text, " ", button);
    told.classList.add("told");
  }
  async function ask_again(address) {
    tell(words.unloaded.replace("{n}", AGAIN));
    for (;;) {
      await new Promise((over) => window.setTimeout(over, AGAIN * 1000));
      const answer = await fetch(address, { cache: "reload" }).catch(() => null);
      if (answer && answer.ok) {
        return window.location.reload();
      }
    }
  }
  function come(part) {
    return new Promise((resolve, reject) => {
      part.addEventListener("load", resolve);
      part.addEventListener("error", () => reject(part.src || part.href));
    });
  }
  async function load() {
    const whole = needed.cloneNode(true);
    const module = whole.querySelector("link[rel=modulepreload]").href;
    const parts = Array.from(whole.querySelectorAll("script, link[rel=stylesheet]"));
    for (const part of parts) {
      part.async = false; /* scripts run in the order in which they stand */
    }
    const all = Promise.all(parts.map(come));
    document.body.append(whole);
    await all;
    await import(module).catch(() => Promise.reject(module));
  }
  async function begin() {
    if (begun) {
      return null;
    }
    begun = true;
    const slow = window.setTimeout(() => tell(words.slow), SLOW);
    try {
      await load();
    } catch (address) {
      return ask_again(address);
    } finally {
      window.clearTimeout(slow);
    }
    return new window.DashRenderer();
  }
  if (document.hidden) {
    begin();
    return;
  }
  new PerformanceObserver(begin).observe({ type: "paint", buffered: true });
  window.setTimeout(begin, UNPAINTED);
})();
