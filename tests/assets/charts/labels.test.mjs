import assert from "node:assert/strict";
import { test } from "node:test";
import { pushed } from "../../../dashboard/assets/src/charts/labels.js";

const SHEET = { from: 12, to: 378 };

test("a label within the picture stays where it is", () => {
  assert.equal(pushed({ left: 12, right: 378 }, SHEET), 0);
  assert.equal(pushed({ left: 100, right: 200 }, SHEET), 0);
});
test("one that reaches beyond an edge is pushed just to it", () => {
  assert.equal(pushed({ left: -3, right: 100 }, SHEET), 15);
  assert.equal(pushed({ left: 300, right: 400 }, SHEET), -22);
});
test("of one that is wider than the picture the beginning is seen", () => {
  assert.equal(pushed({ left: -50, right: 500 }, SHEET), 62);
  assert.equal(pushed({ left: 40, right: 500 }, SHEET), -28);
});
