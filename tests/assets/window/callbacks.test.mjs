/* What may be asked again by itself, and when. */
import assert from "node:assert/strict";
import { test } from "node:test";

import { asked_by, is_the_services, kind_of, only_reads, own_name, seconds_to_wait, words_in } from "../../../dashboard/assets/src/window/callbacks.js";

const by = (id) => JSON.stringify({ output: "x", inputs: [{ id: id, property: "data", value: "" }] });

test("what draws is asked again, what does something is not", () => {
  assert.equal(only_reads(by("url")), true);
  assert.equal(only_reads(by("flat-grid")), true);
  ["asked", "collect-sent", "collect-whole"].forEach((id) => assert.equal(only_reads(by(id)), false));
  [undefined, "", "{", "{}", '{"inputs": []}'].forEach((body) => assert.equal(only_reads(body), false));
  assert.deepEqual([by("collect-sent"), undefined, "{}"].map(asked_by), ["collect-sent", "", ""]);
});

test("every answer that is none of the callback's is said, and only a lost connection is a lost connection", () => {
  const [draws, does] = [by("url"), by("collect-sent")];
  const kinds = (body) => [200, 204, 400, 401, 403, 413, 429, 500, 502, 503].map((status) => kind_of(status, body));
  const both = ["answered", "answered", "refused", "gone", "refused", "refused"];
  assert.deepEqual(kinds(draws), [...both, "again", "again", "again", "again"]);
  assert.deepEqual(kinds(does), [...both, "later", "refused", "refused", "later"]);
  assert.equal(kind_of(401, by("asked")), "ended"); /* what is typed in a form stands nowhere else */
});

test("what a proxy or a network's sign-in page answers in the service's place is no answer", () => {
  const types = ["application/json", "application/json; charset=utf-8", "text/html", "text/plain", "", null];
  assert.deepEqual(types.map((type) => is_the_services(200, type)), [true, true, false, false, false, false]);
  assert.equal(is_the_services(204, null), true);
  assert.equal(is_the_services(502, "text/html"), true); /* says itself that it failed */
});

test("what an answer says of itself is said in the language, and what says nothing has words all the same", () => {
  const said = { code: "role_forbidden", message: { zh: "无权执行此操作。", en: "This is not for you." } };
  assert.equal(words_in(said, "zh", "出错"), "无权执行此操作。");
  assert.equal(words_in(said, "en", "failed"), "This is not for you.");
  [null, {}, { message: null }, { message: "text" }, { message: { en: "" } }].forEach((odd) =>
    assert.equal(words_in(odd, "en", "failed"), "failed"),
  );
});

test("an answer without words of its own is the service's failure only where the service failed", () => {
  const [draws, does] = [by("url"), by("asked")];
  const names = (body) => [400, 413, 429, 500, 502, 503].map((status) => own_name(status, body));
  assert.deepEqual(names(does), ["refused", "refused", "away", "failed", "failed", "away"]);
  assert.deepEqual(names(draws), ["refused", "refused", "away", "broken", "broken", "away"]); /* it stores nothing */
});

test("the seconds are those of the answer, within a minute", () => {
  const seconds = ["1", "42", "0", "3600", null, "soon"].map((header) => seconds_to_wait(header));
  assert.deepEqual(seconds, [1, 42, 1, 60, 5, 5]);
  assert.deepEqual([0, 1, 2, 9].map((tries) => seconds_to_wait(null, tries)), [5, 10, 20, 60]);
});
