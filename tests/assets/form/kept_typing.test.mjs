import assert from "node:assert/strict";
import { test } from "node:test";
import { forget, forget_all, is_same, keep, kept, kept_key } from "../../../dashboard/assets/src/form/kept_typing.js";
import { clock } from "../../../dashboard/assets/src/form/words.js";

const DAY = 24 * 3600 * 1000;
const TYPING = { values: { a: "1" }, reason: "", note: "附", acknowledged: {}, seen: 2, etag: "", editor: "e", key: "k", at: DAY };
function storage() {
  const texts = new Map();
  return {
    getItem: (key) => texts.get(key) ?? null,
    setItem: (key, text) => texts.set(key, text),
    removeItem: (key) => texts.delete(key),
  };
}
const forbidden = null; /* what a browser without storage amounts to */

test("what is kept is there again, for this person, unit and month only", () => {
  const here = storage();
  const key = kept_key("chen", "441202", "2019-09");
  assert.ok(keep(here, key, TYPING));
  assert.deepEqual(kept(here, key, DAY), TYPING);
  [["li", "441202", "2019-09"], ["chen", "441203", "2019-09"], ["chen", "441202", "2019-08"]].forEach((other) =>
    assert.equal(kept(here, kept_key(...other), DAY), null));
  forget(here, key);
  assert.equal(kept(here, key, DAY), null);
});
test("what is too old or damaged is forgotten", () => {
  const here = storage();
  keep(here, "k", TYPING);
  assert.deepEqual(kept(here, "k", 8 * DAY), TYPING);
  assert.equal(kept(here, "k", 8 * DAY + 1), null);
  assert.equal(here.getItem("k"), null);
  here.setItem("k", "{");
  assert.equal(kept(here, "k", DAY), null);
});
test("a browser that keeps nothing is said to keep nothing", () => {
  const full = { ...storage(), setItem: () => { throw new Error("full"); } };
  assert.equal(keep(full, "k", TYPING), false);
  assert.equal(keep(forbidden, "k", TYPING), false);
  assert.equal(kept(forbidden, "k", DAY), null);
  forget(forbidden, "k");
});
test("signing out forgets what was typed for everybody, and nothing else", () => {
  const here = { biaochi_rail: "open", [kept_key("chen", "441202", "2019-09")]: "{}", [kept_key("li", "441203", "2019-09")]: "{}" };
  Object.defineProperty(here, "removeItem", { value: (key) => delete here[key] });
  forget_all(() => here);
  assert.deepEqual(Object.keys(here), ["biaochi_rail"]);
  forget_all(() => { throw new Error("storage is switched off"); });
});
test("blank texts make no difference, others do", () => {
  assert.ok(is_same(TYPING, { ...TYPING, values: { b: " ", a: "1" }, acknowledged: { c: "" } }));
  [{ values: { a: "2" } }, { values: {} }, { note: "" }, { reason: "x" }, { acknowledged: { c: "y" } }].forEach((change) =>
    assert.ok(!is_same(TYPING, { ...TYPING, ...change })));
});
test("a moment is said in the plan's time zone, whatever the browser's", () => {
  const at = Date.parse("2019-09-30T01:05:00Z");
  assert.equal(clock(at, at + 3600 * 1000, "Asia/Shanghai"), "09:05");
  assert.equal(clock(at, at + DAY, "Asia/Shanghai"), "2019-09-30 09:05");
  assert.equal(clock(at, at, "UTC"), "01:05");
});
