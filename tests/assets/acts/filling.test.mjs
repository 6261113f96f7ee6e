import assert from "node:assert/strict";
import { test } from "node:test";
import { to_press, with_phrase } from "../../../dashboard/assets/src/acts/filling.js";

test("a phrase goes after what stands there already", () => {
  assert.equal(with_phrase("", "请核对。"), "请核对。");
  assert.equal(with_phrase(" 基期材料数有误 ", "请核对。"), "基期材料数有误 请核对。");
});
test("every box is ticked, and where all are, none", () => {
  const boxes = (...ticked) => ticked.map((checked, nth) => ({ checked, nth }));
  const pressed = (...ticked) => to_press(boxes(...ticked)).map((box) => box.nth);
  assert.deepEqual(pressed(false, true, false), [0, 2]);
  assert.deepEqual(pressed(true, true), [0, 1]);
  assert.deepEqual(pressed(), []);
});
