import assert from "node:assert/strict";
import { mock, test } from "node:test";
import { AGAIN, IN_TIME, PATIENCE, watch_connection } from "../../../dashboard/assets/src/form/connection.js";

/* A connection whose probes find what is in `network`, under a clock that moves when told. */
function watched() {
  mock.timers.enable({ apis: ["setTimeout", "Date"] });
  const network = { found: true };
  const told = [];
  const link = watch_connection({
    says: (state) => told.push(state),
    probe: () => Promise.resolve(network.found),
    resend: () => {
      told.push("resend");
      link.asked("typed");
    },
  });
  return { link, network, told };
}
async function pass(ms) {
  for (let gone = 0; gone < ms; gone += 100) {
    mock.timers.tick(100);
    await Promise.resolve();
    await Promise.resolve();
  }
}
async function holds(act) {
  try {
    await act(watched());
  } finally {
    mock.timers.reset();
  }
}

test("an answer in time says nothing", () => holds(async ({ link, told }) => {
  link.asked("typed");
  await pass(IN_TIME - 100);
  link.answered("typed");
  await pass(PATIENCE);
  assert.deepEqual([told, link.is_lost()], [[], false]);
}));
test("no answer is said in time, what waits is asked for again once somebody answers, and the answer is said", () =>
  holds(async ({ link, network, told }) => {
    network.found = false;
    link.asked("typed");
    await pass(IN_TIME);
    assert.deepEqual(told, ["lost"]);
    await pass(10 * AGAIN);
    assert.deepEqual([told, link.is_lost()], [["lost"], true]);
    network.found = true;
    await pass(AGAIN);
    assert.deepEqual(told, ["lost", "resend"]);
    link.answered("typed");
    assert.deepEqual([told, link.is_lost()], [["lost", "resend", "back"], false]);
    await pass(PATIENCE);
    assert.equal(told.length, 3);
  }));
test("a browser that knows it is offline says so at once", () => holds(async ({ link, told }) => {
  link.lost(true);
  assert.deepEqual(told, ["lost"]);
  await pass(AGAIN);
  assert.deepEqual(told, ["lost", "resend"]);
}));
test("a server that is only slow is not asked twice before its patience is over", () => holds(async ({ link, told }) => {
  link.asked("typed");
  await pass(PATIENCE - AGAIN);
  assert.deepEqual(told, ["lost"]);
  await pass(2 * AGAIN);
  assert.deepEqual(told, ["lost", "resend"]);
  await pass(PATIENCE - 2 * AGAIN);
  assert.deepEqual(told, ["lost", "resend"]);
}));
test("a server that never answers is asked again, also where what was asked has been given up", () =>
  holds(async ({ link, told }) => {
    link.asked("sent");
    await pass(IN_TIME);
    link.settled("sent");
    await pass(PATIENCE + AGAIN);
    assert.deepEqual(told, ["lost", "resend"]);
    link.answered("typed");
    assert.deepEqual([told.at(-1), link.is_lost()], ["back", false]);
  }));
test("an answer to one request leaves another that is late to be late", () => holds(async ({ link, told }) => {
  link.asked("sent");
  link.asked("typed");
  await pass(1000);
  link.answered("typed");
  await pass(IN_TIME);
  assert.deepEqual(told, ["lost"]);
}));
test("a form that was left is not watched any more", () => holds(async ({ link, network, told }) => {
  network.found = false;
  link.asked("typed");
  link.stop();
  await pass(PATIENCE);
  assert.deepEqual([told, link.is_lost()], [[], false]);
}));
test("who is put off has lost no connection, and what waits is asked again when its time has come", () =>
  holds(async ({ link, told }) => {
    link.asked("typed");
    link.put_off(30);
    await pass(29_900);
    assert.deepEqual([told, link.is_lost()], [[], false]);
    await pass(100);
    assert.deepEqual(told, ["resend"]);
    link.answered("typed");
    await pass(PATIENCE);
    assert.deepEqual(told, ["resend"]);
  }));
test("what was refused is not asked again by itself", () => holds(async ({ link, told }) => {
  link.asked("typed");
  link.put_off(null);
  await pass(100_000);
  assert.deepEqual([told, link.is_lost()], [[], false]);
}));
test("an answer that puts off is an answer: a connection that was lost is there again", () =>
  holds(async ({ link, told }) => {
    link.asked("typed");
    await pass(IN_TIME);
    link.put_off(null);
    assert.deepEqual([told, link.is_lost()], [["lost", "back"], false]);
  }));
test("who is put off after the connection was lost is told that it waits, and that it is back once it is answered", () =>
  holds(async ({ link, told }) => {
    link.asked("typed");
    await pass(IN_TIME);
    link.put_off(5);
    assert.deepEqual([told, link.is_lost()], [["lost", "waits"], false]);
    await pass(5000);
    link.asked("typed");
    await pass(IN_TIME);
    assert.deepEqual([told, link.is_lost()], [["lost", "waits", "resend", "lost"], true]);
    link.put_off(5);
    link.answered("typed");
    assert.deepEqual([told.slice(-2), link.is_lost()], [["waits", "back"], false]);
  }));
