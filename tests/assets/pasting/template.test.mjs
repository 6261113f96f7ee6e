/* F3: whatever rectangle of the product's own template is pasted, every figure is at its own name or nothing is. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { placing } from "../../../dashboard/assets/src/pasting/placing.js";
import { CODES, FACTS, FORM, numbers, SEED } from "../facts.mjs";

const RUNS = 3000;
const HEADINGS = 7; /* rows of the sheet, the headings being the last of them */
const [NAME, CODE, MEASURE, VALUE, BEFORE] = [0, 1, 2, 3, 4];
const next = numbers(SEED);
const whole = (from, to) => from + Math.floor(next() * (to - from + 1));

/* The template with some of its figures left out: none, some, or whole blocks. */
function filled(sheet, kind) {
  const left_out = new Set(FORM.rows.map((row) => row.block).filter(() => next() < 0.4));
  return sheet.map((cells, at) => {
    const row = FORM.rows.find((each) => each.code === cells[CODE]);
    const blank = at >= HEADINGS && row && ((kind === "some" && next() < 0.3) || (kind === "blocks" && left_out.has(row.block)));
    return blank ? cells.map((text, column) => (column === VALUE ? "" : column > BEFORE ? "" : text)) : cells;
  });
}
function rectangle() {
  const sheet = FACTS.sheets[next() < 0.5 ? "zh" : "en"];
  const kind = ["all", "some", "blocks"][whole(0, 2)];
  const top = next() < 0.3 ? whole(0, HEADINGS) : whole(HEADINGS, sheet.length - 1);
  const bottom = next() < 0.2 ? sheet.length - 1 : whole(top, sheet.length - 1);
  const left = whole(0, 6);
  const right = whole(left, 6);
  const rows = filled(sheet, kind).slice(top, bottom + 1);
  return { kind, top, left, right, rows, grid: rows.map((cells) => cells.slice(left, right + 1)) };
}
/* What stands in the rectangle's column of figures, by element. */
function expected({ rows, left, right }) {
  const within = left <= VALUE && VALUE <= right;
  return Object.fromEntries(rows.filter((cells) => within && CODES.includes(cells[CODE]) && cells[VALUE]).map((cells) => [cells[CODE], cells[VALUE]]));
}
function focused({ rows, top }) {
  const first = rows.find((cells) => CODES.includes(cells[CODE]));
  return top < HEADINGS || !first ? CODES[0] : first[CODE];
}
const put = (found) => Object.fromEntries(found.pairs.map((pair) => [pair.code, pair.text]));

test("random rectangles of the template, pasted where they came from", (context) => {
  const counts = { placed: 0, asked: 0, said: 0 };
  for (let run = 0; run < RUNS; run += 1) {
    const cut = rectangle();
    if (cut.left > VALUE || cut.top + cut.rows.length <= HEADINGS) {
      continue; /* last month's figures alone look like any column, and what stands above the table is no table */
    }
    const right = expected(cut);
    const found = placing(cut.grid, FORM, focused(cut));
    const shown = JSON.stringify({ seed: SEED, run, cut, found }, null, 1);
    if (found.choices) {
      assert.ok(found.choices.some((each) => JSON.stringify(put(each)) === JSON.stringify(right)), shown);
      counts.asked += 1;
    } else if (found.refused) {
      counts.said += 1;
      assert.ok(!must_be_placed(cut, right), shown);
    } else {
      assert.deepEqual(put(found), right, shown);
      counts.placed += 1;
    }
  }
  context.diagnostic(`seed ${SEED}: ${JSON.stringify(counts)}, 0 at another name`);
  assert.ok(counts.placed > RUNS / 4 && counts.asked > 0 && counts.said > 0);
});
/* With names, a heading above or nothing beside the figures but what the form knows: there is no excuse. */
function must_be_placed(cut, right) {
  const named = cut.left <= CODE;
  const headed = cut.top < HEADINGS && cut.top + cut.rows.length >= HEADINGS;
  const any = Object.keys(right).length > 0;
  return any && cut.right >= VALUE && ((named && (headed || cut.right === VALUE)) || (cut.left === NAME && cut.right > VALUE));
}
test("the whole sheet, every block, every row, every column that has the figures", () => {
  Object.values(FACTS.sheets).forEach((sheet) => {
    assert.deepEqual(strip(put(placing(sheet, FORM, CODES[9]))), FACTS.figures);
    const body = sheet.slice(HEADINGS);
    [[NAME, VALUE], [CODE, VALUE], [MEASURE, VALUE], [VALUE, VALUE], [NAME, 6], [CODE, BEFORE], [MEASURE, 6], [VALUE, 6]].forEach(([left, right]) => {
      const columns = (rows) => rows.map((cells) => cells.slice(left, right + 1));
      const found = placing(columns(body), FORM, CODES[0]);
      assert.ok(found.pairs, JSON.stringify([left, right, found]));
      assert.deepEqual(strip(put(found)), FACTS.figures, `${left} to ${right}`);
      assert.deepEqual(strip(put(placing(columns(sheet.slice(HEADINGS - 1)), FORM, CODES[5]))), FACTS.figures, `${left} to ${right}, headed`);
    });
    body.filter((cells) => cells[CODE]).forEach((cells) => {
      assert.deepEqual(strip(put(placing([cells.slice(0, VALUE + 1)], FORM, CODES[20]))), { [cells[CODE]]: FACTS.figures[cells[CODE]] });
    });
  });
});
function strip(figures) {
  return Object.fromEntries(Object.entries(figures).map(([code, text]) => [code, text.replace(/,/g, "").replace(/\.0$/, "")]));
}
