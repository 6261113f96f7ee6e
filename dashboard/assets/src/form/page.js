/* What every part of the form needs of the page: finding, saying, setting a text, the address. */
import { named } from "../window/address.js";

export function all(selector) {
  return Array.from(document.querySelectorAll(selector));
}
export function one(id) {
  return document.getElementById(id);
}
export function say(id, text) {
  const place = one(id);
  if (place && place.textContent !== text) {
    place.textContent = text;
  }
}
/* Dash's text fields are React's: the value is set as the browser would, and said to have been typed. */
export function set_text(input, text) {
  if (input.value === text) {
    return;
  }
  Object.getOwnPropertyDescriptor(Object.getPrototypeOf(input), "value").set.call(input, text);
  input.dispatchEvent(new Event("input", { bubbles: true }));
}
export function focus_first(selector) {
  const found = document.querySelector(selector);
  if (found) {
    found.focus();
    found.scrollIntoView({ block: "center" });
  }
}
/* Say why something was not done, and go to where it can be put right. */
export function refuse(text, field) {
  say("collect-refused", text);
  if (field) {
    field.focus();
  }
}
export function search_for(unit, period) {
  return named(window.location.search, { unit: unit, period: period });
}
