/* What may be asked again by itself, and when. */
import assert from "node:assert/strict";
import { test } from "node:test";

import { only_reads, seconds_to_wait } from "../../../dashboard/assets/src/window/callbacks.js";

const asked_by = (id) => JSON.stringify({ output: "x", inputs: [{ id: id, property: "data", value: "" }] });

test("what draws is asked again, what does something is not", () => {
  assert.equal(only_reads(asked_by("url")), true);
  assert.equal(only_reads(asked_by("flat-grid")), true);
  ["asked", "collect-sent", "collect-whole"].forEach((id) => assert.equal(only_reads(asked_by(id)), false));
  [undefined, "", "{", "{}", '{"inputs": []}'].forEach((body) => assert.equal(only_reads(body), false));
});

test("the seconds are those of the answer, within a minute", () => {
  assert.deepEqual(["1", "42", "0", "3600", null, "soon"].map(seconds_to_wait), [1, 42, 1, 60, 5, 5]);
});
