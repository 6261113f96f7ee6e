/* A file dropped on the form: what the server read in it, taken over into the form or sent as it is. */
import { code_of, rows } from "./cells.js";
import { when_connection } from "./connected.js";
import { form } from "./open_form.js";
import { all, focus_first, one, refuse, say, search_for } from "./page.js";
import { put_texts } from "./paste.js";
import { say_with_undo } from "./pasted_said.js";
import { filled_in, random } from "./words.js";

const LARGEST_FILE = 4 * 1024 * 1024; /* bytes; the server refuses more as well */
let looks = 0; /* how often a file was looked over again */
let taking_over = null; /* figures of a file for a form that is not open yet: {key, texts, understood} */

export function after_file(said) {
  if (!form || !said) {
    return;
  }
  const chosen = form.file && form.file.chosen;
  const why = form.file && form.file.why;
  form.file = said;
  all(".file-preview").forEach((preview) => preview.removeAttribute("aria-busy"));
  say("collect-refused", said.refused || why || "");
  if (chosen && one_chosen(chosen)) {
    one_chosen(chosen).focus(); /* answers are chosen by arrow keys too: the focus stays where it is */
  } else {
    const first = [".file-question-open input", ".file-preview .button-main:not(:disabled)", ".file-preview button"];
    focus_first(first.find((selector) => all(selector).length) || ".file-preview");
  }
}
when_connection((state, asked) => {
  if (state === "told" && ["collect-file", "collect-whole"].includes(asked)) {
    all(".file-preview").forEach((preview) => preview.removeAttribute("aria-busy"));
  }
});
export function close_file() {
  form.file = null;
  window.dash_clientside.set_props("collect-file", { contents: null, filename: null });
  window.dash_clientside.set_props("collect-answers", { data: null });
}
/* The file is read again with what is chosen now; until that is shown nothing can be sent. */
function look_again(more) {
  const answers = {};
  all(".file-question").forEach((question) => {
    const chosen = question.querySelector("input:checked");
    if (chosen) {
      answers[question.getAttribute("data-question")] = chosen.value;
    }
  });
  looks += 1;
  all(".file-preview").forEach((preview) => preview.setAttribute("aria-busy", "true"));
  window.dash_clientside.set_props("collect-answers", {
    data: JSON.stringify({ file: form.file.file, answers: answers, nth: looks }),
  });
  form.file = { ...form.file, ...more, reading: "" };
}
function one_chosen(chosen) {
  const question = all(".file-question").find((each) => each.getAttribute("data-question") === chosen.question);
  return question && Array.from(question.querySelectorAll("input")).find((input) => input.value === chosen.value);
}
function answered(event) {
  const question = form && form.file && event.target.closest(".file-question");
  if (question) {
    look_again({ chosen: { question: question.getAttribute("data-question"), value: event.target.value } });
  }
}
export function take_over(button) {
  const key = button.getAttribute("data-key");
  taking_over = { key: key, texts: form.file.returns[key], understood: form.file.understood[key] };
  if (key === form.facts.unit + "/" + form.facts.period) {
    put_in();
    close_file();
  } else {
    window.dash_clientside.set_props("url", { search: search_for(...key.split("/")) });
  }
}
/* Figures that wait for the form that is open now. */
export function put_in_waiting() {
  if (taking_over && taking_over.key === form.facts.unit + "/" + form.facts.period) {
    put_in();
  }
}
function put_in() {
  const texts = taking_over.texts;
  const codes = rows().map(code_of).filter((code) => code in texts);
  const placed = put_texts(codes.map((code) => ({ code: code, text: texts[code] })));
  const words = form.facts.words;
  const left = placed.length - taking_over.understood;
  const said = [filled_in(words.taken_over, { count: taking_over.understood })];
  if (left > 0) {
    said.push(filled_in(words.taken_as_written, { count: left }));
  }
  taking_over = null;
  say_with_undo(said.join(" "), placed);
  form.show_first_error = true;
}
/* What is sent is what is shown: its digest goes along, with the answers that went into it. */
export function send_whole() {
  const shown = form.file;
  if (shown.reading) {
    window.dash_clientside.set_props("collect-whole", {
      data: JSON.stringify({
        key: form.attempt,
        reason: one("collect-reason").value,
        versions: shown.versions,
        reading: shown.reading,
        answers: shown.answers,
      }),
    });
  }
}
export function after_whole(said) {
  if (!form || !said) {
    return;
  }
  refuse(said.refused || "");
  form.attempt = random();
  if (said.sent) {
    close_file();
  } else if (said.look_again) {
    look_again({ why: said.refused });
  } else {
    one("collect-reason-part").classList.remove("hidden-part"); /* some of its submissions may be corrections */
  }
}
/* Too large a file is said before it is sent; React's drop area, below, then never sees it. */
function refuse_too_large(event) {
  const files = form && event.target.closest("#collect-file") && (event.dataTransfer || event.target).files;
  if (files && files.length && files[0].size > LARGEST_FILE) {
    event.preventDefault();
    event.stopPropagation();
    refuse(form.facts.words.too_large);
  }
}
/* Dash's own field for a file has no name for those who listen. */
export function name_file_field() {
  const drop = one("collect-file");
  drop.querySelector("input[type=file]").setAttribute("aria-label", drop.textContent);
}
export function watch_files() {
  document.addEventListener("drop", refuse_too_large, true);
  document.addEventListener("change", refuse_too_large, true);
  document.addEventListener("change", answered);
}
