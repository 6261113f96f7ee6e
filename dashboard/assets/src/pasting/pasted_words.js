/* What the words around pasted figures say of them, with the words of the reader of files (form.patterns). */
import { folded, without_numbering } from "./folding.js";
import { stated_measures } from "./measures.js";
import { names_another_month } from "./months.js";
import { is_figure } from "./numbers.js";

const LONGEST = 10; /* characters of a text that is about its figures alone: 上月数, 附表:上年同期数 */
const WRITTEN_ON = /日期|时间|有效期|文号|表号/; /* says when or under which number a sheet was written */
const OF_ALL = /^[(（【[]?\s*(?:注|备注|说明|以上|上述|(?:计量)?单位|note)/i;

function says(form, name, text) {
  return new RegExp(form.patterns[name], "i").test(text);
}
/* Whether words name figures of another kind: 上月数, 累计, 计划. A short text is about its figures alone. */
export function names_other_figures(text, form) {
  return says(form, "others", folded(text));
}
/* Whether a text is the heading of one of the form's own blocks: 事项增减. */
export function is_block(text, form) {
  return [text, without_numbering(text)].some((written) => form.blocks.includes(folded(written)));
}
export function is_other_figures(text, form) {
  return !is_block(text, form) && folded(text).length <= LONGEST && form.headings[folded(text)] !== "value" && names_other_figures(text, form);
}
/* A heading that is one way of many to name this month's figures: 本月办结数. */
export function is_this_month(text, form) {
  return new RegExp("^(?:" + form.patterns.this_month + ")$").test(folded(text).split("(")[0]);
}
function another_month(text, form) {
  return !WRITTEN_ON.test(text) && names_another_month(text, form.period);
}
/* {own, other}: whether a text names the form's unit, and the name of another in it or undefined. The longest names are
 * found first, as the reader of files does: 高新区 does not name 新区. */
function units_in(text, form) {
  const names = [...form.unit_names.map((name) => [name, null]), ...form.other_units.map((name) => [folded(name), name])];
  const found = { own: false, other: undefined };
  let rest = folded(text);
  for (const [name, other] of names.sort(([one], [next]) => next.length - one.length)) {
    if (rest.includes(name)) {
      rest = rest.replaceAll(name, "\n");
      found.own ||= other === null;
      found.other ??= other ?? undefined;
    }
  }
  found.other ??= new RegExp(form.patterns.neighbours).exec(rest)?.[1];
  return found;
}
/* The name of another unit in a text that does not name the form's own, by its short name too; undefined if there is none. */
export function another_unit(text, form) {
  const { own, other } = units_in(text, form);
  return own ? undefined : other;
}
/* Whether a title says that the figures below it may be others: cumulative, planned, void, another month's, a town's,
 * those of another unit too. */
export function is_doubtful_title(text, form) {
  const others = units_in(text, form).other !== undefined;
  return others || says(form, "other_titles", folded(text)) || another_month(text, form) || is_part(text, form);
}
function is_part(text, form) {
  const plain = folded(text);
  const behind = form.unit_names.filter((name) => plain.includes(name)).map((name) => plain.slice(plain.indexOf(name) + name.length));
  const part = new RegExp("^" + form.patterns.part_behind);
  return says(form, "town", plain) || behind.some((rest) => !form.offices.some((office) => rest.startsWith(office)) && part.test(rest));
}
/* Whether words below or among the figures say something of these: of another month, corrected, estimated, cumulative. */
export function is_doubtful_note(text, form) {
  return says(form, "otherwise", text) || another_month(text, form) || names_other_figures(text, form);
}
/* Whether a line of words changes what follows it: 以下为上月数, 2021年3月, 累计, 怀集县, 江口镇. */
export function turns(text, form) {
  return is_doubtful_note(text, form) || another_unit(text, form) || is_part(text, form) || is_named_part(text, form);
}
function is_named_part(text, form) {
  return !form.unit_names.includes(folded(text)) && says(form, "parts", text.trim());
}
/* Whether a note is of all figures, not only of those that follow it. */
export function is_of_all(text) {
  return OF_ALL.test(text) || text.includes("以上");
}
/* Why a cell beside a figure keeps it from being placed: {why, …}, or lets it be asked about: {doubt}; null if neither.
 * role: of the cell's column, "remark", "unknown" or "". */
export function beside(text, role, form, is_measure) {
  if (is_figure(text)) {
    return role === "remark" ? { doubt: text } : null;
  }
  const measure = stated_measures(text, is_measure, form)[0];
  if (measure) {
    return { measure: measure };
  }
  if (role !== "remark" && (another_unit(text, form) || another_month(text, form))) {
    return { why: "other_line", beside: text };
  }
  const doubtful = says(form, "otherwise", text) || another_month(text, form) || (role !== "remark" && names_other_figures(text, form));
  return doubtful || is_named_part(text, form) ? { doubt: text } : null;
}
