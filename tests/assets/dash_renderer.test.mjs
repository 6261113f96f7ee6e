/* What the components of a page are told of, in Dash's renderer as it leaves (dashboard/window/light_renderer.py). */
import assert from "node:assert/strict";
import { test } from "node:test";
import { FACTS } from "./facts.mjs";

/* The subscription by itself, as it stands in the file, to a store that is asked for what it holds. */
function subscription(store, above) {
  return new Function("l", "C", "store", "above", `${FACTS.subscription}return R(store, above)`)(
    () => (all) => all(), { notify() {}, get: () => [] }, store, above,
  );
}
function told_of(changes, above) {
  let [held, told] = [{ layout: {}, layoutHashes: {}, loading: {}, callbacks: {}, paths: {} }, 0];
  const found = subscription({ getState: () => held, subscribe: () => () => null }, above);
  found.addNestedSub(() => { told += 1; });
  found.notifyNestedSubs();
  assert.equal(told, 1, "what stands there is told at first");
  return changes.map((parts) => {
    const before = told;
    held = { ...held, ...Object.fromEntries(parts.map((part) => [part, {}])) };
    found.notifyNestedSubs();
    return told - before;
  });
}
const CHANGES = [[], ["callbacks"], ["paths"], ["callbacks", "paths"], ["layout"], [], ["loading", "callbacks"], ["layoutHashes"], ["error"]];

test("components are told of every change but those of what they never read", () => {
  assert.deepEqual(told_of(CHANGES), [0, 0, 0, 0, 1, 0, 1, 1, 1]);
});
test("whatever stands below another component is told what that is told", () => {
  assert.deepEqual(told_of([[], ["callbacks"], ["layout"]], { addNestedSub: () => () => null }), [1, 1, 1]);
});
