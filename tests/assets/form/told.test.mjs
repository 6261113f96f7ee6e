/* What the form does where something that the page asked is refused or put off. */
import assert from "node:assert/strict";
import { mock, test } from "node:test";

/* As much of a page as the form's modules touch: fields without a text, and the window that is told. */
const fields = new Map();
const field = () => ({ value: "", textContent: "", disabled: true, classList: { add() {}, remove() {}, toggle() {} } });
const page = new EventTarget();
const parts = {
  getElementById: (id) => fields.get(id) || fields.set(id, field()).get(id),
  querySelectorAll: () => [],
  querySelector: () => null,
};
Object.assign(globalThis, { window: page, document: parts });
const { link, watch_line } = await import("../../../dashboard/assets/src/form/connected.js");
const opened = await import("../../../dashboard/assets/src/form/open_form.js");
await import("../../../dashboard/assets/src/form/sending.js");
watch_line();

/* A form whose entries wait for their answer, with its sending after that, or whose submission waits for its own. */
function waiting(sending) {
  const facts = { user: "chen", unit: "441202", period: "2019-09", words: { send: "send" } };
  opened.set_form({ facts, acknowledged: {}, pushed: "{}", busy: true, next: () => {}, sending });
  parts.getElementById("collect-send").disabled = sending;
}
function refuse(asked, seconds = null) {
  page.dispatchEvent(Object.assign(new Event("biaochi-told"), { detail: { asked, seconds } }));
  const { form } = opened;
  return [form.busy, form.pushed !== null, form.next !== null, form.sending];
}

test("what is no form's, and a file's, leaves alone what waits to be saved and to be sent", () => {
  ["asked", "url", "", "why", "collect-file", "collect-whole"].forEach((asked) => {
    waiting(true);
    assert.deepEqual(refuse(asked), [true, true, true, true], asked);
    assert.equal(parts.getElementById("collect-send").disabled, true);
  });
});
test("entries that are refused can be saved again, and a submission goes on waiting for its answer", () => {
  waiting(true);
  assert.deepEqual(refuse("collect-typed"), [false, false, false, true]);
});
test("a submission that is refused can be sent again, and entries go on waiting for theirs", () => {
  waiting(true);
  assert.deepEqual(refuse("collect-sent"), [true, true, true, false]);
  assert.equal(parts.getElementById("collect-send").disabled, false);
});
test("entries that wait are as late as before where something else was put off", () => {
  mock.timers.enable({ apis: ["setTimeout", "Date"] });
  try {
    for (const [asked, is_late] of [["asked", true], ["collect-file", true], ["collect-typed", false]]) {
      waiting(false);
      opened.form.next = null;
      link.asked("typed");
      refuse(asked, 5);
      mock.timers.tick(2000);
      assert.equal(link.is_lost(), is_late, asked);
      link.stop();
    }
  } finally {
    mock.timers.reset();
  }
});
