/* What is said of what did not come, over the page, and how somebody goes on from there. */
import { sign_in_from } from "./address.js";

export const PRESSED = "_dashprivate_pushstate"; /* what a link of Dash's says once the address is the one it leads to */

/* The notice stands in the index page, with its words in both languages (dashboard/app.py). */
export function notice() {
  return document.getElementById("told-later");
}
export function language() {
  return document.documentElement.lang.startsWith("en") ? "en" : "zh";
}
export function own_words(name) {
  return JSON.parse(notice().dataset.words)[language()][name];
}
export function signs_in() {
  return sign_in_from(window.location.pathname, window.location.search);
}
function sign_in_beside() {
  window.open(signs_in(), "_blank", "noopener");
}
export function say(words, again, press = again ? "now" : "close") {
  const button = notice().querySelector("button");
  notice().querySelector("[data-told]").textContent = words;
  notice().querySelector("[data-again]").textContent = again;
  button.textContent = own_words(press);
  button[press === "sign_in" ? "addEventListener" : "removeEventListener"]("click", sign_in_beside);
  button.addEventListener("click", hide, { once: true });
  notice().hidden = false;
}
export function hide() {
  notice().hidden = true;
}
/* Resolves when the seconds are over, or as soon as the button or a link is pressed, or there is a network again. */
export function come_back(words, seconds) {
  return new Promise((resolve) => {
    say(words, own_words("again").replace("{n}", seconds));
    const button = notice().querySelector("button");
    const timer = window.setTimeout(over, seconds * 1000);
    button.addEventListener("click", over, { once: true });
    window.addEventListener("online", over);
    window.addEventListener(PRESSED, over);
    function over() {
      window.clearTimeout(timer);
      window.removeEventListener("online", over);
      window.removeEventListener(PRESSED, over);
      button.removeEventListener("click", over);
      resolve();
    }
  });
}
