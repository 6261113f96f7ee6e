import assert from "node:assert/strict";
import { test } from "node:test";
import { same_again } from "../../../dashboard/assets/src/acts/overtaken.js";

const form = (act, names, given) => ({ act, names, given });
const asked = form("submission.send_back", ["reason"], { submission: "3", seen: "3-1" });

test("a form drawn anew for a newer version is the same again", () => {
  const newer = form("submission.send_back", ["reason"], { submission: "3", seen: "3-2" });
  const others = [form("submission.reopen", ["reason"], { seen: "3-2" }), form("submission.send_back", [], { seen: "3-2" })];
  assert.equal(same_again(asked, [...others, newer]), newer);
});
test("of several like it the one that is about the same thing is taken", () => {
  const [third, fourth] = ["3", "4"].map((one) => form("submission.send_back", ["reason"], { submission: one, seen: one + "-2" }));
  assert.equal(same_again(asked, [fourth, third]), third);
});
test("where none is like it, or several are, none is", () => {
  const twin = () => form("submission.send_back", ["reason"], { submission: "4", seen: "4-1" });
  assert.equal(same_again(asked, []), null);
  assert.equal(same_again(asked, [twin(), twin()]), null);
});
