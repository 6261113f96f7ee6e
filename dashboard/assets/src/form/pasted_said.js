/* What is said of a paste: what went where, what was left out and why, and the button that takes it back. */
import { measure_of, name_of } from "./cells.js";
import { form } from "./open_form.js";
import { one, say } from "./page.js";
import { filled_in } from "./words.js";

const MOST_SAID = 3; /* examples in the sentence; the list has all */
const LONGEST_SAID = 40; /* characters of a pasted text that is repeated */

export function say_pasted(found, placed) {
  const words = form.facts.words;
  const said = [];
  if (placed.length) {
    const range = { count: placed.length, first: name_of(placed[0].code), last: name_of(placed[placed.length - 1].code) };
    said.push(filled_in(words.pasted, range));
  }
  const converted = placed.filter((each) => each.text !== each.written).map((each) => each.written + " → " + each.text);
  if (converted.length) {
    const examples = converted.slice(0, MOST_SAID).join(", ");
    said.push(filled_in(words.pasted_converted, { count: converted.length, examples: examples }));
  }
  const over = placed.filter((each) => each.before !== "" && each.before !== each.text);
  if (over.length) {
    said.push(filled_in(words.pasted_over, { count: over.length }));
  }
  if (found.laid === "template") {
    said.push(words.pasted_by_template);
  }
  if (found.counted) {
    said.push(words.pasted_counted);
  }
  const lost = found.lost.map((each) => filled_in(words["lost_" + each.why], { ...each, own: each.code && measure_of(each.code) }));
  if (lost.length) {
    said.push(filled_in(words.not_placed, { count: lost.length, texts: lost.slice(0, MOST_SAID).join(" ") }));
  }
  say("collect-pasted", said.join(" ") + " ");
  if (placed.length) {
    add_button(words.undo, "undo-paste");
  }
  list_placed(placed, lost);
}
/* A sentence about what was put in by other means, with the same way back. */
export function say_with_undo(text, placed) {
  say("collect-pasted", text + " ");
  add_button(form.facts.words.undo, "undo-paste");
  list_placed(placed, []);
}
export function say_refused(refused, code) {
  say("collect-pasted", filled_in(form.facts.words["paste_" + refused.why], { text: refused.text, from: name_of(code) }));
  list_placed([], []);
}
/* Each button is one way to put the figures in. Of two ways it says where the first figure would go that they put in
 * different cells; doubts: words that were pasted and say something of the figures. */
export function ask_which(choices, doubts = []) {
  const words = form.facts.words;
  const texts = doubts.slice(0, MOST_SAID).map((text) => "“" + shortened(text) + "”").join(" ");
  const asked = [...(doubts.length ? [filled_in(words.paste_doubted, { texts: texts })] : []), ...(choices.length > 1 ? [words.paste_which] : [])];
  say("collect-pasted", asked.join(" ") + " ");
  list_placed([], []);
  choices.forEach((choice, place) => add_button(way_of(choices, place), "lay-lines").setAttribute("data-choice", place));
  one("collect-pasted").querySelector("button").focus();
}
function way_of(choices, place) {
  const words = form.facts.words;
  if (choices.length === 1) {
    return words.lay_meant;
  }
  const other = choices[place ? 0 : 1];
  const told = choices[place].pairs.find((pair, at) => pair.code !== other.pairs[at]?.code) || choices[place].pairs[0];
  return filled_in(words["lay_" + choices[place].laid], { text: told.text, name: name_of(told.code) });
}
function shortened(text) {
  return text.length > LONGEST_SAID ? text.slice(0, LONGEST_SAID) + "…" : text;
}
/* kept: cells that were typed over since, which keep what was typed. */
export function say_taken_back(kept) {
  const names = kept.slice(0, MOST_SAID).map(({ code }) => "“" + name_of(code) + "”").join(" ");
  say("collect-pasted", kept.length ? filled_in(form.facts.words.undone_but, { count: kept.length, names: names }) : "");
  list_placed([], []);
}
function add_button(text, does) {
  const button = document.createElement("button");
  button.type = "button";
  button.className = "button";
  button.setAttribute("data-does", does);
  button.textContent = text;
  one("collect-pasted").append(button);
  return button;
}
function list_placed(placed, lost) {
  const place = one("collect-pasted-list");
  place.replaceChildren();
  if (!placed.length && !lost.length) {
    return;
  }
  const list = document.createElement("ul");
  lost.forEach((text) => add_line(list, "said-error", text));
  placed.forEach((each) => {
    const changed = each.before !== "" && each.before !== each.text;
    const was = changed ? filled_in(form.facts.words.pasted_was, { text: each.before }) : "";
    add_line(list, changed ? "pasted-over" : "", name_of(each.code) + " ← " + (each.written ?? each.text) + was);
  });
  place.append(list);
}
function add_line(list, kind, text) {
  const line = document.createElement("li");
  line.className = kind;
  line.textContent = text;
  list.append(line);
}
