/* Units of measure and months, where a pasted table says them. */
import { folded } from "./folding.js";

const SCALES = /^[十百千万亿]+/;
const LABELLED = /(?<!填报|报送|上报|责任|牵头|配合|主管|编制|制表|负责|建设|使用|所在|审核|联系)单位\s*[:为是]\s*([^\s,。;)(]+)/g;
const COUNTED_IN = /[以按]\s*([^\s,。;以按]{1,5}?)\s*(?:为(?:计量)?单位|计(?![算划入量])|计算|填报|填列|填写|统计|折算|报送)/g;
const IN_ENGLISH = /unit of measure\s*:\s*([^)]+)/gi;
const IN_BRACKETS = /\((?:单位:)?([^()]{1,8})\)/g;
const SEVERAL = /[、/和或]/;
const LONGEST = 4; /* characters of a measure that nobody knows */
const MONTH = /(?<!\d)(\d{4})\s*[年./-]\s*(0?[1-9]|1[0-2])(?!\d)(?!\s*[./-]\s*\d)(?!\s*月\s*\d{1,2}\s*日)/g;

/* A function: whether a whole text is a unit of measure, scaled or not: `项`, `万项`, `万`. known: folded ones. */
export function measure_test(known) {
  const all = new Set(["", ...known]);
  return (text) => {
    const plain = folded(text);
    return plain !== "" && (all.has(plain) || (SCALES.test(plain) && all.has(plain.replace(SCALES, ""))));
  };
}
/* Whether a text says an element's own measure, alone or among several: `项、户`. */
export function is_own_measure(row, text) {
  const said = [text, ...text.split(SEVERAL)].map(folded);
  return row.measures.some((measure) => said.includes(folded(measure)));
}
/* Every measure that words say: `注:以百户为单位`, `单位:百个、项`, `(万份)`; the name of a unit that reports is none. */
export function stated_measures(text, is_measure, form) {
  const plain = text.normalize("NFKC");
  const units = [...form.unit_names, ...form.other_units.map(folded)];
  const parts = (pattern) => Array.from(plain.matchAll(pattern), (match) => match[1]).flatMap((said) => said.split(SEVERAL));
  const labelled = parts(LABELLED).filter((said) => is_measure(said) || (said.length <= LONGEST && !units.includes(folded(said))));
  const counted = [...parts(COUNTED_IN), ...parts(IN_BRACKETS), ...parts(IN_ENGLISH)].map((said) => said.trim()).filter(is_measure);
  return [...new Set([...labelled, ...counted, ...(is_measure(plain) ? [plain] : [])])];
}
/* The months that a text names, as 2019-09; a day is none. */
export function months_in(text) {
  return Array.from(text.normalize("NFKC").matchAll(MONTH), (match) => match[1] + "-" + match[2].padStart(2, "0"));
}
