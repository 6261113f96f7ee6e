import assert from "node:assert/strict";
import { test } from "node:test";
import {
  as_of_entered, is_about_why, month_chosen, named, sign_in_from, unit_pressed, with_rows,
} from "../../../dashboard/assets/src/window/address.js";

const MONTHS = [{ value: "2019-10" }, { value: "2019-09", judged: true }, { value: "2019-08" }];

test("a month that is chosen is in the address, beside what was there", () => {
  assert.equal(month_chosen("?lang=en", "2019-08", MONTHS), "?lang=en&month=2019-08");
  assert.equal(month_chosen("?month=2019-08", "2019-09", MONTHS), "?month=2019-09");
  assert.equal(month_chosen("", "2019-10", MONTHS), "?month=2019-10");
});
test("a month that is only drawn changes nothing", () => {
  assert.equal(month_chosen("", "2019-09", MONTHS), undefined);
  assert.equal(month_chosen("?month=2019-08", "2019-08", MONTHS), undefined);
  assert.equal(month_chosen("", "2019-09", []), undefined);
  assert.equal(month_chosen("?month=2019-08", null, MONTHS), undefined);
});
test("a moment takes the place of a release, and nothing entered means now", () => {
  assert.equal(as_of_entered("?month=2019-09&release=3", " 12 "), "?month=2019-09&as_of=12");
  assert.equal(as_of_entered("?as_of=12", " "), "");
  assert.equal(as_of_entered("", "2019-10-05T18:00+08:00"), "?as_of=2019-10-05T18%3A00%2B08%3A00");
});
test("a unit pressed twice is chosen no more", () => {
  assert.equal(unit_pressed("?month=2019-09", "441202"), "?month=2019-09&unit=441202");
  assert.equal(unit_pressed("?unit=441202&month=2019-09", "441202"), "?month=2019-09");
  assert.equal(unit_pressed("?unit=441202", "441203"), "?unit=441202&unit=441203");
  assert.equal(unit_pressed("?unit=441202&unit=441203", "441202"), "?unit=441203");
  assert.equal(unit_pressed("?unit=a&unit=b&unit=c&unit=d&unit=e", "f"), "?unit=a&unit=b&unit=c&unit=d&unit=f");
});
test("the address names the form that is open and keeps the language", () => {
  const names = { unit: "441202", period: "2019-09" };
  assert.equal(named("?lang=en&unit=441203", names), "?lang=en&unit=441202&period=2019-09");
  assert.equal(named("?unit=441202&period=2019-09", names), "?unit=441202&period=2019-09");
});
test("what a grid shows takes the place of what it showed, and nothing where it is as it was given", () => {
  const choice = { shown: ["unit", "code"] };
  assert.equal(with_rows("?lang=en&rows=%7B%7D", choice), "?lang=en&rows=%7B%22shown%22%3A%5B%22unit%22%2C%22code%22%5D%7D");
  assert.equal(with_rows("?rows=%7B%7D", {}), "");
});
test("only a fragment of its own opens an explanation", () => {
  assert.ok(is_about_why("#why=441202/TG-05A"));
  ["", "#content", "#whynot"].forEach((hash) => assert.ok(!is_about_why(hash)));
});
test("signing in leads back to the whole address", () => {
  assert.equal(sign_in_from("/targets", "?lang=en&month=2019-09"), "/sign-in?next=%2Ftargets%3Flang%3Den%26month%3D2019-09");
});
