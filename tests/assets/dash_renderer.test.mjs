/* What the components of a page are told of, in Dash's renderer as it leaves (dashboard/window/light_renderer.py). */
import assert from "node:assert/strict";
import { test } from "node:test";
import { createContext, runInContext } from "node:vm";
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
test("what a browser has of its own stays its own, and the renderer's generators are there", () => {
  const there = createContext({});
  const its_own = "[String.prototype.trim, String.prototype.trimEnd, parseFloat, parseInt, Promise, Function.prototype.toString]";
  const before = runInContext(its_own, there);
  runInContext(FACTS.polyfills, there);
  assert.deepEqual(runInContext(its_own, there).map((one, place) => one === before[place]), before.map(() => true));
  const made = runInContext(`regeneratorRuntime.mark(function made() { return regeneratorRuntime.wrap((step) => {
    if (step.prev === 0) { step.prev = 1; step.next = 1; return 7; }
    return step.stop();
  }, made); })()`, there);
  assert.deepEqual([made.next().value, made.next().done], [7, true]);
});
