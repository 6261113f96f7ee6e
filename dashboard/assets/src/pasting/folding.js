/* Texts made comparable: what people write for the same heading or name differs in width, spaces and quotes.
 * The same rules as metrics/intake/vocabulary/comparable_texts.py; a test holds them together. */

const DROPPED = /[\s\u200b-\u200d\ufeff"'“”‘’「」『』`*★☆:;,、。_·-]+/g;
const NUMBERING = /^(?:\(?[0-9]{1,2}(?:[.)](?![0-9])|[、)])|\(?[一二三四五六七八九十]{1,3}\)?[、.)])/;

/* One width and case, without spaces, quotes and marks. */
export function folded(text) {
  return text.normalize("NFKC").toLowerCase().replace(DROPPED, "");
}
/* Without the number of a list in front: `1.事项总数`, `一、网上办理`. */
export function without_numbering(text) {
  return text.normalize("NFKC").trim().replace(NUMBERING, "");
}
/* A folded text and what stands in brackets at its end: [bare, inside]; inside is empty where nothing does. */
export function without_bracket(text) {
  const whole = folded(text);
  const bracket = whole.lastIndexOf("(");
  return bracket < 1 ? [whole, ""] : [whole.slice(0, bracket), whole.slice(bracket + 1).replace(/\)+$/, "")];
}
