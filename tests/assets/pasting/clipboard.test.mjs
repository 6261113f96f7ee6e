import assert from "node:assert/strict";
import { test } from "node:test";
import { clipboard_rows } from "../../../dashboard/assets/src/pasting/clipboard.js";
import { numbers, SEED } from "../facts.mjs";

test("rows and cells are told by line ends and tabs", () => {
  assert.deepEqual(clipboard_rows("a\tb\r\nc\td\r\n"), [["a", "b"], ["c", "d"]]);
  assert.deepEqual(clipboard_rows("a\nb\rc"), [["a"], ["b"], ["c"]]);
  assert.deepEqual(clipboard_rows("12"), [["12"]]);
  assert.deepEqual(clipboard_rows("12\r\n"), [["12"]]);
});
test("a blank line holds its place, at the top and at the end too", () => {
  assert.deepEqual(clipboard_rows("\r\n1\r\n\r\n2\r\n\r\n"), [[""], ["1"], [""], ["2"], [""]]);
});
test("a short row is filled up", () => {
  assert.deepEqual(clipboard_rows("a\tb\t\nc"), [["a", "b", ""], ["c", "", ""]]);
});
test("a quoted cell may hold line breaks, tabs and quotation marks", () => {
  assert.deepEqual(clipboard_rows('"事项\n总数"\t"1\t0"\r\n"说""一窗"""\t5'), [["事项\n总数", "1\t0"], ['说"一窗"', "5"]]);
});
test("a quotation mark that opens nothing is a quotation mark", () => {
  assert.deepEqual(clipboard_rows('"一窗"分类\t5\n"\t6'), [['"一窗"分类', "5"], ['"', "6"]]);
});
test("whatever a spreadsheet writes is read back", () => {
  const next = numbers(SEED);
  const letters = ["1", "项", '"', "\t", "\n", " a", ","];
  for (let run = 0; run < 300; run += 1) {
    const width = 1 + Math.floor(next() * 4);
    const grid = Array.from({ length: 1 + Math.floor(next() * 5) }, () =>
      Array.from({ length: width }, () =>
        Array.from({ length: Math.floor(next() * 4) }, () => letters[Math.floor(next() * letters.length)]).join("").trim()));
    const quoted = (text) => (/[\t\n"]/.test(text) ? '"' + text.replace(/"/g, '""') + '"' : text);
    const written = grid.map((cells) => cells.map(quoted).join("\t") + "\r\n").join("");
    assert.deepEqual(clipboard_rows(written), grid, JSON.stringify(written));
  }
});
