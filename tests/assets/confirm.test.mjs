import assert from "node:assert/strict";
import { test } from "node:test";
import { ask, secretOf, start } from "../../dashboard/assets/src/confirm.js";

const SECRET = "kR-5_aB".repeat(6);

test("the secret is what stands behind the #, and nothing else is taken for one", () => {
  assert.equal(secretOf(`#${SECRET}`), SECRET);
  assert.equal(secretOf(`#${SECRET} `), SECRET);
  ["", "#", "#你好", "#a b", "#<script>", `#${"a".repeat(201)}`, "#a\r\nX: y"].forEach((hash) => assert.equal(secretOf(hash), "", hash));
});

test("the secret leaves the browser in one header, and no cookie, cache or referrer goes with it", async () => {
  const asked = [];
  const fetching = async (...given) => (asked.push(given), { text: async () => "a piece" });
  assert.equal(await ask("GET", { address: "/confirm/sheet?lang=zh", secret: SECRET, fetching }), "a piece");
  const [[address, options]] = asked;
  assert.equal(address, "/confirm/sheet?lang=zh");
  assert.deepEqual(options.headers, { "Confirmation-Token": SECRET });
  assert.deepEqual(
    [options.method, options.credentials, options.cache, options.referrerPolicy, options.redirect],
    ["GET", "omit", "no-store", "no-referrer", "error"],
  );
});

/** As much of a page as the module touches: a place that shows pieces, with a form while a piece has one. */
function page() {
  const said = [];
  let pressed = null;
  const form = { setAttribute() {}, removeAttribute() {}, addEventListener: (_, listener) => { pressed = listener; } };
  const place = {
    innerHTML: "",
    dataset: { sheet: "/confirm/sheet?lang=zh", away: "cannot be reached" },
    querySelector: (what) => (what === "[data-signs]" && place.innerHTML.includes("data-signs") ? form : null),
    ownerDocument: { createElement: () => ({ setAttribute() {} }) },
    prepend: (line) => said.push(line.textContent),
  };
  return { place, said, press: () => pressed({ preventDefault() {} }) };
}

test("looking signs nothing, a press signs once, and what cannot be reached is said", async () => {
  const { place, said, press } = page();
  const methods = [];
  let away = false;
  const fetching = async (_, { method }) => {
    methods.push(method);
    if (away) {
      throw new TypeError("Failed to fetch");
    }
    return { text: async () => (method === "GET" ? "<form data-signs>" : "signed") };
  };
  await start(place, { location: { hash: `#${SECRET}` }, fetching });
  assert.deepEqual(methods, ["GET"]);
  away = true;
  await press();
  assert.deepEqual(said, ["cannot be reached"]);
  assert.equal(place.innerHTML, "<form data-signs>");
  away = false;
  await Promise.all([press(), press()]);
  assert.deepEqual(methods, ["GET", "POST", "POST"]);
  assert.equal(place.innerHTML, "signed");
});
