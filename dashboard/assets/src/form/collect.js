/* The monthly form: moves between cells, takes a paste, and carries what is typed to the server, which alone checks it.
 *
 * ../window.js loads it and gives what it exports to Dash as clientside functions.
 */
import { watch_line } from "./connected.js";
import { after_file, after_whole, close_file, send_whole, take_over, watch_files } from "./file.js";
import { watch_fields } from "./keyboard.js";
import { form } from "./open_form.js";
import { chosen_search, opened } from "./opening.js";
import { focus_first, one } from "./page.js";
import { lay_chosen, undo_paste } from "./paste.js";
import { after_discarded, after_sent, discard, leave_for_new, send, send_over } from "./sending.js";
import { after_typed, push } from "./typing.js";

const DOES = { /* data-does of a button → what pressing it does */
  "send": send,
  "send-over": send_over,
  "discard-draft": discard,
  "keep-mine": keep_mine,
  "reload": leave_for_new,
  "undo-paste": undo_paste,
  "lay-lines": lay_chosen,
  "take-over": take_over,
  "send-whole": send_whole,
  "close-file": close_file,
};

function keep_mine() {
  form.seen = form.their_version;
  form.touched = true;
  form.pushed = null;
  push();
}
function pressed(event) {
  const what = form && event.target.closest("[data-does], [data-to]");
  if (!what) {
    return;
  }
  const does = DOES[what.getAttribute("data-does")];
  if (what.hasAttribute("data-to")) {
    event.preventDefault();
    focus_first("#cell-" + what.getAttribute("data-to"));
  } else if (does) {
    does(what);
  }
}
function leaving(event) {
  if (form && form.touched && form.timer && one("collect")) {
    push();
    event.preventDefault();
  }
}
document.addEventListener("click", pressed);
window.addEventListener("beforeunload", leaving);
watch_fields();
watch_files();
watch_line();

function taken(act) {
  return (data) => {
    act(data);
    return window.dash_clientside.no_update;
  };
}
export const clientside = {
  opened: taken(opened),
  after_typed: taken(after_typed),
  after_sent: taken(after_sent),
  after_discarded: taken(after_discarded),
  after_file: taken(after_file),
  after_whole: taken(after_whole),
  choose: (unit, period, facts) => chosen_search(unit, period, facts) || window.dash_clientside.no_update,
};
