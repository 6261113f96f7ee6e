/* What is asked again when no answer comes, and which address stands meanwhile. */
import assert from "node:assert/strict";
import { mock, test } from "node:test";

import { PATIENCE, SLOW, keep_asking, watch_address } from "../../../dashboard/assets/src/window/unreached.js";

const nothing = () => {};
const settle = () => new Promise((resolve) => setImmediate(resolve));
const hanging = (signal) => new Promise((_, reject) => signal.addEventListener("abort", () => reject(new Error("given up"))));

test("what fails is asked again until there is an answer", async () => {
  const answers = [() => Promise.reject(new Error("offline")), () => Promise.reject(new Error("offline")), async () => 7];
  let waits = 0;
  const lost = async () => {
    waits += 1;
  };
  assert.equal(await keep_asking({ ask: () => answers.shift()(), slow: nothing, lost, is_wanted: () => true }), 7);
  assert.equal(waits, 2);
});

test("what nobody wants any more is not asked again", async () => {
  let wanted = true;
  const lost = async () => {
    wanted = false;
  };
  const ask = () => Promise.reject(new Error("offline"));
  await assert.rejects(keep_asking({ ask, slow: nothing, lost, is_wanted: () => wanted }), /offline/);
  await assert.rejects(keep_asking({ ask, slow: nothing, lost: assert.fail, is_wanted: () => false }), /offline/);
});

test("what is slow is said to be, and made anew by itself or at once when that is asked for", async () => {
  mock.timers.enable({ apis: ["setTimeout"] });
  for (const at_once of [true, false]) {
    const asked = [hanging, async () => "late"];
    let said = 0;
    const slow = (anew) => {
      said += 1;
      if (at_once) {
        anew();
      }
    };
    const answer = keep_asking({ ask: (signal) => asked.shift()(signal), slow, lost: assert.fail, is_wanted: () => true });
    mock.timers.tick(SLOW);
    await settle();
    assert.equal(said, 1);
    assert.equal(asked.length, at_once ? 0 : 1);
    mock.timers.tick(PATIENCE);
    assert.equal(await answer, "late");
  }
  mock.timers.reset();
});

test("the address is that of the page shown until another comes", () => {
  let here = "/units";
  const address = watch_address({ here: () => here, put: (put) => (here = put) });
  address.failed();
  assert.equal(here, "/units"); /* nothing is shown yet */
  address.answered();
  here = "/targets"; /* a link was pressed */
  address.asked();
  address.failed();
  assert.equal(here, "/units");
  address.failed();
  assert.equal(here, "/units");
  address.answered();
  assert.equal(here, "/targets");
  here = "/tasks";
  address.asked();
  address.answered();
  assert.equal(here, "/tasks");
  here = "/a";
  address.asked();
  address.failed();
  here = "/b"; /* another link, pressed meanwhile */
  address.asked();
  address.failed();
  address.answered();
  assert.equal(here, "/b");
});
