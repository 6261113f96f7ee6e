/* What test_modules.py wrote for the tests: the form, the template's sheets as seen, names and whose they are. */
import { readFileSync } from "node:fs";

export const FACTS = JSON.parse(readFileSync(process.env.FACTS, "utf-8"));
export const FORM = FACTS.form;
export const CODES = FORM.rows.map((row) => row.code);
export const SEED = Number(process.env.SEED);

/* Numbers from 0 up to 1, the same for the same seed (mulberry32). */
export function numbers(seed) {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
export function name_of(code) {
  return FORM.rows.find((row) => row.code === code).names[0];
}
