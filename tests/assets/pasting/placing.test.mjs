import assert from "node:assert/strict";
import { test } from "node:test";
import { placing } from "../../../dashboard/assets/src/pasting/placing.js";
import { CODES, FORM, name_of } from "../facts.mjs";

const ONLINE = CODES.indexOf("items_online");
const put = (found) => Object.fromEntries(found.pairs.map((pair) => [pair.code, pair.text]));
const lost = (found) => found.lost.map((each) => each.why);
const place = (grid, from = CODES[0], form = FORM) => placing(grid, form, from);
const lines = (...texts) => texts.map((text) => [text]);
const why = (grid, from) => place(grid, from).refused?.why;

test("name and figure in any columns, with a code, a measure, remarks and other columns", () => {
  assert.deepEqual(put(place([["1000", "", "事项总数"], ["900", "", "已进驻事项数"]])), { items_total: "1000", items_hall: "900" });
  assert.deepEqual(put(place([["items_total", "项", "1,000", "见附件"]])), { items_total: "1,000" });
  const headed = [["指标名称", "计量单位", "上月数", "本月", "备注"], ["事项总数", "项", "990", "1000", "增10"]];
  assert.deepEqual(put(place(headed)), { items_total: "1000" });
  assert.deepEqual(put(place([["1.事项总数（项）", "1000"]])), { items_total: "1000" });
  assert.deepEqual(put(place([["名称", "2019年9月"], ["事项总数", "1000"]])), { items_total: "1000" });
});
test("a blank is never placed", () => {
  const found = place([["事项总数", "1000"], ["行政许可事项数", ""], ["即办件事项数", "350"]]);
  assert.deepEqual(put(found), { items_total: "1000", items_instant: "350" });
  assert.deepEqual(found.lost, []);
});
test("what one line does not say clearly is said, and the other lines are placed", () => {
  const found = place([
    ["事项总数", "项", "1000"], ["合计", "", "7"], ["行政许可事项数", "项", "无"], ["行政给付事项数", "万项", "0.02"],
    ["行政奖励事项数", "项", "5"], ["行政奖励事项数", "项", "5"], ["", "", "9"],
  ]);
  assert.deepEqual(put(found), { items_total: "1000" });
  assert.deepEqual(lost(found), ["unknown_name", "words", "measure", "twice", "twice", "no_name"]);
  const differ = place([["事项总数", "items_hall", "5"], ["事项总教", "items_total", "6"], ["即办件事项数", "items_instant", "7"]]);
  assert.deepEqual(put(differ), { items_instant: "7" });
  assert.deepEqual(lost(differ), ["names_differ", "names_differ"]);
});
test("elements of one name need their codes", () => {
  const rows = ["a", "b"].map((code) => ({ code, names: ["应达标数", "Due"], measures: ["个"], before: "", block: "x" }));
  const form = { ...FORM, rows };
  assert.deepEqual(lost(place([["应达标数", "5"]], "a", form)), ["several"]);
  assert.deepEqual(put(place([["应达标数", "b", "5"]], "a", form)), { b: "5" });
});
test("a measure stated above the table holds for all of it", () => {
  const found = place([["单位：万项", ""], ["填报项", "本期数"], ["事项总数", "0.1"]]);
  assert.deepEqual([put(found), lost(found)], [{}, ["measure"]]);
  assert.deepEqual(lost(place([["填报项", "本期数（万项）"], ["事项总数", "0.1"]])), ["measure"]);
  assert.deepEqual(lost(place([["事项总数（万项）", "0.1"], ["即办件事项数（项）", "5"]])), ["measure"]);
  assert.deepEqual(put(place([["填报项", "本期数（项）"], ["事项总数", "1"]])), { items_total: "1" });
});
test("which column is this month's is told by headings or not at all", () => {
  assert.equal(why([["事项总数", "990", "1000"]]), "two_columns");
  assert.equal(why([["填报项", "本期数", "本月数"], ["事项总数", "990", "1000"]]), "two_headed");
  assert.equal(why([["填报项", "本期数", "更正数"], ["事项总数", "990", "1000"]]), "two_headed");
  assert.equal(why([["填报项", "2019年9月", "本月数"], ["事项总数", "990", "1000"]]), undefined);
  assert.equal(why([["填报项", "2019年9月累计"], ["事项总数", "990"]]), "other_heading");
  const months = place([["填报项", "2019年8月", "2019年9月"], ["事项总数", "990", "1000"], ["已进驻事项数", "890", "900"]]);
  assert.deepEqual(put(months), { items_total: "1000", items_hall: "900" });
  assert.equal(why([["填报项", "本期数", ""], ["事项总数", "990", "1000"]]), "no_heading");
  assert.equal(why([["填报项", "上月数"], ["事项总数", "990"]]), "other_heading");
  assert.equal(why([["填报项", "累计"], ["事项总数", "990"]]), "other_heading");
  assert.equal(why([["填报项", "2019年8月"], ["事项总数", "990"]]), "other_heading");
  assert.equal(why([["填报项", "本期数"], ["", "累计"], ["事项总数", "990"]]), "other_heading");
  assert.equal(why([["", "累计"], ["事项总数", "990"]]), "other_heading");
  assert.equal(why([["事项总数", "项", "", "990"]]), "no_figures"); /* the template's last month, this month's left blank */
  assert.equal(why([["事项总数", "项", "", "991"]]), "no_heading");
  assert.equal(why([["填报项", "本期数"], ["事项总数", ""]]), "no_figures");
  assert.equal(why([["事项总数"], ["行政许可事项数"]]), "no_figures");
});
test("a table of another unit or another month is not put in", () => {
  assert.equal(why([["填报单位", "441203"], ["填报项", "本期数"], ["事项总数", "1"]]), "other_unit");
  assert.equal(why([["报告期：2019-08", ""], ["填报项", "本期数"], ["事项总数", "1"]]), "other_period");
  assert.equal(why([["封开县2019年9月报表", ""], ["填报项", "本期数"], ["事项总数", "1"]]), "other_unit");
  assert.equal(why([["2019年8月报表", ""], ["事项总数", "1"]]), "other_period");
  ["封开2019年9月报表", "2019年9月高要报表", "肇庆市怀集9月报表", "高新区9月报表", "Fengkai County"].forEach((title) =>
    assert.equal(why([[title, ""], ["填报项", "本期数"], ["事项总数", "1"]]), "other_unit", title));
  ["端州2019年9月报表", "第四会议室2019年9月报表"].forEach((title) =>
    assert.deepEqual(put(place([[title, ""], ["填报项", "本期数"], ["事项总数", "1"]])), { items_total: "1" }, title));
  const new_area = { ...FORM, unit_names: ["肇庆新区", "新区"], other_units: [...FORM.other_units, "端州区"].filter((name) => name !== "新区") };
  const under = (title) => place([[title, ""], ["填报项", "本期数"], ["事项总数", "1"]], CODES[0], new_area);
  assert.deepEqual(["高新区9月报表", "肇庆新区9月报表"].map((title) => under(title).refused?.why), ["other_unit", undefined]);
  const both = place([["端州区、高要区2019年9月报表", ""], ["填报项", "本期数"], ["事项总数", "1"]]);
  assert.deepEqual([both.doubts, put(both.choices[0])], [["端州区、高要区2019年9月报表"], { items_total: "1" }]);
  assert.deepEqual(put(place([["填报单位：端州区", "2019年9月"], ["填报项", "本期数"], ["事项总数", "1"]])), { items_total: "1" });
});
test("figures alone go from cell to cell, and a blank line holds its place", () => {
  const all = place(lines(...CODES.map((_code, at) => String(at))));
  assert.deepEqual(put(all), Object.fromEntries(CODES.map((code, at) => [code, String(at)])));
  const found = place(lines("8", "", "7,20", "1,980"), "items_online");
  assert.deepEqual(put(found), { items_online: "8", [CODES[ONLINE + 2]]: "7,20", [CODES[ONLINE + 3]]: "1,980" });
  assert.deepEqual(lost(place(lines("5", "无"))), ["words"]);
});
test("blank lines where the template has headings are these headings", () => {
  const found = place(lines("850", "820", "", "720", "", "980"), "items_online");
  assert.equal(found.laid, "template");
  assert.deepEqual(put(found), { items_online: "850", items_full_online: "820", items_one_window: "720", items_hall_due: "980" });
});
test("blank lines that can mean two things are asked about", () => {
  const found = place(lines("", "5", "6"));
  assert.deepEqual(found.choices.map((each) => [each.laid, Object.keys(put(each))]), [
    ["dense", ["items_licensing", "items_payment"]], ["template", ["items_total", "items_licensing"]],
  ]);
  assert.equal(place(lines("850", "", "", "720"), "items_online").choices.length, 2);
});
test("lines that do not fit are not put in, none of them", () => {
  assert.equal(why(lines("4", "5", "6"), CODES[CODES.length - 2]), "does_not_fit");
  assert.equal(why([["万项", "5"], ["万项", "6"]]), "does_not_fit");
  assert.equal(why(Array.from({ length: 2001 }, () => ["1"])), "too_long");
});
test("figures beside names that nobody knows are not laid out by line", () => {
  assert.equal(why([["事项", "5"], ["许可", "6"]]), "no_names");
  assert.equal(why([["填报项", "本期数"], ["事项", "5"]]), "no_names");
  assert.equal(why([["5", "6"], ["7", "8"]]), "two_columns");
});
test("names across, figures below", () => {
  const names = [name_of("items_total"), name_of("items_hall")];
  const right = { items_total: "1000", items_hall: "900" };
  assert.deepEqual(put(place([names, ["1000", "900"]])), right);
  assert.deepEqual(put(place([["填报单位", ...names], ["端州区", "1000", "900"]])), right);
  assert.deepEqual(put(place([["2019年9月报表", "", ""], ["填报项", ...names], ["计量单位", "项", "项"], ["本月", "1000", "900"], ["上月", "990", "890"]])), right);
  assert.deepEqual(put(place([["序号", "单位名称", "报告期", ...names], ["1", "端州区", "2019年9月", "1000", "900"]])), right);
  assert.deepEqual(place([[...names, "备注"], ["1000", "900", "应为901"]]).doubts, ["应为901"]);
  assert.equal(why([["填报单位", ...names], ["封开县", "1000", "900"]]), "other_unit");
  assert.equal(why([names, ["1000", "900"], ["990", "890"]]), "two_rows");
  assert.equal(why([names, ["1000", "900"], ["注:以百项为单位", ""]]), "note_measure");
  assert.deepEqual(lost(place([[...names, "合计"], ["1000", "900", "1900"]])), ["unknown_name"]);
});
test("columns of names side by side", () => {
  const right = { items_total: "1000", items_hall: "900", items_instant: "350" };
  const rows = [["事项总数", "1000", "已进驻事项数", "900"], ["即办件事项数", "350", "", ""]];
  assert.deepEqual(put(place(rows)), right);
  assert.deepEqual(put(place([["填报项", "本期数", "填报项", "本期数"], ...rows])), right);
  assert.deepEqual(put(place(rows.map((cells) => ["1", ...cells.slice(0, 2), "2", ...cells.slice(2)]))), right);
  assert.equal(why([["填报项", "本期数", "填报项", "上月数"], ...rows]), "other_heading");
  assert.deepEqual(lost(place([...rows, ["已进驻事项数", "7", "", ""]])), ["twice", "twice"]);
  assert.deepEqual(lost(place([rows[0], ["以下为上月数", "", "", ""], rows[1]])), ["after"]);
});
