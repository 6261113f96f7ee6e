/* Words around pasted figures, and columns that count: nothing is placed past them unasked and unsaid. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { months_named, names_another_month } from "../../../dashboard/assets/src/pasting/months.js";
import { placing } from "../../../dashboard/assets/src/pasting/placing.js";
import { CODES, FACTS, FORM, name_of, numbers, SEED } from "../facts.mjs";

const put = (found) => Object.fromEntries(found.pairs.map((pair) => [pair.code, pair.text]));
const place = (grid, from = CODES[0], form = FORM) => placing(grid, form, from);
const lost = (found) => found.lost.map((each) => each.why);
const why = (grid, from, form) => place(grid, from, form).refused?.why;
const next = numbers(SEED);
const whole = (from, to) => from + Math.floor(next() * (to - from + 1));
const ROWS = [["事项总数", "1000"], ["已进驻事项数", "900"], ["即办件事项数", "350"]];
const RIGHT = { items_total: "1000", items_hall: "900", items_instant: "350" };
const with_note = (text, at = ROWS.length) => ROWS.toSpliced(at, 0, [text, ""]);

test("months are found as the reader of files finds them", () => {
  assert.ok(FACTS.months.length > 20);
  FACTS.months.forEach(([text, named, another]) => {
    assert.deepEqual(months_named(text).map(({ year, month, first_year }) => [year, month, first_year]), named, text);
    assert.equal(names_another_month(text, FORM.period), another, text);
  });
});
test("a column that counts is left out, wherever it begins, and that is said", () => {
  assert.deepEqual(put(place([["11", "即办件事项数", "270"]])), { items_instant: "270" });
  for (let run = 0; run < 300; run += 1) {
    const count = whole(1, 12);
    const start = whole(0, CODES.length - count);
    const from = whole(1, 20);
    const mark = ["{}", "{}.", "({})", "{}、"][whole(0, 3)];
    const measure = next() < 0.5;
    const chosen = FORM.rows.slice(start, start + count).map((row, at) => [row, String(whole(0, 5000)), mark.replace("{}", from + at)]);
    const grid = chosen.map(([row, text, number]) => [number, row.code, ...(measure ? [row.measures[0]] : []), text]);
    const found = place(grid);
    assert.deepEqual(put(found), Object.fromEntries(chosen.map(([row, text]) => [row.code, text])), JSON.stringify({ seed: SEED, run, grid, found }));
    assert.ok(found.counted);
  }
});
test("a column that counts beside figures alone is never put in", () => {
  const before = Object.fromEntries(FORM.rows.map((row, at) => [row.code, String(700 + 3 * at)]));
  const form = { ...FORM, rows: FORM.rows.map((row) => ({ ...row, before: before[row.code] })) };
  for (let run = 0; run < 300; run += 1) {
    const start = whole(0, CODES.length - 6);
    const rows = form.rows.slice(start, start + whole(2, 6));
    const unchanged = rows.map((row, at) => [String(at + 1), row.before]);
    assert.equal(why(unchanged, CODES[start], form), "counting");
    const found = place(unchanged.map(([number, text]) => [number, text + "1"]), CODES[start], form);
    const shown = JSON.stringify({ seed: SEED, run, unchanged, found });
    assert.ok(!found.choices, shown);
    assert.deepEqual(put(found), Object.fromEntries(rows.map((row) => [row.code, row.before + "1"])), shown);
    assert.ok(found.counted);
  }
  assert.equal(why([["7", before[CODES[0]]]], CODES[0], form), "counting");
  assert.equal(why([["1"], ["2"], ["3"]]), "counting");
  assert.equal(why([["1", "事项总数"], ["2", "已进驻事项数"]]), "counting");
  assert.deepEqual(put(place([["填报项", "本期数"], ["事项总数", "1"], ["已进驻事项数", "2"]])), { items_total: "1", items_hall: "2" });
});
test("a note of another measure stops the figures, wherever it stands", () => {
  ["注:以百项为单位", "注:本表单位:百个", "说明:计量单位为万项", "(单位:百项)", "以上单位:亩"].forEach((text) =>
    [0, 1, 2, 3].forEach((at) => {
      const found = place(with_note(text, at));
      assert.ok(found.refused || found.lost.length === 3, JSON.stringify([text, at, found]));
      assert.ok(!found.pairs?.length && !found.choices, JSON.stringify([text, at, found]));
    }));
  const two = (note) => place([["事项总数", "5"], ["本月企业开办户数", "98"], [note, ""]]);
  assert.ok(two("注:以百户为单位").refused && two("注:以个为单位").refused);
  assert.equal(two("注:企业开办户数以户为单位").pairs.length, 2);
  assert.deepEqual(lost(place(with_note("二、单位:百项", 2))), ["measure"]);
  ["注:以项为单位", "单位:项", "填报单位:端州区", "单位:端州区", "填表人:陈"].forEach((text) => assert.deepEqual(put(place(with_note(text))), RIGHT, text));
  assert.deepEqual(lost(place([["事项总数", "10", "单位:百项"], ["已进驻事项数", "900", ""]])), ["measure"]);
});
test("a line of words that changes what follows: what follows is not placed, and said", () => {
  ["以下为上月数", "2019年8月", "8月", "累计", "上年同期", "其中:封开县", "江口镇", "二〇一九年八月", "计划"].forEach((text) => {
    const found = place(with_note(text, 1));
    assert.deepEqual(put(found), { items_total: "1000" }, text);
    assert.deepEqual(found.lost.map((each) => [each.why, each.divider]), [["after", text], ["after", text]]);
  });
  ["二、网上办理", "", "2019年9月", "其中:"].forEach((text) => assert.deepEqual(put(place(with_note(text, 1))), RIGHT, text));
});
test("words that leave doubt are asked about before anything is put in", () => {
  const asked = (grid, text) => {
    const found = place(grid);
    assert.deepEqual(found.doubts, [text], JSON.stringify([grid, found]));
    assert.deepEqual(put(found.choices[0]), RIGHT, text);
  };
  ["注:以上为8月数", "更正:事项总数应为207", "以上为累计数", "本表为预计数"].forEach((text) => asked(with_note(text), text));
  ["端州区2019年9月累计报送表", "端州区2019年9月计划表(示例)", "8月报送表", "江口镇2019年9月报送表", "端州区2019年9月报送表(预计数)"].forEach((text) =>
    asked(with_note(text, 0), text));
  const beside = (heading, text) => [["填报项", "本期数", heading], ...ROWS.map((cells, at) => [...cells, at ? "" : text])];
  ["207", "应为207", "作废", "预估", "更正"].forEach((text) => asked(beside("备注", text), text));
  ["江口镇", "市监局"].forEach((text) => asked(beside("乡镇", text), text));
  asked(ROWS.map((cells, at) => [...cells, at ? "" : "应为207"]), "应为207");
  assert.deepEqual(put(place(beside("备注", "见附件"))), RIGHT);
  assert.deepEqual(lost(place(beside("单位名称", "封开县"))), ["other_line"]);
  const alone = place([["本期数", "备注"], ["5", "应为6"], ["6", ""]]);
  assert.deepEqual([alone.doubts, alone.choices.length], [["应为6"], 1]);
});
test("words among figures alone stop them all, a heading of this month does not shift them", () => {
  ["注:以百项为单位", "单位:项", "8月", "以下为上月数", "累计数"].forEach((text) =>
    [0, 1, 2].forEach((at) => assert.ok(place(["5", "6"].toSpliced(at, 0, text).map((each) => [each])).refused, text + at)));
  ["9月", "2019年9月", "本期数", "本月办结数", "端州区2019年9月报表"].forEach((text) =>
    assert.deepEqual(put(place([[text], ["5"], ["6"]])), { [CODES[0]]: "5", [CODES[1]]: "6" }, text));
});
test("a short title of other figures is refused", () => {
  ["上月数", "附表:上年同期数"].forEach((text) => assert.equal(why(with_note(text, 0)), "other_heading", text));
});
test("a figure without a name below a named one: neither is placed, both are said", () => {
  assert.deepEqual(lost(place([["即办件事项数", "线上", "200"], ["", "线下", "70"]])), ["joined", "no_name"]);
  const found = place([["事项总数", "1000"], ["即办件事项数", "200"], ["", "70"], ["", "3"]]);
  assert.deepEqual([put(found), lost(found)], [{ items_total: "1000" }, ["joined", "no_name", "no_name"]]);
  assert.equal(name_of("items_instant"), "即办件事项数");
});
