/* Texts that are made here, without the page. */

export function filled_in(words, values) {
  return words.replace(/\{(\w+)\}/g, (whole, name) => (name in values ? values[name] : whole));
}
export function random() {
  const numbers = new Uint32Array(4);
  globalThis.crypto.getRandomValues(numbers);
  return Array.from(numbers, (number) => number.toString(36)).join("-");
}
