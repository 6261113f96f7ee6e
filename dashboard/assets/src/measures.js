/* Units of measure and months, where a pasted table says them. */
import { folded } from "./folding.js";

const SCALES = /^[十百千万亿]+/;
const STATED = [
  /单位\s*[:：]\s*([^)）\s]+)/,
  /unit of measure\s*:\s*([^)）]+)/i,
  /[以按]\s*([^\s以按]{1,5}?)\s*(?:为(?:计量)?单位|计)/,
];
const MONTH = /(?<!\d)(\d{4})\s*[年.\/-]\s*(0?[1-9]|1[0-2])(?!\d)(?!\s*[.\/-]\s*\d)(?!\s*月\s*\d{1,2}\s*日)/g;

/* A function: whether a whole text is a unit of measure, scaled or not: `项`, `万项`, `万`. known: folded ones. */
export function measure_test(known) {
  const all = new Set(["", ...known]);
  return (text) => {
    const plain = folded(text);
    return plain !== "" && (all.has(plain) || (SCALES.test(plain) && all.has(plain.replace(SCALES, ""))));
  };
}
export function is_own_measure(row, text) {
  return row.measures.some((measure) => folded(measure) === folded(text));
}
/* The measure that a note above a table states for the whole of it: `单位：万项`; null where it states none. */
export function stated_measure(text, is_measure) {
  const found = STATED.map((pattern) => pattern.exec(text)?.[1]).find((stated) => stated && is_measure(stated));
  return found ?? null;
}
/* The months that a text names, as 2019-09; a day is none. */
export function months_in(text) {
  return Array.from(text.normalize("NFKC").matchAll(MONTH), (match) => match[1] + "-" + match[2].padStart(2, "0"));
}
