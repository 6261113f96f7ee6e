import assert from "node:assert/strict";
import { test } from "node:test";
import { is_same_page, named_apart, words_of } from "../../../dashboard/assets/src/window/place.js";

const HERE = "http://host/leaderboard?month=2019-09&page=2";

test("another month, moment or choice is the same page; another path, host or part of a list is not", () => {
  assert.equal(is_same_page(HERE, "/leaderboard?month=2019-08&page=2"), true);
  assert.equal(is_same_page(HERE, "/leaderboard?month=2019-09&page=2&show=zones"), true);
  assert.equal(is_same_page(HERE, "/leaderboard?month=2019-09&page=3"), false);
  assert.equal(is_same_page(HERE, "/units?month=2019-08&page=2"), false);
  assert.equal(is_same_page(HERE, "http://other/leaderboard?month=2019-08&page=2"), false);
});
test("where one is already is nowhere to go on from", () => {
  assert.equal(is_same_page(HERE, HERE), false);
  assert.equal(is_same_page(HERE, "#why=441202/TG-05A"), false);
});
test("what is folded is found again by its words, whatever it counts", () => {
  assert.equal(words_of("▸ 12 more"), words_of("▸ 9 more"));
  assert.deepEqual(named_apart(["Table view", "Weights", "Table view"]), ["Table view 0", "Weights 0", "Table view 1"]);
});
