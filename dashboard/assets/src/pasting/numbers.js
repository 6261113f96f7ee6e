/* How a number is written. */

/* Full-width digits and thousands separators, as an input method or Excel writes them. Everything else stays. */
export function as_number(text) {
  let plain = text
    .trim()
    .replace(/[\uff10-\uff19\uff0e\uff0c]/g, (wide) => String.fromCharCode(wide.charCodeAt(0) - 0xfee0));
  if (/^\d{1,3}(,\d{3})+(\.\d+)?$/.test(plain)) {
    plain = plain.replace(/,/g, "");
  }
  return is_number(plain) ? plain : text.trim();
}
export function is_number(text) {
  return /^\d+(\.\d+)?$/.test(text);
}
const LONGEST = 100; /* characters of a cell */

/* Whether a pasted cell holds a figure, well written or not (the server says which); words and dates are none. */
export function is_figure(text) {
  const plain = text.normalize("NFKC");
  return /[0-9]/.test(plain) && !/\p{L}|\d\s*[-/]\s*\d/u.test(plain) && text.length <= LONGEST;
}
