import assert from "node:assert/strict";
import { test } from "node:test";
import { wrapped } from "../../../dashboard/assets/src/pictures/wrapping.js";

const lines = (text, width) => wrapped(text, { width, measured: (line) => Array.from(line).length });

test("lines are broken between words", () => {
  assert.deepEqual(lines("one of eleven units", 10), ["one of", "eleven", "units"]);
  assert.deepEqual(lines("incomprehensible", 5), ["incomprehensible"]);
});
test("Chinese is broken anywhere, and a number in it is not", () => {
  assert.deepEqual(lines("网上可办率达到目标的县区", 6), ["网上可办率达", "到目标的县区"]);
  assert.deepEqual(lines("截至2019年9月", 5), ["截至", "2019年", "9月"]);
});
test("no line begins or ends with a blank, and nothing makes no line", () => {
  assert.deepEqual(lines("  a  b ", 2), ["a", "b"]);
  assert.deepEqual(lines("", 10), []);
});
