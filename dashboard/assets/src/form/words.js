/* Texts that are made here, without the page. */

export function filled_in(words, values) {
  return words.replace(/\{(\w+)\}/g, (whole, name) => (name in values ? values[name] : whole));
}
/* A moment as 10:32 in the plan's time zone, with its day where that is not today. at, now: ms. */
export function clock(at, now, zone) {
  const written = new Intl.DateTimeFormat("sv-SE", { timeZone: zone, dateStyle: "short", timeStyle: "short" });
  const [day, time] = written.format(new Date(at)).split(" ");
  return day === written.format(new Date(now)).split(" ")[0] ? time : day + " " + time;
}
export function random() {
  const numbers = new Uint32Array(4);
  globalThis.crypto.getRandomValues(numbers);
  return Array.from(numbers, (number) => number.toString(36)).join("-");
}
