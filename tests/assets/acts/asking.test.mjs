import assert from "node:assert/strict";
import { test } from "node:test";
import { asked_by } from "../../../dashboard/assets/src/acts/asking.js";

test("what a form asks for is its act, its fields over those it came with, and what is ticked", () => {
  const asked = asked_by({
    act: "submission.send_back",
    fields: { seen: "3-1", reason: "" },
    entries: [["reason", "请核对"], ["file", new Blob(["x"])]],
    chosen: ["3-1"],
    nth: 2,
  });
  assert.deepEqual(JSON.parse(asked), { do: "submission.send_back", fields: { seen: "3-1", reason: "请核对" }, chosen: ["3-1"], nth: 2 });
});
test("the same asked twice is two asks", () => {
  const ask = (nth) => asked_by({ act: "sample.draw", fields: {}, entries: [], chosen: [], nth: nth });
  assert.notEqual(ask(1), ask(2));
});
