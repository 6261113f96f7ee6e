import assert from "node:assert/strict";
import { test } from "node:test";
import { stands_in_a_frame } from "../../dashboard/assets/src/window/callbacks.js";

test("a document in a frame is one, whatever its address says", () => {
  assert.equal(stands_in_a_frame("", true), true);
  assert.equal(stands_in_a_frame("?embed=0", true), true);
});
test("an address that asks for a page in a frame is taken at its word, in any place and any spelling", () => {
  for (const search of ["?embed=1", "?month=2019-09&embed=1", "?embed=0&embed=1", "?embed=1&embed=0", "?%65mbed=1"]) {
    assert.equal(stands_in_a_frame(search, false), true, search);
  }
});
test("any other document is none", () => {
  for (const search of ["", "?embed=", "?embed=0", "?embed=11", "?Embed=1", "?x=embed=1"]) {
    assert.equal(stands_in_a_frame(search, false), false, search);
  }
});
