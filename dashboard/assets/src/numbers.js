/* How a number is written. */

/* Full-width digits and thousands separators, as an input method or Excel writes them. Everything else stays. */
export function as_number(text) {
  let plain = text
    .trim()
    .replace(/[\uff10-\uff19\uff0e\uff0c]/g, (wide) => String.fromCharCode(wide.charCodeAt(0) - 0xfee0));
  if (/^\d{1,3}(,\d{3})+(\.\d+)?$/.test(plain)) {
    plain = plain.replace(/,/g, "");
  }
  return /^\d+(\.\d+)?$/.test(plain) ? plain : text.trim();
}
