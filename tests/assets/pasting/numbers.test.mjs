import assert from "node:assert/strict";
import { test } from "node:test";
import { as_number, is_figure, is_number } from "../../../dashboard/assets/src/pasting/numbers.js";

test("full-width digits and thousands separators become plain, everything else stays", () => {
  const ways = [["１０００", "1000"], ["1,000", "1000"], ["１，０００．５", "1000.5"], [" 12 ", "12"], ["12,345,678", "12345678"],
    ["7,20", "7,20"], ["1,0000", "1,0000"], ["85%", "85%"], ["-5", "-5"], ["1.2万", "1.2万"], ["", ""]];
  ways.forEach(([written, read]) => assert.equal(as_number(written), read, written));
});
test("a figure has digits and no letters; how it is written is judged elsewhere", () => {
  ["12", "1,000", "１２", "85%", "7,20", "-3", "12.5"].forEach((text) => assert.ok(is_figure(text), text));
  ["", "无", "—", "2.1万", "12项", "1.2E+03", "#N/A", "2019-09", "9/30", "1".repeat(101)].forEach((text) => assert.ok(!is_figure(text), text));
  assert.ok(is_number("12.50") && !is_number("1,000") && !is_number("85%") && !is_number(""));
});
