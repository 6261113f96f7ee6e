import assert from "node:assert/strict";
import { test } from "node:test";
import { number_in } from "../../../dashboard/assets/src/window/following.js";

test("only digits are an entry's number: a sign-in page or an error is none", () => {
  assert.equal(number_in("1041"), "1041");
  ["", "-1", "1.5", " 7", "<!DOCTYPE html>", "７"].forEach((text) => assert.equal(number_in(text), ""));
});
