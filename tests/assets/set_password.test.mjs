import assert from "node:assert/strict";
import { test } from "node:test";
import { take } from "../../dashboard/assets/src/set_password.js";

const SECRET = "kR-5_aB".repeat(6);

/** An address with `hash`, and the field and history that the module touches. */
function taken(hash) {
  const field = { value: "" };
  const kept = [];
  const history = { replaceState: (state, title, place) => kept.push([state, title, place]) };
  take(field, { location: { hash, pathname: "/set-password", search: "?lang=en" }, history });
  return { value: field.value, kept };
}

test("the link's secret goes into the form and out of the address", () => {
  assert.deepEqual(taken(`#${SECRET}`), { value: SECRET, kept: [[null, "", "/set-password?lang=en"]] });
  assert.equal(taken(`#${SECRET} `).value, SECRET);
});

test("what cannot be a secret is left where it is", () => {
  ["", "#", "#你好", "#a b", "#<script>", `#${"a".repeat(201)}`].forEach((hash) =>
    assert.deepEqual(taken(hash), { value: "", kept: [] }, hash),
  );
});
