import assert from "node:assert/strict";
import { test } from "node:test";
import { is_own_measure, measure_test, months_in, stated_measures } from "../../../dashboard/assets/src/pasting/measures.js";
import { name_finder } from "../../../dashboard/assets/src/pasting/names.js";
import { FACTS, FORM } from "../facts.mjs";

test("a name is understood here as the reader of files understands it", () => {
  const find = name_finder(FORM.rows, measure_test(FORM.measures));
  const known = FACTS.namings.filter(([, code]) => code);
  assert.ok(known.length > 300 && known.length < FACTS.namings.length);
  FACTS.namings.forEach(([text, code]) => {
    const found = find(text);
    assert.equal(found.length === 1 ? found[0] : null, code, text);
  });
});
test("elements of one name are all found", () => {
  const rows = [{ code: "a", names: ["数", "Count"], measures: [] }, { code: "b", names: ["数", "Sum"], measures: [] }];
  assert.deepEqual(name_finder(rows, () => false)("数").sort(), ["a", "b"]);
  assert.deepEqual(name_finder(rows, () => false)("Sum"), ["b"]);
});
test("measures are known with and without a multiple, and are an element's own or not", () => {
  const is_measure = measure_test(FORM.measures);
  ["项", "万项", "百份", "亿", "%", "工作日", "items", "件"].forEach((text) => assert.ok(is_measure(text), text));
  ["", "事项总数", "12", "备注"].forEach((text) => assert.ok(!is_measure(text), text));
  assert.ok(is_own_measure(FORM.rows[0], "项") && is_own_measure(FORM.rows[0], " Items "));
  assert.ok(!is_own_measure(FORM.rows[0], "万项"));
  assert.deepEqual(stated_measures("2019年9月报表(单位:万项)", is_measure, FORM), ["万项"]);
  assert.deepEqual(stated_measures("以万项为单位", is_measure, FORM), ["万项"]);
  ["填报单位：端州区", "单位:端州区", "按月填报"].forEach((text) => assert.deepEqual(stated_measures(text, is_measure, FORM), [], text));
  assert.deepEqual(stated_measures("Unit of measure: items", is_measure, FORM), ["items"]);
});
test("a text's months are found, days are none", () => {
  assert.deepEqual(months_in("端州区2019年9月月报"), ["2019-09"]);
  assert.deepEqual(months_in("2019-08 至 2019/10"), ["2019-08", "2019-10"]);
  assert.deepEqual(months_in("报送截止 2019-10-05(含当日)、2019年10月5日"), []);
});
