/* Which element a text names. The same rules as metrics/intake/vocabulary/names.py; a test holds them together. */
import { folded, without_bracket, without_numbering } from "./folding.js";

/* A function from a text to the codes of the elements that it names: one, none, or several of one name. A measure in
 * brackets behind the name is no part of it: whoever asks holds it against the element's own. */
export function name_finder(rows, is_measure) {
  const whole = new Map();
  const short = new Map();
  rows.forEach((row) => {
    [row.code, ...row.names].forEach((name) => add(whole, folded(name), row.code));
    add(short, folded(row.names[0].normalize("NFKC").split("(")[0]), row.code);
  });
  return (text) => {
    const known = readings_of(text, is_measure).find((reading) => whole.has(reading) || short.has(reading));
    return known ? [...(whole.get(known) ?? short.get(known))] : [];
  };
}
function add(found, name, code) {
  if (name) {
    found.set(name, (found.get(name) ?? new Set()).add(code));
  }
}
/* What a text may be a way to write of: itself, without a number in front, without its unit of measure behind. */
function readings_of(text, is_measure) {
  return [text, without_numbering(text)].flatMap((written) => {
    const measured = measure_behind(written, is_measure);
    return measured ? [folded(written), without_bracket(written)[0]] : [folded(written)];
  });
}
/* The measure in brackets at the end of a text: `企业开办户数（万户）`; empty where there is none. */
export function measure_behind(text, is_measure) {
  const inside = without_bracket(text)[1].replace(/^单位/, "");
  return inside && is_measure(inside) ? inside : "";
}
