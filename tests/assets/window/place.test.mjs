import assert from "node:assert/strict";
import { test } from "node:test";
import { go_on, is_same_page, leave, named_apart, words_of } from "../../../dashboard/assets/src/window/place.js";

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

/* A page of which parts come one after the other, and which is as tall as `height`. */
function a_page(details) {
  const draws = [];
  const page = { details, height: 0, draw: () => draws.splice(0).forEach((draw) => draw()) };
  globalThis.window = {
    location: { pathname: "/units" },
    scrollY: 700,
    scrollTo: (_across, down) => Object.assign(globalThis.window, { scrollY: Math.min(down, page.height) }),
    requestAnimationFrame: (draw) => draws.push(draw),
    setTimeout: (stop) => Object.assign(page, { ends: stop }),
  };
  globalThis.document = {
    activeElement: null,
    body: {},
    querySelectorAll: (selector) => (selector.includes("details") ? page.details : []),
  };
  globalThis.MutationObserver = class {
    constructor(seen) {
      page.comes = seen;
    }
    observe() {
      page.watched = true;
    }
    disconnect() {
      page.watched = false;
    }
  };
  return page;
}
const folded = (open = false) => ({
  open,
  querySelector: () => ({ textContent: "Table view" }),
  setAttribute() {
    this.open = true;
  },
});

test("what comes late is opened too, once, and the page scrolled further as it grows, until it is left or time is up", () => {
  for (const end of [(page) => page.ends(), () => leave()]) {
    const page = a_page([folded(true)]);
    leave();
    page.details = [];
    go_on();
    page.draw();
    const late = folded();
    Object.assign(page, { details: [late], height: 500 });
    page.comes();
    assert.deepEqual([late.open, globalThis.window.scrollY], [true, 500]);
    late.open = false; /* what was folded since stays so */
    page.height = 900;
    page.comes();
    assert.deepEqual([late.open, globalThis.window.scrollY], [false, 700]);
    globalThis.window.scrollY = 100; /* somebody scrolled */
    page.comes();
    assert.equal(globalThis.window.scrollY, 100);
    end(page);
    assert.equal(page.watched, false);
  }
});
test("on another page there is nothing to go on from", () => {
  const page = a_page([folded(true)]);
  leave();
  globalThis.window.location.pathname = "/targets";
  go_on();
  page.draw();
  assert.deepEqual([page.watched, globalThis.window.scrollY], [undefined, 700]);
});
