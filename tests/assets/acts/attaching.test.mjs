import assert from "node:assert/strict";
import { test } from "node:test";
import { looked_over } from "../../../dashboard/assets/src/acts/attaching.js";

const LIMITS = { most: 3, largest: 100, words: { too_large: "too large", too_many: "at most {most}" } };
const named = (...names) => names.map((name) => ({ name: name, size: 100 }));

test("a file that is too large is refused by its name, and the others go on", () => {
  const { taken, refused } = looked_over([...named("a"), { name: "b", size: 101 }, ...named("c")], { ...LIMITS, ticked: 0 });
  assert.deepEqual(taken.map((file) => file.name), ["a", "c"]);
  assert.deepEqual(refused, [{ name: "b", why: "too large" }]);
});
test("what is ticked already counts among those that a record carries", () => {
  const { taken, refused } = looked_over(named("a", "b", "c"), { ...LIMITS, ticked: 2 });
  assert.deepEqual(taken.map((file) => file.name), ["a"]);
  assert.deepEqual(refused, [{ name: "b", why: "at most 3" }, { name: "c", why: "at most 3" }]);
});
