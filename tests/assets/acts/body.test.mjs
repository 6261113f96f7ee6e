import assert from "node:assert/strict";
import { test } from "node:test";
import { body_of, words_of } from "../../../dashboard/assets/src/acts/body.js";

const field = (name, value, kind) => ({ name, value, kind });

test("a field's name is its place in the body", () => {
  const body = body_of([field("weights.TG-05A", "2.5", "number"), field("reason", "本季重点"), field("weights.TG-06", "1", "number")]);
  assert.equal(body, '{"reason":"本季重点","weights":{"TG-05A":2.5,"TG-06":1}}');
});
test("a number keeps its digits, and what is none goes as it stands", () => {
  const sent = (value) => body_of([field("weight", value, "number")]);
  assert.equal(sent(" 0.10000000000000000000001 "), '{"weight":0.10000000000000000000001}');
  ["", "1e3", "01", "-1", ".5", "5."].forEach((text) => assert.equal(sent(text), JSON.stringify({ weight: text })));
});
test("none is null only where it may be chosen, and what is not chosen is said as it stands", () => {
  assert.equal(body_of([field("until", "none", "or-none"), field("light", "red", "or-none")]), '{"until":null,"light":"red"}');
  assert.equal(body_of([field("light", "", "or-none"), field("reason", "none")]), '{"light":"","reason":"none"}');
  assert.equal(body_of([field("reason", "")]), '{"reason":""}');
});
test("a refusal is said in the page's language: each place that is wrong, else the problem", () => {
  const message = (zh, en) => ({ message: { zh, en } });
  const problem = { ...message("无效", "invalid"), errors: [message("缺理由", "no reason"), message("过大", "too large")] };
  assert.equal(words_of(problem, "en"), "no reason too large");
  assert.equal(words_of(problem, "zh-CN"), "缺理由 过大");
  assert.equal(words_of({ ...problem, errors: [] }, "zh-CN"), "无效");
  assert.equal(words_of(message("无效", "invalid"), "en"), "invalid");
});
test("a refusal of a sheet says in which cell, and of many how many more there are", () => {
  const place = (row) => ({ row, column: "I", given: "441223/2020-11", message: { zh: "该项未报。", en: "Nothing was reported." } });
  const problem = { errors: [place(26), { ...place(27), given: null }], errors_total: 2 };
  assert.equal(words_of(problem, "zh"), "第26行I列(441223/2020-11):该项未报。 第27行I列:该项未报。");
  assert.equal(words_of(problem, "en"), "Row 26, column I (441223/2020-11): Nothing was reported. Row 27, column I: Nothing was reported.");
  const many = { errors: Array.from({ length: 12 }, (_, at) => place(at + 3)), errors_total: 44 };
  assert.ok(words_of(many, "en").endsWith("Nothing was reported. And 34 more."));
  assert.ok(words_of(many, "zh").endsWith("另有34处。"));
});
