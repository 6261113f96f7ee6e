/* Texts that are made here, without the page. */

export function filled_in(words, values) {
  return words.replace(/\{(\w+)\}/g, (whole, name) => (name in values ? values[name] : whole));
}
/* A moment as 10:32, with its day where that is not today. at, now: ms. */
export function clock(at, now) {
  const two = (number) => String(number).padStart(2, "0");
  const day = (moment) => [moment.getFullYear(), two(moment.getMonth() + 1), two(moment.getDate())].join("-");
  const then = new Date(at);
  const time = two(then.getHours()) + ":" + two(then.getMinutes());
  return day(then) === day(new Date(now)) ? time : day(then) + " " + time;
}
export function random() {
  const numbers = new Uint32Array(4);
  globalThis.crypto.getRandomValues(numbers);
  return Array.from(numbers, (number) => number.toString(36)).join("-");
}
